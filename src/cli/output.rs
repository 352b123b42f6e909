//! How commands tell what others wrote: for terminals, Markdown and pages.

pub(crate) mod command;
pub(crate) mod decision;
pub(crate) mod escape;
pub(crate) mod page;
pub(crate) mod percent;
pub(crate) mod room;
pub(crate) mod words;
