use std::fmt::Write;

/// What GitHub takes as a comment are 65,536 characters. The comment of a pipeline is that of `plan` and that of `gate`
/// together, with a line of its own before them: so much is for the one, and so much for the other.
pub(crate) const PLAN_BYTES: usize = 48 << 10;
pub(crate) const GATE_BYTES: usize = 16_000;

/// Writes as many lines as there is room for, in bytes, and how many there are besides.
pub(crate) fn write_list(room: usize, lines: impl IntoIterator<Item = String>, text: &mut String) {
    let most = text.len().saturating_add(room);
    let mut left_out = 0_usize;
    for line in lines {
        // In their order: where one is left out, all behind it are.
        match left_out == 0 && text.len().saturating_add(line.len()) < most {
            true => {
                let _ = writeln!(text, "{line}");
            }
            false => left_out = left_out.saturating_add(1),
        }
    }
    if left_out > 0 {
        let _ = writeln!(text, "\nAnd {left_out} more, left out for want of room.");
    }
}
