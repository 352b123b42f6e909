//! What commands are given: projects and their environments, git, keys, contexts, populations, logs and reasons.

pub(crate) mod anchor;
pub(crate) mod context;
pub(crate) mod environment;
pub(crate) mod file;
pub(crate) mod git;
pub(crate) mod key;
pub(crate) mod logs;
pub(crate) mod people;
pub(crate) mod population;
pub(crate) mod project;
pub(crate) mod reason;
