//! Reasons, as people give them for the audit log.

const LONGEST_REASON: usize = 1_000;

/// A reason as it is given: one line.
pub(crate) fn reason(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST_REASON || text.chars().any(char::is_control) {
        return Err(format!("expected a line of 1 to {LONGEST_REASON} characters"));
    }
    Ok(text.to_owned())
}
