use super::compression::decompressed;
use super::csv::Header;
use super::error::{Kind, LogError};
use super::line::{Complaint, LINE_BYTES};
use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of lines that are handed out at once.
const BLOCK: usize = 1 << 20;

/// Bytes that are read at once: where a compressed file is damaged, what was read with the damage is lost.
const SIP: usize = 64 << 10;

/// A log that is opened when its turn comes.
pub struct Log {
    name: String,
    open: Box<Opening>,
}

type Opening = dyn FnOnce() -> io::Result<Box<dyn Read + Send>> + Send;

/// Whole lines of one file.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// The file's number.
    pub(super) file: usize,
    /// The number of the first line, from 1.
    pub(super) first_line: u64,
    /// Where the columns are, in a file of comma-separated values.
    pub(super) header: Option<Arc<Header>>,
    pub(super) bytes: Vec<u8>,
    /// What is wrong with lines that are not handed out.
    pub(super) complaints: Vec<(u64, Complaint)>,
}

/// Hands out the lines of many files, one after the other.
pub(super) struct Feed<'f> {
    logs: std::vec::IntoIter<Log>,
    files: usize,
    current: Option<Open>,
    attribute: Option<&'f str>,
    progress: &'f (dyn Fn(u64) + Sync),
}

struct Open {
    file: usize,
    name: String,
    read: Box<dyn Read + Send>,
    raw: Arc<Raw>,
    told: u64,
    /// The number of the next line.
    line: u64,
    /// The beginning of a line whose end was not read yet.
    rest: Vec<u8>,
    csv: bool,
    header: Option<Arc<Header>>,
    /// In the middle of a line that is too long.
    skipping: bool,
}

/// What came of reading a file as it is, before it is decompressed.
#[derive(Debug, Default)]
struct Raw {
    bytes: AtomicU64,
    error: Mutex<Option<io::Error>>,
}

impl Log {
    /// A log by the name that complaints give it, whose ending tells what it is: `.csv`, or lines of JSON; with `.br` behind
    /// it, compressed by brotli. Gzip and Zstandard are known by their first bytes.
    pub fn new(
        name: impl Into<String>,
        open: impl FnOnce() -> io::Result<Box<dyn Read + Send>> + Send + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            open: Box::new(open),
        }
    }

    /// What complaints call it.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl std::fmt::Debug for Log {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Log")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl<'f> Feed<'f> {
    pub(super) fn new(
        logs: Vec<Log>,
        attribute: Option<&'f str>,
        progress: &'f (dyn Fn(u64) + Sync),
    ) -> Self {
        Self {
            logs: logs.into_iter(),
            files: 0,
            current: None,
            attribute,
            progress,
        }
    }

    /// The next lines; nothing when all was handed out.
    pub(super) fn next(&mut self) -> Result<Option<Block>, LogError> {
        loop {
            let mut open = match self.current.take() {
                Some(open) => open,
                None => match self.logs.next() {
                    Some(log) => {
                        self.files += 1;
                        Open::new(log, self.files - 1)?
                    }
                    None => return Ok(None),
                },
            };
            let (block, more) = open.block(self.attribute)?;
            let read = open.raw.bytes.load(Ordering::Relaxed);
            (self.progress)(read - open.told);
            open.told = read;
            if more {
                self.current = Some(open);
            }
            if !block.bytes.is_empty() || !block.complaints.is_empty() {
                return Ok(Some(block));
            }
        }
    }
}

impl Open {
    fn new(log: Log, file: usize) -> Result<Self, LogError> {
        let Log { name, open } = log;
        let raw = Arc::new(Raw::default());
        let counted = |read| Counted {
            read,
            raw: raw.clone(),
        };
        let read = open().and_then(|read| decompressed(&name, Box::new(counted(read))));
        match read {
            Ok(read) => Ok(Self {
                file,
                csv: name
                    .strip_suffix(".br")
                    .or_else(|| plain(&name))
                    .unwrap_or(&name)
                    .ends_with(".csv"),
                name,
                read,
                raw,
                told: 0,
                line: 1,
                rest: Vec::new(),
                header: None,
                skipping: false,
            }),
            Err(error) => Err(Kind::Unreadable { file: name, error }.into()),
        }
    }

