use super::binding::Binding;
use super::context::Context;
use super::names::Names;
use super::ruleset::Ruleset;
use crate::error::Error;
use crate::snapshot::{Header, Snapshot};
use crate::trust::Frame;

/// A snapshot that nobody vouches for, for tools that show what is in a file: **nothing of it is verified**.
///
/// What decides for users goes through [`Client`](super::Client).
#[derive(Debug)]
pub struct Unverified {
    ruleset: Ruleset,
    names: Names,
}

impl Unverified {
    /// Reads a frame and leaves its signatures aside.
    pub fn read(frame: Vec<u8>) -> Result<Self, Error> {
        let payload = Frame::read(&frame)?.payload_range();
        let ruleset = Ruleset::check(Snapshot::read(frame, payload)?);
        let names = Names::read(ruleset.snapshot());
        Ok(Self { ruleset, names })
    }

    /// What the snapshot says of itself.
    pub fn header(&self) -> &Header {
        self.ruleset.header()
    }

    /// The keys of all flags, in order.
    pub fn flags(&self) -> impl Iterator<Item = &str> {
        self.names.keys.iter().map(AsRef::as_ref)
    }

    /// Packs a context for evaluations and explanations.
    pub fn bind(&self, context: &Context) -> Binding<'_> {
        Binding::new(&self.ruleset, &self.names, context)
    }
}
