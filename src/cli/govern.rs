//! Controls, visibility and the record: what a change does, whether it may, who did it, and what is in force.

pub(crate) mod plan;
