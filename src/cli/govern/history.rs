//! The audit log of a project, for those who only read it.

use crate::failure::{Failure, Outcome};
use crate::file;
use crate::report::Reporter;
use std::fs;
use std::io;
use std::path::Path;
use tidegate::delivery::audit::Chain;

const FOLDER: &str = "audit";

/// More than a year of a busy team.
const MOST_BYTES: u64 = 256 << 20;

/// All entries that can be read. What is wrong with the others is for `tidegate audit verify`: here it is only said that
/// something is.
pub(super) fn read(project: &Path, reporter: &Reporter) -> Outcome<Chain> {
    let folder = project.join(FOLDER);
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Chain::default()),
        found => found.map_err(|error| Failure::file("read", &folder, &error))?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| Failure::file("read", &folder, &error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".jsonl") {
            files.push((name, file::read(&entry.path(), MOST_BYTES)?));
        }
    }
    files.sort();
    let (chain, faults) = Chain::read(&files);
    if let Some(fault) = faults.first() {
        let message = format!("the audit log is damaged, `tidegate audit verify` tells how: {fault}");
        reporter.warn(&Failure::new("audit-damaged", message));
    }
    Ok(chain)
}
