use super::last::{Changed, Last};
use super::record::Record;
use crate::clock;
use crate::govern::changes;
use crate::output::escape::{code, plain, prose};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;
use tidegate::delivery::change::Change;

/// More differences of one flag are only counted.
const MOST_LINES: usize = 20;
/// What GitHub takes for the summary of a step, 1 MiB, with room for others.
const MOST_BYTES: usize = 500_000;

/// What is told of a report.
#[derive(Debug)]
pub(super) struct Told<'t> {
    pub(super) record: &'t Record,
    pub(super) last: Option<&'t Last>,
    pub(super) changes: Vec<Changed>,
    pub(super) file: &'t Path,
}

impl Told<'_> {
    pub(super) fn json(&self) -> Value {
        let changes = self.changes.iter().map(|changed| {
            json!({
                "environment": changed.environment,
                "audience": changed.audience,
                "changes": changed.changes.iter().map(changes::json).collect::<Vec<_>>(),
            })
        });
        json!({
            "format": "tidegate-ci-report-changes",
            "file": self.file.display().to_string(),
            "project": self.record.project,
            "time": clock::written(self.record.time_ms),
            "build": self.record.build,
            "digest": self.record.digest(),
            "last": self.last.map(|last| json!({ "time": last.time, "build": last.build })),
            "changes": changes.collect::<Vec<_>>(),
        })
    }

    pub(super) fn text(&self) -> String {
        let mut text = format!(
            "{}: {}, {}\n",
            self.file.display(),
            plain(&self.record.project),
            self.record.digest()
        );
        let Some(last) = self.last else {
            text.push_str("there is no earlier build to compare with\n");
            return text;
        };
        let since = plain(&since(last));
        if self.changes.is_empty() {
            let _ = writeln!(text, "nothing changed since {since}");
            return text;
        }
        let _ = writeln!(text, "changed since {since}:");
        for (environment, audiences, change) in self.joined() {
            let _ = writeln!(
                text,
                "{} in {} ({}): {}",
                plain(&change.flag),
                plain(environment),
                audiences.join(", "),
                changes::kinds(&change.kinds)
            );
            text.push_str(&changes::text(change, MOST_LINES));
        }
        text
    }

    pub(super) fn markdown(&self) -> String {
        let mut text = format!("### Flags of {} in this build\n\n", code(&self.record.project));
        let Some(last) = self.last else {
            text.push_str("There is no earlier build to compare with.\n");
            return text;
        };
        let since = code(&since(last));
        if self.changes.is_empty() {
            let _ = writeln!(text, "Nothing changed since {since}.");
            return text;
        }
        let _ = writeln!(text, "Changed since {since}:\n");
        let mut left_out = 0;
        for (environment, audiences, change) in self.joined() {
            let section = format!(
                "<details><summary>{} in {} ({}): {}</summary>\n\n{}\n</details>\n\n",
                code(&change.flag),
                code(environment),
                prose(&audiences.join(", ")),
                changes::kinds(&change.kinds),
                changes::table(change, MOST_LINES)
            );
            if text.len() + section.len() > MOST_BYTES {
                left_out += 1;
            } else {
                text.push_str(&section);
            }
        }
        if left_out > 0 {
            let _ = writeln!(
                text,
                "_Left out for want of room: {left_out} changes. `--json` tells all._"
            );
        }
        text
    }

    /// What changed, told once where it is the same for several audiences.
    fn joined(&self) -> Vec<(&str, Vec<&str>, &Change)> {
        let all = self.changes.iter().flat_map(|changed| {
            let (environment, audience) = (changed.environment.as_str(), changed.audience.as_str());
            let changes = changed.changes.iter();
            changes.map(move |change| (environment, vec![audience], change))
        });
        changes::joined(
            all,
            |one, other| (one.0, one.2) == (other.0, other.2),
            |known, one| known.1.extend(one.1),
        )
    }
}

/// Which build it was.
fn since(last: &Last) -> String {
    let said = |key: &str| last.build.get(key).and_then(Value::as_str);
    let commit = said("commit").map(|commit| commit.get(..12).unwrap_or(commit));
    let parts = [said("branch"), commit, said("url")];
    let build: Vec<&str> = parts.into_iter().flatten().collect();
    match build.is_empty() {
        true => last.time.clone(),
        false => format!("{} ({})", last.time, build.join(" ")),
    }
}
