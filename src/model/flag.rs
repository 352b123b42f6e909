use super::condition::{Condition, Path, Percent};
use super::diagnostic::{Place, Spanned};
use super::experiment::{Experiment, ExperimentState};
use super::rollout::{Rollout, RolloutState};

/// A decision with named outcomes, in every environment.
#[derive(Debug, Clone, PartialEq)]
pub struct Flag {
    /// The file's name without its ending, at the start of the file.
    pub key: Spanned<String>,
    /// What the flag is for.
    pub description: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// What kind of flag it is.
    pub kind: Option<Spanned<FlagType>>,
    /// How much harm a mistake in it can do.
    pub risk: Option<Risk>,
    /// Since when there is the flag, in epoch milliseconds.
    pub created_at: Option<Spanned<i64>>,
    /// From when on it should be gone, in epoch milliseconds; evaluating never asks.
    pub expires_at: Option<Spanned<i64>>,
    /// Is what it hides fully tested?
    pub tested: Option<Spanned<bool>>,
    /// May the `client` audience see it?
    pub client_visible: Spanned<bool>,
    /// What its units are hashed with: `[A-Za-z0-9_-]{1,64}`.
    pub salt: Spanned<String>,
    /// The outcomes, as written; at least one.
    pub variants: Vec<Variant>,
    /// The variant when killed, disabled or closed by a prerequisite.
    pub off_variant: Spanned<String>,
    /// What is served when no rule matches.
    pub default: Spanned<Serve>,
    /// Who gets which variant by name.
    pub targets: Vec<Target>,
    /// Flags that must serve given variants first.
    pub prerequisites: Vec<Prerequisite>,
    /// In order; the first whose condition holds decides.
    pub rules: Vec<Spanned<Rule>>,
    /// Staged plans by id.
    pub rollouts: Vec<(Spanned<String>, Rollout)>,
    /// Measured splits by id.
    pub experiments: Vec<(Spanned<String>, Experiment)>,
    /// The state of each environment that the file names.
    pub environments: Vec<(Spanned<String>, EnvironmentState)>,
    /// JSON Schema that every variant's value must satisfy.
    pub schema: Option<Spanned<serde_json::Value>>,
    /// From this epoch millisecond on the flag is disabled.
    pub disable_at: Option<i64>,
    /// What happens when the snapshot is stale for too long.
    pub on_expired: OnExpired,
}

impl Flag {
    /// What it says of an environment.
    pub fn state_in(&self, environment: &str) -> Option<&EnvironmentState> {
        let mut states = self.environments.iter();
        let found = states.find(|(name, _)| name.value == environment);
        found.map(|(_, state)| state)
    }

    /// Its rules in an environment.
    pub fn rules_in(&self, environment: &str) -> &[Spanned<Rule>] {
        let state = self.state_in(environment);
        state
            .and_then(|state| state.rules.as_ref())
            .unwrap_or(&self.rules)
    }

    /// What those get in an environment for whom no rule holds.
    pub fn default_in(&self, environment: &str) -> &Spanned<Serve> {
        let state = self.state_in(environment);
        state
            .and_then(|state| state.default.as_ref())
            .unwrap_or(&self.default)
    }
}

/// How much harm a mistake in a flag can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    /// Nobody would notice for long.
    Low,
    /// Some would.
    Medium,
    /// Money, data or trust would be lost.
    High,
}

impl Risk {
    /// All of them, the least first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// The word in files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl FlagType {
    /// All of them, as the language lists them.
    pub const ALL: [Self; 5] = [
        Self::Release,
        Self::Experiment,
        Self::Operational,
        Self::KillSwitch,
        Self::Permission,
    ];

    /// The word in files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Experiment => "experiment",
            Self::Operational => "operational",
            Self::KillSwitch => "kill-switch",
            Self::Permission => "permission",
        }
    }
}

/// What kind of flag it is; the kinds differ in lifetime and in who may see them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagType {
    /// Hides unfinished work.
    Release,
    /// Measures variants.
    Experiment,
    /// Steers operations for a while.
    Operational,
    /// Turns something off in an emergency.
    KillSwitch,
    /// Grants something; never client-visible.
    Permission,
}

/// What a flag does once a snapshot has been expired for longer than its `maxStale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnExpired {
    /// Goes on serving, marked stale.
    #[default]
    Serve,
    /// Serves the off variant.
    Off,
}

/// A named outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Its name: `[A-Za-z0-9._-]{1,64}`.
    pub name: Spanned<String>,
    /// Its value: a boolean, string, number, or an object or array.
    pub value: Spanned<serde_json::Value>,
}

/// Units that get a variant by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The variant they get.
    pub variant: Spanned<String>,
    /// The unit, by default `targetingKey`.
    pub by: Option<Path>,
    /// The units, as strings; whole numbers in decimal.
    pub ids: Vec<String>,
}

/// Another flag that must serve one of some variants first.
#[derive(Debug, Clone, PartialEq)]
pub struct Prerequisite {
    /// The other flag's key.
    pub flag: Spanned<String>,
    /// The variants that open this flag.
    pub variants: Vec<Spanned<String>>,
}

/// A condition and what it serves.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name, for people and for exposures.
    pub name: Option<Spanned<String>>,
    /// When it applies; always, when left out.
    pub condition: Option<Spanned<Condition>>,
    /// What it serves.
    pub serve: Spanned<Serve>,
}

/// What a rule or default serves.
#[derive(Debug, Clone, PartialEq)]
pub enum Serve {
    /// One variant.
    Variant(String),
    /// Weighted variants.
    Split(Split),
    /// A staged plan of this flag, by id.
    Rollout(String),
    /// A share of one variant, written in place.
    Share {
        /// The variant that the share gets.
        to: Spanned<String>,
        /// What the others get; by default the off variant.
        from: Option<Spanned<String>>,
        /// How many get it.
        share: Percent,
        /// The unit, by default `targetingKey`.
        by: Option<Path>,
        /// Mark an equally wide lane at the other end as control.
        control: bool,
    },
    /// An experiment of this flag, by id.
    Experiment(String),
}

/// Weighted variants.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// Variants and shares as written; the shares add up to 100_000.
    pub shares: Vec<(Spanned<String>, Percent)>,
    /// The unit, by default `targetingKey`.
    pub by: Option<Path>,
}

/// What differs in one environment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EnvironmentState {
    /// Where the environment is written.
    pub place: Place,
    /// False: the off variant is served.
    pub enabled: bool,
    /// True: the off variant is served, and nothing but a new snapshot lifts it.
    pub killed: bool,
    /// In place of the flag's default.
    pub default: Option<Spanned<Serve>>,
    /// In place of the flag's rules.
    pub rules: Option<Vec<Spanned<Rule>>>,
    /// Where each rollout stands.
    pub rollouts: Vec<(Spanned<String>, RolloutState)>,
    /// Where each experiment stands.
    pub experiments: Vec<(Spanned<String>, ExperimentState)>,
}
