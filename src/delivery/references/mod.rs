//! Where code names flags: finding a key in quotes, in calls, and under the other names that a project gives it.
//!
//! ```text
//! keys, wrappers, aliases ─ Finder ─ bytes of a file ─▶ Found { flag, how, where }
//!                              └──── git log ─ Removals ─▶ the commit that took the last use away
//! ```
//!
//! What is looked for is known beforehand, so a file is gone through once, however many flags there are. Files are bytes:
//! what is not UTF-8 is looked through all the same.

mod call;
mod defaults;
mod finder;
mod output;
mod places;
mod removals;
mod spelling;

pub use defaults::DEFAULT_WRAPPERS;
pub use finder::{Finder, Found, How, Subject};
pub use output::is_output;
pub use places::{Place, Places, excerpt};
pub use removals::{COMMIT_FORMAT, Removal, Removals};
