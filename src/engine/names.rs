use crate::snapshot::Snapshot;
use foldhash::fast::FixedState;
use std::collections::HashMap;

/// The names in a snapshot, for hosts that ask by name natively.
#[derive(Debug)]
pub(crate) struct Names {
    pub(crate) flags: Numbers,
    pub(crate) keys: Vec<Box<str>>,
    /// Symbol numbers, from 1.
    pub(crate) symbols: Numbers,
    pub(crate) attributes: Vec<Attribute>,
}

/// Numbers by name. The names are signed, and asking adds none, so the hash need not withstand whoever asks.
pub(crate) type Numbers = HashMap<Box<str>, u32, FixedState>;

/// Where an attribute is in a context, and what of it is read.
#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) name: Box<str>,
    /// The steps from there.
    pub(crate) steps: Box<[Box<str>]>,
    /// See [`needs`](crate::snapshot::needs).
    pub(crate) needs: u8,
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
        let paths = texts(snapshot.attributes(), '\0');
        let attribute = |(path, needs): (Box<str>, &u8)| {
            let mut steps = path.split('\u{1f}').map(Box::from);
            Attribute {
                name: steps.next().unwrap_or_default(),
                steps: steps.collect(),
                needs: *needs,
            }
        };
        Self {
            flags: keys.iter().cloned().zip(0..).collect(),
            symbols: symbols.into_iter().zip(1..).collect(),
            attributes: paths.into_iter().zip(snapshot.needs()).map(attribute).collect(),
            keys,
        }
    }
}
