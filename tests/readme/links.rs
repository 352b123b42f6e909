use super::blocks::prose;
use super::root;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders without documents of ours.
const FOREIGN: [&str; 4] = ["node_modules", "target", "dist", ".git"];

fn documents(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = entry.path();
        // A copy that the build lays there for npm.
        if path == root().join("js/README.md") {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            if !FOREIGN.iter().any(|name| entry.file_name() == *name) {
                documents(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
}

#[test]
fn relative_links_in_documents_lead_somewhere() {
    let mut found = Vec::new();
    documents(root(), &mut found);
    let mut followed = 0;
    for document in found {
        let text = prose(&fs::read_to_string(&document).unwrap());
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            // Elsewhere on the web, in the same document, or rustdoc's own.
            if link.contains("://") || link.starts_with('#') || link.contains("::") {
                continue;
            }
            let path = link.split('#').next().unwrap_or_default();
            let target = document.parent().unwrap().join(path);
            assert!(target.exists(), "{}: {link}", document.display());
            followed += 1;
        }
    }
    assert!(followed > 0);
}
