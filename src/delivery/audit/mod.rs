#![doc = include_str!("FORMAT.md")]
#![doc = include_str!("FAULTS.md")]

mod blame;
mod chain;
mod end;
mod entry;
mod fault;
mod gap;
mod in_scope;
mod line;
mod over;
mod published;
mod record;
mod rejoin;
mod restate;
mod scheduled;
mod text;
mod walk;

pub use crate::snapshot::AuditTip as Tip;
pub use blame::Blamed;
pub use chain::Chain;
pub use end::End;
pub use entry::{ACTIONS, Actor, ActorKind, Entry, Link};
pub use fault::{Fault, FaultKind};
pub use gap::{Gap, InForce, Lack};
pub use in_scope::InScope;
pub use line::FileName;
pub use published::Published;
pub use rejoin::{Rejoined, rejoin};
pub use scheduled::{Effect, What, scheduled};
pub use text::sha256;
