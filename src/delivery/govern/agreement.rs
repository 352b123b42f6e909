use super::approval::Approval;
use super::ballot::ApprovalFile;
use super::digest::ChangeDigest;
use super::people::People;
use crate::model::Project;
use crate::trust::Envelope;

/// That somebody agreed to a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// Who, by the project's name for them.
    pub by: String,
    /// To what.
    pub change: ChangeDigest,
    /// When, in epoch milliseconds, as they say.
    pub at_ms: i64,
}

impl Agreement {
    /// What a file says, if it is of a change that went in, and signed by a key that the project as it was before gave to
    /// whom it names. Whether that was enough, and in time, is for the gate to say.
    pub fn read<'p>(
        file: &ApprovalFile,
        before: impl FnOnce(&ChangeDigest) -> Option<&'p Project>,
    ) -> Option<Self> {
        let envelope = Envelope::read(&file.bytes).ok()?;
        let approval = Approval::read(&envelope).ok()?;
        let before = before(&approval.change)?;
        let mut keys = People::of(&before.governance).keys(&approval.by);
        let is_theirs = keys.any(|key| envelope.is_signed_by(key));
        (is_theirs && approval.project == before.name.value).then_some(Self {
            by: approval.by,
            change: approval.change,
            at_ms: approval.at_ms,
        })
    }
}
