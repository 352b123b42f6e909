use super::kind::Kind;
use crate::error::{Error, ErrorKind};
use crate::snapshot::{Cursor, limits};
use core::ops::Range;

/// The first bytes of a frame, with its version behind them.
pub(super) const MAGIC: &[u8; 4] = &[b'T', b'G', b'F', VERSION];

/// The version of the frame's own layout.
const VERSION: u8 = 1;

/// The front of the DSSE pre-authentication encoding.
pub(super) const PREFIX: &[u8] = b"DSSEv1 ";

/// A payload and the signatures over it.
///
/// ```text
/// "TGF" 0x01 ‖ u8 count ‖ count × (8-byte key id ‖ 64-byte signature) ‖ signed bytes
/// ```
///
/// The signed bytes are the DSSE pre-authentication encoding, as it stands: `"DSSEv1 " length(type) " " type " "
/// length(payload) " " payload` with lengths in decimal
/// (<https://github.com/secure-systems-lab/dsse/blob/master/protocol.md>). Frames end where their payload ends, so they
/// can follow one another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    pub(super) signatures: &'a [u8],
    /// What the signatures are over.
    pub(super) signed: &'a [u8],
    pub(super) payload_type: &'a [u8],
    pub(super) payload: &'a [u8],
    /// Where the payload ends, which is where the frame ends.
    length: usize,
}

impl<'a> Frame<'a> {
    /// Takes a frame apart; nothing in it is trusted yet. Bytes behind it are refused.
    #[cfg(feature = "compile")]
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let frame = Self::first(bytes)?;
        if frame.length < bytes.len() {
            return Err(ErrorKind::FrameMalformed.into());
        }
        Ok(frame)
    }

    /// Takes the first of the frames that follow one another apart; nothing in it is trusted yet.
    pub(crate) fn first(bytes: &'a [u8]) -> Result<Self, Error> {
        if bytes.len() > limits::FRAME_BYTES {
            return Err(ErrorKind::LimitExceeded.into());
        }
        let mut cursor = Cursor::new(bytes);
        let magic = cursor.bytes(MAGIC.len().min(bytes.len())).unwrap_or_default();
        if !MAGIC.starts_with(magic) {
            let newer = matches!(magic, [b'T', b'G', b'F', version] if *version > VERSION);
            return Err(if newer {
                ErrorKind::FormatUnsupported
            } else {
                ErrorKind::FrameMalformed
            }
            .into());
        }
        let truncated = ErrorKind::FrameTruncated;
        let count = usize::from(cursor.u8().ok_or(truncated)?);
        if !(1..=limits::SIGNATURES).contains(&count) {
            return Err(ErrorKind::FrameMalformed.into());
        }
        let signatures = cursor.bytes(count * 72).ok_or(truncated)?;
        let signed = cursor.rest();
        if cursor.bytes(PREFIX.len()).ok_or(truncated)? != PREFIX {
            return Err(ErrorKind::FrameMalformed.into());
        }
        let type_length = decimal(&mut cursor)?;
        let payload_type = cursor.bytes(type_length).ok_or(truncated)?;
        if cursor.u8().ok_or(truncated)? != b' ' {
            return Err(ErrorKind::FrameMalformed.into());
        }
        let payload_length = decimal(&mut cursor)?;
        let payload = cursor.bytes(payload_length).ok_or(truncated)?;
        let behind = cursor.rest().len();
        Ok(Self {
            signatures,
            signed: signed.get(..signed.len() - behind).unwrap_or_default(),
            payload_type,
            payload,
            length: bytes.len() - behind,
        })
    }

    /// Bytes of the frame.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// What the payload is, for keys of production or of development; `None` for what those may not sign.
    pub(crate) fn kind(&self, development: bool) -> Option<Kind> {
        Kind::read(self.payload_type, development)
    }

    /// What the payload says it is.
    #[cfg(feature = "compile")]
    pub(crate) fn payload_type(&self) -> &'a [u8] {
        self.payload_type
    }

    /// The ids of the keys that are said to have signed.
    #[cfg(feature = "compile")]
    pub(crate) fn key_ids(&self) -> impl Iterator<Item = &'a [u8]> {
        let entries = self.signatures.as_chunks::<72>().0.iter();
        entries.filter_map(|entry| entry.get(..8))
    }

    /// The payload, of which nothing is trusted unless the frame was verified.
    pub(crate) fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// Where the payload stands in the frame.
    pub(crate) fn payload_range(&self) -> Range<usize> {
        self.length - self.payload.len()..self.length
    }
}

/// A decimal number without leading zeros, and the space behind it.
fn decimal(cursor: &mut Cursor<'_>) -> Result<usize, Error> {
    let mut number: usize = 0;
    for position in 0..9 {
        let byte = cursor.u8().ok_or(ErrorKind::FrameTruncated)?;
        match byte {
            b' ' if position > 0 => return Ok(number),
            b'0' if position > 0 && number == 0 => break,
            b'0'..=b'9' => number = number * 10 + usize::from(byte - b'0'),
            _ => break,
        }
    }
    Err(ErrorKind::FrameMalformed.into())
}
