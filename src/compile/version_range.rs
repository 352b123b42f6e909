//! Semver ranges to what the engine compares with.
