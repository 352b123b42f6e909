//! What the fuzzers run: see README.md.

pub mod targets;

use std::{env, fs, path::Path};

/// The repository's top folder.
pub(crate) const TOP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Writes a target's seeds into the folder that the environment names, before the fuzzer reads it.
pub fn write_seeds(target: &str) {
    let Some(folder) = env::var_os("TIDEGATE_FUZZ_SEEDS") else {
        return;
    };
    for (_, name, bytes) in targets::seeds().into_iter().filter(|seed| seed.0 == target) {
        fs::write(Path::new(&folder).join(name), bytes).expect("the folder for the seeds is there");
    }
}
