use arbitrary::Arbitrary;

/// A snapshot's payload, its records taken out: see the layout in `src/snapshot/mod.rs`.
#[derive(Debug, Clone)]
pub(super) struct Parts {
    front: Vec<u8>,
    /// Resources, segments and flags.
    pub(super) records: [Vec<Vec<u8>>; 3],
}

/// Where the flags stand among the records.
pub(super) const FLAGS: usize = 2;

/// A change to one record.
#[derive(Debug, Clone, Copy, Arbitrary)]
pub(super) enum Damage {
    Set { place: u16, byte: u8 },
    Flip { place: u16, bit: u8 },
    Word { place: u16, word: u32 },
    Remove { place: u16, length: u8 },
    Repeat { place: u16, length: u8 },
    Cut { place: u16 },
}

impl Parts {
    /// Takes a sound payload apart.
    pub(super) fn read(payload: &[u8]) -> Self {
        let mut at = 2;
        for _ in 0..5 {
            at += 4 + word(payload, at);
        }
        let front = payload[..at].to_vec();
        let records = [(); 3].map(|()| {
            let count = word(payload, at);
            let bytes = at + 4 + 4 * count + 4;
            let end = |record: usize| bytes + word(payload, at + 4 + 4 * record);
            let starts = (0..count).map(|record| if record == 0 { bytes } else { end(record - 1) });
            let found: Vec<Vec<u8>> = starts
                .zip(0..)
                .map(|(start, record)| payload[start..end(record)].to_vec())
                .collect();
            at = bytes + word(payload, bytes - 4);
            found
        });
        assert_eq!(at, payload.len());
        Self { front, records }
    }

    /// Puts the payload together again.
    pub(super) fn write(&self) -> Vec<u8> {
        let mut payload = self.front.clone();
        for records in &self.records {
            payload.extend((records.len() as u32).to_le_bytes());
            let mut end = 0;
            for record in records {
                end += record.len() as u32;
                payload.extend(end.to_le_bytes());
            }
            payload.extend(end.to_le_bytes());
            payload.extend(records.iter().flatten());
        }
        payload
    }
}

fn word(payload: &[u8], at: usize) -> usize {
    let bytes = payload[at..at + 4].try_into().expect("four bytes are four");
    u32::from_le_bytes(bytes) as usize
}

impl Damage {
    pub(super) fn apply(self, record: &mut Vec<u8>) {
        let length = record.len();
        let at = |place: u16| usize::from(place) % length.max(1);
        let span = |place: u16, span: u8| at(place)..(at(place) + usize::from(span) + 1).min(length);
        match self {
            Self::Set { place, byte } => record
                .iter_mut()
                .skip(at(place))
                .take(1)
                .for_each(|old| *old = byte),
            Self::Flip { place, bit } => {
                record
                    .iter_mut()
                    .skip(at(place))
                    .take(1)
                    .for_each(|old| *old ^= 1 << (bit % 8));
            }
            Self::Word { place, word } => {
                let bytes = word.to_le_bytes();
                record
                    .iter_mut()
                    .skip(at(place))
                    .zip(bytes)
                    .for_each(|(old, new)| *old = new);
            }
            Self::Remove { place, length } => drop(record.drain(span(place, length))),
            Self::Repeat { place, length } => {
                let again = record[span(place, length)].to_vec();
                let place = at(place);
                record.splice(place..place, again);
            }
            Self::Cut { place } => record.truncate(at(place)),
        }
    }
}
