use super::graph::Graph;
use super::walk::{condition_of, visit};
use crate::model::{Condition, Operator, Path, Scalar, Segment, SegmentKind, Spanned, Test};
use crate::snapshot::limits::weight;
use std::collections::{BTreeMap, BTreeSet};

/// A salt and the unit that is hashed with it.
pub(super) type Ruler = (String, Path);

/// What is known of a segment and all that it refers to.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// Conditions that an evaluation visits at most, as the engine counts them.
    pub(super) steps: u64,
    /// What the percentages inside place units with.
    pub(super) rulers: BTreeSet<Ruler>,
    /// The attributes whose values are hashed inside.
    pub(super) units: BTreeSet<Path>,
    /// The segments on the way to a plain list, this one first.
    pub(super) way_to_ids: Option<Vec<String>>,
    /// The same to where an attribute is compared with literals.
    pub(super) ways_to_compared: BTreeMap<Path, Vec<String>>,
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
            let hashed = match &segment.kind.value {
                SegmentKind::Hashed { by, .. } => Some(unit(by.as_ref())),
                SegmentKind::Ids { .. } | SegmentKind::Condition(_) => None,
            };
            return Self {
                steps: 1 + hashed.as_ref().map_or(0, |_| u64::from(weight::DIGEST)),
                way_to_ids: hashed.is_none().then(|| vec![own]),
                units: hashed.into_iter().collect(),
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
                let through = |way: &[String]| [std::slice::from_ref(&own), way].concat();
                facts.rulers.extend(other.rulers.iter().cloned());
                facts.units.extend(other.units.iter().cloned());
                if let (None, Some(way)) = (&facts.way_to_ids, &other.way_to_ids) {
                    facts.way_to_ids = Some(through(way));
                }
                for (path, way) in &other.ways_to_compared {
                    let known = facts.ways_to_compared.entry(path.clone());
                    known.or_insert_with(|| through(way));
                }
            }
            condition => {
                if let Some(ruler) = ruler(condition, salt) {
                    facts.units.insert(ruler.1.clone());
                    facts.rulers.insert(ruler);
                }
                if let Some(path) = compared(condition) {
                    let known = facts.ways_to_compared.entry(path.clone());
                    known.or_insert_with(|| vec![own.clone()]);
                }
            }
        });
        facts
    }
}

/// The attribute that a condition compares with strings or numbers that stand in it, one by one.
pub(super) fn compared(condition: &Condition) -> Option<&Path> {
    let Condition::Attribute { path, test } = condition else {
        return None;
    };
    let Test::In { literals, .. } = &test.value else {
        return None;
    };
    let names_units = |literal: &Spanned<Scalar>| !matches!(literal.value, Scalar::Boolean(_));
    literals.iter().any(names_units).then_some(path)
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
