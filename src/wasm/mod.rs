//! The only files with `#[wasm_bindgen]`: convert, call, convert.

#[cfg(not(feature = "studio"))]
mod allocator;
pub mod runtime;
#[cfg(feature = "studio")]
pub mod studio;
