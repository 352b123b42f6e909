//! Feature flags from signed snapshots: one core for browsers, edge workers and servers.
//!
//! # The way through
//!
//! ```text
//! flags/*.yaml ─ model::read ─ compile::lint ─ compile::compile ─ SigningKey::sign ─▶ a frame, anywhere
//!                                                                                        │
//!            Answer ◀─ evaluate ◀─ bind(Context) ◀─ Client ◀─ check ◀─ open ◀─ verify ◀──┘
//! ```
//!
//! Data flows one way, and each stage knows the one before it only by the value it receives:
//!
//! - `model` reads what people write, and keeps the place of everything;
//! - `compile` refuses what cannot be right and lowers the rest;
//! - [`snapshot`] is the payload: written once, read in place;
//! - [`trust`] says who may say what, before anything of it is believed: roots, heads and snapshots;
//! - [`engine`] decides;
//! - `delivery` stands around a release: what a change does (`change`, `impact`) and who must agree to it (`govern`), whether
//!   what was measured lets it go on (`judge`), what is served where (`status`), the record of who did what (`audit`), and
//!   which flags should go (`hygiene`).
//!
//! `model`, `compile` and signing come with the feature `compile`, `delivery` with a feature of its name, the `tidegate`
//! binary with `cli`. A server needs none of them.
//!
//! # On a server
//!
//! ```
//! use tidegate::{Client, Context, Scope, Trust};
//!
//! # fn main() -> Result<(), tidegate::Error> {
//! # let frame = Vec::new(); let now_ms = 0;
//! let trust = Trust::parse("ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")?;
//! let mut flags = Client::new(trust, Some(Scope::parse("shop/production/server")?));
//! if let Err(refused) = flags.load(frame, now_ms) {
//!     eprintln!("{refused} ({})", refused.code()); // what was in force stays in force
//! }
//! let user = Context::new("u-17").with("country", "CA");
//! let on = flags.evaluate("express-checkout", &user, now_ms).and_then(|answer| answer.boolean()).unwrap_or(false);
//! # assert!(!on); Ok(()) }
//! ```

#[cfg(feature = "compile")]
pub mod compile;
mod cut;
#[cfg(feature = "delivery")]
pub mod delivery;
mod digest;
pub mod engine;
mod error;
#[cfg(feature = "compile")]
pub mod model;
pub mod snapshot;
pub mod trust;
mod utf8;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
#[doc(hidden)]
pub mod wasm;

/// What the README shows compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use engine::{Answer, Binding, Client, Context, Loaded, Value};
pub use error::Error;
pub use snapshot::Scope;
pub use trust::Trust;
