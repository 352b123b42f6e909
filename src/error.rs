use core::fmt;

/// Why a frame, trust string or scope was refused.
///
/// Opaque: match on [`Error::code`], whose names are stable and the same in Rust, JavaScript and the CLI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
}

/// The reasons, numbered as they cross the WebAssembly boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    TrustInvalid = 1,
    ScopeInvalid = 2,
    FrameTruncated = 3,
    FrameMalformed = 4,
    PayloadTypeUnexpected = 5,
    KeyUnknown = 6,
    SignatureInvalid = 7,
    FormatUnsupported = 8,
    SnapshotMalformed = 9,
    ScopeMismatch = 10,
    SnapshotNotYetValid = 11,
    SnapshotRollback = 12,
    SnapshotConflict = 13,
    LimitExceeded = 14,
    #[cfg_attr(
        not(target_arch = "wasm32"),
        allow(dead_code, reason = "only a wasm host can forget to configure")
    )]
    NotConfigured = 15,
    HeadMalformed = 16,
    RootMalformed = 17,
    ThresholdUnmet = 18,
    HeadRollback = 19,
    HeadConflict = 20,
    RootConflict = 21,
    SnapshotMismatch = 22,
    HeadRequired = 23,
}

impl Error {
    /// The stable name of the reason, such as `SIGNATURE_INVALID`.
    pub fn code(&self) -> &'static str {
        self.describe().0
    }

    /// The number of the reason on the WebAssembly boundary.
    pub fn number(&self) -> i32 {
        self.kind as i32
    }

    fn describe(&self) -> (&'static str, &'static str) {
        match self.kind {
            ErrorKind::TrustInvalid => (
                "TRUST_INVALID",
                "trust string is not `ed25519:` or `ed25519-dev:` and 32 bytes, or `root:` and a root, in base64",
            ),
            ErrorKind::ScopeInvalid => ("SCOPE_INVALID", "scope is not `project/environment/audience`"),
            ErrorKind::FrameTruncated => ("FRAME_TRUNCATED", "frame ends before its payload does"),
            ErrorKind::FrameMalformed => ("FRAME_MALFORMED", "bytes are not a tidegate frame"),
            ErrorKind::PayloadTypeUnexpected => (
                "PAYLOAD_TYPE_UNEXPECTED",
                "frame holds another type of payload than the trusted keys may sign",
            ),
            ErrorKind::KeyUnknown => ("KEY_UNKNOWN", "no signature is by a trusted key"),
            ErrorKind::SignatureInvalid => ("SIGNATURE_INVALID", "signature does not fit the payload"),
            ErrorKind::FormatUnsupported => (
                "FORMAT_UNSUPPORTED",
                "frame or snapshot has a newer format than this engine reads",
            ),
            ErrorKind::SnapshotMalformed => ("SNAPSHOT_MALFORMED", "snapshot cannot be read"),
            ErrorKind::ScopeMismatch => (
                "SCOPE_MISMATCH",
                "snapshot is for another project, environment or audience",
            ),
            ErrorKind::SnapshotNotYetValid => ("SNAPSHOT_NOT_YET_VALID", "snapshot is not valid yet"),
            ErrorKind::SnapshotRollback => ("SNAPSHOT_ROLLBACK", "snapshot is older than the one in force"),
            ErrorKind::SnapshotConflict => (
                "SNAPSHOT_CONFLICT",
                "snapshot has the version of the one in force, but other bytes",
            ),
            ErrorKind::LimitExceeded => (
                "LIMIT_EXCEEDED",
                "frame or snapshot is larger than the limits allow",
            ),
            ErrorKind::HeadMalformed => (
                "HEAD_MALFORMED",
                "head cannot be read, or lasts longer than the root allows",
            ),
            ErrorKind::RootMalformed => ("ROOT_MALFORMED", "root cannot be read"),
            ErrorKind::ThresholdUnmet => ("THRESHOLD_UNMET", "fewer trusted keys signed than have to"),
            ErrorKind::HeadRollback => ("HEAD_ROLLBACK", "head is older than the newest one seen"),
            ErrorKind::HeadConflict => (
                "HEAD_CONFLICT",
                "head has the version of the newest one seen, but other bytes",
            ),
            ErrorKind::RootConflict => (
                "ROOT_CONFLICT",
                "root is not the next one of the chain, or has other bytes than the one trusted",
            ),
            ErrorKind::SnapshotMismatch => (
                "SNAPSHOT_MISMATCH",
                "snapshot is not the one that the newest head points to",
            ),
            ErrorKind::HeadRequired => ("HEAD_REQUIRED", "snapshot came without a head that points to it"),
            ErrorKind::NotConfigured => ("NOT_CONFIGURED", "no trust was configured before the first load"),
        }
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self { kind }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.describe().1)
    }
}

impl core::error::Error for Error {}
