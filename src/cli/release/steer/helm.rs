use crate::audit::Hand;
use crate::distribute::publish::terms::Publisher;
use crate::report::Reporter;
use std::path::Path;

/// Whoever moves the rollouts of one environment of a project.
#[derive(Clone, Copy)]
pub(crate) struct Helm<'h> {
    pub(crate) project: &'h Path,
    pub(crate) environment: &'h str,
    /// Without one only files are written.
    pub(crate) publisher: Option<&'h Publisher>,
    pub(crate) now_ms: i64,
    pub(crate) dry_run: bool,
    /// Whose hand is at it, for the audit log.
    pub(crate) hand: Hand,
    pub(crate) reporter: &'h Reporter,
}
