use super::bad::BadLines;
use super::csv::Fields;
use super::error::{Kind, LogError};
use super::feed::{Block, Feed, too_long};
use super::joined::LineCounts;
use super::json;
use super::line::{Complaint, EventLine, ExposureLine, LINE_BYTES, Line};
use super::names::{Known, Names};
use super::plan::{GroupName, Span};
use super::question::Question;
use super::scratch::{Exposed, Happened, Scratch, Writer};
use std::io::{Read, Seek, Write};
use std::sync::{Mutex, PoisonError};
use twox_hash::{XxHash3_64, XxHash3_128};

/// Different variants, arms and stages of one flag; more are a sign of something else in their place.
const MOST_GROUPS: usize = 1_000;
/// Values of an attribute that are told apart; the others are one.
const MOST_SEGMENTS: usize = 1_000;

/// What all threads share while they read.
pub(super) struct Reading<'r, S> {
    question: &'r Question,
    /// Their names, and whether their values may be negative.
    events: Vec<(&'r str, bool)>,
    scratch: &'r Scratch<S>,
    pub(super) groups: Names<GroupName>,
    pub(super) segments: Names<String>,
}

impl<'r, S: Read + Write + Seek> Reading<'r, S> {
    pub(super) fn new(question: &'r Question, scratch: &'r Scratch<S>) -> Self {
        Self {
            question,
            events: question.events(),
            scratch,
            groups: Names::new(MOST_GROUPS),
            segments: Names::new(MOST_SEGMENTS),
        }
    }
}

/// What one thread found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) counts: LineCounts,
    pub(super) bad: BadLines,
    pub(super) latest_ms: Option<i64>,
    /// By the number of the group.
    pub(super) spans: Vec<Option<Span>>,
}

/// One thread that reads lines and deals them out.
pub(super) struct Worker<'r, S> {
    reading: &'r Reading<'r, S>,
    groups: Known<'r, GroupName>,
    segments: Known<'r, String>,
    writer: Writer<'r, S>,
    fields: Fields,
    key: Vec<u8>,
    found: Found,
}

impl<'r, S: Read + Write + Seek> Worker<'r, S> {
    pub(super) fn new(reading: &'r Reading<'r, S>) -> Self {
        Self {
            reading,
            groups: reading.groups.known(),
            segments: reading.segments.known(),
            writer: reading.scratch.writer(),
            fields: Fields::default(),
            key: Vec::new(),
            found: Found::default(),
        }
    }

    pub(super) fn run(mut self, feed: &Mutex<Feed<'_>>) -> Result<Found, LogError> {
        loop {
            // One thread decompresses while the other reads what it means.
            let block = feed.lock().unwrap_or_else(PoisonError::into_inner).next()?;
            let Some(block) = block else { break };
            self.block(block)?;
        }
        self.writer.finish().map_err(Kind::Scratch)?;
        Ok(self.found)
    }

    fn block(&mut self, block: Block) -> Result<(), LogError> {
        for (line, complaint) in block.complaints {
            self.found.counts.lines += 1;
            self.found.bad.add(block.file, line, complaint);
        }
        let mut fields = std::mem::take(&mut self.fields);
        let mut start = 0;
        let ends = memchr::memchr_iter(b'\n', &block.bytes).chain([block.bytes.len()]);
        for (number, end) in (block.first_line..).zip(ends) {
            let text = block.bytes.get(start..end).unwrap_or_default().trim_ascii();
            start = end + 1;
            if text.is_empty() {
                continue;
            }
            self.found.counts.lines += 1;
            let line = match (&block.header, text.len()) {
                (_, length) if length > LINE_BYTES => Err(too_long()),
                (Some(header), _) => header.line(text, &mut fields),
                (None, _) => json::read(text, self.reading.question.segment.as_deref()),
            };
            let taken = match line {
                Ok(Line::Exposure(exposure)) => self.exposure(&exposure)?,
                Ok(Line::Event(event)) => self.event(&event)?,
                Err(complaint) => Err(complaint),
            };
            if let Err(complaint) = taken {
                self.found.bad.add(block.file, number, complaint);
            }
        }
        self.fields = fields;
        Ok(())
    }

