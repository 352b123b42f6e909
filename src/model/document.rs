//! YAML or JSON text as a tree that knows where everything stands.

mod source;

use std::collections::HashMap;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span};

use self::source::Source;
use super::diagnostic::{Diagnostic, Place, Spanned, quote};
use super::number::Number;

/// The largest file that is read, in bytes.
pub(super) const LARGEST_FILE: usize = 4 * 1_024 * 1_024;
/// How deep lists and mappings may stand in each other.
pub(super) const DEEPEST: usize = 64;
const TOO_DEEP: &str = "lists and mappings stand more than 64 deep";
/// How many values a file may hold.
pub(super) const MOST_NODES: usize = 200_000;

/// A value and the place where it was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// A scalar's whole text; a list's or mapping's first line.
    pub(super) place: Place,
    pub(super) kind: Kind,
}

/// The values of the YAML 1.2 core schema.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Null,
    Boolean(bool),
    Number(Number),
    Text(String),
    Sequence(Vec<Node>),
    /// In the order of the file, each key once.
    Mapping(Vec<Entry>),
}

/// A key, as text, and its value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) key: Spanned<String>,
    pub(super) value: Node,
}

/// Reads one file; an empty one is null.
///
/// There is no tree where the text cannot be read, is too large or too deep, or uses anchors, aliases, tags or several
/// documents; a duplicate key is told and left out.
pub(super) fn parse(file: &Arc<str>, text: &str) -> (Option<Node>, Vec<Diagnostic>) {
    let source = Source::new(file, text);
    let mut diagnostics = Vec::new();
    let root = match source.refusal() {
        Some(refusal) => {
            diagnostics.push(refusal);
            None
        }
        None => Builder {
            source: &source,
            diagnostics: &mut diagnostics,
            stack: Vec::new(),
            nodes: 0,
            sound: true,
        }
        .build(),
    };
    (root, diagnostics)
}

/// A list or mapping that is still open.
enum Open {
    Sequence {
        place: Place,
        items: Vec<Node>,
    },
    Mapping {
        place: Place,
        entries: Vec<Entry>,
        seen: HashMap<String, (usize, usize)>,
        key: Pending,
    },
}

/// What stands before the next value of a mapping.
enum Pending {
    Nothing,
    Key(Spanned<String>),
    /// The key was there before: its value is dropped.
    Duplicate,
}

/// Why reading stops.
struct Stop;

struct Builder<'s, 't> {
    source: &'s Source<'t>,
    diagnostics: &'s mut Vec<Diagnostic>,
    stack: Vec<Open>,
    nodes: usize,
    sound: bool,
}

impl Builder<'_, '_> {
    fn build(mut self) -> Option<Node> {
        let mut root = None;
        let mut documents = 0;
        let mut parser = Parser::new_from_str(self.source.scanned());
        while let Some(event) = parser.next_event() {
            let (event, span) = match event {
                Ok(pair) => pair,
                Err(error) => {
                    self.refuse_scan(&error);
                    return None;
                }
            };
            if matches!(event, Event::DocumentStart(_)) {
                documents += 1;
                if documents > 1 {
                    let place = self.source.scalar(&span);
                    self.refuse(
                        "multiple-documents",
                        &place,
                        "a file holds one document, found a second",
                    );
                    return None;
                }
            }
            match self.take(event, &span) {
                Ok(None) => {}
                Ok(Some(node)) => root = Some(node),
                Err(Stop) => return None,
            }
        }
        let nothing = || Node {
            place: self.source.start(),
            kind: Kind::Null,
        };
        self.sound.then(|| root.unwrap_or_else(nothing))
    }

