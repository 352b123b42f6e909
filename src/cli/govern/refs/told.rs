use super::Findings;
use crate::govern::uses::{Reason, Use};
use crate::output::escape::plain;
use crate::report::number;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use tidegate::delivery::references::Removal;
use tidegate::delivery::some_of;

/// So many files that were not looked through are named; the others are counted.
const MOST_NAMED: usize = 5;

/// For people.
pub(super) fn text(findings: &Findings<'_>) -> String {
    let mut text = String::new();
    if !findings.problems_only {
        for (flag, uses) in findings.used() {
            let key = findings
                .project
                .flags
                .get(flag)
                .map(|flag| flag.key.value.as_str());
            section(&mut text, key.unwrap_or_default(), &uses);
        }
    }
    let undefined = findings.undefined();
    if !undefined.is_empty() {
        text.push_str("used but not defined:\n\n");
        undefined
            .iter()
            .for_each(|(key, uses)| section(&mut text, key, uses));
    }
    let unused = findings.unused();
    if !unused.is_empty() {
        text.push_str("defined but not used:\n\n");
        for flag in &unused {
            let Some(defined) = findings.project.flags.get(*flag) else {
                continue;
            };
            let _ = writeln!(
                text,
                "  {}  ({})",
                defined.key.value,
                plain(&defined.key.place.file)
            );
            if let Some(Some(removal)) = findings.look_back.removals.get(*flag) {
                let Removal {
                    file,
                    line,
                    commit,
                    at,
                    author,
                    subject,
                } = removal;
                let _ = writeln!(
                    text,
                    "    last used at {}:{line}, until {} ({}, {}: {})",
                    plain(file),
                    commit.get(..10).unwrap_or(commit),
                    at.get(..10).unwrap_or(at),
                    plain(author),
                    plain(subject)
                );
            }
        }
        text.push('\n');
    }
    let _ = writeln!(
        text,
        "looked through {} with {}: {}, {}, {}",
        number(findings.uses.files, "file"),
        number(findings.uses.lines, "line"),
        number(findings.uses.uses.len(), "use"),
        match undefined.len() {
            0 => "none of a flag that is not defined".to_owned(),
            count => format!("{} used but not defined", number(count, "flag")),
        },
        match unused.len() {
            0 => "no flag without one".to_owned(),
            count => format!("{} defined but not used", number(count, "flag")),
        },
    );
    skipped(&mut text, findings);
    for limit in &findings.look_back.limits {
        let _ = writeln!(text, "{}", limit.told());
    }
    text
}

/// For machines.
pub(super) fn json(findings: &Findings<'_>) -> Value {
    let used = findings.used();
    let flags = findings.project.flags.iter().enumerate();
    let flags: Vec<Value> = flags
        .filter(|(_, flag)| findings.is_asked(&flag.key.value))
        .map(|(number, flag)| {
            let uses = used.get(&number).map_or(&[][..], Vec::as_slice);
            let mut fields = Map::new();
            fields.insert("key".to_owned(), json!(flag.key.value));
            fields.insert("file".to_owned(), json!(flag.key.place.file.as_ref()));
            fields.insert("uses".to_owned(), uses.iter().map(|found| place(found)).collect());
            if let Some(Some(removal)) = findings.look_back.removals.get(number) {
                fields.insert("removed".to_owned(), removed(removal));
            }
            Value::Object(fields)
        })
        .collect();
    let undefined: Vec<Value> = findings
        .undefined()
        .iter()
        .map(|(key, uses)| json!({ "key": key, "uses": uses.iter().map(|found| place(found)).collect::<Vec<_>>() }))
        .collect();
    let unused = findings.unused();
    let unused: Vec<&str> = findings
        .project
        .flags
        .iter()
        .enumerate()
        .filter(|(number, _)| unused.contains(number))
        .map(|(_, flag)| flag.key.value.as_str())
        .collect();
    let skipped: Vec<Value> = findings
        .uses
        .skipped
        .iter()
        .map(|skipped| {
            json!({ "file": skipped.file, "reason": skipped.reason.word(), "details": skipped.details })
        })
        .collect();
    let limits: BTreeSet<&str> = findings
        .look_back
        .limits
        .iter()
        .map(|limit| limit.word())
        .collect();
    json!({
        "format": "tidegate-refs",
        "flags": flags,
        "notDefined": undefined,
        "notUsed": unused,
        "files": findings.uses.files,
        "lines": findings.uses.lines,
        "skipped": skipped,
        "history": { "commits": findings.look_back.commits, "limits": limits },
    })
}

/// A commit that took a flag's last use away, for machines.
fn removed(removal: &Removal) -> Value {
    json!({
        "commit": removal.commit,
        "author": removal.author,
        "at": removal.at,
        "subject": removal.subject,
        "file": removal.file,
        "line": removal.line,
    })
}

fn section(text: &mut String, key: &str, uses: &[&Use]) {
    let files: BTreeSet<&str> = uses.iter().map(|found| found.file.as_str()).collect();
    let _ = writeln!(
        text,
        "{}: {} in {}",
        plain(key),
        number(uses.len(), "use"),
        number(files.len(), "file")
    );
    for found in uses {
        let Use { line, column, .. } = found;
        let file = plain(&found.file);
        for (above, shown) in found.before.iter().enumerate() {
            let _ = writeln!(
                text,
                "  {file}-{}-  {}",
                line - (found.before.len() - above),
                plain(shown)
            );
        }
        let _ = writeln!(
            text,
            "  {file}:{line}:{column}  {}  {}",
            found.how.word(),
            plain(shown(found))
        );
        for (below, shown) in found.after.iter().enumerate() {
            let _ = writeln!(text, "  {file}-{}-  {}", line + below + 1, plain(shown));
        }
        if !(found.before.is_empty() && found.after.is_empty()) {
            text.push_str("  --\n");
        }
    }
    text.push('\n');
}

/// With lines around it indentation says something; alone it is in the way.
fn shown(found: &Use) -> &str {
    match found.before.is_empty() && found.after.is_empty() {
        true => found.text.trim(),
        false => &found.text,
    }
}

fn place(found: &Use) -> Value {
    let mut fields = Map::new();
    fields.insert("file".to_owned(), json!(found.file));
    fields.insert("line".to_owned(), json!(found.line));
    fields.insert("column".to_owned(), json!(found.column));
    fields.insert("how".to_owned(), json!(found.how.word()));
    fields.insert("text".to_owned(), json!(found.text));
    if !(found.before.is_empty() && found.after.is_empty()) {
        fields.insert("before".to_owned(), json!(found.before));
        fields.insert("after".to_owned(), json!(found.after));
    }
    Value::Object(fields)
}

fn skipped(text: &mut String, findings: &Findings<'_>) {
    let mut reasons: BTreeMap<Reason, Vec<&str>> = BTreeMap::new();
    for skipped in &findings.uses.skipped {
        reasons.entry(skipped.reason).or_default().push(&skipped.file);
    }
    for (reason, files) in reasons {
        let what = match reason {
            Reason::Binary => "not looked through, since binary",
            Reason::TooLarge => "not looked through, since larger than --largest",
            Reason::Link => "not followed, since a link",
            Reason::NoPlainFile => "not looked through, since no plain file",
            Reason::Unreadable => "not looked through, since it cannot be read",
            Reason::Output => "not looked through, since Tidegate wrote it",
            Reason::NotUtf8 => "not UTF-8, and looked through as bytes",
            Reason::BadIgnoreRule => "an ignore file with a pattern that is none",
        };
        let _ = writeln!(text, "{what}: {}", plain(&some_of(&files, MOST_NAMED)));
    }
}
