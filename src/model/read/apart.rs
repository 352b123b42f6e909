use super::environment::rollout_state;
use super::problems::Problems;
use crate::model::diagnostic::{Diagnostic, Place, Spanned};
use crate::model::document::{Entry, Kind, Node, parse};
use crate::model::rollout::RolloutState;

/// What a flag's file says, the state of one rollout taken out of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Apart {
    /// Where the state was; nothing where there was none.
    pub(crate) state: Option<RolloutState>,
    /// All the rest, without places, and without the mappings that held nothing but the state.
    rest: Node,
}

impl Apart {
    /// Is the rest the same in another file?
    pub(crate) fn has_the_rest_of(&self, other: &Self) -> bool {
        self.rest == other.rest
    }
}

/// Takes a flag's file apart; an error where it cannot be read, or the state has not its shape.
pub(crate) fn apart(file: &str, text: &str, environment: &str, plan: &str) -> Result<Apart, Diagnostic> {
    let (node, diagnostics) = parse(&file.into(), text);
    if let Some(diagnostic) = diagnostics.into_iter().next() {
        return Err(diagnostic);
    }
    let mut rest = node.ok_or_else(|| {
        let place = Place {
            file: file.into(),
            ..Place::default()
        };
        Diagnostic::error("syntax", &place, "the file cannot be read")
    })?;
    let taken = take(&mut rest, &["environments", environment, "rollouts", plan]);
    let mut problems = Problems::default();
    let state = taken.as_ref().and_then(|node| rollout_state(node, &mut problems));
    if let Some(diagnostic) = problems.into_list().into_iter().next() {
        return Err(diagnostic);
    }
    forget_places(&mut rest);
    Ok(Apart { state, rest })
}

/// Takes the value at a path out of mappings, and what is empty without it.
fn take(node: &mut Node, path: &[&str]) -> Option<Node> {
    let (key, below) = path.split_first()?;
    let Kind::Mapping(entries) = &mut node.kind else {
        return None;
    };
    let position = entries.iter().position(|entry| entry.key.value == *key)?;
    if below.is_empty() {
        return Some(entries.remove(position).value);
    }
    let entry = entries.get_mut(position)?;
    let taken = take(&mut entry.value, below);
    if matches!(&entry.value.kind, Kind::Mapping(entries) if entries.is_empty()) {
        entries.remove(position);
    }
    taken
}

fn forget_places(node: &mut Node) {
    node.place = Place::default();
    match &mut node.kind {
        Kind::Sequence(items) => items.iter_mut().for_each(forget_places),
        Kind::Mapping(entries) => {
            for Entry { key, value } in entries {
                *key = Spanned::new(std::mem::take(&mut key.value), Place::default());
                forget_places(value);
            }
        }
        Kind::Null | Kind::Boolean(_) | Kind::Number(_) | Kind::Text(_) => {}
    }
}
