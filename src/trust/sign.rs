use super::frame::{MAGIC, PREFIX};
use super::key::Trust;
use ed25519_dalek::Signer;

/// A private Ed25519 key that signs snapshots.
///
/// Never printed: its `Debug` shows the public half.
pub struct SigningKey {
    key: ed25519_dalek::SigningKey,
    development: bool,
}

impl SigningKey {
    /// A key from 32 random bytes; a development key signs for development clients only.
    pub fn from_seed(seed: &[u8; 32], development: bool) -> Self {
        Self {
            key: ed25519_dalek::SigningKey::from_bytes(seed),
            development,
        }
    }

    /// What clients must trust to take what this key signs.
    pub fn trust(&self) -> Trust {
        Trust::new(self.key.verifying_key(), self.development)
    }

    /// Puts a payload made by [`compile`](crate::compile::compile) into a signed frame.
    pub fn sign(&self, payload: &[u8]) -> Vec<u8> {
        let trust = self.trust();
        let payload_type = trust.snapshot_type();
        let mut signed = PREFIX.to_vec();
        signed.extend(format!("{} {payload_type} {} ", payload_type.len(), payload.len()).bytes());
        signed.extend_from_slice(payload);
        let mut frame = MAGIC.to_vec();
        frame.push(1);
        frame.extend_from_slice(&trust.key_id());
        frame.extend_from_slice(&self.key.sign(&signed).to_bytes());
        frame.append(&mut signed);
        frame
    }
}

impl core::fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "SigningKey({})", self.trust())
    }
}
