#![doc = include_str!("FORMAT.md")]

mod bad;
mod compression;
mod csv;
mod error;
mod feed;
mod joined;
mod json;
mod line;
mod moment;
mod names;
mod part;
mod plan;
mod question;
mod read;
mod record;
mod scratch;
mod unit;
mod worker;

pub use error::LogError;
pub use feed::Log;
pub use joined::{BadLine, Group, Joined, LineCounts, Look, Totals};
pub use question::{LoggedKind, LoggedMetric, Question};
pub use read::{Progress, join};
pub use record::Exposure;
