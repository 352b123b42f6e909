use crate::digest::short_digest;
use crate::error::{Error, ErrorKind};
use base64ct::{Base64, Base64Unpadded, Encoding};
use core::fmt;
use ed25519_dalek::VerifyingKey;

/// What a client trusts: one Ed25519 public key, and whether it is for development only.
///
/// Written `ed25519:BASE64`, or `ed25519-dev:BASE64` for keys that never sign for production: what they sign has a
/// payload type of its own, so that neither passes for the other.
///
/// ```
/// use tidegate::Trust;
/// let trust = Trust::parse("ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")?;
/// assert!(!trust.is_development());
/// assert_eq!(Trust::parse("ed25519:short").unwrap_err().code(), "TRUST_INVALID");
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trust {
    pub(super) key: VerifyingKey,
    development: bool,
}

/// The first 8 bytes of SHA-512 of a public key.
pub(super) type KeyId = [u8; 8];

impl Trust {
    /// Reads a trust string; padding may be left out. Keys of small order are refused.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let (development, encoded) = match text.strip_prefix("ed25519:") {
            Some(encoded) => (false, encoded),
            None => (
                true,
                text.strip_prefix("ed25519-dev:").ok_or(ErrorKind::TrustInvalid)?,
            ),
        };
        let mut bytes = [0; 32];
        let encoded = encoded.strip_suffix('=').unwrap_or(encoded);
        match Base64Unpadded::decode(encoded, &mut bytes) {
            Ok(decoded) if decoded.len() == 32 => {}
            _ => return Err(ErrorKind::TrustInvalid.into()),
        }
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| ErrorKind::TrustInvalid)?;
        if key.is_weak() {
            return Err(ErrorKind::TrustInvalid.into());
        }
        Ok(Self { key, development })
    }

    /// Is this a development key?
    pub fn is_development(&self) -> bool {
        self.development
    }

    #[cfg(feature = "compile")]
    pub(super) fn new(key: VerifyingKey, development: bool) -> Self {
        Self { key, development }
    }

    pub(super) fn key_id(&self) -> KeyId {
        short_digest(&[self.key.as_bytes()])
    }

    /// The payload type of the snapshots that the key may sign.
    pub(super) fn snapshot_type(&self) -> &'static str {
        if self.development {
            "application/vnd.tidegate.dev-snapshot"
        } else {
            "application/vnd.tidegate.snapshot"
        }
    }
}

impl fmt::Display for Trust {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = if self.development {
            "ed25519-dev"
        } else {
            "ed25519"
        };
        let mut encoded = [0; 44];
        let encoded = Base64::encode(self.key.as_bytes(), &mut encoded).map_err(|_| fmt::Error)?;
        write!(formatter, "{prefix}:{encoded}")
    }
}
