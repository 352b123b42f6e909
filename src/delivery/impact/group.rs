use crate::engine::Answer;

/// People who left one answer for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What decided before.
    pub before: Landing,
    /// What decides after.
    pub after: Landing,
    /// How many people.
    pub people: u64,
    /// The number of the first of them in the population.
    pub first: u64,
}

/// Where an evaluation ended, as far as people are told apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Landing {
    /// The variant; nothing where callers use their own default.
    pub variant: Option<String>,
    /// The rule that decided: its number, and its name where it has one.
    pub rule: Option<(u16, Option<String>)>,
    /// The exit in kebab-case, as `explain` tells it; `absent` where there is no such flag.
    pub exit: &'static str,
}

impl Landing {
    pub(super) fn of(answer: Option<&Answer<'_>>) -> Self {
        Self {
            variant: answer.and_then(Answer::variant).map(str::to_owned),
            rule: answer.and_then(|answer| Some((answer.rule_index()?, answer.rule().map(str::to_owned)))),
            exit: answer.map_or("absent", |answer| answer.exit().name()),
        }
    }
}
