use super::condition::{ConditionCompiler, Reads};
use super::intern::Interned;
use crate::engine::digest;
use crate::model::{
    Condition, Diagnostic, EnvironmentState, Flag, HashedIds, Project, Rule, Segment, SegmentKind, Spanned,
};
use crate::snapshot::{Encoder, RecordsEncoder};
use std::collections::HashMap;

/// The segments of a snapshot, those that they refer to first.
#[derive(Debug, Default)]
pub(super) struct CompiledSegments {
    numbers: HashMap<String, (u32, Reads)>,
    names: Vec<String>,
    records: RecordsEncoder,
}

impl CompiledSegments {
    /// Lowers the segments that the flags use in an environment, and those that these use.
    pub(super) fn of(
        project: &Project,
        flags: &[&Flag],
        environment: &str,
        interned: &mut Interned,
    ) -> Result<Self, Diagnostic> {
        let mut compiled = Self::default();
        for flag in flags {
            let mut used = Vec::new();
            for (_, rollout) in &flag.rollouts {
                for ring in rollout.stages.iter().filter_map(|stage| stage.ring.as_ref()) {
                    collect(&ring.condition.value, &mut used);
                }
            }
            rules_in(flag, environment)
                .iter()
                .filter_map(|rule| rule.value.condition.as_ref())
                .for_each(|condition| collect(&condition.value, &mut used));
            for name in used {
                compiled.add(project, name, interned)?;
            }
        }
        Ok(compiled)
    }

    /// The number of a segment and what it reads.
    pub(super) fn find(&self, name: &Spanned<String>) -> Result<(u32, &Reads), Diagnostic> {
        let found = self
            .numbers
            .get(&name.value)
            .map(|(number, reads)| (*number, reads));
        found.ok_or_else(|| unknown(name))
    }

    /// Names and records, in the order of their numbers.
    pub(super) fn into_parts(self) -> (Vec<String>, RecordsEncoder) {
        (self.names, self.records)
    }

    /// Recursion ends: lint refuses segments that lead back to themselves.
    fn add(
        &mut self,
        project: &Project,
        name: &Spanned<String>,
        interned: &mut Interned,
    ) -> Result<(), Diagnostic> {
        if self.numbers.contains_key(&name.value) {
            return Ok(());
        }
        let segment = project
            .segments
            .iter()
            .find(|segment| segment.name.value == name.value);
        let segment = segment.ok_or_else(|| unknown(name))?;
        if let SegmentKind::Condition(condition) = &segment.kind.value {
            let mut used = Vec::new();
            collect(&condition.value, &mut used);
            for name in used {
                self.add(project, name, interned)?;
            }
        }
        let (record, reads) = self.record(segment, interned)?;
        let number = self.records.push(record.as_bytes());
        self.names.push(name.value.clone());
        self.numbers.insert(name.value.clone(), (number, reads));
        Ok(())
    }

    fn record(&self, segment: &Segment, interned: &mut Interned) -> Result<(Encoder, Reads), Diagnostic> {
        let salt = segment.salt.as_ref().map_or("", |salt| &salt.value);
        let mut compiler = ConditionCompiler {
            interned,
            segments: self,
            salt,
            reads: Reads::default(),
        };
        let mut record = Encoder::default();
        match &segment.kind.value {
            SegmentKind::Condition(condition) => record = compiler.condition(condition)?,
            SegmentKind::Ids { by, ids } => {
                let attribute = compiler.unit(by.as_ref());
                record.listed(attribute, compiler.interned.resources.number(&listed(ids)));
            }
            SegmentKind::Hashed { salt, by, ids } => {
                let mut digests = match ids {
                    HashedIds::Digests(digests) => digests.clone(),
                    HashedIds::Plain(ids) => ids
                        .iter()
                        .map(|id| digest(salt.value.as_bytes(), id.as_bytes()))
                        .collect(),
                };
                digests.sort_unstable();
                digests.dedup();
                let mut table = Encoder::default();
                table.u32(digests.len() as u32);
                digests.iter().for_each(|digest| table.u64(*digest));
                let attribute = compiler.unit(by.as_ref());
                record.hashed(
                    attribute,
                    &salt.value,
                    compiler.interned.resources.number(table.as_bytes()),
                );
            }
        }
        Ok((record, compiler.reads))
    }
}

/// A table of units, sorted by their bytes.
pub(super) fn listed(ids: &[String]) -> Vec<u8> {
    let mut sorted: Vec<&str> = ids.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut records = RecordsEncoder::default();
    sorted.iter().for_each(|id| {
        records.push(id.as_bytes());
    });
    let mut table = Encoder::default();
    table.records(&records);
    table.as_bytes().to_vec()
}

/// What a flag says of an environment.
pub(super) fn state_in<'f>(flag: &'f Flag, environment: &str) -> Option<&'f EnvironmentState> {
    flag.environments
        .iter()
        .find(|(name, _)| name.value == environment)
        .map(|(_, state)| state)
}

/// The rules of a flag in an environment.
pub(super) fn rules_in<'f>(flag: &'f Flag, environment: &str) -> &'f [Spanned<Rule>] {
    state_in(flag, environment)
        .and_then(|state| state.rules.as_ref())
        .unwrap_or(&flag.rules)
}

/// The names of the segments that a condition refers to itself.
pub(super) fn collect<'c>(condition: &'c Condition, names: &mut Vec<&'c Spanned<String>>) {
    match condition {
        Condition::All(members) | Condition::Any(members) => {
            members.iter().for_each(|member| collect(&member.value, names));
        }
        Condition::Not(member) => collect(&member.value, names),
        Condition::Segment(name) => names.push(name),
        Condition::Percentage { .. } | Condition::Window { .. } | Condition::Attribute { .. } => {}
    }
}

fn unknown(name: &Spanned<String>) -> Diagnostic {
    Diagnostic::error(
        "unknown-segment",
        &name.place,
        format!("segment `{}` does not exist", name.value),
    )
}
