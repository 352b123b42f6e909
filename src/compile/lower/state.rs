use crate::compile::Options;
use crate::model::{EnvironmentState, Flag, Rule, Spanned};

/// What a flag says of an environment.
pub(in crate::compile) fn state_in<'f>(flag: &'f Flag, environment: &str) -> Option<&'f EnvironmentState> {
    flag.environments
        .iter()
        .find(|(name, _)| name.value == environment)
        .map(|(_, state)| state)
}

/// The rules of a flag in an environment.
pub(in crate::compile) fn rules_in<'f>(flag: &'f Flag, environment: &str) -> &'f [Spanned<Rule>] {
    state_in(flag, environment)
        .and_then(|state| state.rules.as_ref())
        .unwrap_or(&flag.rules)
}

/// Is a flag killed from outside, and not by the project itself?
pub(super) fn is_folded(flag: &Flag, options: &Options) -> bool {
    let authored = state_in(flag, &options.environment).is_some_and(|state| state.killed);
    !authored && options.kills.contains(&flag.key.value)
}
