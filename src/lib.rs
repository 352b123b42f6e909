//! Feature flags from signed snapshots: one core for browsers, edge workers and servers.

#[cfg(feature = "compile")]
pub mod compile;
pub mod engine;
mod error;
#[cfg(feature = "compile")]
pub mod model;
pub mod snapshot;
pub mod trust;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
mod wasm;

pub use engine::{Answer, Binding, Client, Context, Loaded, Value};
pub use error::Error;
pub use snapshot::Scope;
pub use trust::Trust;
