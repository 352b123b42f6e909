//! The module's memory as its host sees it.

use js_sys::{Reflect, Uint8Array};
use tidegate::wasm::runtime;
use wasm_bindgen::JsValue;

/// Writes bytes to the input of the next call.
pub(crate) fn put(input: &[u8]) {
    bytes(runtime::input(input.len() as u32) as u32, input);
}

/// Writes bytes at an address.
pub(crate) fn bytes(address: u32, bytes: &[u8]) {
    view(address, bytes.len() as u32).copy_from(bytes);
}

/// The bytes at an address.
pub(crate) fn take(address: u32, length: u32) -> Vec<u8> {
    view(address, length).to_vec()
}

/// The first words of the result block.
pub(crate) fn words(count: u32) -> Vec<u32> {
    let bytes = take(runtime::result() as u32, count * 4);
    let words = bytes.as_chunks().0.iter();
    words.map(|word| u32::from_le_bytes(*word)).collect()
}

/// A part of the snapshot in force.
pub(crate) fn described(part: u32) -> Vec<u8> {
    runtime::describe(part);
    let place = words(2);
    take(place[0], place[1])
}

/// Writes the slot of an attribute.
pub(crate) fn slot(attribute: u32, words: [u32; 4]) {
    let words: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    bytes(runtime::context() as u32 + 16 * attribute, &words);
}

fn view(address: u32, length: u32) -> Uint8Array {
    let buffer = Reflect::get(&wasm_bindgen::memory(), &JsValue::from_str("buffer")).unwrap();
    Uint8Array::new_with_byte_offset_and_length(&buffer, address, length)
}
