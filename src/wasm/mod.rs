//! The only files with `#[wasm_bindgen]`: convert, call, convert.

pub mod runtime;
#[cfg(feature = "studio")]
pub mod studio;
