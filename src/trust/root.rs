use crate::error::{Error, ErrorKind};
use crate::snapshot::{Cursor, limits};

/// Which keys may sign what: one link of the chain `1.root`, `2.root`, ….
///
/// ```text
/// u16 format, 1 ‖ short project ‖ u64 version ‖ u64 longest head lifetime in milliseconds
///   ‖ 3 × (u8 threshold ‖ u8 count ‖ count × 32-byte public key), for root, snapshot and head ‖ later fields
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Whose rules the keys sign: the first part of a scope. Empty in the implicit root of a bare key, which fits all.
    pub project: String,
    /// Rises by one with every root; 0 is the implicit root of a bare key.
    pub version: u64,
    /// How long a head may last from its issue, in milliseconds.
    pub longest_head_lifetime_ms: i64,
    /// Signs the next root.
    pub root: Role,
    /// Signs snapshots.
    pub snapshot: Role,
    /// Signs heads. Without keys, each snapshot names them: so it is for a bare key.
    pub head: Role,
}

/// Keys of which so many must sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// How many of the keys must sign: at least one.
    pub threshold: u8,
    /// Ed25519 public keys, each once.
    pub keys: Vec<[u8; 32]>,
}

impl Root {
    /// Reads a payload; whether it is to be trusted is for others to say.
    pub fn decode(payload: &[u8]) -> Result<Self, Error> {
        RootRecord::read(payload).map(|record| Self::from(&record))
    }

    /// The payload to sign.
    #[cfg(feature = "compile")]
    pub fn encode(&self) -> Vec<u8> {
        let mut payload = FORMAT.to_le_bytes().to_vec();
        payload.push(self.project.len() as u8);
        payload.extend(self.project.bytes());
        payload.extend(self.version.to_le_bytes());
        payload.extend(self.longest_head_lifetime_ms.to_le_bytes());
        for role in [&self.root, &self.snapshot, &self.head] {
            payload.extend([role.threshold, role.keys.len() as u8]);
            payload.extend(role.keys.iter().flatten());
        }
        payload
    }
}

impl Role {
    /// Any one of some keys.
    pub fn any(keys: &[[u8; 32]]) -> Self {
        Self {
            threshold: 1,
            keys: keys.to_vec(),
        }
    }
}

impl From<&RootRecord<'_>> for Root {
    fn from(record: &RootRecord<'_>) -> Self {
        let role = |role: RoleRecord<'_>| Role {
            threshold: role.threshold,
            keys: role.keys.to_vec(),
        };
        Self {
            project: record.project.into(),
            version: record.version,
            longest_head_lifetime_ms: record.longest_head_lifetime_ms,
            root: role(record.root),
            snapshot: role(record.snapshot),
            head: role(record.head),
        }
    }
}

/// The format that this engine writes and reads.
const FORMAT: u16 = 1;

/// A root, read in place.
#[derive(Clone, Copy)]
pub(crate) struct RootRecord<'a> {
    pub(crate) project: &'a str,
    pub(crate) version: u64,
    pub(crate) longest_head_lifetime_ms: i64,
    pub(crate) root: RoleRecord<'a>,
    pub(crate) snapshot: RoleRecord<'a>,
    pub(crate) head: RoleRecord<'a>,
}

/// A role, read in place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct RoleRecord<'a> {
    pub(crate) threshold: u8,
    pub(crate) keys: &'a [[u8; 32]],
}

impl<'a> RootRecord<'a> {
    /// Reads a payload, in which everything must make sense.
    pub(crate) fn read(payload: &'a [u8]) -> Result<Self, Error> {
        let mut cursor = Cursor::new(payload);
        let format = cursor.u16().ok_or(ErrorKind::RootMalformed)?;
        if format != FORMAT {
            return Err(ErrorKind::FormatUnsupported.into());
        }
        let root = Self::fields(cursor).ok_or(ErrorKind::RootMalformed)?;
        let fits = root.version > 0
            && !root.project.is_empty()
            && (1..=limits::MOMENT_MS).contains(&root.longest_head_lifetime_ms)
            && [root.root, root.snapshot, root.head].iter().all(RoleRecord::fits);
        if !fits {
            return Err(ErrorKind::RootMalformed.into());
        }
        Ok(root)
    }

    /// The implicit root of one key that signs everything but heads.
    pub(super) fn of_key(key: &'a [[u8; 32]; 1]) -> Self {
        let role = RoleRecord::any(key);
        Self {
            project: "",
            version: 0,
            longest_head_lifetime_ms: limits::HEAD_LIFETIME_MS,
            root: role,
            snapshot: role,
            head: RoleRecord::any(&[]),
        }
    }

    fn fields(mut cursor: Cursor<'a>) -> Option<Self> {
        let project = cursor.short_text()?;
        let (version, longest_head_lifetime_ms) = (cursor.version()?, cursor.i64()?);
        let mut role = || -> Option<RoleRecord<'a>> {
            let [threshold, count] = cursor.array()?;
            let keys = cursor.bytes(usize::from(count) * 32)?.as_chunks().0;
            Some(RoleRecord { threshold, keys })
        };
        Some(Self {
            project,
            version,
            longest_head_lifetime_ms,
            root: role()?,
            snapshot: role()?,
            head: role()?,
        })
    }
}

impl<'a> RoleRecord<'a> {
    /// Any one of some keys.
    pub(crate) fn any(keys: &'a [[u8; 32]]) -> Self {
        Self { threshold: 1, keys }
    }

    /// A key that stands twice would count once only, and make a threshold look safer than it is.
    fn fits(&self) -> bool {
        let count = self.keys.len();
        let mut later = self.keys;
        while let [key, rest @ ..] = later {
            if rest.contains(key) {
                return false;
            }
            later = rest;
        }
        (1..=count).contains(&self.threshold.into()) && count <= limits::SIGNATURES
    }
}
