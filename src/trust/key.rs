use super::ed25519::public_point;
use super::root::{Root, RootRecord};
use super::verify::verify;
use super::{Frame, Kind};
use crate::error::{Error, ErrorKind};
use crate::snapshot::limits;
use base64ct::{Base64, Base64Unpadded, Encoding};
use core::fmt;

/// What a client trusts from the start: an Ed25519 public key, or a pinned root.
///
/// Written `ed25519:BASE64`, or `ed25519-dev:BASE64` for keys that never sign for production: what they sign has
/// payload types of its own, so that neither passes for the other. `root:BASE64` is a whole signed root.
///
/// ```
/// use tidegate::Trust;
/// let trust = Trust::parse("ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")?;
/// assert!(!trust.is_development());
/// assert_eq!(Trust::parse("ed25519:short").unwrap_err().code(), "TRUST_INVALID");
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// The key, where it stands alone.
    key: [[u8; 32]; 1],
    development: bool,
    /// The pinned root as it was signed; empty for a bare key.
    frame: Vec<u8>,
}

impl Trust {
    /// Reads a trust string; padding may be left out. Keys of small order are refused.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let invalid = || Error::from(ErrorKind::TrustInvalid);
        let (kind, encoded) = text.split_once(':').ok_or_else(invalid)?;
        let encoded = encoded.trim_end_matches('=');
        if encoded.len() > limits::DOCUMENT_BYTES * 4 / 3 {
            return Err(invalid());
        }
        let bytes = Base64Unpadded::decode_vec(encoded).map_err(|_| invalid())?;
        match kind {
            "ed25519" => Self::from_key(&bytes, false),
            "ed25519-dev" => Self::from_key(&bytes, true),
            "root" => Self::from_root(bytes),
            _ => Err(invalid()),
        }
    }

    /// Trusts one public key of 32 bytes: an implicit root, under which it signs roots and snapshots.
    pub fn from_key(bytes: &[u8], development: bool) -> Result<Self, Error> {
        let key: &[u8; 32] = bytes.try_into().map_err(|_| ErrorKind::TrustInvalid)?;
        if public_point(key).is_none() {
            return Err(ErrorKind::TrustInvalid.into());
        }
        Ok(Self::of_key(*key, development))
    }

    pub(super) fn of_key(key: [u8; 32], development: bool) -> Self {
        Self {
            key: [key],
            development,
            frame: Vec::new(),
        }
    }

    /// Trusts a signed root, whatever its version: enough of its own keys must have signed it.
    pub fn from_root(frame: Vec<u8>) -> Result<Self, Error> {
        let parts = Frame::first(&frame)?;
        if parts.kind(false) != Some(Kind::Root) {
            return Err(ErrorKind::PayloadTypeUnexpected.into());
        }
        verify(&parts, RootRecord::read(parts.payload())?.root)?;
        Ok(Self {
            key: [[0; 32]],
            development: false,
            frame,
        })
    }

    /// Is this a development key?
    pub fn is_development(&self) -> bool {
        self.development
    }

    /// The pinned root; for a bare key, the implicit one.
    pub fn root(&self) -> Root {
        (&self.record()).into()
    }

    /// The pinned root, read in place.
    pub(crate) fn record(&self) -> RootRecord<'_> {
        let pinned = Frame::first(&self.frame).and_then(|frame| RootRecord::read(frame.payload()));
        pinned.unwrap_or_else(|_| RootRecord::of_key(&self.key))
    }

    /// The pinned root as it was signed; empty for a bare key.
    pub(crate) fn frame(&self) -> &[u8] {
        &self.frame
    }
}

impl fmt::Display for Trust {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.frame.is_empty() {
            return write!(formatter, "root:{}", Base64::encode_string(&self.frame));
        }
        let prefix = if self.development {
            "ed25519-dev"
        } else {
            "ed25519"
        };
        write!(
            formatter,
            "{prefix}:{}",
            Base64::encode_string(self.key.as_flattened())
        )
    }
}
