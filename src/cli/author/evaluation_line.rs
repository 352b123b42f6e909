//! Answers as lines of JSON: `{"checkout":{"variant":…,"value":…,"reason":…,"errorCode"?:…,"rule"?:…}}`.

use std::io::{self, Write};
use tidegate::Answer;

/// Writes the answers for one context as a line; keys are JSON already, with their quotes.
///
/// Values are copied as the JSON text that the snapshot holds. A flag that cannot be read has `null` for variant and
/// value; `rule` is the name of the rule that decided, or its index from 0 where it has no name.
pub(crate) fn write<'a>(
    output: &mut Vec<u8>,
    answers: impl Iterator<Item = (&'a str, Answer<'a>)>,
) -> io::Result<()> {
    let mut separator = "{";
    for (key, answer) in answers {
        output.extend_from_slice(separator.as_bytes());
        separator = ",";
        output.extend_from_slice(key.as_bytes());
        output.extend_from_slice(b":{\"variant\":");
        match answer.variant() {
            // Names of variants need no escapes.
            Some(variant) => {
                output.push(b'"');
                output.extend_from_slice(variant.as_bytes());
                output.push(b'"');
            }
            None => output.extend_from_slice(b"null"),
        }
        output.extend_from_slice(b",\"value\":");
        output.extend_from_slice(answer.value_json().unwrap_or("null").as_bytes());
        write!(output, ",\"reason\":\"{}\"", answer.reason())?;
        if let Some(code) = answer.error_code() {
            write!(output, ",\"errorCode\":\"{code}\"")?;
        }
        match (answer.rule(), answer.rule_index()) {
            (Some(name), _) => {
                output.extend_from_slice(b",\"rule\":");
                serde_json::to_writer(&mut *output, name)?;
            }
            (None, Some(index)) => write!(output, ",\"rule\":{index}")?,
            (None, None) => {}
        }
        output.push(b'}');
    }
    output.extend_from_slice(if separator == "{" { b"{}\n" } else { b"}\n" });
    Ok(())
}
