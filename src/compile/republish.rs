use super::lower::fingerprint::fingerprints;
use crate::error::{Error, ErrorKind};
use crate::snapshot::{Cursor, Encoder, FlagToWrite, Header, Snapshot};

/// What is new about a snapshot whose rules are not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reissue {
    /// Must rise with every snapshot of a scope; below 2^53.
    pub version: u64,
    /// When it was made, in epoch milliseconds; it may be used from then on.
    pub issued_at_ms: i64,
    /// From when on it is stale, in epoch milliseconds.
    pub expires_ms: i64,
    /// The public keys that sign heads, where clients trust a bare key.
    pub head_keys: Vec<[u8; 32]>,
    /// Keys of flags that serve their `offVariant`; flags that were killed so before, and not by the project, come back.
    pub kills: Vec<String>,
}

/// Makes the payload of a snapshot from that of another: the same rules, under another header and with other kills.
pub fn republish(payload: &[u8], reissue: &Reissue) -> Result<Vec<u8>, Error> {
    let parts = Parts::read(payload).ok_or(ErrorKind::SnapshotMalformed)?;
    let header = Header {
        version: reissue.version,
        issued_at_ms: reissue.issued_at_ms,
        not_before_ms: reissue.issued_at_ms,
        expires_ms: reissue.expires_ms,
        head_keys: reissue.head_keys.clone(),
        ..Header::of(payload)?
    };
    let flags = Flags::of(payload)?;
    let is_authored =
        |flag: &Flag| flag.bits & FlagToWrite::KILLED != 0 && !parts.folded_kills.contains(&flag.key);
    let is_folded = |flag: &Flag| reissue.kills.contains(&flag.key) && !is_authored(flag);
    let folded_kills: Vec<&str> = flags
        .0
        .iter()
        .filter(|flag| is_folded(flag))
        .map(|flag| flag.key.as_str())
        .collect();

    let mut made = Encoder::front(&header, &folded_kills).into_bytes();
    let front = made.len();
    made.extend_from_slice(parts.behind);
    let place = |start: usize| (start + front).checked_sub(payload.len() - parts.behind.len());
    for flag in &flags.0 {
        if let Some(bits) = place(flag.start).and_then(|start| made.get_mut(start)) {
            *bits &= !FlagToWrite::KILLED;
            if is_authored(flag) || is_folded(flag) {
                *bits |= FlagToWrite::KILLED;
            }
        }
    }
    for (flag, fingerprint) in flags.0.iter().zip(fingerprints(made.clone())?) {
        let room = place(flag.start + FlagToWrite::FINGERPRINT)
            .and_then(|start| made.get_mut(start..)?.first_chunk_mut());
        if let Some(room) = room {
            *room = fingerprint.to_le_bytes();
        }
    }
    Ok(made)
}

/// The keys of the flags that are killed in a payload though the project does not say so.
pub fn folded_kills(payload: &[u8]) -> Result<Vec<String>, Error> {
    let parts = Parts::read(payload).ok_or(ErrorKind::SnapshotMalformed)?;
    Ok(parts.folded_kills)
}

/// A payload, as far as a new header takes the place of the old one.
struct Parts<'p> {
    folded_kills: Vec<String>,
    /// Everything behind the header.
    behind: &'p [u8],
}

impl<'p> Parts<'p> {
    fn read(payload: &'p [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(payload);
        cursor.u16()?;
        let mut header = Cursor::new(cursor.sized()?);
        header.bytes(5 * size_of::<i64>())?;
        header.short_text()?;
        let head_keys = usize::from(header.u8()?);
        header.bytes(head_keys * 32)?;
        let count = if header.is_empty() { 0 } else { header.u16()? };
        let folded_kills = (0..count).map(|_| header.short_text().map(Into::into));
        Some(Self {
            folded_kills: folded_kills.collect::<Option<_>>()?,
            behind: cursor.rest(),
        })
    }
}

/// Where the records of a payload's flags are.
struct Flags(Vec<Flag>);

struct Flag {
    key: String,
    bits: u8,
    start: usize,
}

impl Flags {
    fn of(payload: &[u8]) -> Result<Self, Error> {
        let snapshot = Snapshot::read(payload.to_vec(), 0..payload.len())?;
        let keys = String::from_utf8_lossy(snapshot.keys()).into_owned();
        let mut reached = 0;
        let flags = (0..).zip(keys.split('\n')).filter_map(|(number, key)| {
            // One that shares bytes with another is unreadable to every engine: to write there would damage the other.
            snapshot.flags().next_to(number, &mut reached)?;
            let start = snapshot.first_flag_byte() + snapshot.flags().place_of(number)?.start;
            Some(Flag {
                key: key.to_owned(),
                bits: *payload.get(start)?,
                start,
            })
        });
        Ok(Self(flags.collect()))
    }
}
