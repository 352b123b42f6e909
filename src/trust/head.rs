use super::root::RootRecord;
#[cfg(feature = "compile")]
use crate::digest::digest;
use crate::error::{Error, ErrorKind};
#[cfg(feature = "compile")]
use crate::snapshot::AuditTip;
use crate::snapshot::{Cursor, Scope};
#[cfg(feature = "compile")]
use std::collections::BTreeSet;

/// The short-lived pointer to the snapshot in force, and what was killed since.
///
/// ```text
/// u16 format, 1 ‖ short scope ‖ u64 version ‖ i64 issued ‖ i64 expires
///   ‖ u64 snapshot's version ‖ u32 its length ‖ 64-byte SHA-512 ‖ short URL
///   ‖ u64 minimum version ‖ u64 root's version ‖ u16 count × short flag key, in order, each once
///   ‖ audit log's tip (nothing, or u64 number ‖ 32-byte SHA-256 of that entry's line), for tools ‖ later fields
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
}

impl Head {
    /// Reads a payload; whether it is to be trusted is for others to say.
    pub fn decode(payload: &[u8]) -> Result<Self, Error> {
        Self::of(&HeadRecord::read(payload)?)
    }

    pub(crate) fn of(record: &HeadRecord<'_>) -> Result<Self, Error> {
        Ok(Self {
            scope: Scope::parse(record.scope).map_err(|_| ErrorKind::HeadMalformed)?,
            version: record.version,
            issued_at_ms: record.issued_at_ms,
            expires_ms: record.expires_ms,
            snapshot: (&record.snapshot).into(),
            minimum_version: record.minimum_version,
            root_version: record.root_version,
            kills: record.kills().map(String::from).collect(),
        })
    }

    /// The payload to sign; kills are put in order.
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
        let kills: BTreeSet<&String> = self.kills.iter().collect();
        payload.extend((kills.len() as u16).to_le_bytes());
        for kill in kills {
            short(&mut payload, kill);
        }
        payload
    }

    /// The payload to sign, which vouches for an audit log up to its tip as well.
    #[cfg(feature = "compile")]
    pub fn encode_with(&self, tip: Option<&AuditTip>) -> Vec<u8> {
        let mut payload = self.encode();
        payload.extend(tip.map(AuditTip::bytes).unwrap_or_default());
        payload
    }

    /// The audit log's tip in a payload; nothing where it vouches for none.
    #[cfg(feature = "compile")]
    pub fn audit_tip(payload: &[u8]) -> Result<Option<AuditTip>, Error> {
        let HeadRecord {
            mut kills,
            kill_count,
            ..
        } = HeadRecord::read(payload)?;
        for _ in 0..kill_count {
            kills.short();
        }
        Ok(AuditTip::read(kills))
    }
}

impl From<&PointerRecord<'_>> for Pointer {
    fn from(record: &PointerRecord<'_>) -> Self {
        Self {
            version: record.version,
            length: record.length,
            digest: *record.digest,
            url: record.url.into(),
        }
    }
}

/// The format that this engine writes and reads.
const FORMAT: u16 = 1;

/// A head, read in place.
#[derive(Clone, Copy)]
pub(crate) struct HeadRecord<'a> {
    pub(crate) scope: &'a str,
    pub(crate) version: u64,
    pub(crate) issued_at_ms: i64,
    pub(crate) expires_ms: i64,
    pub(crate) snapshot: PointerRecord<'a>,
    pub(crate) minimum_version: u64,
    pub(crate) root_version: u64,
    kills: Cursor<'a>,
    kill_count: u16,
}

/// A pointer, read in place.
#[derive(Clone, Copy)]
pub(crate) struct PointerRecord<'a> {
    pub(crate) version: u64,
    pub(crate) length: u32,
    pub(crate) digest: &'a [u8; 64],
    pub(crate) url: &'a str,
}

impl<'a> HeadRecord<'a> {
    /// Reads a payload, in which everything must make sense.
    ///
    /// Out of line: it is read again wherever it is asked, and the shipped code holds that once.
    #[inline(never)]
    pub(crate) fn read(payload: &'a [u8]) -> Result<Self, Error> {
        let mut cursor = Cursor::new(payload);
        let format = cursor.u16().ok_or(ErrorKind::HeadMalformed)?;
        if format != FORMAT {
            return Err(ErrorKind::FormatUnsupported.into());
        }
        Self::fields(cursor).ok_or(ErrorKind::HeadMalformed.into())
    }

    fn fields(mut cursor: Cursor<'a>) -> Option<Self> {
        let head = Self {
            scope: cursor.short_text()?,
            version: cursor.version()?,
            issued_at_ms: cursor.moment()?,
            expires_ms: cursor.moment()?,
            snapshot: PointerRecord {
                version: cursor.version()?,
                length: cursor.u32()?,
                digest: cursor.bytes(64)?.first_chunk()?,
                url: cursor.short_text()?,
            },
            minimum_version: cursor.version()?,
            root_version: cursor.version()?,
            kill_count: cursor.u16()?,
            kills: cursor,
        };
        let whole = head.kills().count() == usize::from(head.kill_count)
            && head.kills().is_sorted_by(|kill, next| kill < next);
        (whole && head.minimum_version <= head.snapshot.version && head.issued_at_ms <= head.expires_ms)
            .then_some(head)
    }

    /// The keys of the flags that are killed, in order, so that they can be searched.
    pub(crate) fn kills(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let mut kills = self.kills;
        (0..self.kill_count).map_while(move |_| kills.short_text())
    }

    /// How many flags are killed.
    pub(crate) fn kill_count(&self) -> usize {
        self.kill_count.into()
    }

    /// Does it last no longer than a root allows?
    pub(crate) fn is_short_lived(&self, root: &RootRecord<'_>) -> bool {
        self.expires_ms - self.issued_at_ms <= root.longest_head_lifetime_ms
    }
}

impl PointerRecord<'_> {
    /// Refuses a version that is older than this one, or another digest under the same version.
    pub(crate) fn allows(&self, version: u64, digest: &[u8; 64]) -> Result<(), Error> {
        if version < self.version {
            return Err(ErrorKind::SnapshotRollback.into());
        }
        if version == self.version && digest != self.digest {
            return Err(ErrorKind::SnapshotConflict.into());
        }
        Ok(())
    }
}
