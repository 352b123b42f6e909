//! One function a target: it takes what a fuzzer made up, and panics when something is not as it has to be.

mod chain;
mod context;
mod evaluate;
mod frame;
mod head;
mod keys;
mod model;
mod payload;
mod publisher;
mod records;
mod root;
mod seeds;
mod shop;
mod take;

pub use chain::chain;
pub use evaluate::evaluate;
pub use frame::frame;
pub use head::head;
pub use model::model;
pub use payload::payload;
pub use root::root;
pub use seeds::seeds;

/// 2026-11-21T12:00:00Z.
const NOW_MS: i64 = 1_795_262_400_000;

const DAY_MS: i64 = 86_400_000;

/// The scope of everything that is signed here.
const SCOPE: &str = "shop/production/server";
