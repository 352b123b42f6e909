//! Feature flags from signed snapshots: one core for browsers, edge workers and servers.

#[cfg(feature = "compile")]
pub mod compile;
pub mod engine;
#[cfg(feature = "compile")]
pub mod model;
