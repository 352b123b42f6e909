/// One thing that does not hold.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) code: Code,
    /// Where, as far as it is at one place.
    pub(super) file: Option<String>,
    pub(super) line: Option<usize>,
    pub(super) column: Option<usize>,
    pub(super) message: String,
    /// What to do about it.
    pub(super) help: String,
}

/// What kind of thing that is, for machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    Lint,
    MissingOwner,
    NeedsFlag,
    WrongTrailer,
    UntestedOn,
    NeedsTouch,
    Gate,
}

impl Code {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Lint => "lint",
            Self::MissingOwner => "missing-owner",
            Self::NeedsFlag => "needs-flag",
            Self::WrongTrailer => "wrong-trailer",
            Self::UntestedOn => "untested-on",
            Self::NeedsTouch => "needs-touch",
            Self::Gate => "gate",
        }
    }
}

impl Finding {
    /// Of a file as a whole, or of no place.
    pub(super) fn new(code: Code, file: Option<String>, message: String, help: impl Into<String>) -> Self {
        Self {
            code,
            file,
            line: None,
            column: None,
            message,
            help: help.into(),
        }
    }

    /// At a place in a file of the project, whose folder stands before it.
    pub(super) fn at(
        code: Code,
        (prefix, place): (&str, &tidegate::model::Place),
        message: String,
        help: impl Into<String>,
    ) -> Self {
        Self {
            line: Some(place.line),
            column: Some(place.column),
            ..Self::new(code, Some(format!("{prefix}{}", place.file)), message, help)
        }
    }
}
