use crate::govern::changes;
use std::collections::BTreeSet;
use tidegate::compile::Audience;
use tidegate::delivery::change::Change;
use tidegate::delivery::govern::Behind;
use tidegate::delivery::impact::{Example, FlagImpact, Group, Impact, Landing};

/// Everything that changes.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) project: String,
    pub(super) against: String,
    /// What that has and the files lack.
    pub(super) behind: Option<Behind>,
    pub(super) now_ms: i64,
    /// How many people were asked about, and where they are from.
    pub(super) people: u64,
    pub(super) who: &'static str,
    /// The file that they are from.
    pub(super) file: Option<String>,
    pub(super) scopes: Vec<Scope>,
}

/// What changes in one environment for one audience.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) environment: String,
    pub(super) audience: Audience,
    /// There was nothing before.
    pub(super) is_new: bool,
    pub(super) changes: Vec<Change>,
    pub(super) impact: Impact,
    pub(super) examples: Vec<Example>,
}

/// One flag that changes, or that others change for somebody; for both audiences where it is the same for both.
#[derive(Debug)]
pub(super) struct Row<'p> {
    pub(super) environment: &'p str,
    pub(super) audiences: Vec<Audience>,
    pub(super) flag: &'p str,
    /// Nothing where only a prerequisite of the flag changes.
    pub(super) change: Option<&'p Change>,
    pub(super) impact: Option<&'p FlagImpact>,
    pub(super) examples: Vec<&'p Example>,
}

impl Plan {
    /// Does everything stay as it is?
    pub(super) fn is_empty(&self) -> bool {
        let mut scopes = self.scopes.iter();
        scopes.all(|scope| scope.changes.is_empty() && scope.impact.moved == 0)
    }

    /// The flags of all scopes, in the order of environments and keys.
    pub(super) fn rows(&self) -> Vec<Row<'_>> {
        let mut rows = changes::joined(
            self.scopes.iter().flat_map(Scope::rows),
            Row::says_the_same_as,
            |known, row| known.audiences.extend(row.audiences),
        );
        let environments: Vec<&str> = self
            .scopes
            .iter()
            .map(|scope| scope.environment.as_str())
            .collect();
        let place = |row: &Row<'_>| environments.iter().position(|known| *known == row.environment);
        rows.sort_by_key(|row| (place(row), row.flag));
        rows
    }

    /// How many flags change, wherever, in words.
    pub(super) fn flags(&self) -> String {
        let rows = self.rows();
        match rows.iter().map(|row| row.flag).collect::<BTreeSet<_>>().len() {
            1 => "1 flag changes".to_owned(),
            count => format!("{count} flags change"),
        }
    }
}

impl Scope {
    fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let changed = self.changes.iter().map(|change| change.flag.as_str());
        let moved = self
            .impact
            .flags
            .iter()
            .filter(|flag| flag.moved + flag.revalued > 0);
        let keys: BTreeSet<&str> = changed.chain(moved.map(|flag| flag.flag.as_str())).collect();
        keys.into_iter().map(|key| Row {
            environment: &self.environment,
            audiences: vec![self.audience],
            flag: key,
            change: self.changes.iter().find(|change| change.flag == key),
            impact: self.impact.flags.iter().find(|flag| flag.flag == key),
            examples: self
                .examples
                .iter()
                .filter(|example| example.flag == key)
                .collect(),
        })
    }
}

impl Row<'_> {
    fn says_the_same_as(&self, other: &Self) -> bool {
        self.environment == other.environment
            && self.flag == other.flag
            && self.change == other.change
            && self.impact == other.impact
    }

    pub(super) fn kinds(&self) -> String {
        self.change.map_or("by another flag".to_owned(), |change| {
            changes::kinds(&change.kinds)
        })
    }

    pub(super) fn audiences(&self) -> String {
        let words: Vec<String> = self.audiences.iter().map(Audience::to_string).collect();
        words.join(", ")
    }

    pub(super) fn moved(&self) -> u64 {
        self.impact.map_or(0, |impact| impact.moved)
    }
}

/// A part of all people in percent; never 0 of some, nor 100 of some less than all.
pub(super) fn share(part: u64, all: u64) -> String {
    let tenths = u128::from(part) * 1_000 / u128::from(all.max(1));
    match (part, tenths) {
        (0, _) => "0%".to_owned(),
        (_, 0) => "<0.1%".to_owned(),
        _ if tenths.is_multiple_of(10) => format!("{}%", tenths / 10),
        _ => format!("{}.{}%", tenths / 10, tenths % 10),
    }
}

/// What decided, in words.
pub(super) fn landed(landing: &Landing) -> String {
    let variant = landing.variant.as_deref().unwrap_or("the caller's default");
    match (&landing.rule, landing.exit) {
        (_, "absent") => "not there".to_owned(),
        (Some((_, Some(name))), _) => format!("{variant} by rule {name}"),
        (Some((number, None)), _) => format!("{variant} by rule {number}"),
        (None, "static" | "default") => format!("{variant} by default"),
        (None, "killed") => format!("{variant}, as it is killed"),
        (None, "disabled") => format!("{variant}, as it is off"),
        (None, "expired") => format!("{variant}, as it has expired"),
        (None, "prerequisite") => format!("{variant} by a prerequisite"),
        (None, "unit-missing") => format!("{variant} for want of a unit"),
        (None, "unreadable") => format!("{variant}, as it cannot be read"),
        (None, exit) => format!("{variant} by {exit}"),
    }
}

/// From what to what, and how many.
pub(super) fn from_to(group: &Group) -> (String, String) {
    (landed(&group.before), landed(&group.after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_no_more_decimals_than_it_needs_and_is_never_rounded_to_all() {
        for (part, said) in [
            (0, "0%"),
            (1, "<0.1%"),
            (5_000, "50%"),
            (1_255, "12.5%"),
            (9_999, "99.9%"),
            (10_000, "100%"),
        ] {
            assert_eq!(share(part, 10_000), said, "{part}");
        }
    }

    #[test]
    fn every_exit_is_told_in_words() {
        use tidegate::engine::Exit;
        let told = |exit: &'static str| {
            let landing = Landing {
                variant: Some("on".to_owned()),
                rule: None,
                exit,
            };
            landed(&landing)
        };
        assert_eq!(told("static"), "on by default");
        assert_eq!(told("default"), "on by default");
        assert_eq!(told("absent"), "not there");
        let nouns = [
            "target",
            "rule",
            "split",
            "ring",
            "rollout",
            "experiment",
            "holdout",
        ];
        for exit in Exit::ALL {
            let is_bare = told(exit.name()) == format!("on by {}", exit.name());
            let is_word = nouns.contains(&exit.name()) || exit.name() == "default";
            assert_eq!(is_bare, is_word, "{}", exit.name());
        }
    }
}
