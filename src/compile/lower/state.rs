use crate::compile::Options;
use crate::model::Flag;

/// Is a flag killed from outside, and not by the project itself?
pub(super) fn is_folded(flag: &Flag, options: &Options) -> bool {
    let authored = flag
        .state_in(&options.environment)
        .is_some_and(|state| state.killed);
    !authored && options.kills.contains(&flag.key.value)
}