    /// Takes one event and gives the root once it is complete.
    fn take(&mut self, event: Event<'_>, span: &Span) -> Result<Option<Node>, Stop> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let absent = text.is_empty() && style == ScalarStyle::Plain;
                let place = if absent {
                    self.source.point(&span.start)
                } else {
                    self.source.scalar(span)
                };
                self.check(anchor, tag.is_some(), &place);
                self.count(&place)?;
                if let Some(Open::Mapping {
                    seen,
                    key: key @ Pending::Nothing,
                    ..
                }) = self.stack.last_mut()
                {
                    let text = text.into_owned();
                    *key = match seen.get(&text) {
                        None => {
                            seen.insert(text.clone(), (place.line, place.column));
                            Pending::Key(Spanned::new(text, place))
                        }
                        Some(&(line, column)) => {
                            let key = quote(&text);
                            let message = format!(
                                "duplicate key `{key}`, first written on line {line}, column {column}"
                            );
                            self.diagnostics
                                .push(Diagnostic::error("duplicate-key", &place, message));
                            Pending::Duplicate
                        }
                    };
                    return Ok(None);
                }
                let kind = if style == ScalarStyle::Plain {
                    plain(&text)
                } else {
                    Kind::Text(text.into_owned())
                };
                Ok(self.add(Node { place, kind }))
            }
            Event::Alias(_) => {
                let place = self.source.scalar(span);
                self.refuse(
                    "alias",
                    &place,
                    "aliases are not part of the language, write the value itself",
                );
                self.count(&place)?;
                if let Some(Open::Mapping {
                    key: key @ Pending::Nothing,
                    ..
                }) = self.stack.last_mut()
                {
                    *key = Pending::Duplicate;
                    return Ok(None);
                }
                Ok(self.add(Node {
                    place,
                    kind: Kind::Null,
                }))
            }
            Event::SequenceStart(anchor, tag) => {
                let place = self.open(anchor, tag.is_some(), span)?;
                self.stack.push(Open::Sequence {
                    place,
                    items: Vec::new(),
                });
                Ok(None)
            }
            Event::MappingStart(anchor, tag) => {
                let place = self.open(anchor, tag.is_some(), span)?;
                let (entries, seen) = (Vec::new(), HashMap::new());
                self.stack.push(Open::Mapping {
                    place,
                    entries,
                    seen,
                    key: Pending::Nothing,
                });
                Ok(None)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let (place, kind) = match self.stack.pop() {
                    Some(Open::Sequence { place, items }) => (place, Kind::Sequence(items)),
                    Some(Open::Mapping { place, entries, .. }) => (place, Kind::Mapping(entries)),
                    None => return Err(Stop),
                };
                let place = self.source.collection(place, &span.end);
                Ok(self.add(Node { place, kind }))
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(None),
        }
    }

    /// Puts a complete value where it belongs; the root is handed back.
    fn add(&mut self, node: Node) -> Option<Node> {
        match self.stack.last_mut() {
            None => return Some(node),
            Some(Open::Sequence { items, .. }) => items.push(node),
            Some(Open::Mapping { entries, key, .. }) => {
                if let Pending::Key(key) = std::mem::replace(key, Pending::Nothing) {
                    entries.push(Entry { key, value: node });
                }
            }
        }
        None
    }

    fn open(&mut self, anchor: usize, tagged: bool, span: &Span) -> Result<Place, Stop> {
        let place = self.source.point(&span.start);
        self.check(anchor, tagged, &place);
        self.count(&place)?;
        if self.stack.len() >= DEEPEST {
            self.refuse("too-deep", &place, TOO_DEEP);
            return Err(Stop);
        }
        if matches!(
            self.stack.last(),
            Some(Open::Mapping {
                key: Pending::Nothing,
                ..
            })
        ) {
            self.refuse(
                "syntax",
                &place,
                "expected a string as key, found a list or mapping",
            );
            return Err(Stop);
        }
        Ok(place)
    }

    fn check(&mut self, anchor: usize, tagged: bool, place: &Place) {
        if anchor != 0 {
            self.refuse(
                "anchor",
                place,
                "anchors are not part of the language, write the value where it is used",
            );
        }
        if tagged {
            let message = "tags are not part of the language";
            let help = "put a string that begins with `!` in quotes";
            self.sound = false;
            self.diagnostics
                .push(Diagnostic::error("tag", place, message).with_help(help));
        }
    }

    fn refuse_scan(&mut self, error: &ScanError) {
        let place = self.source.error(error.marker());
        if error.info() == "recursion limit exceeded" {
            self.refuse("too-deep", &place, TOO_DEEP);
            return;
        }
        let message = error.info().to_lowercase();
        let diagnostic = Diagnostic::error("syntax", &place, &message);
        let unquoted = message.starts_with("unexpected character")
            || message.starts_with("while scanning a block scalar")
            || message.starts_with("while parsing a tag");
        self.sound = false;
        self.diagnostics.push(match unquoted {
            true => diagnostic.with_help("put a string that begins with a special character in quotes"),
            false => diagnostic,
        });
    }

    fn count(&mut self, place: &Place) -> Result<(), Stop> {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            self.refuse(
                "too-many-values",
                place,
                format!("the file holds more than {MOST_NODES} values"),
            );
            return Err(Stop);
        }
        Ok(())
    }

    fn refuse(&mut self, code: &'static str, place: &Place, message: impl Into<String>) {
        self.sound = false;
        self.diagnostics.push(Diagnostic::error(code, place, message));
    }
}

/// A plain scalar by the YAML 1.2 core schema, in which `on`, `off`, `yes` and `no` are strings.
fn plain(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Boolean(true),
        "false" | "False" | "FALSE" => Kind::Boolean(false),
        _ => Number::parse(text).map_or_else(|| Kind::Text(text.to_owned()), Kind::Number),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod tests;
