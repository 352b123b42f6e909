//! The allocator of the runtime build, where Rust's own is a tenth of the code.
//!
//! Snapshots that grow a little each time must find room where smaller ones were: what the host adds to the memory becomes
//! one piece with what is free before it.

use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};

#[global_allocator]
static ALLOCATOR: WasmDynamicTalc = new_wasm_dynamic_allocator();
