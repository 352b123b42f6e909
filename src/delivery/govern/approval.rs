use super::digest::ChangeDigest;
use crate::trust::{Envelope, SealError, Signer};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// That somebody agrees to a change, as they sign it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// The project's name.
    pub project: String,
    /// The change, and no other.
    pub change: ChangeDigest,
    /// Who agrees, by the project's name for them.
    pub by: String,
    /// When they did, in epoch milliseconds.
    pub at_ms: i64,
    /// From when on it counts no more, in epoch milliseconds.
    pub expires_ms: i64,
    /// What they have to say of it.
    pub note: Option<String>,
}

/// What an approval is signed as, so that no other signature of the same key passes for one.
pub const APPROVAL_TYPE: &str = "application/vnd.tidegate.approval+json";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    project: String,
    change: String,
    by: String,
    at: String,
    expires: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

impl Approval {
    /// The approval in an envelope, as JSON, signed by a key of whoever agrees.
    pub fn seal(&self, signer: &dyn Signer) -> Result<String, SealError> {
        let written = Written {
            project: self.project.clone(),
            change: self.change.to_string(),
            by: self.by.clone(),
            at: written(self.at_ms),
            expires: written(self.expires_ms),
            note: self.note.clone(),
        };
        // Texts alone, which always can be written.
        let payload = serde_json::to_vec(&written).unwrap_or_default();
        Ok(Envelope::seal(APPROVAL_TYPE, payload, signer)?.to_json())
    }

    /// The file that it goes into, from the project's folder on.
    pub fn path(&self) -> String {
        format!("approvals/{}.{}.json", self.change.short(), self.by)
    }

    /// What an envelope says; who signed it is another question.
    pub(super) fn read(envelope: &Envelope) -> Result<Self, String> {
        if envelope.payload_type() != APPROVAL_TYPE {
            return Err(format!("it is not `{APPROVAL_TYPE}`"));
        }
        let written: Written =
            serde_json::from_slice(envelope.payload()).map_err(|error| error.to_string())?;
        let moment = |name: &str, text: &str| {
            let moment = text.parse::<Timestamp>();
            moment
                .map(Timestamp::as_millisecond)
                .map_err(|_| format!("`{name}` is not a date-time in RFC 3339"))
        };
        Ok(Self {
            project: written.project,
            change: ChangeDigest::parse(&written.change).ok_or("`change` is not a digest")?,
            by: written.by,
            at_ms: moment("at", &written.at)?,
            expires_ms: moment("expires", &written.expires)?,
            note: written.note,
        })
    }
}

/// A moment as it is written; beyond all calendars the last one that there is.
fn written(moment_ms: i64) -> String {
    Timestamp::from_millisecond(moment_ms)
        .unwrap_or(Timestamp::MAX)
        .to_string()
}
