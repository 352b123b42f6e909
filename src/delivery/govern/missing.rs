use crate::delivery::percent;
use crate::model::{KeyRole, Percent};
use std::fmt;

/// What a rule asks for that a change does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// Too few people agree.
    Approvals {
        /// How many do.
        have: usize,
        /// How many must.
        need: u32,
        /// Of which team; of all people, when left out.
        team: Option<String>,
        /// Who still could.
        others: Vec<String>,
        /// Who could not, since they wrote it.
        authors: Vec<String>,
    },
    /// Nobody can say whether those who agree are not those who wrote it.
    Authors {
        /// Who wrote it and is not known, as they are called.
        strangers: Vec<String>,
    },
    /// A stage that opens something while nobody watches.
    Guardrail {
        /// The flag.
        flag: String,
        /// Where.
        environment: String,
        /// The plan and its stage; without them, more is opened and no plan does it.
        stage: Option<(String, String)>,
    },
    /// More people get another variant than may.
    Population {
        /// The flag.
        flag: String,
        /// Where.
        environment: String,
        /// How many of the population do; nothing where there is no population to tell by.
        share: Option<Percent>,
        /// How many may.
        at_most: Percent,
    },
    /// Fewer keys must sign than should have to.
    Signatures {
        /// As what they sign.
        role: KeyRole,
        /// How many must, by the root; nothing where there is none to look at.
        have: Option<u8>,
        /// How many should have to.
        need: u8,
    },
}

impl Missing {
    /// Stable, for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Approvals { .. } => "approvals",
            Self::Authors { .. } => "authors-unknown",
            Self::Guardrail { .. } => "guardrails",
            Self::Population { share: Some(_), .. } => "population",
            Self::Population { share: None, .. } => "population-unknown",
            Self::Signatures { have: Some(_), .. } => "signatures",
            Self::Signatures { have: None, .. } => "signatures-unknown",
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Approvals {
                have,
                need,
                team,
                others,
                authors,
            } => {
                write!(formatter, "{have} of {need} approvals")?;
                if let Some(team) = team {
                    write!(formatter, " of team {team}")?;
                }
                match (*need as usize).saturating_sub(*have) {
                    1 => formatter.write_str(": one more")?,
                    more => write!(formatter, ": {more} more")?,
                }
                match others.len() {
                    0 => formatter.write_str(", and there is nobody else")?,
                    1..=MOST_NAMED => write!(formatter, " of {}", either(others))?,
                    _ => {}
                }
                match authors.is_empty() {
                    true => Ok(()),
                    false => write!(formatter, ", not by {}, who wrote it", either(authors)),
                }
            }
            Self::Authors { strangers } if strangers.is_empty() => {
                formatter.write_str("nobody says who wrote it, so that nobody can tell who else agrees")
            }
            Self::Authors { strangers } => write!(
                formatter,
                "{} wrote it and is nobody in `people`, so that nobody can tell who else agrees",
                either(strangers)
            ),
            Self::Guardrail {
                flag,
                environment,
                stage: Some((plan, stage)),
            } => write!(
                formatter,
                "no policy watches the stage `{stage}` of the plan `{plan}` of `{flag}` in {environment}"
            ),
            Self::Guardrail {
                flag,
                environment,
                stage: None,
            } => write!(
                formatter,
                "`{flag}` opens further in {environment} outside of any plan, so no policy watches it"
            ),
            Self::Population {
                flag,
                environment,
                share: Some(share),
                at_most,
            } => write!(
                formatter,
                "{} of the population get another variant of `{flag}` in {environment}, more than {}",
                percent(*share),
                percent(*at_most)
            ),
            Self::Population { at_most, .. } => write!(
                formatter,
                "at most {} of a population may get another variant, and no `--population` says who they are",
                percent(*at_most)
            ),
            Self::Signatures {
                role,
                have: Some(have),
                need,
            } => write!(
                formatter,
                "the root asks for {have} of the keys that sign as {}, and {need} must sign",
                role.word()
            ),
            Self::Signatures { role, need, .. } => write!(
                formatter,
                "{need} of the keys that sign as {} must sign, and no `--root` says how many must",
                role.word()
            ),
        }
    }
}

/// The most names that a message lists.
const MOST_NAMED: usize = 8;

/// `a, b or c`.
pub(super) fn either(names: &[String]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.concat(),
    }
}
