use super::age::{Age, History};
use super::outcome::View;
use crate::model::{Detail, Flag, FlagType, Project, Status};

/// Why a flag should go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It is older than it says, or than its type may get.
    Expired,
    /// Everybody gets the same.
    OneSided,
    /// Nobody has changed it for as long as its type lasts.
    Unchanged,
    /// No code uses it.
    Unreferenced,
    /// Nobody answers for it.
    Unowned,
}

impl Reason {
    /// The word for people and machines.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::OneSided => "one-sided",
            Self::Unchanged => "unchanged",
            Self::Unreferenced => "unreferenced",
            Self::Unowned => "unowned",
        }
    }
}

/// What is known beside the project's files.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'f> {
    /// Where everybody must get the same; lint knows these names.
    pub environments: &'f [&'f str],
    /// The moment that is asked about, in epoch milliseconds.
    pub now_ms: i64,
    /// How often code uses the flag; nothing where that is not known.
    pub uses: Option<usize>,
    /// What git and the audit log know.
    pub history: History,
    /// When a flag that this one is decided by was last changed, see
    /// [`prerequisites_changed_ms`](super::prerequisites_changed_ms).
    pub prerequisites_changed_ms: Option<i64>,
}

/// What everybody gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OneSided<'p> {
    /// The variant.
    pub variant: &'p str,
    /// Is that for want of a beginning? Then the flag is not stale for it.
    pub is_not_begun: bool,
    /// Has it not been so for the project's grace yet? Whoever rolled back is about to mend, not to remove.
    pub is_recent: bool,
}

/// What is found about one flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict<'p> {
    /// Why it should go, in the order of [`Reason`]; nothing where it may stay.
    pub reasons: Vec<Reason>,
    /// How old it is.
    pub age: Age,
    /// What everybody gets, if it is one variant.
    pub one_sided: Option<OneSided<'p>>,
}

/// Judges a flag.
pub fn judge<'p>(project: &'p Project, flag: &'p Flag, facts: &Facts<'p>) -> Verdict<'p> {
    let age = Age::of(flag, &project.hygiene.lifetimes, &facts.history);
    let is_recent = is_recent(project.hygiene.grace_ms, &age, facts);
    let one_sided = one_sided(project, flag, facts, is_recent);
    let may_stay = flag
        .kind
        .as_ref()
        .is_some_and(|kind| project.hygiene.lifetimes.of(kind.value).is_none());
    let is_past = |moment_ms: i64| moment_ms <= facts.now_ms;
    let unchanged_for = age
        .changed
        .map(|changed| facts.now_ms.saturating_sub(changed.at_ms));
    let reasons = [
        (
            Reason::Expired,
            age.expires.is_some_and(|expires| is_past(expires.at_ms)),
        ),
        // Switches for emergencies and permissions rest where they are, and are none the worse for it.
        (
            Reason::OneSided,
            !may_stay && one_sided.is_some_and(|one_sided| !(one_sided.is_not_begun || one_sided.is_recent)),
        ),
        (
            Reason::Unchanged,
            age.lifetime_ms
                .zip(unchanged_for)
                .is_some_and(|(lifetime_ms, unchanged_ms)| unchanged_ms >= lifetime_ms),
        ),
        // A flag that was just made is there before the code that is to use it.
        (Reason::Unreferenced, facts.uses == Some(0) && !is_recent),
        (Reason::Unowned, !Detail::Owner.is_said(flag)),
    ];
    let holds = reasons
        .into_iter()
        .filter_map(|(reason, holds)| holds.then_some(reason));
    Verdict {
        reasons: holds.collect(),
        age,
        one_sided,
    }
}

fn one_sided<'p>(
    project: &'p Project,
    flag: &'p Flag,
    facts: &Facts<'p>,
    is_recent: bool,
) -> Option<OneSided<'p>> {
    let variant = everybody_gets(project, flag, facts.environments, facts.now_ms)?;
    // What is over since yesterday was changed by no hand.
    let grace_began_ms = facts.now_ms.saturating_sub(project.hygiene.grace_ms);
    let was = everybody_gets(project, flag, facts.environments, grace_began_ms);
    Some(OneSided {
        variant,
        is_not_begun: variant == flag.off_variant.value && is_not_begun(flag),
        is_recent: is_recent || was != Some(variant),
    })
}

/// The one variant that everybody gets in all of the environments, of what is not over by a moment.
fn everybody_gets<'p>(
    project: &'p Project,
    flag: &'p Flag,
    environments: &[&'p str],
    now_ms: i64,
) -> Option<&'p str> {
    let mut variants = environments.iter().map(|environment| {
        let view = View {
            project,
            environment,
            outside: None,
            now_ms: Some(now_ms),
        };
        view.only_variant(flag)
    });
    let variant = variants.next()??;
    variants.all(|other| other == Some(variant)).then_some(variant)
}

/// Was the flag, or one that it is decided by, changed so lately that nobody had the time to remove it? What has no date is
/// taken for old.
fn is_recent(grace_ms: i64, age: &Age, facts: &Facts<'_>) -> bool {
    let changed = age.changed.map(|changed| changed.at_ms);
    let latest = changed.max(facts.prerequisites_changed_ms);
    latest.is_some_and(|latest_ms| facts.now_ms.saturating_sub(latest_ms) < grace_ms)
}

/// Is the flag still waiting for its first user? Nothing was ever killed, and no plan ever left its draft.
fn is_not_begun(flag: &Flag) -> bool {
    let waits = |kind: FlagType| matches!(kind, FlagType::Release | FlagType::Experiment);
    let may_wait = flag.kind.as_ref().is_none_or(|kind| waits(kind.value));
    let untouched = flag.environments.iter().all(|(_, state)| {
        let mut plans = state.rollouts.iter();
        !state.killed && plans.all(|(_, plan)| plan.status == Status::Draft)
    });
    may_wait && untouched
}
