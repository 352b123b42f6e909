use super::Question;
use crate::clock;
use crate::govern::changes;
use crate::output::command;
use crate::output::escape::plain;
use crate::report::number;
use std::fmt::Write;
use std::path::Path;
use tidegate::delivery::govern::{Frozen, Held, Subject, Unreviewed, Verdict};
use tidegate::delivery::percent;

/// The verdict for people: what is missing last, since that is what a log is read for.
pub(super) fn text(verdict: &Verdict, question: &Question) -> String {
    let project = &question.project;
    let mut text = String::new();
    let Some(change) = &verdict.change else {
        text.push_str("no file of the project differs\n");
        told(verdict, project, &mut text);
        return text;
    };
    let _ = writeln!(text, "change {change}");
    for subject in &verdict.subjects {
        let _ = writeln!(text, "  {}", plain(&described(subject)));
    }
    if verdict.subjects.is_empty() {
        text.push_str("  nothing that anybody would notice\n");
    }
    for vote in &verdict.votes {
        let _ = writeln!(text, "approved by {}: {}", vote.by, plain(&vote.source));
    }
    for ignored in &verdict.ignored {
        let by = match ignored.by.as_str() {
            "" => String::new(),
            by => format!(" by {by}"),
        };
        let told = format!("not counted: {}{by}, {}", ignored.source, ignored.why);
        let _ = writeln!(text, "{}", plain(&told));
    }
    told(verdict, project, &mut text);
    if let Some(command) = agreeing(verdict, question) {
        let _ = writeln!(text, "who agrees reviews it, or runs `{}`", plain(&command));
    }
    text
}

/// The command by which somebody agrees, where that is missing; who and with which key, they know.
pub(super) fn agreeing(verdict: &Verdict, question: &Question) -> Option<String> {
    let words = ["approve", "--change", "--by", "NAME", "--key", "FILE"];
    let words = [&words[..], &["--against", &question.against]].concat();
    verdict
        .waits_for_approvals()
        .then(|| command::tidegate(&words, &question.project))
}

fn told(verdict: &Verdict, project: &Path, text: &mut String) {
    text.push_str(unheld(verdict));
    if let Some(behind) = &verdict.behind {
        let _ = writeln!(
            text,
            "behind: {}\n  {}",
            plain(&behind.to_string()),
            plain(&behind.help())
        );
    }
    for rule in &verdict.rules {
        let _ = writeln!(text, "rule {}: {}", rule.rule, outcome(rule));
        for missing in &rule.missing {
            let _ = writeln!(text, "  {}", plain(&missing.to_string()));
        }
    }
    for entry in &verdict.pending {
        let _ = writeln!(text, "to be reviewed {}", plain(&waiting(entry, project)));
    }
    for freeze in &verdict.freezes {
        let _ = writeln!(text, "freeze {}: {}", freeze.name, lasts(freeze));
        for subject in &freeze.subjects {
            let _ = writeln!(text, "  {}", plain(&described(subject)));
        }
    }
    for entry in &verdict.overdue {
        let _ = writeln!(text, "not reviewed {}", plain(&waiting(entry, project)));
    }
    if verdict.faults > 0 {
        let _ = writeln!(text, "{}", faults(verdict.faults, project));
    }
    for finding in &verdict.root {
        let _ = writeln!(text, "{}", plain(&finding.to_string()));
    }
    text.push_str(match verdict.is_met() {
        true => "the change may go in\n",
        false => "the change may not go in yet\n",
    });
}

/// Why nothing holds a change, where nothing does.
pub(super) fn unheld(verdict: &Verdict) -> &'static str {
    match (verdict.is_first, verdict.has_policy) {
        (true, _) => {
            "NOTHING HELD THIS CHANGE: --first says that there was no project before it; from the next one on leave it out\n"
        }
        (false, false) => {
            "there was no policy before the change, so that nothing is asked of it: `policy` in `tidegate.yaml`\n"
        }
        (false, true) if verdict.rules.is_empty() && !verdict.subjects.is_empty() => {
            "no rule of the policy is about it\n"
        }
        (false, true) => "",
    }
}

/// A part of a change in a line.
pub(crate) fn described(subject: &Subject) -> String {
    let kinds = changes::kinds(&subject.kinds);
    match (&subject.flag, &subject.environment, &subject.file) {
        (Some(flag), Some(environment), _) => {
            let step = match subject.step {
                0 => String::new(),
                step => format!(", up by {}", percent(step)),
            };
            format!("{flag} in {environment}: {kinds}{step}")
        }
        (_, _, file) => format!(
            "{} in all environments: {kinds}",
            file.as_deref().unwrap_or("the project")
        ),
    }
}

/// How long a freeze holds.
pub(crate) fn lasts(freeze: &Frozen) -> String {
    freeze.until_ms.map_or_else(
        || "for ever".to_owned(),
        |until_ms| format!("until {}", clock::written(until_ms)),
    )
}

/// What became of a rule, in a word or two.
pub(super) fn outcome(rule: &Held) -> &'static str {
    match (rule.missing.is_empty(), rule.is_emergency) {
        (true, true) => "an emergency, to be reviewed afterwards",
        (true, false) => "met",
        (false, _) => "not met",
    }
}

/// What is to be looked at, and the command that says that somebody did.
pub(crate) fn waiting(entry: &Unreviewed, project: &Path) -> String {
    let flag = entry
        .flag
        .as_ref()
        .map_or_else(String::new, |flag| format!(" of {flag}"));
    let place = entry
        .environment
        .as_ref()
        .map_or_else(String::new, |place| format!(" in {place}"));
    let how = match review(entry, project) {
        Some(command) => format!("`{command}`"),
        None => "and `people` has nobody else who could".to_owned(),
    };
    let what = match entry.action.as_str() {
        "publish" => "publication",
        action => action,
    };
    format!(
        "by {}: the {what}{flag}{place} by {}, {how}",
        clock::written(entry.until_ms),
        entry.by
    )
}

/// The command by which an entry is reviewed; nothing where nobody else is there.
pub(super) fn review(entry: &Unreviewed, project: &Path) -> Option<String> {
    let number = entry.sequence.to_string();
    let words = ["audit", "review", &number, "--reason", "looked at it"];
    Some(match &entry.reviewers {
        Some(reviewers) => {
            let by = ["--by", reviewers.first()?];
            command::tidegate(&[&words[..], &by].concat(), project)
        }
        // Of people whom nobody names, whoever looks.
        None => format!("{} --by \"$USER\"", command::tidegate(&words, project)),
    })
}

pub(crate) fn faults(count: usize, project: &Path) -> String {
    let verify = command::tidegate(&["audit", "verify"], project);
    format!(
        "{} of the audit log cannot be believed, so that nobody can tell what was closed: `{verify}`",
        number(count, "line")
    )
}
