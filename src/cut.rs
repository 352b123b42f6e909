/// What stands before the first separator, and what behind it if there is one.
///
/// Out of line for the size of the shipped code, where versions, addresses and scopes are taken apart by it.
#[inline(never)]
pub(crate) fn cut(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    let at = text
        .iter()
        .position(|&byte| byte == separator)
        .unwrap_or(text.len());
    match text.split_at_checked(at) {
        Some((before, [_, after @ ..])) => (before, Some(after)),
        _ => (text, None),
    }
}
