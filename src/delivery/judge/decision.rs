use crate::model::Action;
use std::fmt;

/// What is to be done with a plan, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// What is to be done.
    pub verdict: Verdict,
    /// Everything that speaks for it or for something else, the one that decided first.
    pub reasons: Vec<Reason>,
    /// How each metric stands that could be compared.
    pub comparisons: Vec<Standing>,
    /// It is only told: the policy is on trial.
    pub dry_run: bool,
}

/// What is to be done with a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The next stage is entered.
    Promote,
    /// It stays where it is.
    Hold,
    /// The flag is killed, and the plan is rolled back.
    RollBack,
}

/// One thing that speaks for a verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// What it is.
    pub code: Code,
    /// What it calls for.
    pub verdict: Verdict,
    /// The metric that it is about.
    pub metric: Option<String>,
    /// For people.
    pub message: String,
    /// The numbers behind it, by name.
    pub numbers: Vec<(&'static str, f64)>,
}

/// How a metric stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The metric's name.
    pub metric: String,
    /// The treatment's estimate, over the stages by their size.
    pub treatment: f64,
    /// The control's.
    pub control: f64,
    /// The harm beyond the margin: above 0 is worse than allowed.
    pub excess: f64,
    /// What the harm beyond the margin is at least.
    pub lower_bound: f64,
    /// The units of both arms behind it.
    pub units: f64,
}

/// What speaks for a verdict, in order of precedence: the first that is there decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// The treatment's plain estimate is beyond what is borne.
    Catastrophic,
    /// A guardrail is worse than its margin allows.
    GuardrailBreach,
    /// The arms have other sizes than designed.
    SampleRatioMismatch,
    /// Too many units were in both arms.
    MultipleExposures,
    /// No new unit came for a while.
    NoTraffic,
    /// A signal is worse than its margin allows.
    SignalBreach,
    /// The clock shows less than it did.
    ClockWentBack,
    /// A source failed.
    SourceFailed,
    /// A source told numbers that cannot be.
    DataInvalid,
    /// A source told another unit than expected.
    UnitChanged,
    /// Less was counted than before.
    CountsFell,
    /// Data ends earlier than it did.
    DataLate,
    /// Two different numbers for one moment.
    DataRewritten,
    /// Data is too old.
    DataStale,
    /// There is no data.
    DataMissing,
    /// A group-sequential plan has no look left.
    HorizonPassed,
    /// The gate names a policy that does not exist.
    PolicyMissing,
    /// Too few units in an arm.
    MinimumSample,
    /// The stage was entered too short a time ago.
    MinimumHold,
    /// The share is still moving.
    RampUnderWay,
    /// The stage goes beyond what the ceiling lets through.
    CeilingReached,
    /// Too few people approved.
    ApprovalMissing,
    /// A freeze lets nothing open further now.
    Frozen,
    /// Nothing says when the stage may be left.
    NoGate,
    /// All that the gate asks for is there.
    GatePassed,
}

impl Decision {
    /// The reason that decided.
    pub fn first(&self) -> Option<&Reason> {
        self.reasons.first()
    }
}

impl Verdict {
    /// What an action of a policy comes to.
    pub const fn of(action: Action) -> Self {
        match action {
            Action::Hold => Self::Hold,
            Action::RollBack => Self::RollBack,
        }
    }

    /// In one word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Promote => "promote",
            Self::Hold => "hold",
            Self::RollBack => "rollback",
        }
    }

    /// The verdict of a word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Promote, Self::Hold, Self::RollBack]
            .into_iter()
            .find(|verdict| verdict.name() == word)
    }
}

impl Code {
    /// All of them, in order of precedence.
    pub const ALL: [Self; 25] = [
        Self::Catastrophic,
        Self::GuardrailBreach,
        Self::SampleRatioMismatch,
        Self::MultipleExposures,
        Self::NoTraffic,
        Self::SignalBreach,
        Self::ClockWentBack,
        Self::SourceFailed,
        Self::DataInvalid,
        Self::UnitChanged,
        Self::CountsFell,
        Self::DataLate,
        Self::DataRewritten,
        Self::DataStale,
        Self::DataMissing,
        Self::HorizonPassed,
        Self::PolicyMissing,
        Self::MinimumSample,
        Self::MinimumHold,
        Self::RampUnderWay,
        Self::CeilingReached,
        Self::ApprovalMissing,
        Self::Frozen,
        Self::NoGate,
        Self::GatePassed,
    ];

    /// Does it say that what was read of a metric must not be used, then and later?
    pub const fn refuses_data(self) -> bool {
        matches!(
            self,
            Self::DataInvalid | Self::UnitChanged | Self::CountsFell | Self::DataLate | Self::DataRewritten
        )
    }

    /// Is it about what a gate asks for, and not about what was measured?
    pub const fn is_of_gate(self) -> bool {
        matches!(
            self,
            Self::ClockWentBack
                | Self::PolicyMissing
                | Self::MinimumSample
                | Self::MinimumHold
                | Self::RampUnderWay
                | Self::CeilingReached
                | Self::ApprovalMissing
                | Self::Frozen
                | Self::NoGate
                | Self::GatePassed
        )
    }

    /// The stable name, in kebab-case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Catastrophic => "catastrophic",
            Self::GuardrailBreach => "guardrail-breach",
            Self::SampleRatioMismatch => "sample-ratio-mismatch",
            Self::MultipleExposures => "multiple-exposures",
            Self::NoTraffic => "no-traffic",
            Self::SignalBreach => "signal-breach",
            Self::ClockWentBack => "clock-went-back",
            Self::SourceFailed => "source-failed",
            Self::DataInvalid => "data-invalid",
            Self::UnitChanged => "unit-changed",
            Self::CountsFell => "counts-fell",
            Self::DataLate => "data-late",
            Self::DataRewritten => "data-rewritten",
            Self::DataStale => "data-stale",
            Self::DataMissing => "data-missing",
            Self::HorizonPassed => "horizon-passed",
            Self::PolicyMissing => "policy-missing",
            Self::MinimumSample => "minimum-sample",
            Self::MinimumHold => "minimum-hold",
            Self::RampUnderWay => "ramp-under-way",
            Self::CeilingReached => "ceiling-reached",
            Self::ApprovalMissing => "approval-missing",
            Self::Frozen => "frozen",
            Self::NoGate => "no-gate",
            Self::GatePassed => "gate-passed",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        say(self.metric.as_deref(), &self.message, out)
    }
}

/// A reason for people, with the metric that it is about.
pub(super) fn say(metric: Option<&str>, message: &str, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    match metric {
        Some(metric) => write!(out, "`{metric}`: {message}"),
        None => out.write_str(message),
    }
}
