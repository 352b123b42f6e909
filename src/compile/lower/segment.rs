use super::condition::ConditionCompiler;
use super::intern::Interned;
use super::known::{KnownSegments, Reads, unknown_segment};
use crate::compile::table::ids::{hashed, listed};
use crate::model::{Condition, Diagnostic, Flag, Project, Segment, SegmentKind, Spanned};
use crate::snapshot::{Encoder, RecordsEncoder};

/// The segments of a snapshot, those that they refer to first.
#[derive(Debug, Default)]
pub(super) struct CompiledSegments {
    pub(super) known: KnownSegments,
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
            flag.rules_in(environment)
                .iter()
                .filter_map(|rule| rule.value.condition.as_ref())
                .for_each(|condition| collect(&condition.value, &mut used));
            for name in used {
                compiled.add(project, name, interned)?;
            }
        }
        Ok(compiled)
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
        if self.known.contains(&name.value) {
            return Ok(());
        }
        let segment = project
            .segments
            .iter()
            .find(|segment| segment.name.value == name.value);
        let segment = segment.ok_or_else(|| unknown_segment(name))?;
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
        self.known.insert(&name.value, number, reads);
        Ok(())
    }

    fn record(&self, segment: &Segment, interned: &mut Interned) -> Result<(Encoder, Reads), Diagnostic> {
        let salt = segment.salt.as_ref().map_or("", |salt| &salt.value);
        let mut compiler = ConditionCompiler {
            interned,
            segments: &self.known,
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
                let table = hashed(&salt.value, ids);
                let attribute = compiler.unit(by.as_ref());
                record.hashed(attribute, &salt.value, compiler.interned.resources.number(&table));
            }
        }
        Ok((record, compiler.reads))
    }
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
