use std::sync::Arc;

use super::SourceFile;
use super::list::resolve;
use crate::model::document::{Kind, Node, parse};

/// The files that segments name with `idsFile` and `digestsFile`, as paths from the project's folder.
///
/// For hosts that read only what a project is made of. Sorted, each once; what leads out of the project is left out, as
/// [`read`](super::read) tells about it.
pub fn lists_named(files: &[SourceFile]) -> Vec<String> {
    let mut named = Vec::new();
    for file in files.iter().filter(|file| file.path.starts_with("segments/")) {
        let path: Arc<str> = file.path.as_str().into();
        let Some(node) = parse(&path, &file.text).0 else {
            continue;
        };
        let hashed = field(&node, "hashed");
        for part in [Some(&node), hashed].into_iter().flatten() {
            for key in ["idsFile", "digestsFile"] {
                if let Some(Kind::Text(written)) = field(part, key).map(|value| &value.kind) {
                    named.extend(resolve(&path, written));
                }
            }
        }
    }
    named.sort_unstable();
    named.dedup();
    named
}

fn field<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    match &node.kind {
        Kind::Mapping(entries) => entries
            .iter()
            .find(|entry| entry.key.value == key)
            .map(|entry| &entry.value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_found_in_both_forms_and_never_outside() {
        let segment = |name: &str, text: &str| SourceFile {
            path: format!("segments/{name}.yaml"),
            text: text.into(),
        };
        let files = [
            segment("plain", "idsFile: plain.ids"),
            segment("hashed", "hashed: { salt: s, digestsFile: ../lists/hashed.txt }"),
            segment("again", "idsFile: ./plain.ids"),
            segment("outside", "idsFile: ../../etc/passwd"),
            segment("broken", "idsFile: ["),
        ];
        assert_eq!(lists_named(&files), ["lists/hashed.txt", "segments/plain.ids"]);
    }
}
