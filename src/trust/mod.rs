#![doc = include_str!("FORMAT.md")]

mod frame;
mod key;
#[cfg(feature = "compile")]
mod sign;
mod verify;

pub(crate) use frame::Frame;
pub use key::Trust;
#[cfg(feature = "compile")]
pub use sign::SigningKey;
pub(crate) use verify::verify;
