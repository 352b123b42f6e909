//! What is wrong with a project beyond its shape: names that lead nowhere, cycles, what nobody can reach, what clients
//! must not see.

use crate::model::{Diagnostic, Project};

/// Everything that is wrong or doubtful in a project, all at once, in the order of files and lines.
pub fn lint(_project: &Project) -> Vec<Diagnostic> {
    Vec::new()
}
