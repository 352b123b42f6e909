//! People from a file of contexts: where they stand is noted once, and they are read a few at a time.

mod wrong;

use crate::failure::{Failure, Outcome};
use crate::input::context::{self, LARGEST_CONTEXT};
use csv::{ByteRecord, ReaderBuilder};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tidegate::delivery::simulate::{Crowd, PIECE};
use tidegate::model::{Diagnostic, Place};
use tidegate::{Context, Value};

pub(crate) use wrong::Wrong;

/// The contexts of a file.
#[derive(Debug)]
pub(crate) struct Listed {
    path: PathBuf,
    file: Mutex<File>,
    columns: Option<Vec<Column>>,
    /// Where every [`PIECE`]th person stands, and where the file ends.
    marks: Vec<Mark>,
    size: u64,
}

/// A column of CSV.
#[derive(Debug)]
struct Column {
    attribute: String,
    kind: Kind,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    Number,
    Boolean,
}

#[derive(Debug, Clone, Copy)]
struct Mark {
    byte: u64,
    line: u64,
}

const CHUNK: usize = 256 << 10;

impl Listed {
    /// Notes where people stand: in CSV where the file's name says so, else one JSON object a line.
    pub(crate) fn open(path: &Path) -> Outcome<Self> {
        let failed = |error: io::Error| Failure::file("read", path, &error);
        let file = File::open(path).map_err(failed)?;
        if file.metadata().map_err(failed)?.is_dir() {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        let is_csv = path.extension().is_some_and(|ending| ending == "csv");
        let mut listed = Self {
            path: path.to_path_buf(),
            file: Mutex::new(file.try_clone().map_err(failed)?),
            columns: None,
            marks: Vec::new(),
            size: 0,
        };
        match is_csv {
            true => listed.note_records(file)?,
            false => listed.note_lines(file)?,
        }
        Ok(listed)
    }

    fn note_lines(&mut self, file: File) -> Outcome {
        let mut input = BufReader::with_capacity(CHUNK, file);
        let mut text = Vec::new();
        let mut at = Mark { byte: 0, line: 1 };
        loop {
            text.clear();
            let mut limited = input.by_ref().take(LARGEST_CONTEXT + 1);
            let length = limited.read_until(b'\n', &mut text);
            let length = length.map_err(|error| Failure::file("read", &self.path, &error))? as u64;
            if length == 0 {
                break;
            }
            if length > LARGEST_CONTEXT {
                let name = self.path.display();
                let message = format!(
                    "{name}:{}: the line is longer than {LARGEST_CONTEXT} bytes",
                    at.line
                );
                return Err(Failure::new("context-too-large", message));
            }
            if !is_blank(&text) {
                self.note(at);
            }
            at.byte += length;
            at.line += 1;
        }
        self.marks.push(at);
        Ok(())
    }

    fn note_records(&mut self, file: File) -> Outcome {
        let mut reader = ReaderBuilder::new().buffer_capacity(CHUNK).from_reader(file);
        let headers = reader.headers().map_err(|error| self.refused(&error))?;
        self.columns = Some(headers.iter().map(Column::of).collect());
        let mut record = ByteRecord::new();
        loop {
            let at = reader.position().clone();
            let more = reader.read_byte_record(&mut record);
            if !more.map_err(|error| self.refused(&error))? {
                break;
            }
            self.note(Mark {
                byte: at.byte(),
                line: at.line(),
            });
        }
        self.marks.push(Mark {
            byte: reader.position().byte(),
            line: reader.position().line(),
        });
        Ok(())
    }

    fn note(&mut self, at: Mark) {
        if self.size.is_multiple_of(PIECE) {
            self.marks.push(at);
        }
        self.size += 1;
    }

    /// The bytes between two marks.
    fn bytes(&self, from: Mark, to: Mark) -> Outcome<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(to.byte.saturating_sub(from.byte)).unwrap_or(0)];
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(from.byte))
            .and_then(|_| file.read_exact(&mut bytes))
            .map_err(|error| Failure::file("read", &self.path, &error))?;
        Ok(bytes)
    }

    fn refused(&self, error: &csv::Error) -> Failure {
        let message = format!("{}: not a table of contexts: {error}", self.path.display());
        Failure::new("context-invalid", message).about(&self.path)
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn lines(&self, bytes: &[u8], from: Mark, each: &mut dyn FnMut(&Context)) -> Result<(), Wrong> {
        let name = self.name();
        for (line, text) in (from.line as usize..).zip(bytes.split(|byte| *byte == b'\n')) {
            if is_blank(text) {
                continue;
            }
            let text = unmarked(text);
            let context = context::read(text, &name, line);
            each(&context.map_err(|problem| Wrong::Line(problem, text.trim_ascii_end().to_vec()))?);
        }
        Ok(())
    }

    fn records(
        &self,
        columns: &[Column],
        bytes: &[u8],
        from: Mark,
        each: &mut dyn FnMut(&Context),
    ) -> Result<(), Wrong> {
        let mut reader = ReaderBuilder::new().has_headers(false).from_reader(bytes);
        let mut record = ByteRecord::new();
        loop {
            let line = from.line + reader.position().line().saturating_sub(1);
            match reader.read_byte_record(&mut record) {
                Ok(false) => return Ok(()),
                Ok(true) => {}
                Err(error) => return Err(Wrong::Failed(self.refused(&error))),
            }
            let cells = columns.iter().zip(&record).filter(|(_, cell)| !cell.is_empty());
            let attributes = cells.map(|(column, cell)| {
                let value = column
                    .value(cell)
                    .ok_or_else(|| self.wrong_cell(column, cell, line))?;
                Ok((column.attribute.clone(), value))
            });
            each(&attributes.collect::<Result<Context, Wrong>>()?);
        }
    }

    fn wrong_cell(&self, column: &Column, cell: &[u8], line: u64) -> Wrong {
        let place = Place {
            file: self.name().into(),
            line: line as usize,
            column: 1,
            ..Place::default()
        };
        let message = format!(
            "not a context: `{}` is {} in the column `{}`",
            String::from_utf8_lossy(cell).escape_debug(),
            match column.kind {
                Kind::Text => "not UTF-8",
                Kind::Number => "not a number",
                Kind::Boolean => "neither `true` nor `false`",
            },
            column.attribute.escape_debug()
        );
        Wrong::Line(
            Box::new(Diagnostic::error("context-invalid", &place, message)),
            Vec::new(),
        )
    }
}

