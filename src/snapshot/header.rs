use super::cursor::Cursor;
use crate::cut::cut;
use crate::error::{Error, ErrorKind};

/// Whose rules a snapshot holds: `project/environment/audience`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    text: String,
}

impl Scope {
    /// Reads `project/environment/audience`; the audience is `client` or `server`.
    ///
    /// Project and environment are `[A-Za-z0-9._-]{1,64}`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::read(text).ok_or_else(|| ErrorKind::ScopeInvalid.into())
    }

    /// Its first part.
    pub fn project(&self) -> &str {
        let (project, _) = cut(self.text.as_bytes(), b'/');
        self.text.get(..project.len()).unwrap_or_default()
    }

    /// Its second part.
    pub fn environment(&self) -> &str {
        self.place()
            .split_once('/')
            .map_or("", |(environment, _)| environment)
    }

    /// All behind its first part: `environment/audience`, where it is published below a destination.
    pub fn place(&self) -> &str {
        let behind = self.project().len() + 1;
        self.text.get(behind..).unwrap_or_default()
    }

    /// The scope as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        let (project, rest) = cut(text.as_bytes(), b'/');
        let (environment, audience) = cut(rest?, b'/');
        let named = |name: &[u8]| {
            (1..=64).contains(&name.len())
                && name
                    .iter()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
        };
        let fits = named(project) && named(environment) && matches!(audience?, b"client" | b"server");
        fits.then(|| Self { text: text.into() })
    }
}

/// What a snapshot says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Whose rules these are.
    pub scope: Scope,
    /// Rises with every snapshot of a scope; below 2^53.
    pub version: u64,
    /// When it was made, in epoch milliseconds.
    pub issued_at_ms: i64,
    /// From when on it may be used, in epoch milliseconds.
    pub not_before_ms: i64,
    /// From when on it is stale, in epoch milliseconds.
    pub expires_ms: i64,
    /// How long after that flags with `onExpired: off` go on, in milliseconds.
    pub max_stale_ms: i64,
    /// Public keys that may sign heads, where the trust anchor is a bare key; none: the snapshot stands alone.
    pub head_keys: Vec<[u8; 32]>,
}

impl Header {
    /// Reads the header of a payload; whether it is to be trusted is for others to say.
    pub fn of(payload: &[u8]) -> Result<Self, Error> {
        let mut cursor = Cursor::new(payload);
        if cursor.u16().ok_or(ErrorKind::SnapshotMalformed)? != super::FORMAT {
            return Err(ErrorKind::FormatUnsupported.into());
        }
        let header = cursor.sized().and_then(|bytes| Self::read(Cursor::new(bytes)));
        header.ok_or(ErrorKind::SnapshotMalformed.into())
    }

    /// Reads the fields that this engine knows; what a later one appended is passed over.
    fn read(mut cursor: Cursor<'_>) -> Option<Self> {
        let version = cursor.version()?;
        let (issued_at_ms, not_before_ms) = (cursor.moment()?, cursor.moment()?);
        let (expires_ms, max_stale_ms) = (cursor.moment()?, cursor.moment()?);
        let scope = Scope::read(cursor.short_text()?)?;
        let count = usize::from(cursor.u8()?);
        let head_keys = cursor.bytes(count.checked_mul(32)?)?.as_chunks().0.to_vec();
        (max_stale_ms >= 0).then_some(Self {
            scope,
            version,
            issued_at_ms,
            not_before_ms,
            expires_ms,
            max_stale_ms,
            head_keys,
        })
    }
}
