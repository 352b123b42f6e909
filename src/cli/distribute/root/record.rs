//! Roots in the audit log of a project.

use super::report::roles_json;
use crate::audit::{self, Deed, Hand};
use crate::clock;
use crate::failure::Outcome;
use crate::input::reason::reason;
use serde_json::json;
use std::path::{Path, PathBuf};
use tidegate::trust::Root;

/// Whose log is to tell of it: roots are made where their keys are, which need not be where the project is.
#[derive(Debug, clap::Args)]
pub(super) struct Log {
    /// A project's folder, whose audit log is to tell of it
    #[arg(long = "audit", value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Why, for the audit log
    #[arg(long, value_parser = reason, requires = "folder")]
    reason: Option<String>,
}

impl Log {
    /// Tells of a root's file that was written, and of the bytes that it took the place of or followed.
    pub(super) fn tell(
        &self,
        what: &str,
        path: &Path,
        before: Option<&[u8]>,
        frame: &[u8],
        root: &Root,
    ) -> Outcome {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let deed = Deed {
            action: "root",
            hand: Hand::Person,
            flag: None,
            environment: None,
            reason: self.reason.as_deref(),
            at_ms: clock::now_ms(),
        };
        let entry = deed
            .entry()
            .with("what", json!(what))
            .with("root", json!(root.version))
            .with("file", json!(path.display().to_string()))
            .with("from", json!(before.map(audit::digest)))
            .with("to", json!(audit::digest(frame)))
            .with("roles", roles_json(root));
        audit::append(folder, entry).map_err(|failure| {
            failure.with_help("the root was written all the same; only the log does not tell of it")
        })
    }
}
