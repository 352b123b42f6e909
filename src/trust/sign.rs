use super::frame::{MAGIC, PREFIX};
use super::key::Trust;
use super::verify::key_id;
use super::{Frame, Kind};
use crate::error::Error;
use crate::snapshot::limits;
use ed25519_dalek::Signer as _;

/// What signs: a private key at hand, or one that only its keeper sees.
pub trait Signer {
    /// The public half.
    fn public_key(&self) -> [u8; 32];

    /// Is it a development key?
    fn is_development(&self) -> bool {
        false
    }

    /// The Ed25519 signature over some bytes; the reason, where there is none.
    fn sign_bytes(&self, bytes: &[u8]) -> Result<[u8; 64], String>;
}

/// Why something was not signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SealError {
    /// Development keys and others do not sign together, and the former sign no roots.
    DevelopmentMixed,
    /// There is no signer, or more than 16.
    SignerCount,
    /// A signer gave no signature, with its reason.
    Signer(String),
    /// What is to be signed once more is no frame.
    Frame(Error),
}

/// Puts a payload into a frame that everybody signs who is given.
pub fn seal(kind: Kind, payload: &[u8], signers: &[&dyn Signer]) -> Result<Vec<u8>, SealError> {
    let development = signers.first().is_some_and(|signer| signer.is_development());
    let mixed = signers
        .iter()
        .any(|signer| signer.is_development() != development);
    if mixed || development && kind == Kind::Root {
        return Err(SealError::DevelopmentMixed);
    }
    let payload_type = kind.payload_type(development);
    let mut signed = PREFIX.to_vec();
    signed.extend(format!("{} {payload_type} {} ", payload_type.len(), payload.len()).bytes());
    signed.extend_from_slice(payload);
    frame(&[], signed, signers)
}

/// Adds a signature to a frame; one by the same key is replaced.
pub fn add_signature(bytes: &[u8], signer: &dyn Signer) -> Result<Vec<u8>, SealError> {
    let parts = Frame::read(bytes).map_err(SealError::Frame)?;
    if parts.kind(signer.is_development()).is_none() {
        return Err(SealError::DevelopmentMixed);
    }
    let id = key_id(&signer.public_key());
    let entries = parts.signatures.as_chunks::<72>().0.iter();
    let others: Vec<[u8; 72]> = entries.filter(|entry| !entry.starts_with(&id)).copied().collect();
    frame(&others, parts.signed.to_vec(), &[signer])
}

fn frame(others: &[[u8; 72]], mut signed: Vec<u8>, signers: &[&dyn Signer]) -> Result<Vec<u8>, SealError> {
    let count = others.len() + signers.len();
    if !(1..=limits::SIGNATURES).contains(&count) {
        return Err(SealError::SignerCount);
    }
    let mut frame = MAGIC.to_vec();
    frame.push(count as u8);
    frame.extend(others.iter().flatten());
    for signer in signers {
        frame.extend(key_id(&signer.public_key()));
        frame.extend(signer.sign_bytes(&signed).map_err(SealError::Signer)?);
    }
    frame.append(&mut signed);
    Ok(frame)
}

/// A private Ed25519 key at hand.
///
/// Never printed: its `Debug` shows the public half.
pub struct SigningKey {
    key: ed25519_dalek::SigningKey,
    trust: Trust,
}

impl SigningKey {
    /// A key from 32 random bytes; a development key signs for development clients only.
    pub fn from_seed(seed: &[u8; 32], development: bool) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        let trust = Trust::of_key(key.verifying_key().to_bytes(), development);
        Self { key, trust }
    }

    /// What clients must trust to take what this key signs.
    pub fn trust(&self) -> Trust {
        self.trust.clone()
    }

    /// Puts the payload of a snapshot, made by [`compile`](crate::compile::compile), into a signed frame.
    pub fn sign(&self, payload: &[u8]) -> Vec<u8> {
        // A key at hand always signs, alone, so that nothing is left to go wrong.
        seal(Kind::Snapshot, payload, &[self]).unwrap_or_default()
    }
}

impl Signer for SigningKey {
    fn public_key(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    fn is_development(&self) -> bool {
        self.trust.is_development()
    }

    fn sign_bytes(&self, bytes: &[u8]) -> Result<[u8; 64], String> {
        Ok(self.key.sign(bytes).to_bytes())
    }
}

impl core::fmt::Display for SealError {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::DevelopmentMixed => {
                formatter.write_str("a development key signs neither roots nor together with others")
            }
            Self::SignerCount => write!(formatter, "from 1 to {} keys must sign", limits::SIGNATURES),
            Self::Signer(reason) => formatter.write_str(reason),
            Self::Frame(error) => write!(formatter, "{error}"),
        }
    }
}

impl core::error::Error for SealError {}

impl core::fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "SigningKey({})", self.trust())
    }
}
