#![doc = include_str!("FORMAT.md")]
#![doc = include_str!("FAULTS.md")]

mod chain;
mod end;
mod entry;
mod fault;
mod line;
mod record;
mod restate;
mod scheduled;
mod walk;

pub use crate::snapshot::AuditTip as Tip;
pub use chain::Chain;
pub use end::End;
pub use entry::{Actor, ActorKind, Entry, Link};
pub use fault::{Fault, FaultKind};
pub use line::{FileName, sha256};
pub use scheduled::{Effect, What, scheduled};
