use super::{Findings, Found};
use crate::clock::{self, day};
use crate::output::escape::plain;
use crate::report::number;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use tidegate::delivery::hygiene::{Dated, Dependant, Reason, Source};

/// For people: the flags that are stale, and what takes each away.
pub(super) fn text(findings: &Findings<'_>) -> String {
    let mut text = String::new();
    let mut reasons: BTreeMap<Reason, usize> = BTreeMap::new();
    let stale = findings
        .flags
        .iter()
        .filter(|found| !found.verdict.reasons.is_empty());
    let mut count = 0;
    for found in stale {
        count += 1;
        for reason in &found.verdict.reasons {
            *reasons.entry(*reason).or_default() += 1;
        }
        flag(&mut text, findings, found);
    }
    let counts: Vec<String> = reasons
        .iter()
        .map(|(reason, count)| format!("{count} {}", reason.word()))
        .collect();
    let of = number(findings.flags.len(), "flag");
    let _ = match count {
        0 => writeln!(text, "none of {of} is stale"),
        _ => writeln!(text, "{count} of {of} stale: {}", counts.join(", ")),
    };
    for limit in &findings.limits {
        let _ = writeln!(text, "{limit}");
    }
    text
}

/// For machines: all flags, stale or not.
pub(super) fn json(findings: &Findings<'_>) -> Value {
    let flags: Vec<Value> = findings.flags.iter().map(flag_json).collect();
    json!({
        "format": "tidegate-stale",
        "now": clock::written(findings.now_ms),
        "environments": findings.environments,
        "flags": flags,
        "limits": findings.limits,
    })
}

fn flag(text: &mut String, findings: &Findings<'_>, found: &Found<'_>) {
    let (flag, age) = (found.flag, &found.verdict.age);
    let kind = flag.kind.as_ref().map_or("no type", |kind| kind.value.word());
    let owner = flag.owner.as_deref().filter(|owner| !owner.trim().is_empty());
    let _ = writeln!(
        text,
        "{}  {kind}, {}, {}",
        flag.key.value,
        owner.map_or_else(
            || "without an owner".to_owned(),
            |owner| format!("owned by {}", plain(owner))
        ),
        age.created.map_or_else(
            || "of unknown age".to_owned(),
            |created| format!("made on {} ({})", day(created.at_ms), created.source.word())
        ),
    );
    for reason in &found.verdict.reasons {
        let told = match reason {
            Reason::Expired => age.expires.map(|expires| match expires.source {
                Source::ExpiresAt => format!("expired: on {}, as it says", day(expires.at_ms)),
                _ => format!("expired: on {}, by the lifetime of its type", day(expires.at_ms)),
            }),
            Reason::OneSided => found.verdict.one_sided.map(|one_sided| {
                format!(
                    "one-sided: everybody gets `{}` in {}",
                    one_sided.variant,
                    findings.environments.join(", ")
                )
            }),
            Reason::Unchanged => age.changed.map(|changed| {
                format!(
                    "unchanged: since {} ({})",
                    day(changed.at_ms),
                    changed.source.word()
                )
            }),
            Reason::Unreferenced => Some("unreferenced: no code uses it".to_owned()),
            Reason::Unowned => Some("unowned: nobody answers for it".to_owned()),
        };
        let _ = writeln!(text, "  {}", told.unwrap_or_else(|| reason.word().to_owned()));
    }
    text.push_str("  to remove it:\n");
    for dependant in &found.removal.dependants {
        let Dependant { flag, place, is_met } = dependant;
        let what = match is_met {
            Some(true) => "is always met: take the line away",
            Some(false) => "is never met: that flag is closed, and should go first",
            None => "decides that flag too",
        };
        let _ = writeln!(
            text,
            "    {}:{}: `{flag}` has it as a prerequisite, which {what}",
            plain(&place.file),
            place.line
        );
    }
    if let Some(place) = found.removal.named_at {
        let _ = writeln!(
            text,
            "    {}:{}: take its names away",
            plain(&place.file),
            place.line
        );
    }
    let with = match found.removal.replace_with {
        Some(value) => format!("put {} in its place", plain(&value.to_string())),
        None => "choose what stays".to_owned(),
    };
    for place in &found.uses {
        let _ = writeln!(
            text,
            "    {}:{}:{}: {with}",
            plain(&place.file),
            place.line,
            place.column
        );
    }
    let _ = writeln!(text, "    delete {}", plain(found.removal.file));
    for segment in &found.removal.segments {
        let _ = writeln!(text, "    delete {}, which nothing else uses", plain(segment));
    }
    text.push('\n');
}

fn flag_json(found: &Found<'_>) -> Value {
    let (flag, verdict, removal) = (found.flag, &found.verdict, &found.removal);
    let dated = |dated: Option<Dated>| {
        dated.map(|dated| json!({ "at": clock::written(dated.at_ms), "source": dated.source.word() }))
    };
    let mut edits: Vec<Value> = Vec::new();
    for dependant in &removal.dependants {
        edits.push(json!({
            "kind": "prerequisite", "file": dependant.place.file.as_ref(), "line": dependant.place.line,
            "column": dependant.place.column, "flag": dependant.flag, "met": dependant.is_met,
        }));
    }
    if let Some(place) = removal.named_at {
        let file = place.file.as_ref();
        edits.push(json!({ "kind": "names", "file": file, "line": place.line, "column": place.column }));
    }
    for place in &found.uses {
        let mut edit = Map::new();
        edit.insert("kind".to_owned(), json!("replace"));
        edit.insert("file".to_owned(), json!(place.file));
        edit.insert("line".to_owned(), json!(place.line));
        edit.insert("column".to_owned(), json!(place.column));
        edit.insert("how".to_owned(), json!(place.how.word()));
        if let Some(value) = removal.replace_with {
            edit.insert("with".to_owned(), value.clone());
        }
        edits.push(Value::Object(edit));
    }
    edits.push(json!({ "kind": "delete", "file": removal.file }));
    let segments = removal.segments.iter();
    edits.extend(segments.map(|segment| json!({ "kind": "delete", "file": segment })));
    let reasons: Vec<&str> = verdict.reasons.iter().map(|reason| reason.word()).collect();
    let one_sided = verdict.one_sided.map(|one_sided| {
        json!({ "variant": one_sided.variant, "value": removal.replace_with, "notBegun": one_sided.is_not_begun, "recent": one_sided.is_recent })
    });
    json!({
        "key": flag.key.value,
        "file": removal.file,
        "type": flag.kind.as_ref().map(|kind| kind.value.word()),
        "owner": flag.owner,
        "stale": reasons,
        "created": dated(verdict.age.created),
        "expires": dated(verdict.age.expires),
        "changed": dated(verdict.age.changed),
        "oneSided": one_sided,
        "uses": found.uses.len(),
        "edits": edits,
    })
}
