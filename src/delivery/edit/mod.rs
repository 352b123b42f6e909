//! The state of a rollout, changed in the text of a flag's file: comments, order and style stay.
//!
//! What a lossless editor makes of the text counts only after the language's own reader has seen that the state is the
//! one that was asked for, and that everything else says what it said before.

mod error;
mod text;

pub use error::EditError;

use crate::model::{RolloutState, apart};
use text::edited;

/// The text of a flag's file with another state of a rollout in an environment.
///
/// `file` is the file's path, for messages and for its kind: `.json` stays JSON. The mappings on the way to the state are
/// added where they are missing; an environment that the file did not name is enabled by that. A text that says the
/// state already comes back as it is.
pub fn set_state(
    file: &str,
    text: &str,
    environment: &str,
    plan: &str,
    state: &RolloutState,
) -> Result<String, EditError> {
    let before = apart(file, text, environment, plan).map_err(EditError::unreadable)?;
    if before
        .state
        .as_ref()
        .is_some_and(|there| there.says_the_same_as(state))
    {
        return Ok(text.to_owned());
    }
    let place = || {
        let there = before.state.as_ref().map(|state| state.place.clone());
        there.unwrap_or_else(|| EditError::start_of(file))
    };
    let path = ["environments", environment, "rollouts", plan];
    let edited =
        edited(text, &path, state).ok_or_else(|| EditError::unsafe_at(place(), plan, environment))?;
    let after = apart(file, &edited, environment, plan);
    let sound = after.is_ok_and(|after| {
        let said = after.state.as_ref();
        said.is_some_and(|said| said.says_the_same_as(state)) && after.has_the_rest_of(&before)
    });
    match sound {
        true => Ok(edited),
        false => Err(EditError::unsafe_at(place(), plan, environment)),
    }
}
