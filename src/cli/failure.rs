#![doc = include_str!("CODES.md")]

use serde_json::{Value, json};
use std::fmt;
use std::io;
use std::path::Path;
use std::process::ExitCode;

/// Why a command ends early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// One thing went wrong.
    Problem(Box<Problem>),
    /// What went wrong was told already.
    Told,
    /// Something was found, which is what the command is asked for: exit code 2.
    Found,
    /// Whoever read the output has gone; nobody is left to tell.
    OutputClosed,
}

/// What a command comes to.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// One thing that went wrong outside of the project's files.
#[derive(Debug)]
pub(crate) struct Problem {
    /// Stable: the engine's codes are upper case, the command's own are in kebab-case.
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) file: Option<String>,
    misuse: bool,
}

impl Failure {
    /// Something is wrong with what was given: exit code 1.
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self::Problem(Box::new(Problem {
            code,
            message: message.into(),
            help: None,
            file: None,
            misuse: false,
        }))
    }

    /// The command was not understood: exit code 2.
    pub(crate) fn misuse(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, message).changed(|problem| problem.misuse = true)
    }

    /// A file could not be read or written.
    pub(crate) fn file(verb: &str, path: &Path, error: &io::Error) -> Self {
        let reason = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
            io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
            _ => error.to_string(),
        };
        let message = format!("cannot {verb} `{}`: {reason}", path.display());
        let failure = match verb {
            "write" => Self::new("cannot-write", message),
            _ => Self::new("cannot-read", message),
        };
        failure.about(path)
    }

    /// Adds how to mend it.
    pub(crate) fn with_help(self, help: impl Into<String>) -> Self {
        self.changed(|problem| problem.help = Some(help.into()))
    }

    /// Adds how to mend it where it is this that went wrong.
    pub(crate) fn help_with(self, code: &str, help: &str) -> Self {
        self.changed(|problem| {
            if problem.code == code {
                problem.help = Some(help.to_owned());
            }
        })
    }

    /// Is it this that went wrong?
    pub(crate) fn is(&self, code: &str) -> bool {
        matches!(self, Self::Problem(problem) if problem.code == code)
    }

    /// Takes misuse for an error like others, where exit code 2 says something else.
    pub(crate) fn not_misuse(self) -> Self {
        self.changed(|problem| problem.misuse = false)
    }

    /// Names the file that it is about, for machines.
    pub(crate) fn about(self, path: &Path) -> Self {
        self.changed(|problem| problem.file = Some(path.display().to_string()))
    }

    /// Code and message, for machines that are told of more than one failure.
    pub(crate) fn json(&self) -> Value {
        match self {
            Self::Problem(problem) => json!({ "code": problem.code, "message": problem.message }),
            Self::Told | Self::Found | Self::OutputClosed => Value::Null,
        }
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::OutputClosed => ExitCode::SUCCESS,
            Self::Found => ExitCode::from(2),
            Self::Problem(problem) if problem.misuse => ExitCode::from(2),
            Self::Problem(_) | Self::Told => ExitCode::FAILURE,
        }
    }

    fn changed(mut self, change: impl FnOnce(&mut Problem)) -> Self {
        if let Self::Problem(problem) = &mut self {
            change(problem);
        }
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problem(problem) => formatter.write_str(&problem.message),
            Self::Told | Self::Found => formatter.write_str("told already"),
            Self::OutputClosed => formatter.write_str("the output was closed"),
        }
    }
}