impl Crowd for Listed {
    type Failure = Wrong;

    fn size(&self) -> u64 {
        self.size
    }

    fn meet(&self, people: Range<u64>, each: &mut dyn FnMut(u64, &Context)) -> Result<(), Wrong> {
        let first = people.start / PIECE;
        let marks = self.marks.iter().zip(self.marks.iter().skip(1));
        let mut number = first * PIECE;
        for (from, to) in marks.skip(first as usize) {
            if number >= people.end {
                break;
            }
            let bytes = self.bytes(*from, *to).map_err(Wrong::Failed)?;
            let mut shown = |context: &Context| {
                if people.contains(&number) {
                    each(number, context);
                }
                number += 1;
            };
            match &self.columns {
                Some(columns) => self.records(columns, &bytes, *from, &mut shown)?,
                None => self.lines(&bytes, *from, &mut shown)?,
            }
        }
        Ok(())
    }
}

impl Column {
    /// `age:number` and `staff:boolean` say what is in the column; other columns are text.
    fn of(header: &str) -> Self {
        let typed = [(":number", Kind::Number), (":boolean", Kind::Boolean)];
        let found = typed
            .into_iter()
            .find_map(|(ending, kind)| Some((header.strip_suffix(ending)?, kind)));
        let (attribute, kind) = found.unwrap_or((header, Kind::Text));
        Self {
            attribute: attribute.to_owned(),
            kind,
        }
    }

    fn value(&self, cell: &[u8]) -> Option<Value> {
        let text = std::str::from_utf8(cell).ok()?;
        match self.kind {
            Kind::Text => Some(Value::Text(text.to_owned())),
            Kind::Number => text.parse().ok().map(Value::Number),
            Kind::Boolean => text.parse().ok().map(Value::Boolean),
        }
    }
}

fn is_blank(line: &[u8]) -> bool {
    unmarked(line).trim_ascii().is_empty()
}

/// A line without the byte order mark that a file may begin with.
fn unmarked(line: &[u8]) -> &[u8] {
    line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line)
}
