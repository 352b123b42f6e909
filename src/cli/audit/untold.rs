//! Snapshots that were put in force from a copy of a project and that its log does not tell of yet: lines in the lock's own
//! file, which no other copy has. By them whoever was interrupted knows what they did themselves.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use tidegate::delivery::audit::{Entry, InScope};

/// More than was ever left untold.
const MOST_BYTES: u64 = 1 << 20;

/// The digests that are noted; a line that was cut off is none.
pub(super) fn read(mut file: &File) -> io::Result<BTreeSet<String>> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.take(MOST_BYTES).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let is_digest = |line: &&str| line.len() == 128 && line.bytes().all(|byte| byte.is_ascii_hexdigit());
    Ok(text.lines().filter(is_digest).map(str::to_owned).collect())
}

/// Adds a digest.
pub(super) fn add(mut file: &File, digest: &str) -> io::Result<()> {
    file.seek(SeekFrom::End(0))?;
    // Behind a line that was cut off as well.
    file.write_all(format!("\n{digest}\n").as_bytes())?;
    file.sync_data()
}

/// Takes away what an entry tells of.
pub(super) fn told(mut file: &File, entry: &Entry) -> io::Result<()> {
    let noted = read(file)?;
    let told: BTreeSet<&str> = entry.scopes().filter_map(InScope::digest).collect();
    if noted.iter().all(|digest| !told.contains(digest.as_str())) {
        return Ok(());
    }
    let left = noted.iter().filter(|digest| !told.contains(digest.as_str()));
    let left: String = left.map(|digest| format!("{digest}\n")).collect();
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(left.as_bytes())
}
