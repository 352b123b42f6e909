//! From files to a snapshot, and answers from it.

pub(crate) mod compile;
pub(crate) mod eval;
mod evaluation_line;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod inspect;
pub(crate) mod lint;
pub(crate) mod simulate;
