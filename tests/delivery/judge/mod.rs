//! What is decided, and with which words: one test for each thing that a source, a clock or a person can do.

mod bench;
mod data;
mod exposures;
mod gates;
mod history;
mod looks;
mod positions;
mod precedence;
mod properties;
mod verdicts;
