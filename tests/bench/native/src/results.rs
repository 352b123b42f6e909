use crate::{Result, Table};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// What a bench found, in tables and sentences.
#[derive(Debug, Default)]
pub struct Report {
    text: String,
}

impl Report {
    /// Adds a table below its title.
    pub fn table(&mut self, title: &str, table: &Table) {
        self.text += &format!("\n{title}\n\n{}", table.text());
    }

    /// Adds a sentence.
    pub fn say(&mut self, sentence: &str) {
        self.text += &format!("\n{sentence}\n");
    }

    /// Prints the report, keeps it beside what Criterion prints, and writes the figures as one section of `native.json`.
    pub fn write(self, section: &str, figures: Value) -> Result<()> {
        print!("{}", self.text);
        fs::create_dir_all(folder())?;
        fs::write(folder().join(format!("native-{section}.md")), self.text)?;
        let path = folder().join("native.json");
        let mut results: Map<String, Value> = match fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text)?,
            Err(_) => Map::new(),
        };
        results.insert("machine".into(), machine());
        results.insert(section.into(), figures);
        fs::write(&path, serde_json::to_string_pretty(&results)? + "\n")?;
        Ok(())
    }
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
