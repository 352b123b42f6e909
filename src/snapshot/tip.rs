use super::cursor::Cursor;
use crate::error::{Error, ErrorKind};

/// The last entry of a project's audit log that a publication vouches for; for tools, clients pass it over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditTip {
    /// The number of the entry, from 1.
    pub sequence: u64,
    /// SHA-256 of its whole line, without the newline.
    pub digest: [u8; 32],
}

impl AuditTip {
    /// What the header of a snapshot's payload says; nothing where it vouches for no log.
    pub fn of_snapshot(payload: &[u8]) -> Result<Option<Self>, Error> {
        let parts = Parts::read(payload).ok_or(ErrorKind::SnapshotMalformed)?;
        Ok(parts.tip)
    }

    /// The same payload with another tip in its header, or without one.
    pub(crate) fn put(tip: Option<&Self>, payload: &[u8]) -> Result<Vec<u8>, Error> {
        let parts = Parts::read(payload).ok_or(ErrorKind::SnapshotMalformed)?;
        let mut header = parts.front.to_vec();
        if let Some(tip) = tip {
            // Where no flag is killed, the list of those that are may be left out only at the end.
            if !parts.has_kills {
                header.extend(0_u16.to_le_bytes());
            }
            header.extend(tip.bytes());
        }
        let mut made = super::FORMAT.to_le_bytes().to_vec();
        made.extend((header.len() as u32).to_le_bytes());
        made.extend(header);
        made.extend_from_slice(parts.behind);
        Ok(made)
    }

    /// As a header and a head hold it: `u64` and 32 bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.sequence.to_le_bytes().to_vec();
        bytes.extend(self.digest);
        bytes
    }

    /// Reads what stands next; nothing where nothing does, as in documents of before.
    pub(crate) fn read(mut cursor: Cursor<'_>) -> Option<Self> {
        Some(Self {
            sequence: cursor.version()?,
            digest: *cursor.bytes(32)?.first_chunk()?,
        })
    }
}

/// A payload, around the tip.
struct Parts<'p> {
    /// The header up to the kills, or with them.
    front: &'p [u8],
    has_kills: bool,
    tip: Option<AuditTip>,
    /// Everything behind the header.
    behind: &'p [u8],
}

impl<'p> Parts<'p> {
    fn read(payload: &'p [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(payload);
        if cursor.u16()? != super::FORMAT {
            return None;
        }
        let whole = cursor.sized()?;
        let mut header = Cursor::new(whole);
        header.bytes(5 * size_of::<i64>())?;
        header.short_text()?;
        let head_keys = usize::from(header.u8()?);
        header.bytes(head_keys * 32)?;
        let before_kills = header.rest().len();
        let count = if header.is_empty() { 0 } else { header.u16()? };
        for _ in 0..count {
            header.short_text()?;
        }
        // A list of none makes room for the tip alone.
        let rest = if count == 0 {
            before_kills
        } else {
            header.rest().len()
        };
        Some(Self {
            front: whole.get(..whole.len() - rest)?,
            has_kills: count > 0,
            tip: AuditTip::read(header),
            behind: cursor.rest(),
        })
    }
}
