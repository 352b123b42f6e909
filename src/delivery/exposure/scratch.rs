use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, PoisonError};

/// Into so many parts records are dealt, by what their units hash to.
pub(super) const PARTS: usize = 256;
/// Bytes of a part that are written at once.
const CHUNK: usize = 32 << 10;

/// What is joined to each other later: who got a variant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Exposed {
    pub(super) unit: u128,
    pub(super) time_ms: i64,
    pub(super) group: u32,
    /// 0 for none.
    pub(super) segment: u32,
}

/// And what they did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Happened {
    pub(super) unit: u128,
    pub(super) time_ms: i64,
    pub(super) value: f64,
    /// Tells events apart that are alike; 0 for none.
    pub(super) id: u64,
    pub(super) event: u16,
}

/// Records on their way through one file, in chunks that belong to a part each.
#[derive(Debug)]
pub(super) struct Scratch<S> {
    file: Mutex<Chunks<S>>,
}

#[derive(Debug)]
struct Chunks<S> {
    file: S,
    end: u64,
    /// Offset and length of each chunk, by part.
    parts: Vec<Vec<(u64, usize)>>,
}

/// What one thread has to write.
#[derive(Debug)]
pub(super) struct Writer<'s, S> {
    scratch: &'s Scratch<S>,
    parts: Vec<Vec<u8>>,
}

const EXPOSED: u8 = 0;
const HAPPENED: u8 = 1;
const HAPPENED_WITH_ID: u8 = 2;

impl<S: Read + Write + Seek> Scratch<S> {
    pub(super) fn new(file: S) -> Self {
        Self {
            file: Mutex::new(Chunks {
                file,
                end: 0,
                parts: vec![Vec::new(); PARTS],
            }),
        }
    }

    pub(super) fn writer(&self) -> Writer<'_, S> {
        Writer {
            scratch: self,
            parts: vec![Vec::new(); PARTS],
        }
    }

    /// How many bytes a part has.
    pub(super) fn length(&self, part: usize) -> usize {
        let chunks = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        chunks
            .parts
            .get(part)
            .map_or(0, |chunks| chunks.iter().map(|(_, length)| length).sum())
    }

    /// Reads all records of a part, in any order.
    pub(super) fn read(&self, part: usize, mut take: impl FnMut(Record) -> io::Result<()>) -> io::Result<()> {
        let mut bytes = Vec::new();
        for number in 0.. {
            {
                let mut chunks = self.file.lock().unwrap_or_else(PoisonError::into_inner);
                let found = chunks.parts.get(part).and_then(|chunks| chunks.get(number));
                let Some((offset, length)) = found.copied() else {
                    break;
                };
                bytes.resize(length, 0);
                chunks.file.seek(SeekFrom::Start(offset))?;
                chunks.file.read_exact(&mut bytes)?;
            }
            let mut rest = bytes.as_slice();
            while !rest.is_empty() {
                take(Record::read(&mut rest).ok_or(io::ErrorKind::InvalidData)?)?;
            }
        }
        Ok(())
    }

    fn append(&self, part: usize, bytes: &[u8]) -> io::Result<()> {
        let mut chunks = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let end = chunks.end;
        chunks.file.seek(SeekFrom::Start(end))?;
        chunks.file.write_all(bytes)?;
        chunks.end += bytes.len() as u64;
        if let Some(chunks) = chunks.parts.get_mut(part) {
            chunks.push((end, bytes.len()));
        }
        Ok(())
    }
}

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Record {
    Exposed(Exposed),
    Happened(Happened),
}

impl Record {
    fn read(rest: &mut &[u8]) -> Option<Self> {
        let [kind] = take(rest)?;
        let unit = u128::from_le_bytes(take(rest)?);
        let time_ms = i64::from_le_bytes(take(rest)?);
        if kind == EXPOSED {
            return Some(Self::Exposed(Exposed {
                unit,
                time_ms,
                group: u32::from_le_bytes(take(rest)?),
                segment: u32::from_le_bytes(take(rest)?),
            }));
        }
        Some(Self::Happened(Happened {
            unit,
            time_ms,
            event: u16::from_le_bytes(take(rest)?),
            value: f64::from_le_bytes(take(rest)?),
            id: match kind {
                HAPPENED_WITH_ID => u64::from_le_bytes(take(rest)?),
                _ => 0,
            },
        }))
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, behind) = rest.split_first_chunk::<N>()?;
    *rest = behind;
    Some(*first)
}

impl<S: Read + Write + Seek> Writer<'_, S> {
    pub(super) fn exposed(&mut self, record: &Exposed) -> io::Result<()> {
        self.write(record.unit, |bytes| {
            bytes.push(EXPOSED);
            bytes.extend_from_slice(&record.unit.to_le_bytes());
            bytes.extend_from_slice(&record.time_ms.to_le_bytes());
            bytes.extend_from_slice(&record.group.to_le_bytes());
            bytes.extend_from_slice(&record.segment.to_le_bytes());
        })
    }

    pub(super) fn happened(&mut self, record: &Happened) -> io::Result<()> {
        self.write(record.unit, |bytes| {
            bytes.push(if record.id == 0 {
                HAPPENED
            } else {
                HAPPENED_WITH_ID
            });
            bytes.extend_from_slice(&record.unit.to_le_bytes());
            bytes.extend_from_slice(&record.time_ms.to_le_bytes());
            bytes.extend_from_slice(&record.event.to_le_bytes());
            bytes.extend_from_slice(&record.value.to_le_bytes());
            if record.id != 0 {
                bytes.extend_from_slice(&record.id.to_le_bytes());
            }
        })
    }

    /// Writes what is left.
    pub(super) fn finish(mut self) -> io::Result<()> {
        for (part, bytes) in self.parts.iter_mut().enumerate() {
            if !bytes.is_empty() {
                self.scratch.append(part, bytes)?;
            }
        }
        Ok(())
    }

    fn write(&mut self, unit: u128, write: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        let part = (unit >> 120) as usize;
        let Some(bytes) = self.parts.get_mut(part) else {
            return Ok(());
        };
        if bytes.capacity() == 0 {
            bytes.reserve_exact(CHUNK + 64);
        }
        write(bytes);
        if bytes.len() >= CHUNK {
            self.scratch.append(part, bytes)?;
            bytes.clear();
        }
        Ok(())
    }
}
