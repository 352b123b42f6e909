//! What files say beside what is compiled: a snapshot does not show it, and yet it decides what may happen next.

use crate::model::diagnostic::{Place, Spanned};
use crate::model::document::{Entry, Kind, Node, parse};

/// The keys of a flag that a snapshot shows.
const COMPILED: [&str; 11] = [
    "clientVisible",
    "default",
    "disableAt",
    "experiments",
    "offVariant",
    "onExpired",
    "prerequisites",
    "rules",
    "salt",
    "targets",
    "variants",
];

/// The keys of a flag in an environment that a snapshot shows, or that come with what it shows.
const COMPILED_THERE: [&str; 5] = ["default", "enabled", "experiments", "killed", "rules"];

/// The same of a rollout: all but who agrees to leaving the stage.
const COMPILED_OF_PLANS: [&str; 7] = [
    "ceiling",
    "delay",
    "enteredAt",
    "pausedAt",
    "reason",
    "stage",
    "status",
];

/// Does another file say the same, but for comments, order of keys and ways of writing? Never where one cannot be read.
pub(crate) fn says_the_same(before: &str, after: &str) -> bool {
    match (plain(before), plain(after)) {
        (Some(before), Some(after)) => before == after,
        _ => false,
    }
}

/// Does another file of a flag say the same beside what snapshots show: of its plans, their gates, and whose it is?
pub(crate) fn says_the_same_beside(before: &str, after: &str) -> bool {
    let beside = |text: &str| {
        let mut node = plain(text)?;
        without(&mut node, &COMPILED);
        for environment in values(&mut node, "environments") {
            without(environment, &COMPILED_THERE);
            for plan in values(environment, "rollouts") {
                without(plan, &COMPILED_OF_PLANS);
            }
        }
        drop_empty(&mut node);
        Some(node)
    };
    match (beside(before), beside(after)) {
        (Some(before), Some(after)) => before == after,
        _ => false,
    }
}

/// What a file says, without places, in one order.
fn plain(text: &str) -> Option<Node> {
    let (node, diagnostics) = parse(&"file".into(), text);
    let mut node = node.filter(|_| diagnostics.is_empty())?;
    put_in_order(&mut node);
    Some(node)
}

fn put_in_order(node: &mut Node) {
    node.place = Place::default();
    match &mut node.kind {
        Kind::Sequence(items) => items.iter_mut().for_each(put_in_order),
        Kind::Mapping(entries) => {
            for Entry { key, value } in entries.iter_mut() {
                *key = Spanned::new(std::mem::take(&mut key.value), Place::default());
                put_in_order(value);
            }
            entries.sort_by(|one, other| one.key.value.cmp(&other.key.value));
        }
        Kind::Null | Kind::Boolean(_) | Kind::Number(_) | Kind::Text(_) => {}
    }
}

fn without(node: &mut Node, keys: &[&str]) {
    if let Kind::Mapping(entries) = &mut node.kind {
        entries.retain(|entry| !keys.contains(&entry.key.value.as_str()));
    }
}

/// The values of the mapping that stands at a key.
fn values<'n>(node: &'n mut Node, key: &str) -> Vec<&'n mut Node> {
    let Kind::Mapping(entries) = &mut node.kind else {
        return Vec::new();
    };
    let found = entries.iter_mut().find(|entry| entry.key.value == key);
    match found.map(|entry| &mut entry.value.kind) {
        Some(Kind::Mapping(entries)) => entries.iter_mut().map(|entry| &mut entry.value).collect(),
        _ => Vec::new(),
    }
}

/// Leaves out mappings in which nothing is left.
fn drop_empty(node: &mut Node) {
    if let Kind::Mapping(entries) = &mut node.kind {
        entries.iter_mut().for_each(|entry| drop_empty(&mut entry.value));
        entries.retain(|entry| !matches!(&entry.value.kind, Kind::Mapping(entries) if entries.is_empty()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLAG: &str = "salt: s\ndefault: { rollout: r }\nowner: ana\n\
        rollouts: { r: { from: off, to: on, gate: { approvals: 2 } } }\n\
        environments: { production: { rollouts: { r: { status: running, stage: a } } } }\n";

    #[test]
    fn comments_and_order_say_nothing() {
        assert!(says_the_same(
            "a: 1\nb: [x, y] # because",
            "{ b: [x, 'y'], a: 1 }"
        ));
        assert!(!says_the_same("a: 1", "a: '1'"));
        assert!(!says_the_same("a: [x, y]", "a: [y, x]"));
        assert!(!says_the_same("a: [", "a: ["));
    }

    #[test]
    fn what_snapshots_show_is_not_beside() {
        for (old, new) in [
            (
                "status: running, stage: a",
                "status: paused, stage: a, pausedAt: x, reason: slow",
            ),
            ("default: { rollout: r }", "default: on"),
            (
                "production: { rollouts: { r: { status: running, stage: a } } }",
                "production: {}",
            ),
            ("environments:", "rules: [{ serve: on }]\nenvironments:"),
        ] {
            let changed = FLAG.replace(old, new);
            assert_ne!(changed, FLAG);
            assert!(says_the_same_beside(FLAG, &changed), "{new}");
        }
    }

    #[test]
    fn gates_owners_approvals_and_what_is_not_known_are() {
        for (old, new) in [
            ("approvals: 2", "approvals: 1"),
            ("owner: ana", "owner: ben"),
            ("stage: a }", "stage: a, approvals: [ben] }"),
            (
                "from: off, to: on,",
                "from: off, to: on, stages: [{ name: a, share: 100 }],",
            ),
            ("salt: s\n", "salt: s\nsomething: new\n"),
            ("owner: ana", "owner: ["),
        ] {
            let changed = FLAG.replace(old, new);
            assert_ne!(changed, FLAG);
            assert!(!says_the_same_beside(FLAG, &changed), "{new}");
        }
    }
}
