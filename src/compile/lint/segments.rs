use super::graph::Graph;
use super::walk::{condition_of, visit};
use crate::model::{Condition, Operator, Path, Segment, SegmentKind, Spanned, Test};
use crate::snapshot::limits::weight;
use std::collections::BTreeSet;

/// A salt and the unit that is hashed with it.
pub(super) type Ruler = (String, Path);

/// What is known of a segment and all that it refers to.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// Conditions that an evaluation visits at most, as the engine counts them.
    pub(super) steps: u64,
    /// What the percentages inside place units with.
    pub(super) rulers: BTreeSet<Ruler>,
    /// The segments on the way to plain identifiers, this one first.
    pub(super) way_to_ids: Option<Vec<String>>,
}

impl Facts {
    /// The facts of every segment, by number; `number` finds a segment by its name.
    pub(super) fn of_all(
        segments: &[Segment],
        graph: &Graph<'_>,
        number: impl Fn(&str) -> Option<usize>,
    ) -> Vec<Option<Self>> {
        graph.fold(|position, known| {
            let find = |name: &str| known.get(number(name)?)?.as_ref();
            segments
                .get(position)
                .map_or_else(Self::default, |segment| Self::of(segment, &find))
        })
    }

    fn of<'f>(segment: &Segment, find: &impl Fn(&str) -> Option<&'f Self>) -> Self {
        let own = segment.name.value.clone();
        let Some(condition) = condition_of(segment) else {
            let plain = matches!(segment.kind.value, SegmentKind::Ids { .. });
            return Self {
                steps: 1 + u64::from(if plain { 0 } else { weight::DIGEST }),
                way_to_ids: plain.then(|| vec![own]),
                ..Self::default()
            };
        };
        let salt = segment.salt.as_ref().map_or("", |salt| &salt.value);
        let mut facts = Self {
            steps: steps(condition, find),
            ..Self::default()
        };
        visit(condition, &mut |part| match &part.value {
            Condition::Segment(name) => {
                let Some(other) = find(&name.value) else { return };
                facts.rulers.extend(other.rulers.iter().cloned());
                if let (None, Some(way)) = (&facts.way_to_ids, &other.way_to_ids) {
                    facts.way_to_ids = Some([std::slice::from_ref(&own), way.as_slice()].concat());
                }
            }
            condition => {
                facts.rulers.extend(ruler(condition, salt));
                if lists_units(condition) {
                    facts.way_to_ids.get_or_insert_with(|| vec![own.clone()]);
                }
            }
        });
        facts
    }
}

/// Does a condition compare the targeting key with identifiers that stand in it?
pub(super) fn lists_units(condition: &Condition) -> bool {
    matches!(condition, Condition::Attribute { path, test }
        if *path == unit(None) && matches!(test.value, Test::In { .. }))
}

/// How many steps an evaluation takes at most; the engine counts them the same way.
pub(super) fn steps<'f>(condition: &Spanned<Condition>, find: &impl Fn(&str) -> Option<&'f Facts>) -> u64 {
    let inside = match &condition.value {
        Condition::All(parts) | Condition::Any(parts) => parts
            .iter()
            .map(|part| steps(part, find))
            .fold(0, u64::saturating_add),
        Condition::Not(part) => steps(part, find),
        Condition::Segment(name) => find(&name.value).map_or(0, |facts| facts.steps),
        Condition::Attribute { test, .. } => match &test.value {
            Test::In {
                literals,
                ignore_case: true,
                ..
            } => literals.len() as u64,
            Test::Text {
                operator, needles, ..
            } if *operator != Operator::Contains => needles.len() as u64,
            Test::Text { .. } | Test::Matches { .. } => weight::PATTERN.into(),
            Test::Semver(_) => weight::VERSION.into(),
            Test::List(Operator::AllOf, literals) => {
                u64::from(weight::LIST) + u64::from(weight::LITERAL) * literals.len() as u64
            }
            Test::List(..) => weight::LIST.into(),
            _ => 0,
        },
        Condition::Percentage { .. } | Condition::Window { .. } => 0,
    };
    inside.saturating_add(1)
}

/// What a percentage places units with.
pub(super) fn ruler(condition: &Condition, salt: &str) -> Option<Ruler> {
    match condition {
        Condition::Percentage { by, salt: own, .. } => {
            let salt = own.as_ref().map_or(salt, |own| &own.value);
            Some((salt.to_owned(), unit(by.as_ref())))
        }
        _ => None,
    }
}

/// The attribute that names the unit.
pub(super) fn unit(by: Option<&Path>) -> Path {
    by.cloned().unwrap_or_else(|| vec!["targetingKey".into()])
}
