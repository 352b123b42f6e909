/// The bytes as text; `None` when they are not UTF-8.
///
/// Out of line, and by the reader of chunks, for the size of the shipped code: `core::str::from_utf8` has a second way
/// for ASCII.
#[inline(never)]
pub(crate) fn text(bytes: &[u8]) -> Option<&str> {
    match bytes.utf8_chunks().next() {
        None => Some(""),
        Some(chunk) if chunk.valid().len() == bytes.len() => Some(chunk.valid()),
        Some(_) => None,
    }
}
