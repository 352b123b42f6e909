#![doc = include_str!("SEMANTICS.md")]

mod accepted;
pub(crate) mod address;
mod answer;
#[cfg(feature = "compile")]
mod authored;
pub(crate) mod automaton;
mod binding;
mod bucket;
mod check;
#[cfg(feature = "compile")]
pub(crate) mod cidr;
mod client;
mod condition;
mod context;
mod datetime;
mod evaluate;
mod evaluation;
mod experiment;
#[cfg(feature = "compile")]
mod explain;
#[cfg(feature = "compile")]
mod inspect;
mod keeper;
mod names;
mod observer;
mod packed;
mod resource;
mod rollout;
mod ruleset;
mod slots;
#[cfg(feature = "compile")]
mod unverified;
pub(crate) mod version;
mod xxh64;

pub use answer::Answer;
pub use binding::Binding;
pub use bucket::{BUCKETS, bucket};
pub use client::Client;
pub use context::{Context, Value};
pub use evaluation::{Arm, Exit};
#[cfg(feature = "compile")]
pub use explain::{Explanation, Outcome, Trace};
#[cfg(feature = "compile")]
pub use inspect::inspect;
pub use keeper::Loaded;
#[cfg(feature = "compile")]
pub use unverified::Unverified;

#[cfg(feature = "compile")]
pub(crate) use bucket::XXH64;
#[cfg(feature = "compile")]
pub(crate) use inspect::inspect_payload;
#[cfg(feature = "compile")]
pub(crate) use resource::digest;
#[cfg(feature = "compile")]
pub(crate) use rollout::Ramp;

#[cfg(target_arch = "wasm32")]
pub(crate) use {
    evaluation::Evaluation,
    keeper::{Keeper, changed},
    ruleset::Ruleset,
    slots::{SLOT_BYTES, Slots},
};
