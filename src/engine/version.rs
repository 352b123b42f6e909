//! Semantic versions, and whether they lie in a compiled range.
