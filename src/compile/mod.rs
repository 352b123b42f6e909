//! From what people write to what is evaluated: lint and lower. Every authoring error is born here.

mod network;
mod pattern;
mod version_range;
