use crate::failure::Failure;
use crate::input::project::Sources;
use crate::report::Reporter;
use std::path::Path;
use tidegate::model::Diagnostic;

/// What keeps people from being read.
#[derive(Debug)]
pub(crate) enum Wrong {
    Failed(Failure),
    /// A line that is not a context.
    Line(Box<Diagnostic>, Vec<u8>),
}

impl Wrong {
    /// Shows the line that is wrong.
    pub(crate) fn told(self, path: &Path, reporter: &Reporter) -> Failure {
        match self {
            Self::Failed(failure) => failure,
            Self::Line(problem, text) => {
                let name = path.display().to_string();
                let sources = Sources::of_text(&name, &String::from_utf8_lossy(&text));
                reporter.diagnostic(&problem, &sources);
                Failure::Told
            }
        }
    }
}
