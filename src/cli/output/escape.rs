//! What others wrote, for terminals and for comments on the web.

use serde_json::Value;

/// Longer values are cut.
const LONGEST: usize = 120;

/// Is a character none that is shown, but one that does something to what stands around it? Terminals obey some, and
/// others turn the direction of the text behind them.
pub(crate) fn acts(character: char) -> bool {
    let turns = matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    character.is_control() || turns
}

/// Without what would steer a terminal, or turn the direction of what stands around it.
pub(crate) fn plain(text: &str) -> String {
    text.replace(acts, "\u{fffd}")
}

/// A value on one line, not too long.
pub(crate) fn brief(value: &Value) -> String {
    let text = plain(&value.to_string());
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(&text)),
        None => text,
    }
}

/// Text within `<code>` or `<pre>`, in a table or outside: no Markdown, no HTML, no mention of anybody.
pub(crate) fn code(text: &str) -> String {
    format!("<code>{}</code>", prose(text))
}

/// Text that reads as it is written, wherever it stands.
pub(crate) fn prose(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in plain(text).chars() {
        match c {
            ' ' | ',' | '%' | '-' | '"' | '/' | '=' | '+' => escaped.push(c),
            // Who is named here is not asked for; the space has no width.
            '@' => escaped.push_str("&#64;&#8203;"),
            c if c.is_ascii_punctuation() => escaped.push_str(&format!("&#{};", u32::from(c))),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Lines within `<pre>`.
pub(crate) fn lines(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for line in text.lines() {
        for c in plain(line).chars() {
            match c {
                '&' => escaped.push_str("&amp;"),
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                '@' => escaped.push_str("&#64;&#8203;"),
                c => escaped.push(c),
            }
        }
        escaped.push('\n');
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_what_others_wrote_is_markdown() {
        for (text, expected) in [
            ("a|b", "<code>a&#124;b</code>"),
            ("`x`", "<code>&#96;x&#96;</code>"),
            ("<img src=x>", "<code>&#60;img src=x&#62;</code>"),
            ("@team", "<code>&#64;&#8203;team</code>"),
            ("a\nb\u{202e}", "<code>a\u{fffd}b\u{fffd}</code>"),
            ("\u{61c}", "<code>\u{fffd}</code>"),
            ("www.a.org", "<code>www&#46;a&#46;org</code>"),
            ("https://a", "<code>https&#58;//a</code>"),
            ("&amp;", "<code>&#38;amp&#59;</code>"),
            (
                "[a](b) *c* #1",
                "<code>&#91;a&#93;&#40;b&#41; &#42;c&#42; &#35;1</code>",
            ),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
        assert_eq!(lines("a</pre>@b\nc"), "a&lt;/pre&gt;&#64;&#8203;b\nc\n");
    }

    #[test]
    fn long_values_are_cut_between_characters() {
        let long = Value::from("ü".repeat(500));
        assert_eq!(brief(&long).chars().count(), LONGEST + 1);
    }
}
