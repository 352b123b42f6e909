//! Roots at hand, as files.

use crate::failure::{Failure, Outcome};
use crate::input::file;
use crate::layout;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tidegate::trust::{Document, Kind, Root};

/// Reads roots by version: files, or all of a folder that are named `….root`.
pub(crate) fn read(places: &[PathBuf]) -> Outcome<BTreeMap<u64, Vec<u8>>> {
    let mut roots = BTreeMap::new();
    for place in places {
        for path in files(place)? {
            let bytes = file::read(&path, layout::DOCUMENT_BYTES)?;
            let version = decode(&path, &bytes)?.version;
            if let Some(other) = roots.insert(version, bytes.clone())
                && other != bytes
            {
                let message = format!(
                    "`{}` is another root {version} than one before it",
                    path.display()
                );
                return Err(Failure::new("ROOT_CONFLICT", message).about(&path));
            }
        }
    }
    Ok(roots)
}

/// The content of a root's file; who signed it is not looked at.
pub(crate) fn decode(path: &Path, bytes: &[u8]) -> Outcome<Root> {
    let refused = |error: tidegate::Error| {
        Failure::new(error.code(), format!("`{}`: {error}", path.display())).about(path)
    };
    let documents = Document::all(bytes).map_err(refused)?;
    match documents.as_slice() {
        [document] if document.kind() == Some(Kind::Root) => {
            Root::decode(document.payload()).map_err(refused)
        }
        _ => {
            let message = format!("`{}` is not a root", path.display());
            Err(Failure::new("PAYLOAD_TYPE_UNEXPECTED", message).about(path))
        }
    }
}

fn files(place: &Path) -> Outcome<Vec<PathBuf>> {
    if !place.is_dir() {
        return Ok(vec![place.to_path_buf()]);
    }
    let failed = |error: std::io::Error| Failure::file("read", place, &error);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(place).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|ending| ending == "root") {
            files.push(path);
        }
    }
    if files.is_empty() {
        let message = format!("there is no `….root` in `{}`", place.display());
        return Err(Failure::new("cannot-read", message).about(place));
    }
    Ok(files)
}
