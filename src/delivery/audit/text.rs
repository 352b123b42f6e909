//! Digests and moments as they stand in a line.

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

/// SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// A digest as it is written.
pub(super) fn hex(digest: &[u8; 32]) -> String {
    HEXLOWER.encode(digest)
}

/// A digest as it was written: 64 small hexadecimal digits.
pub(super) fn digest(text: &str) -> Option<[u8; 32]> {
    HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()
}

/// A moment in RFC 3339, in epoch milliseconds.
pub(super) fn moment(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

/// A moment as it is written; beyond all calendars the last one that there is.
pub(super) fn written(moment_ms: i64) -> String {
    let moment = Timestamp::from_millisecond(moment_ms);
    let last = if moment_ms < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    moment.unwrap_or(last).to_string()
}
