//! A JSON document in the project's folder.

use super::document::{Document, MOST_BYTES};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::SystemTime;

/// Reads a file of the project; unless it says itself up to when it goes, up to when it was written.
pub(super) fn read(folder: &Path, path: &str) -> Result<Document, String> {
    let failed = |error: std::io::Error| format!("cannot read `{path}`: {error}");
    let root = folder.canonicalize().map_err(failed)?;
    let full = root.join(path).canonicalize().map_err(failed)?;
    if !full.starts_with(&root) {
        return Err(format!("`{path}` lies outside of the project"));
    }
    let about = full.metadata().map_err(failed)?;
    // What is not a plain file, such as a pipe, might never end or never begin.
    if !about.is_file() {
        return Err(format!("`{path}` is not a plain file"));
    }
    let mut bytes = Vec::new();
    let most = MOST_BYTES as u64;
    File::open(&full)
        .and_then(|file| file.take(most.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(failed)?;
    if bytes.len() > MOST_BYTES {
        return Err(format!("`{path}` is larger than {MOST_BYTES} bytes"));
    }
    let written = about.modified().ok();
    let since = written.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    let mut document = Document::of(&bytes)?;
    document.until_ms = since.and_then(|since| i64::try_from(since.as_millis()).ok());
    Ok(document)
}
