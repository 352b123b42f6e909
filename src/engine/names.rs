use crate::snapshot::Snapshot;
use std::collections::HashMap;

/// The names in a snapshot, for hosts that ask by name natively.
#[derive(Debug)]
pub(crate) struct Names {
    pub(crate) flags: HashMap<Box<str>, u32>,
    pub(crate) keys: Vec<Box<str>>,
    /// Symbol numbers, from 1.
    pub(crate) symbols: HashMap<Box<str>, u32>,
    /// The steps to each attribute.
    pub(crate) attributes: Vec<Vec<Box<str>>>,
}

impl Names {
    pub(crate) fn read(snapshot: &Snapshot) -> Self {
        let texts = |bytes: &[u8], separator: char| -> Vec<Box<str>> {
            let text = String::from_utf8_lossy(bytes);
            if text.is_empty() {
                Vec::new()
            } else {
                text.split(separator).map(Box::from).collect()
            }
        };
        let keys = texts(snapshot.keys(), '\n');
        let mut symbols = texts(snapshot.symbols(), '\0');
        if symbols.is_empty() && snapshot.symbol_count() == 1 {
            symbols.push(Box::from(""));
        }
        let numbered = |texts: &[Box<str>], first: u32| texts.iter().cloned().zip(first..).collect();
        Self {
            flags: numbered(&keys, 0),
            symbols: numbered(&symbols, 1),
            attributes: texts(snapshot.attributes(), '\0')
                .iter()
                .map(|path| path.split('\u{1f}').map(Box::from).collect())
                .collect(),
            keys,
        }
    }
}
