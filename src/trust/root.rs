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
    /// The implicit root of one key that signs everything but heads.
    pub(super) fn of_key(key: [u8; 32]) -> Self {
        let role = Role::of(vec![key]);
        Self {
            project: String::new(),
            version: 0,
            longest_head_lifetime_ms: limits::HEAD_LIFETIME_MS,
            root: role.clone(),
            snapshot: role,
            head: Role::of(Vec::new()),
        }
    }

    /// Reads a payload; whether it is to be trusted is for others to say.
    pub fn decode(payload: &[u8]) -> Result<Self, Error> {
        let mut cursor = Cursor::new(payload);
        match cursor.u16() {
            Some(FORMAT) => Self::read(cursor).ok_or(ErrorKind::RootMalformed.into()),
            Some(_) => Err(ErrorKind::FormatUnsupported.into()),
            None => Err(ErrorKind::RootMalformed.into()),
        }
    }

    fn read(mut cursor: Cursor<'_>) -> Option<Self> {
        let project = cursor.short_text()?.into();
        let version = u64::try_from(cursor.i64()?).ok()?;
        let longest_head_lifetime_ms = cursor.i64()?;
        let root = Self {
            project,
            version,
            longest_head_lifetime_ms,
            root: Role::read(&mut cursor)?,
            snapshot: Role::read(&mut cursor)?,
            head: Role::read(&mut cursor)?,
        };
        let fits = (1..=limits::VERSION).contains(&version)
            && !root.project.is_empty()
            && (1..=limits::MOMENT_MS).contains(&longest_head_lifetime_ms);
        fits.then_some(root)
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

/// The format that this engine writes and reads.
const FORMAT: u16 = 1;

impl Role {
    /// Any one of some keys.
    pub(crate) fn of(keys: Vec<[u8; 32]>) -> Self {
        Self { threshold: 1, keys }
    }

    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        let [threshold, count] = cursor.array()?;
        let keys = cursor.bytes(usize::from(count) * 32)?.as_chunks().0;
        // A key that stands twice would count once only, and make a threshold look safer than it is.
        let distinct = (1..)
            .zip(keys)
            .all(|(next, key)| !keys.iter().skip(next).any(|other| other == key));
        let fits = distinct && (1..=count).contains(&threshold) && usize::from(count) <= limits::SIGNATURES;
        fits.then(|| Self {
            threshold,
            keys: keys.to_vec(),
        })
    }
}
