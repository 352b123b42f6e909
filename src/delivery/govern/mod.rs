#![doc = include_str!("GOVERNANCE.md")]

mod agreement;
mod approval;
mod authors;
mod ballot;
mod behind;
mod digest;
mod emergency;
mod freeze;
mod guardrail;
mod judge;
mod missing;
mod people;
mod reviews;
mod signatures;
mod subject;
mod verdict;

pub use agreement::{Agreement, State};
pub use approval::{APPROVAL_TYPE, Approval};
pub use authors::{Authors, Writers};
pub use ballot::{ApprovalFile, Ignored, Vote, Why};
pub use behind::Behind;
pub use digest::{ChangeDigest, Texts, changed};
pub use emergency::{NoReviewer, Unreviewed, closed_in_a_hurry, is_reviewed, open_reviews, reviewer};
pub use freeze::{Frozen, freezes_on_opening};
pub use judge::Case;
pub use missing::Missing;
pub use people::People;
pub use reviews::{Commit, Review, Reviews};
pub use signatures::RootFinding;
pub use subject::{Subject, subjects};
pub use verdict::{Held, Verdict};
