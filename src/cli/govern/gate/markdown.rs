use super::Question;
use super::text::{agreeing, described, faults, lasts, outcome, unheld, waiting};
use crate::govern::behind;
use crate::output::escape::{code, prose as escaped};
use crate::output::room::{GATE_BYTES, write_list};
use crate::output::words::capital;
use std::fmt::Write;
use std::path::Path;
use tidegate::delivery::govern::Verdict;

/// For each of the lists; what is left of the room is for what stands between them.
const MISSING_BYTES: usize = GATE_BYTES / 4;
const RULES_BYTES: usize = GATE_BYTES / 8;
const SUBJECTS_BYTES: usize = GATE_BYTES / 4;
const APPROVALS_BYTES: usize = GATE_BYTES / 8;
const PENDING_BYTES: usize = GATE_BYTES / 16;

/// The verdict as Markdown: what is missing first, since comments are read from the top.
pub(super) fn markdown(verdict: &Verdict, question: &Question) -> String {
    let project = &question.project;
    let mut text = String::from(match verdict.is_met() {
        true => "### ✅ The change may go in\n",
        false => "### ⛔ The change may not go in yet\n",
    });
    if !unheld(verdict).is_empty() {
        let _ = write!(text, "\n{}", capital(unheld(verdict)));
    }
    if let (Some(behind), false) = (&verdict.behind, verdict.has_policy) {
        text.push_str(&behind::markdown(behind));
    }
    let missing: Vec<String> = missing(verdict, project).collect();
    if !missing.is_empty() {
        text.push_str("\nMissing:\n\n");
        let missing = missing.iter().map(|missing| format!("- {missing}"));
        write_list(MISSING_BYTES, missing, &mut text);
    }
    if let Some(command) = agreeing(verdict, question) {
        let _ = writeln!(text, "\nWho agrees reviews it, or runs {}.", code(&command));
    }
    if !verdict.rules.is_empty() {
        text.push_str("\n| rule | outcome |\n| --- | --- |\n");
        let rules = verdict.rules.iter();
        let rules = rules.map(|rule| format!("| {} | {} |", escaped(&rule.rule), outcome(rule)));
        write_list(RULES_BYTES, rules, &mut text);
    }
    if !verdict.subjects.is_empty() {
        text.push_str("\n<details><summary>What it does</summary>\n\n");
        let subjects = verdict.subjects.iter();
        let subjects = subjects.map(|subject| format!("- {}", escaped(&described(subject))));
        write_list(SUBJECTS_BYTES, subjects, &mut text);
        text.push_str("\n</details>\n");
    }
    if !verdict.votes.is_empty() || !verdict.ignored.is_empty() {
        text.push_str("\n| approval | by | counts |\n| --- | --- | --- |\n");
        let votes = verdict.votes.iter();
        let votes = votes.map(|vote| format!("| {} | {} | yes |", escaped(&vote.source), escaped(&vote.by)));
        let ignored = verdict.ignored.iter().map(|ignored| {
            let (source, by) = (escaped(&ignored.source), escaped(&ignored.by));
            format!("| {source} | {by} | no: {} |", escaped(&ignored.why.to_string()))
        });
        write_list(APPROVALS_BYTES, votes.chain(ignored), &mut text);
    }
    let pending = verdict.pending.iter();
    let pending = pending.map(|entry| format!("\nTo be reviewed {}", escaped(&waiting(entry, project))));
    write_list(PENDING_BYTES, pending, &mut text);
    if let Some(change) = &verdict.change {
        let _ = writeln!(text, "\nThe change is `{change}`.");
    }
    text
}

fn missing(verdict: &Verdict, project: &Path) -> impl Iterator<Item = String> {
    let behind = verdict.must_merge().into_iter().map(|behind| {
        format!(
            "**behind**: {}; {}",
            escaped(&behind.to_string()),
            escaped(&behind.help())
        )
    });
    let of_rules = verdict.rules.iter().flat_map(|rule| {
        let missing = rule.missing.iter();
        missing.map(|missing| format!("**{}**: {}", escaped(&rule.rule), escaped(&missing.to_string())))
    });
    let freezes = verdict
        .freezes
        .iter()
        .map(|freeze| format!("**{}**: no such changes {}", escaped(&freeze.name), lasts(freeze)));
    let overdue = verdict
        .overdue
        .iter()
        .map(|entry| format!("a review {}", escaped(&waiting(entry, project))));
    let faults = (verdict.faults > 0).then(|| escaped(&faults(verdict.faults, project)));
    let root = verdict.root.iter().map(|finding| escaped(&finding.to_string()));
    behind
        .chain(of_rules)
        .chain(freezes)
        .chain(overdue)
        .chain(faults)
        .chain(root)
}
