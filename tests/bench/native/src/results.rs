use crate::Result;
use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// Writes one section of `native.json`, and leaves those of the other benches.
pub fn write_section(name: &str, section: Value) -> Result<()> {
    let path = folder().join("native.json");
    let mut results: Map<String, Value> = match fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text)?,
        Err(_) => Map::new(),
    };
    results.insert("machine".into(), machine());
    results.insert(name.into(), section);
    fs::create_dir_all(folder())?;
    fs::write(&path, serde_json::to_string_pretty(&results)? + "\n")?;
    Ok(())
}

/// Where results of benches are put.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../target/bench")
}

fn machine() -> Value {
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map(|(_, name)| name.trim());
    json!({ "processor": model, "cores": std::thread::available_parallelism().map_or(0, usize::from) })
}
