//! JSON Schemas of the files that people write, for editors to check and complete.
//!
//! They tell less than [`read`](super::read) does: sums, moments in order and decimals are beyond a schema.

/// `tidegate.yaml`.
pub const PROJECT: &str = include_str!("schema/project.schema.json");

/// `flags/*.yaml`.
pub const FLAG: &str = include_str!("schema/flag.schema.json");

/// `segments/*.yaml`.
pub const SEGMENT: &str = include_str!("schema/segment.schema.json");

/// `policies/*.yaml`.
pub const POLICY: &str = include_str!("schema/policy.schema.json");

/// `rollouts/*.yaml`.
pub const ROLLOUT: &str = include_str!("schema/rollout.schema.json");

/// The people of `tidegate simulate`.
pub const POPULATION: &str = include_str!("schema/population.schema.json");

/// What the others refer to as `parts.schema.json`.
pub const PARTS: &str = include_str!("schema/parts.schema.json");
