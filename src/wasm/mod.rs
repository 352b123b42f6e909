//! The only files with `#[wasm_bindgen]`: convert, call, convert.
#![allow(unreachable_pub, reason = "hosts reach the exports from outside the crate")]

mod runtime;
#[cfg(feature = "studio")]
mod studio;
