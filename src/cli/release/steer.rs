//! Where a rollout stands, moved by a person or by a controller: written into the flag's file, then published.
//!
//! [`Helm::carry_out`] goes the same way for a person's [`Order`] and for a controller's:
//!
//! 1. lock the project: `.tidegate.lock`, held to the end, so that two who change it at once wait for one another;
//! 2. read and lint it; whoever saw another state before, or other snapshots published, is refused;
//! 3. note in the lock's file what is going to be done;
//! 4. to roll back: kill the flag through the head of every audience that has it;
//! 5. replace the flag's file, all at once, its comments kept;
//! 6. publish every audience by compare-and-swap; `promote` and `resume` by hand lift the kill that was there, and a
//!    rollback by a copy of the project that lacks what others published leaves it at the kill;
//! 7. add to the audit log, once;
//! 8. empty the lock's file.
//!
//! Killed at any point and run again, the same order ends in the same: what the lock's file tells of is found written
//! (then there is no second step, only what is left of the first) or not written (then it is done anew). A kill, a file,
//! a publication and a line of the log that are there already are not made again.

mod arguments;
mod course;
mod entry;
mod freeze;
mod helm;
mod intent;
mod left;
mod lock;
mod order;
mod record;
mod seen;
mod telling;
mod withheld;
mod workspace;

pub(crate) use arguments::{Steering, tell};
pub(crate) use course::Done;
pub(crate) use helm::Helm;
pub(crate) use lock::Lock;
pub(crate) use order::{Move, Order};
pub(crate) use seen::Seen;
pub(crate) use workspace::Workspace;
