use crate::model::Path;
use crate::snapshot::RecordsEncoder;
use std::collections::HashMap;

/// What all records of a snapshot share, each thing once.
#[derive(Debug, Default)]
pub(super) struct Interned {
    pub(super) attributes: Attributes,
    pub(super) symbols: Symbols,
    pub(super) resources: Resources,
}

/// The attributes that a snapshot reads, and what as.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    numbers: HashMap<Path, u16>,
    paths: Vec<(Path, u8)>,
}

impl Attributes {
    /// The number of an attribute, adding what it is read as.
    pub(super) fn number(&mut self, path: &Path, needs: u8) -> u16 {
        let number = *self.numbers.entry(path.clone()).or_insert_with(|| {
            self.paths.push((path.clone(), 0));
            // More than fit are refused before anything is written.
            (self.paths.len() - 1).min(usize::from(u16::MAX)) as u16
        });
        if let Some((_, known)) = self.paths.get_mut(usize::from(number)) {
            *known |= needs;
        }
        number
    }

    pub(super) fn len(&self) -> usize {
        self.paths.len()
    }

    pub(super) fn needs(&self) -> Vec<u8> {
        self.paths.iter().map(|(_, needs)| *needs).collect()
    }

    pub(super) fn paths(&self) -> Vec<String> {
        self.paths.iter().map(|(path, _)| path.join("\u{1f}")).collect()
    }
}

/// The strings that a snapshot only compares with.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    numbers: HashMap<String, u32>,
    texts: Vec<String>,
}

impl Symbols {
    /// The number of a string, from 1.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        self.texts.push(text.into());
        let number = self.texts.len() as u32;
        self.numbers.insert(text.into(), number);
        number
    }

    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    pub(super) fn texts(self) -> Vec<String> {
        self.texts
    }
}

/// Tables that conditions refer to.
#[derive(Debug, Default)]
pub(super) struct Resources {
    numbers: HashMap<Vec<u8>, u32>,
    records: RecordsEncoder,
}

impl Resources {
    /// The number of a table.
    pub(super) fn number(&mut self, bytes: &[u8]) -> u32 {
        if let Some(number) = self.numbers.get(bytes) {
            return *number;
        }
        let number = self.records.push(bytes);
        self.numbers.insert(bytes.to_vec(), number);
        number
    }

    pub(super) fn records(self) -> RecordsEncoder {
        self.records
    }
}