    /// The next lines, and whether there may be more.
    fn block(&mut self, attribute: Option<&str>) -> Result<(Block, bool), LogError> {
        let mut block = Block {
            file: self.file,
            bytes: std::mem::take(&mut self.rest),
            ..Block::default()
        };
        let ended = self.fill(&mut block)?;
        if self.line == 1 && block.bytes.starts_with("\u{feff}".as_bytes()) {
            block.bytes.drain(..3);
        }
        if self.skipping {
            match memchr::memchr(b'\n', &block.bytes) {
                Some(end) => {
                    block.bytes.drain(..=end);
                    self.line += 1;
                    self.skipping = false;
                }
                None => block.bytes.clear(),
            }
        }
        if !ended {
            match memchr::memrchr(b'\n', &block.bytes) {
                Some(end) => self.rest = block.bytes.split_off(end + 1),
                None if block.bytes.len() > LINE_BYTES => {
                    block.complaints.push((self.line, too_long()));
                    block.bytes.clear();
                    self.skipping = true;
                }
                None => self.rest = std::mem::take(&mut block.bytes),
            }
        }
        if self.csv && self.header.is_none() && !block.bytes.is_empty() {
            self.read_header(&mut block.bytes, attribute)?;
        }
        block.header.clone_from(&self.header);
        block.first_line = self.line;
        self.line += memchr::memchr_iter(b'\n', &block.bytes).count() as u64;
        Ok((block, !ended))
    }

    /// Reads on. True at the file's end, also where that comes too soon.
    fn fill(&mut self, block: &mut Block) -> Result<bool, LogError> {
        let mut length = block.bytes.len();
        let goal = length + BLOCK;
        block.bytes.resize(goal, 0);
        while length < goal {
            let end = goal.min(length + SIP);
            match self
                .read
                .read(block.bytes.get_mut(length..end).unwrap_or_default())
            {
                Ok(0) => {
                    block.bytes.truncate(length);
                    return Ok(true);
                }
                Ok(count) => length += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let raw = self
                        .raw
                        .error
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .take();
                    if let Some(error) = raw {
                        let file = self.name.clone();
                        return Err(Kind::Unreadable { file, error }.into());
                    }
                    // What was decompressed counts, up to the last whole line.
                    let whole = memchr::memrchr(b'\n', block.bytes.get(..length).unwrap_or_default());
                    block.bytes.truncate(whole.map_or(0, |end| end + 1));
                    let lines = memchr::memchr_iter(b'\n', &block.bytes).count() as u64;
                    let message = format!("the compressed file is damaged, or ends too soon: {error}");
                    block.complaints.push((self.line + lines, message.into()));
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn read_header(&mut self, bytes: &mut Vec<u8>, attribute: Option<&str>) -> Result<(), LogError> {
        let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
        let line: Vec<u8> = bytes.drain(..bytes.len().min(end + 1)).collect();
        self.line += 1;
        match Header::read(line.trim_ascii_end(), attribute) {
            Ok(header) => self.header = Some(Arc::new(header)),
            Err(complaint) => {
                let error = io::Error::new(io::ErrorKind::InvalidData, complaint.into_owned());
                let file = self.name.clone();
                return Err(Kind::Unreadable { file, error }.into());
            }
        }
        Ok(())
    }
}

pub(super) fn too_long() -> Complaint {
    format!("the line has more than {LINE_BYTES} bytes").into()
}

/// A name without the ending of a compression that is known by its mark.
fn plain(name: &str) -> Option<&str> {
    [".gz", ".zst", ".zstd"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
}

/// Counts what is read, and keeps what goes wrong apart from what is wrong with the compression.
struct Counted {
    read: Box<dyn Read + Send>,
    raw: Arc<Raw>,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.read.read(into);
        match &read {
            Ok(count) => {
                self.raw.bytes.fetch_add(*count as u64, Ordering::Relaxed);
            }
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                let kept = io::Error::new(error.kind(), error.to_string());
                *self.raw.error.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
            }
            Err(_) => {}
        }
        read
    }
}
