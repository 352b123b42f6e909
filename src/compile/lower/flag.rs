use super::condition::ConditionCompiler;
use super::intern::Interned;
use super::known::{KnownSegments, Reads};
use super::serve::{ServeCompiler, position};
use super::state::is_folded;
use crate::compile::Options;
use crate::compile::table::ids::listed;
use crate::model::{Diagnostic, EnvironmentState, Flag, OnExpired, Prerequisite, Project, Target};
use crate::snapshot::{Encoder, FlagToWrite, FlagType};
use std::collections::HashMap;

/// Lowers flags, those that others need first.
pub(super) struct FlagCompiler<'c> {
    project: &'c Project,
    options: &'c Options,
    segments: &'c KnownSegments,
    interned: &'c mut Interned,
    done: HashMap<String, Done>,
}

/// What later flags must know of one that was lowered.
struct Done {
    number: u32,
    variants: Vec<String>,
    reads: Reads,
}

impl<'c> FlagCompiler<'c> {
    pub(super) fn new(
        project: &'c Project,
        options: &'c Options,
        segments: &'c KnownSegments,
        interned: &'c mut Interned,
    ) -> Self {
        Self {
            project,
            options,
            segments,
            interned,
            done: HashMap::new(),
        }
    }

    /// The record of a flag.
    pub(super) fn compile(&mut self, flag: &Flag) -> Result<Vec<u8>, Diagnostic> {
        let closed = EnvironmentState::default();
        let state = flag.state_in(&self.options.environment).unwrap_or(&closed);
        let mut reads = Reads {
            time: flag.disable_at.is_some() || flag.on_expired == OnExpired::Off,
            ..Reads::default()
        };
        let prerequisites = self.prerequisites(&flag.prerequisites, &mut reads)?;
        let conditions = ConditionCompiler {
            interned: self.interned,
            segments: self.segments,
            salt: &flag.salt.value,
            reads: Reads::default(),
        };
        let mut serve = ServeCompiler::new(conditions, self.project, flag, state);
        let targets = targets(&flag.targets, &mut serve)?;
        let rule_list = flag.rules_in(&self.options.environment);
        let mut rules = Encoder::default();
        for rule in rule_list {
            let condition = rule.value.condition.as_ref();
            let condition = condition
                .map(|condition| serve.conditions.condition(condition))
                .transpose()?;
            rules.rule(condition.as_ref(), &serve.serve(&rule.value.serve)?);
        }
        let default = serve.serve(flag.default_in(&self.options.environment))?;
        let off_variant = serve.variant(&flag.off_variant)?;
        let stage_names = serve.stage_names;
        reads.add(&serve.conditions.reads);
        let rule_names = rule_list
            .iter()
            .map(|rule| rule.value.name.as_ref().map_or("", |name| &name.value));
        let values = flag
            .variants
            .iter()
            .map(|variant| (&variant.name.value, variant.value.value.to_string()));
        let text: Vec<String> = values
            .flat_map(|(name, value)| [name.clone(), value])
            .chain(rule_names.map(str::to_owned))
            .chain(stage_names.iter().cloned())
            .collect();
        let record = FlagToWrite {
            enabled: state.enabled,
            killed: state.killed || is_folded(flag, self.options),
            off_when_expired: flag.on_expired == OnExpired::Off,
            depends_on_time: reads.time,
            disable_at: flag.disable_at,
            kind: kind(flag)?,
            variants: flag.variants.len() as u8,
            off_variant,
            stages: stage_names.len() as u16,
            attributes: reads.attributes.iter().copied().collect(),
            prerequisites,
            targets,
            rules,
            default,
            text: text.join("\0"),
        };
        let variants = flag
            .variants
            .iter()
            .map(|variant| variant.name.value.clone())
            .collect();
        let number = self.done.len() as u32;
        self.done.insert(
            flag.key.value.clone(),
            Done {
                number,
                variants,
                reads,
            },
        );
        Ok(record.write())
    }

    fn prerequisites(
        &self,
        prerequisites: &[Prerequisite],
        reads: &mut Reads,
    ) -> Result<Encoder, Diagnostic> {
        let mut encoder = Encoder::default();
        for prerequisite in prerequisites {
            let key = &prerequisite.flag;
            let other = self.done.get(&key.value).ok_or_else(|| {
                Diagnostic::error(
                    "unknown-flag",
                    &key.place,
                    format!("flag `{}` does not exist", key.value),
                )
            })?;
            let variants: Result<Vec<u8>, Diagnostic> = prerequisite
                .variants
                .iter()
                .map(|variant| position(&other.variants, variant))
                .collect();
            encoder.prerequisite(other.number, &variants?);
            reads.add(&other.reads);
        }
        Ok(encoder)
    }
}

fn targets(targets: &[Target], serve: &mut ServeCompiler<'_>) -> Result<Encoder, Diagnostic> {
    let mut encoder = Encoder::default();
    for Target { variant, by, ids } in targets {
        let variant = serve.variant(variant)?;
        let attribute = serve.conditions.unit(by.as_ref());
        encoder.target(
            variant,
            attribute,
            serve.conditions.interned.resources.number(&listed(ids)),
        );
    }
    Ok(encoder)
}

/// The type that all values share; lint has seen to it that they do.
fn kind(flag: &Flag) -> Result<FlagType, Diagnostic> {
    use serde_json::Value;
    match flag.variants.first().map(|variant| &variant.value.value) {
        Some(Value::Bool(_)) => Ok(FlagType::Boolean),
        Some(Value::String(_)) => Ok(FlagType::String),
        Some(Value::Number(_)) => Ok(FlagType::Number),
        Some(Value::Array(_) | Value::Object(_)) => Ok(FlagType::Object),
        Some(Value::Null) | None => Err(Diagnostic::error(
            "no-variants",
            &flag.key.place,
            "flag has no variant with a value",
        )),
    }
}
