//! The audit log of a project, for those who only read it.

use super::read;
use crate::failure::{Failure, Outcome};
use crate::report::Reporter;
use std::path::Path;
use tidegate::delivery::audit::Chain;

/// All entries that can be read. What is wrong with the others is for `tidegate audit verify`: here it is only said that
/// something is.
pub(crate) fn history(project: &Path, reporter: &Reporter) -> Outcome<Chain> {
    let (chain, faults) = read(existing(project)?)?;
    if let Some(fault) = faults.first() {
        let message = format!("the audit log is damaged, `tidegate audit verify` tells how: {fault}");
        reporter.warn(&Failure::new("audit-damaged", message));
    }
    Ok(chain)
}

/// Only of a project that there is.
pub(crate) fn existing(project: &Path) -> Outcome<&Path> {
    match project.is_dir() {
        true => Ok(project),
        false => Err(Failure::file(
            "read",
            project,
            &std::io::ErrorKind::NotFound.into(),
        )),
    }
}
