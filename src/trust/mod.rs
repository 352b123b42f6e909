#![doc = include_str!("FORMAT.md")]

#[cfg(feature = "compile")]
mod document;
mod ed25519;
#[cfg(feature = "delivery")]
mod envelope;
mod frame;
mod head;
mod key;
mod kind;
mod root;
#[cfg(feature = "compile")]
mod sign;
mod verify;

#[cfg(feature = "compile")]
pub use document::{Document, id_of_key};
#[cfg(feature = "delivery")]
pub use envelope::{Envelope, EnvelopeError};
pub(crate) use frame::Frame;
pub use head::{Head, Pointer};
pub(crate) use head::{HeadRecord, PointerRecord};
pub use key::Trust;
pub use kind::Kind;
pub use root::{Role, Root};
pub(crate) use root::{RoleRecord, RootRecord};
#[cfg(feature = "compile")]
pub use sign::{SealError, Signer, SigningKey, add_signature, seal};
pub(crate) use verify::verify;
