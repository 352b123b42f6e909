use super::verify::key_id;
use super::{Frame, Kind, Role, RoleRecord, verify};
use crate::error::Error;
use crate::snapshot::Header;

/// One of the frames that follow one another, taken apart for tools that show and check it: **nothing of it is
/// verified** but by [`Document::signers`].
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    frame: Frame<'a>,
    bytes: &'a [u8],
}

impl<'a> Document<'a> {
    /// Takes frames apart.
    pub fn all(bytes: &'a [u8]) -> Result<Vec<Self>, Error> {
        let mut documents = Vec::new();
        let mut rest = bytes;
        while documents.is_empty() || !rest.is_empty() {
            let frame = Frame::first(rest)?;
            let (bytes, behind) = rest.split_at_checked(frame.len()).unwrap_or_default();
            documents.push(Self { frame, bytes });
            rest = behind;
        }
        Ok(documents)
    }

    /// What it says it is; `None` for what this engine does not know.
    pub fn kind(&self) -> Option<Kind> {
        self.frame.kind(false).or_else(|| self.frame.kind(true))
    }

    /// Did a development key sign it, as it says?
    pub fn is_development(&self) -> bool {
        self.frame.kind(true).is_some()
    }

    /// What was signed.
    pub fn payload(&self) -> &'a [u8] {
        self.frame.payload()
    }

    /// The header of a snapshot.
    pub fn header(&self) -> Result<Header, Error> {
        Header::of(self.payload())
    }

    /// The whole frame.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The ids of the keys that are said to have signed.
    pub fn key_ids(&self) -> Vec<[u8; 8]> {
        let ids = self.frame.key_ids();
        ids.filter_map(|id| id.try_into().ok()).collect()
    }

    /// Did as many keys of a role sign as must?
    pub fn is_signed(&self, role: &Role) -> bool {
        self.signers(role).len() >= usize::from(role.threshold)
    }

    /// The keys of a role that did sign.
    pub fn signers(&self, role: &Role) -> Vec<[u8; 32]> {
        let signed =
            |key: &&[u8; 32]| verify(&self.frame, RoleRecord::any(std::slice::from_ref(*key))).is_ok();
        role.keys.iter().filter(signed).copied().collect()
    }
}

/// The first 8 bytes of SHA-512 of a public key, by which signatures name it.
pub fn id_of_key(key: &[u8; 32]) -> [u8; 8] {
    key_id(key)
}
