use crate::error::Error;
use crate::snapshot::AuditTip;

/// Makes the payload of a snapshot that vouches for an audit log up to its tip, or for none: the same rules, under the
/// same header but for that. Clients read what they read before.
pub fn vouch(payload: &[u8], tip: Option<&AuditTip>) -> Result<Vec<u8>, Error> {
    AuditTip::put(tip, payload)
}
