use super::root::Root;
#[cfg(feature = "compile")]
use crate::digest::digest;
use crate::error::{Error, ErrorKind};
use crate::snapshot::{Cursor, Scope};

/// The short-lived pointer to the snapshot in force, and what was killed since.
///
/// ```text
/// u16 format, 1 ‖ short scope ‖ u64 version ‖ i64 issued ‖ i64 expires
///   ‖ u64 snapshot's version ‖ u32 its length ‖ 64-byte SHA-512 ‖ short URL
///   ‖ u64 minimum version ‖ u64 root's version ‖ u16 count × short flag key ‖ later fields
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Whose rules it points to.
    pub scope: Scope,
    /// Rises with every head of a scope; below 2^53.
    pub version: u64,
    /// When it was made, in epoch milliseconds.
    pub issued_at_ms: i64,
    /// From when on what is in force is stale, in epoch milliseconds.
    pub expires_ms: i64,
    /// The snapshot that is to be in force.
    pub snapshot: Pointer,
    /// Snapshots below this version are never taken.
    pub minimum_version: u64,
    /// The newest root when it was made; 0 without one.
    pub root_version: u64,
    /// The keys of the flags that serve their `offVariant` until a newer snapshot is in force.
    pub kills: Vec<String>,
}

/// Where a snapshot is, and what it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    /// The version in its header.
    pub version: u64,
    /// Bytes of its file, the signed frame.
    pub length: u32,
    /// SHA-512 of its file.
    pub digest: [u8; 64],
    /// Where it is, relative to the head's own URL; at most 255 bytes.
    pub url: String,
}

impl Pointer {
    /// Points to a snapshot's file, where it is published: `snapshot/` and its digest in hexadecimal.
    #[cfg(feature = "compile")]
    pub fn of(version: u64, file: &[u8]) -> Self {
        let digest = digest(&[file]);
        Self {
            version,
            length: file.len() as u32,
            digest,
            url: format!("snapshot/{}", data_encoding::HEXLOWER.encode(&digest)),
        }
    }

    /// What a file is found to be.
    pub(crate) fn to(version: u64, digest: [u8; 64]) -> Self {
        Self {
            version,
            length: 0,
            digest,
            url: String::new(),
        }
    }

    /// Refuses what is older than another, or differs from it under the same version.
    pub(crate) fn follows(&self, other: &Self) -> Result<(), Error> {
        if self.version < other.version {
            return Err(ErrorKind::SnapshotRollback.into());
        }
        if self.version == other.version && self.digest != other.digest {
            return Err(ErrorKind::SnapshotConflict.into());
        }
        Ok(())
    }
}

impl Head {
    /// Reads a payload; whether it is to be trusted is for others to say.
    pub fn decode(payload: &[u8]) -> Result<Self, Error> {
        let mut cursor = Cursor::new(payload);
        match cursor.u16() {
            Some(FORMAT) => Self::read(cursor).ok_or(ErrorKind::HeadMalformed.into()),
            Some(_) => Err(ErrorKind::FormatUnsupported.into()),
            None => Err(ErrorKind::HeadMalformed.into()),
        }
    }

    fn read(mut cursor: Cursor<'_>) -> Option<Self> {
        let scope = Scope::read(cursor.short_text()?)?;
        let version = cursor.version()?;
        let (issued_at_ms, expires_ms) = (cursor.moment()?, cursor.moment()?);
        let snapshot = Pointer {
            version: cursor.version()?,
            length: cursor.u32()?,
            digest: cursor.array()?,
            url: cursor.short_text()?.into(),
        };
        let (minimum_version, root_version) = (cursor.version()?, cursor.version()?);
        let count = cursor.u16()?;
        let kills = (0..count)
            .map(|_| cursor.short_text().map(Into::into))
            .collect::<Option<_>>()?;
        (minimum_version <= snapshot.version && issued_at_ms <= expires_ms).then_some(Self {
            scope,
            version,
            issued_at_ms,
            expires_ms,
            snapshot,
            minimum_version,
            root_version,
            kills,
        })
    }

    /// Does it last no longer than a root allows?
    pub(crate) fn is_short_lived(&self, root: &Root) -> bool {
        self.expires_ms - self.issued_at_ms <= root.longest_head_lifetime_ms
    }

    /// The payload to sign.
    #[cfg(feature = "compile")]
    pub fn encode(&self) -> Vec<u8> {
        let mut payload = FORMAT.to_le_bytes().to_vec();
        let short = |payload: &mut Vec<u8>, text: &str| {
            payload.push(text.len() as u8);
            payload.extend(text.bytes());
        };
        short(&mut payload, self.scope.as_str());
        payload.extend(self.version.to_le_bytes());
        payload.extend(self.issued_at_ms.to_le_bytes());
        payload.extend(self.expires_ms.to_le_bytes());
        payload.extend(self.snapshot.version.to_le_bytes());
        payload.extend(self.snapshot.length.to_le_bytes());
        payload.extend(self.snapshot.digest);
        short(&mut payload, &self.snapshot.url);
        payload.extend(self.minimum_version.to_le_bytes());
        payload.extend(self.root_version.to_le_bytes());
        payload.extend((self.kills.len() as u16).to_le_bytes());
        for kill in &self.kills {
            short(&mut payload, kill);
        }
        payload
    }
}

/// The format that this engine writes and reads.
const FORMAT: u16 = 1;
