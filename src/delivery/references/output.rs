use serde_json::{Map, Value};

/// How documents in JSON begin, blanks between the words left out.
const OPENINGS: [&str; 2] = [
    // Reports: `ci-report`, and with `--json` those of `status`, `analyze`, `plan`, `gate`, `refs`, `stale`, …
    r#"{"format":"tidegate-"#,
    // What `inspect` shows of a snapshot, head or root.
    r#"{"frame":{"signatureChecked":"#,
];

/// What says of a page that it is one of ours, and within so many bytes of its start.
const GENERATOR: &[u8] = b"<meta name=\"generator\" content=\"tidegate\">";
const HEAD_BYTES: usize = 1_024;

/// An entry of the audit log is known by its number and a SHA-256, which stand within so many bytes.
const ENTRY_BYTES: usize = 128;
const DIGEST_DIGITS: usize = 64;

/// The first line of a log is looked at as far as this.
const LINE_BYTES: usize = 1 << 20;

/// Fields that together make a line of JSON, or the head of a table, one of a log of ours: of exposures, of events, of
/// looks, and of an audit log that was exported as a table.
const LINES: [&[&str]; 4] = [
    &["time", "flag", "variant", "unit"],
    &["time", "unit", "metric"],
    &["time", "plan", "stage", "enteredAt", "decision"],
    &["seq", "time", "actor", "kind", "action", "flags", "digest"],
];

/// What every answer of `eval` has.
const ANSWER: [&str; 3] = ["variant", "value", "reason"];

/// Does a file begin as those do that Tidegate writes: snapshots, reports, pages, logs? They name flags, and use none.
pub fn is_output(text: &[u8]) -> bool {
    // A frame: `TGF` and its version.
    if let [b'T', b'G', b'F', 1..=8, ..] = text {
        return true;
    }
    let text = text.trim_ascii_start();
    match text.first() {
        Some(b'{') => is_document(text) || is_entry(text) || is_log(text),
        Some(b'<') => is_page(text),
        Some(_) => is_table(text),
        None => false,
    }
}

fn is_document(text: &[u8]) -> bool {
    let longest = OPENINGS.iter().map(|opening| opening.len()).max().unwrap_or(0);
    let dense = text.iter().filter(|byte| !byte.is_ascii_whitespace());
    let start: Vec<u8> = dense.take(longest).copied().collect();
    OPENINGS
        .iter()
        .any(|opening| start.starts_with(opening.as_bytes()))
}

/// An entry of the audit log: `{"seq":12,"prev":"9f0c…`. Its line may be longer than any other.
fn is_entry(text: &[u8]) -> bool {
    let start = String::from_utf8_lossy(text.get(..ENTRY_BYTES).unwrap_or(text));
    let rest = start.strip_prefix(r#"{"seq":"#).unwrap_or_default();
    let rest = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let digest = rest.strip_prefix(r#","prev":""#).unwrap_or_default();
    digest.bytes().take_while(u8::is_ascii_hexdigit).count() == DIGEST_DIGITS
}

fn is_page(text: &[u8]) -> bool {
    let start = text.get(..HEAD_BYTES).unwrap_or(text);
    memchr::memmem::find(start, GENERATOR).is_some()
}

fn is_log(text: &[u8]) -> bool {
    let Ok(line) = serde_json::from_slice::<Map<String, Value>>(first_line(text)) else {
        return false;
    };
    let is_line = LINES
        .iter()
        .any(|fields| fields.iter().all(|field| line.contains_key(*field)));
    let is_answer = |answer: &Value| ANSWER.iter().all(|field| answer.get(field).is_some());
    is_line || (!line.is_empty() && line.values().all(is_answer))
}

fn is_table(text: &[u8]) -> bool {
    let line = String::from_utf8_lossy(first_line(text));
    let names: Vec<&str> = line
        .split(',')
        .map(|name| name.trim().trim_matches('"'))
        .collect();
    LINES
        .iter()
        .any(|fields| fields.iter().all(|field| names.contains(field)))
}

fn first_line(text: &[u8]) -> &[u8] {
    let start = text.get(..LINE_BYTES).unwrap_or(text);
    let end = memchr::memchr(b'\n', start).unwrap_or(start.len());
    start.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::is_output;

    #[test]
    fn what_tidegate_writes_is_known_by_its_beginning() {
        let entry = format!("{{\"seq\":12,\"prev\":\"{}\",\"time\":", "0a".repeat(32));
        for text in [
            "TGF\u{1}\u{1}12345678",
            "{\n  \"format\": \"tidegate-ci-report\",\n  \"version\": 1",
            "{\"format\":\"tidegate-status\",\"project\":\"shop\"}",
            "\r\n { \"frame\" : {\n \"signatureChecked\": false,",
            &entry,
            "{\"time\":\"2026-11-21T12:00:00.000Z\",\"flag\":\"a\",\"variant\":\"on\",\"unit\":\"u\"}\n{\"torn",
            "{\"unit\":7,\"metric\":\"m\",\"time\":1,\"flag\":\"a\"}",
            "{\"time\":\"t\",\"plan\":\"p\",\"stage\":\"s\",\"enteredAt\":\"t\",\"decision\":\"hold\"}\n",
            "{\"a\":{\"variant\":null,\"value\":null,\"reason\":\"ERROR\"},\"b\":{\"variant\":\"on\",\"value\":true,\"reason\":\"STATIC\"}}\n",
            "time,flag,variant,arm,unit\r\n1,a,on,,u\r\n",
            "\"unit\", \"time\", \"metric\"\n",
            "<!doctype html>\n<html lang=\"en\">\n<meta name=\"generator\" content=\"tidegate\">\n",
        ] {
            assert!(is_output(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn code_is_not_taken_for_it() {
        let digest = "0a".repeat(32);
        for text in [
            "",
            "TGF",
            "TGFiles = on('a')",
            "{}",
            "{",
            "{\"format\": \"prettier\", \"flag\": \"a\"}",
            "// {\"format\":\"tidegate-status\"}",
            "const report = {\"format\":\"tidegate-status\"}",
            "{\"flags\":[\"a\"],\"format\":\"tidegate-status\"}",
            "{\"frame\": {\"src\": \"a\"}}",
            &format!("{{\"seq\":12,\"prev\":\"{}\"}}", "0a".repeat(31)),
            &format!("{{\"seq\":\"{digest}\"}}"),
            "{\"flag\":\"a\",\"variant\":\"on\"}",
            "{\"time\":1,\"flag\":\"a\",\"variant\":\"on\",\"unit\":\"u\"",
            "{\"a\":{\"variant\":\"on\",\"value\":true}}",
            "{\"a\":true}",
            "[{\"time\":1}]",
            "time, unit = now(), metric('a')",
            "import { flag, variant } from 'a'",
            "<!doctype html><p data-flag='a'><meta name=\"generator\" content=\"other\">",
        ] {
            assert!(!is_output(text.as_bytes()), "{text}");
        }
        let late = format!(
            "<!doctype html>{}<meta name=\"generator\" content=\"tidegate\">",
            " ".repeat(2_000)
        );
        assert!(!is_output(late.as_bytes()));
    }
}
