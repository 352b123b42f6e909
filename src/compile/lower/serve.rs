use super::condition::ConditionCompiler;
use crate::model::{Diagnostic, EnvironmentState, Flag, Project, Serve, Spanned};
use crate::snapshot::{Encoder, Share, SplitArm, Window};

/// Lowers what the rules and the default of one flag serve in one environment.
pub(super) struct ServeCompiler<'c> {
    pub(super) conditions: ConditionCompiler<'c>,
    pub(super) project: &'c Project,
    pub(super) flag: &'c Flag,
    pub(super) state: &'c EnvironmentState,
    /// The stages of the flag's rollouts that are served from, in the order of their numbers.
    pub(super) stage_names: Vec<String>,
    variants: Vec<String>,
}

impl<'c> ServeCompiler<'c> {
    pub(super) fn new(
        conditions: ConditionCompiler<'c>,
        project: &'c Project,
        flag: &'c Flag,
        state: &'c EnvironmentState,
    ) -> Self {
        let variants = flag
            .variants
            .iter()
            .map(|variant| variant.name.value.clone())
            .collect();
        Self {
            conditions,
            project,
            flag,
            state,
            stage_names: Vec::new(),
            variants,
        }
    }

    /// The number of a variant of the flag.
    pub(super) fn variant(&self, name: &Spanned<String>) -> Result<u8, Diagnostic> {
        position(&self.variants, name)
    }

    pub(super) fn serve(&mut self, serve: &Spanned<Serve>) -> Result<Encoder, Diagnostic> {
        let missing = |what: &str, id: &str| {
            Diagnostic::error(
                "unknown-reference",
                &serve.place,
                format!("{what} `{id}` does not exist"),
            )
        };
        let mut encoder = Encoder::default();
        match &serve.value {
            Serve::Variant(name) => {
                encoder.serve_variant(self.variant(&Spanned::new(name.clone(), serve.place.clone()))?);
            }
            Serve::Split(split) => {
                let mut end = 0;
                let mut arms = Vec::new();
                for (variant, share) in &split.shares {
                    end += share;
                    arms.push(SplitArm {
                        variant: self.variant(variant)?,
                        end,
                    });
                }
                let hash = self.conditions.hash(split.by.as_ref(), &self.flag.salt.value);
                encoder.serve_split(&hash, &arms);
            }
            Serve::Rollout(id) => {
                let rollout = self.flag.rollouts.iter().find(|(name, _)| name.value == *id);
                let (_, rollout) = rollout.ok_or_else(|| missing("rollout", id))?;
                let state = self.state.rollouts.iter().find(|(name, _)| name.value == *id);
                encoder = self.rollout(rollout, state.map(|(_, state)| state))?;
            }
            Serve::Share {
                to,
                from,
                share,
                by,
                control,
            } => {
                let (to, from) = (
                    self.variant(to)?,
                    self.variant(from.as_ref().unwrap_or(&self.flag.off_variant))?,
                );
                let hash = self.conditions.hash(by.as_ref(), &self.flag.salt.value);
                let always = Window { from: None, to: None };
                let nobody = Encoder::default();
                encoder.serve_rollout(
                    &hash,
                    from,
                    to,
                    *control,
                    None,
                    always,
                    &nobody,
                    Share::Fixed(*share),
                );
            }
            Serve::Experiment(id) => {
                let experiment = self.flag.experiments.iter().find(|(name, _)| name.value == *id);
                let (_, experiment) = experiment.ok_or_else(|| missing("experiment", id))?;
                let state = self.state.experiments.iter().find(|(name, _)| name.value == *id);
                encoder = self.experiment(experiment, state.and_then(|(_, state)| state.coverage))?;
            }
        }
        Ok(encoder)
    }
}

/// The number of a variant.
pub(super) fn position(variants: &[String], wanted: &Spanned<String>) -> Result<u8, Diagnostic> {
    let found = variants.iter().position(|name| *name == wanted.value);
    found
        .and_then(|position| u8::try_from(position).ok())
        .ok_or_else(|| {
            Diagnostic::error(
                "unknown-variant",
                &wanted.place,
                format!("variant `{}` does not exist", wanted.value),
            )
        })
}
