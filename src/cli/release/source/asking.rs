use crate::clock;
use std::borrow::Cow;
use std::path::Path;
use tidegate::model::{Setting, filled};

/// What is asked about: a flag at a stage of a plan.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asking<'a> {
    /// The project's folder.
    pub(crate) folder: &'a Path,
    pub(crate) flag: &'a str,
    pub(crate) plan: &'a str,
    pub(crate) environment: &'a str,
    pub(crate) stage: &'a str,
    /// The variant that is new.
    pub(crate) to: &'a str,
    /// The one that it is compared with.
    pub(crate) from: &'a str,
    /// When the stage was entered.
    pub(crate) since_ms: i64,
    /// When the plan was at its first stage since it was last started, as far as it was looked at.
    pub(crate) run_since_ms: i64,
    pub(crate) now_ms: i64,
    /// Is anybody in the lane of control?
    pub(crate) is_compared: bool,
}

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arm {
    Treatment,
    Control,
}

impl Arm {
    /// As exposures name it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Treatment => "treatment",
            Self::Control => "control",
        }
    }
}

impl Asking<'_> {
    /// A query, URL, path, word or pointer with its variables filled in.
    pub(super) fn filled(&self, text: &str, arm: Arm) -> Result<String, String> {
        let value = |name: &str| -> Option<Cow<'_, str>> {
            Some(match name {
                "flag" => self.flag.into(),
                "plan" => self.plan.into(),
                "environment" => self.environment.into(),
                "stage" => self.stage.into(),
                "arm" => arm.name().into(),
                "variant" => match arm {
                    Arm::Treatment => self.to.into(),
                    Arm::Control => self.from.into(),
                },
                "since" => clock::written(self.since_ms).into(),
                "window" => self.window().into(),
                "now" => clock::written(self.now_ms).into(),
                _ => return None,
            })
        };
        filled(text, value).map_err(|name| format!("there is no variable `${name}`"))
    }

    /// From when the stage was entered until now, in whole seconds, at least one.
    fn window(&self) -> String {
        let length_ms = self.now_ms.saturating_sub(self.since_ms).max(0);
        format!("{}s", length_ms.saturating_add(999).div_euclid(1_000).max(1))
    }
}

/// What a setting says, which is never told to anybody.
pub(super) fn value(setting: &Setting) -> Result<String, String> {
    match setting {
        Setting::Text(text) => Ok(text.clone()),
        Setting::Environment(name) => variable(name),
    }
}

/// What an environment variable holds.
pub(super) fn variable(name: &str) -> Result<String, String> {
    match std::env::var(name) {
        Ok(value) if value.trim().is_empty() => Err(format!("the environment variable `{name}` is empty")),
        Ok(value) => Ok(value.trim().to_owned()),
        Err(std::env::VarError::NotPresent) => Err(format!("the environment variable `{name}` is not set")),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(format!("the environment variable `{name}` is not text"))
        }
    }
}
