use super::flags::Asked;
use super::group::{Group, Landing};
use super::outcome::{FlagImpact, Impact};
use crate::engine::{Answer, Arm};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// More groups of one flag are only counted.
const MOST_GROUPS: usize = 1_000;

/// What was counted of some people in one scope.
#[derive(Debug, Default)]
pub(super) struct Tally {
    people: u64,
    moved: u64,
    flags: Vec<FlagTally>,
}

#[derive(Debug, Default)]
struct FlagTally {
    moved: u64,
    revalued: u64,
    changed_arm: u64,
    groups: HashMap<Ends, Group>,
    ungrouped: u64,
}

/// Where somebody was and is, in numbers: variant, rule and exit of both.
type Ends = [(Option<u8>, Option<u16>, u8); 2];

impl Tally {
    pub(super) fn new(flags: usize) -> Self {
        Self {
            flags: std::iter::repeat_with(FlagTally::default).take(flags).collect(),
            ..Self::default()
        }
    }

    /// Counts a person by the answers for every flag that is asked about.
    pub(super) fn count<'a>(
        &mut self,
        person: u64,
        answers: impl Iterator<Item = (&'a Asked, Option<Answer<'a>>, Option<Answer<'a>>)>,
    ) {
        let mut is_moved = false;
        for (tally, (asked, before, after)) in self.flags.iter_mut().zip(answers) {
            is_moved |= tally.count(person, asked, before.as_ref(), after.as_ref());
        }
        self.people += 1;
        self.moved += u64::from(is_moved);
    }

    /// Adds what was counted of later people.
    pub(super) fn add(&mut self, later: Self) {
        self.people += later.people;
        self.moved += later.moved;
        for (tally, more) in self.flags.iter_mut().zip(later.flags) {
            tally.add(more);
        }
    }

    pub(super) fn impact(self, asked: &[Asked]) -> Impact {
        let flags = asked.iter().zip(self.flags);
        Impact {
            people: self.people,
            moved: self.moved,
            flags: flags.map(|(asked, tally)| tally.impact(&asked.key)).collect(),
        }
    }
}

impl FlagTally {
    fn count(
        &mut self,
        person: u64,
        asked: &Asked,
        before: Option<&Answer<'_>>,
        after: Option<&Answer<'_>>,
    ) -> bool {
        let [was, is] = [before, after].map(|answer| answer.and_then(Answer::variant_index));
        let arm = |answer: Option<&Answer<'_>>| answer.map_or(Arm::None, Answer::arm);
        self.changed_arm += u64::from(arm(before) != arm(after));
        let like = |numbers: &[Option<u8>]| match was {
            Some(was) => numbers.get(usize::from(was)).copied().flatten(),
            None => None,
        };
        if was.is_some() == is.is_some() && like(&asked.same_name) == is {
            self.revalued += u64::from(like(&asked.same_value) != is);
            return false;
        }
        if asked.off.is_some() && was.or(is) == asked.off {
            return false;
        }
        self.moved += 1;
        let end = |variant, answer: Option<&Answer<'_>>| {
            let exit = answer.map_or(u8::MAX, |answer| answer.exit() as u8);
            (variant, answer.and_then(Answer::rule_index), exit)
        };
        let group = self.groups.entry([end(was, before), end(is, after)]);
        let group = group.or_insert_with(|| Group {
            before: Landing::of(before),
            after: Landing::of(after),
            people: 0,
            first: person,
        });
        group.people += 1;
        true
    }

    fn add(&mut self, later: Self) {
        self.moved += later.moved;
        self.revalued += later.revalued;
        self.changed_arm += later.changed_arm;
        self.ungrouped += later.ungrouped;
        let mut later: Vec<(Ends, Group)> = later.groups.into_iter().collect();
        // Which groups are the first does not hang on how a table is laid out.
        later.sort_by_key(|(ends, group)| (group.first, *ends));
        for (ends, group) in later {
            let is_full = self.groups.len() >= MOST_GROUPS;
            match self.groups.entry(ends) {
                Entry::Occupied(known) => known.into_mut().people += group.people,
                Entry::Vacant(_) if is_full => self.ungrouped += group.people,
                Entry::Vacant(free) => drop(free.insert(group)),
            }
        }
    }

    fn impact(self, flag: &str) -> FlagImpact {
        let mut groups: Vec<Group> = self.groups.into_values().collect();
        let ends = |group: &Group| (group.before.clone(), group.after.clone());
        groups.sort_by(|one, other| {
            let by_size = other.people.cmp(&one.people);
            by_size.then_with(|| ends(one).cmp(&ends(other)))
        });
        FlagImpact {
            flag: flag.to_owned(),
            moved: self.moved,
            revalued: self.revalued,
            changed_arm: self.changed_arm,
            groups,
            ungrouped: self.ungrouped,
        }
    }
}
