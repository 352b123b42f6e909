use super::diagnostic::{Place, Spanned};
use super::flag::{Flag, FlagType};

const DAY_MS: i64 = 86_400_000;

/// What a project asks of its flags: what each must say, how old it may get, where its uses stand, what a release needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Hygiene {
    /// What every flag must say of itself.
    pub required: Vec<Spanned<Detail>>,
    /// How old flags may get.
    pub lifetimes: Lifetimes,
    /// How long a flag must have stood as it does before that alone is a reason to remove it, in milliseconds; 7 days.
    pub grace_ms: i64,
    /// Where and how the code names flags.
    pub references: References,
    /// What must hold before a change is released.
    pub release: ReleaseRules,
}

impl Default for Hygiene {
    fn default() -> Self {
        Self {
            required: Vec::new(),
            lifetimes: Lifetimes::default(),
            grace_ms: 7 * DAY_MS,
            references: References::default(),
            release: ReleaseRules::default(),
        }
    }
}

/// Something that a flag says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// `description`.
    Description,
    /// `owner`.
    Owner,
    /// `type`.
    Type,
    /// `risk`.
    Risk,
    /// `createdAt`.
    CreatedAt,
}

impl Detail {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Description,
        Self::Owner,
        Self::Type,
        Self::Risk,
        Self::CreatedAt,
    ];

    /// The key in a flag's file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Description => "description",
            Self::Owner => "owner",
            Self::Type => "type",
            Self::Risk => "risk",
            Self::CreatedAt => "createdAt",
        }
    }

    /// Does a flag say it?
    pub fn is_said(self, flag: &Flag) -> bool {
        let not_blank = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
        match self {
            Self::Description => not_blank(&flag.description),
            Self::Owner => not_blank(&flag.owner),
            Self::Type => flag.kind.is_some(),
            Self::Risk => flag.risk.is_some(),
            Self::CreatedAt => flag.created_at.is_some(),
        }
    }
}

/// How old flags of each type may get, in milliseconds; nothing means for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetimes {
    /// Of release flags; 40 days.
    pub release_ms: Option<i64>,
    /// Of experiments; 40 days.
    pub experiment_ms: Option<i64>,
    /// Of operational flags; 7 days.
    pub operational_ms: Option<i64>,
    /// Of kill switches; for ever.
    pub kill_switch_ms: Option<i64>,
    /// Of permissions; for ever.
    pub permission_ms: Option<i64>,
}

impl Lifetimes {
    /// How old a flag of this type may get.
    pub const fn of(&self, kind: FlagType) -> Option<i64> {
        match kind {
            FlagType::Release => self.release_ms,
            FlagType::Experiment => self.experiment_ms,
            FlagType::Operational => self.operational_ms,
            FlagType::KillSwitch => self.kill_switch_ms,
            FlagType::Permission => self.permission_ms,
        }
    }
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            release_ms: Some(40 * DAY_MS),
            experiment_ms: Some(40 * DAY_MS),
            operational_ms: Some(7 * DAY_MS),
            kill_switch_ms: None,
            permission_ms: None,
        }
    }
}

/// Where and how the code names flags.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct References {
    /// Folders with code, from the project's own; where there are none, the whole repository.
    pub roots: Vec<Spanned<String>>,
    /// Globs of the files that are looked at; where there are none, all.
    pub only: Vec<Spanned<String>>,
    /// Globs of files that are not looked at, beside what `.gitignore` says.
    pub ignore: Vec<Spanned<String>>,
    /// What calls with a flag's key look like: `{}` stands for the key in quotes.
    pub wrappers: Vec<Spanned<String>>,
    /// What else a flag is called in code: `{camelCase}` and the like stand for the key in that form.
    pub aliases: Vec<Spanned<String>>,
    /// Further names of single flags.
    pub names: Vec<(Spanned<String>, Vec<Spanned<String>>)>,
}

/// What must hold before a change is released.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReleaseRules {
    /// Which changed files need a flag.
    pub need_flag: Vec<NeedFlag>,
    /// The segment of those who may have what is not fully tested.
    pub qa: Option<Spanned<String>>,
    /// Where that holds; where there are none, everywhere.
    pub environments: Vec<Spanned<String>>,
    /// Which changes ask for others beside them.
    pub touch: Vec<Touch>,
}

/// Changed files that need a flag.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedFlag {
    /// Where it is written.
    pub place: Place,
    /// Globs of the files, from the top of the repository.
    pub paths: Vec<Spanned<String>>,
    /// Globs of files among them that need none.
    pub except: Vec<Spanned<String>>,
    /// May a commit say that it needs none, and why?
    pub allow_none: bool,
}

/// A change that asks for another beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Touch {
    /// Where it is written.
    pub place: Place,
    /// Globs of the files whose change asks.
    pub when: Vec<Spanned<String>>,
    /// Globs of files among them that do not ask.
    pub except: Vec<Spanned<String>>,
    /// Globs: one file at least that fits one of them must have changed too.
    pub changed: Vec<Spanned<String>>,
}