    fn exposure(&mut self, line: &ExposureLine<'_>) -> Result<Result<(), Complaint>, LogError> {
        if line.flag != self.reading.question.flag || !self.is_asked(line.time_ms) {
            self.found.counts.others += 1;
            return Ok(Ok(()));
        }
        self.found.counts.exposures += 1;
        self.found.latest_ms = self.found.latest_ms.max(Some(line.time_ms));
        let group = self
            .group(line)
            .ok_or(Kind::TooManyGroups { most: MOST_GROUPS })?;
        let spans = &mut self.found.spans;
        if spans.len() <= group as usize {
            spans.resize(group as usize + 1, None);
        }
        if let Some(span) = spans.get_mut(group as usize) {
            *span = Some(Span::around(*span, line.time_ms));
        }
        let segment = line.segment.as_deref().map_or(0, |name| {
            let number = self.segments.number(name.as_bytes(), || name.to_owned());
            // From 1, so that 0 is none; one more than all for the others.
            number.map_or(MOST_SEGMENTS as u32 + 1, |number| number + 1)
        });
        let record = Exposed {
            unit: XxHash3_128::oneshot(line.unit.as_bytes()),
            time_ms: line.time_ms,
            group,
            segment,
        };
        self.writer.exposed(&record).map_err(Kind::Scratch)?;
        Ok(Ok(()))
    }

    fn event(&mut self, line: &EventLine<'_>) -> Result<Result<(), Complaint>, LogError> {
        let mut events = self.reading.events.iter();
        let place = events.position(|(name, _)| *name == line.metric);
        let (Some(event), true) = (place, self.is_asked(line.time_ms)) else {
            self.found.counts.others += 1;
            return Ok(Ok(()));
        };
        let signed = self
            .reading
            .events
            .get(event)
            .is_some_and(|(_, negative)| *negative);
        if line.value < 0.0 && !signed {
            let message = format!(
                "the value of `{}` is {}, expected 0 or more",
                line.metric, line.value
            );
            return Ok(Err(message.into()));
        }
        self.found.counts.events += 1;
        self.found.latest_ms = self.found.latest_ms.max(Some(line.time_ms));
        let record = Happened {
            unit: XxHash3_128::oneshot(line.unit.as_bytes()),
            time_ms: line.time_ms,
            value: line.value,
            id: line
                .id
                .as_deref()
                .map_or(0, |id| XxHash3_64::oneshot(id.as_bytes()).max(1)),
            event: event as u16,
        };
        self.writer.happened(&record).map_err(Kind::Scratch)?;
        Ok(Ok(()))
    }

    fn is_asked(&self, time_ms: i64) -> bool {
        let Question {
            from_ms, until_ms, ..
        } = self.reading.question;
        from_ms.is_none_or(|from_ms| time_ms >= from_ms) && until_ms.is_none_or(|until_ms| time_ms < until_ms)
    }

    fn group(&mut self, line: &ExposureLine<'_>) -> Option<u32> {
        self.key.clear();
        for name in [Some(&line.variant), line.stage.as_ref(), line.by.as_ref()] {
            // No UTF-8 has such a byte.
            self.key.push(0xff);
            if let Some(name) = name {
                self.key.extend_from_slice(name.as_bytes());
            }
        }
        self.key.push(line.arm as u8);
        let by = line.by.as_deref().filter(|by| *by != "targetingKey");
        self.groups.number(&self.key, || GroupName {
            stage: line.stage.as_deref().map(str::to_owned),
            arm: line.arm.into(),
            variant: line.variant.clone().into_owned(),
            by: by.map(str::to_owned),
        })
    }
}

impl Span {
    fn around(span: Option<Self>, time_ms: i64) -> Self {
        match span {
            None => Self {
                first_ms: time_ms,
                last_ms: time_ms,
            },
            Some(Self { first_ms, last_ms }) => Self {
                first_ms: first_ms.min(time_ms),
                last_ms: last_ms.max(time_ms),
            },
        }
    }
}

impl Found {
    pub(super) fn plus(mut self, other: Self) -> Self {
        self.counts.add(&other.counts);
        self.bad.absorb(other.bad);
        self.latest_ms = self.latest_ms.max(other.latest_ms);
        let count = self.spans.len().max(other.spans.len());
        self.spans.resize(count, None);
        for (mine, theirs) in self.spans.iter_mut().zip(other.spans) {
            if let Some(theirs) = theirs {
                *mine = Some(Span::around(
                    Some(Span::around(*mine, theirs.first_ms)),
                    theirs.last_ms,
                ));
            }
        }
        self
    }
}
