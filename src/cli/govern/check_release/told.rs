use super::finding::Finding;
use super::{Check, Report};
use crate::output::escape::{code, plain, prose as escaped};
use crate::output::room::{GATE_BYTES, write_list};
use crate::output::words::capital;
use crate::report::number;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// For people: what does not hold, and what to do about it.
pub(super) fn text(report: &Report) -> String {
    let mut text = String::new();
    for check in &report.checks {
        let _ = writeln!(text, "{:8}{}", check.name, outcome(check));
        for finding in &check.findings {
            let said = format!("{}{}", place(finding), finding.message);
            let _ = writeln!(text, "  {}  {}", finding.code.code(), plain(&said));
            let _ = writeln!(text, "    {}", plain(&finding.help));
        }
    }
    let _ = writeln!(
        text,
        "{}, {} {} from `{}`",
        verdict(report),
        number(report.changed, "file"),
        if report.changed == 1 { "differs" } else { "differ" },
        plain(&report.against)
    );
    text
}

/// For machines.
pub(super) fn json(report: &Report) -> Value {
    let finding = |finding: &Finding| {
        json!({
            "code": finding.code.code(),
            "file": finding.file,
            "line": finding.line,
            "column": finding.column,
            "message": finding.message,
            "help": finding.help,
        })
    };
    let checks: Vec<Value> = report
        .checks
        .iter()
        .map(|check| {
            json!({
                "check": check.name,
                "status": status(check),
                "reason": check.unasked,
                "findings": check.findings.iter().map(finding).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "format": "tidegate-check-release",
        "releasable": report.is_releasable(),
        "against": report.against,
        "changed": report.changed,
        "checks": checks,
    })
}

/// For a comment at the forge.
pub(super) fn markdown(report: &Report) -> String {
    let mark = if report.is_releasable() { "✅" } else { "⛔" };
    let mut text = format!(
        "### {mark} {}\n\n| check | |\n| --- | --- |\n",
        capital(verdict(report))
    );
    for check in &report.checks {
        let mark = match status(check) {
            "met" => "✅",
            "failed" => "⛔",
            _ => "–",
        };
        let _ = writeln!(text, "| {} | {mark} {} |", check.name, escaped(&outcome(check)));
    }
    let failed = report.checks.iter().filter(|check| !check.findings.is_empty());
    // A quarter is for what stands between the lists.
    let lists = failed.clone().count().max(1).saturating_mul(4);
    let room = GATE_BYTES.saturating_mul(3) / lists;
    for check in failed {
        let _ = writeln!(text, "\n**{}**\n", check.name);
        let findings = check.findings.iter().map(|finding| {
            let (place, message) = (escaped(&place(finding)), escaped(&finding.message));
            let (code, help) = (code(finding.code.code()), escaped(&finding.help));
            format!("- {code} {place}{message}<br>{help}")
        });
        write_list(room, findings, &mut text);
    }
    text
}

fn verdict(report: &Report) -> &'static str {
    match report.is_releasable() {
        true => "releasable",
        false => "not releasable",
    }
}

fn status(check: &Check) -> &'static str {
    match (check.unasked, check.findings.is_empty()) {
        (Some(_), _) => "not-asked",
        (None, true) => "met",
        (None, false) => "failed",
    }
}

fn outcome(check: &Check) -> String {
    match (check.unasked, check.findings.len()) {
        (Some(why), _) => format!("not asked: {why}"),
        (None, 0) => "met".to_owned(),
        (None, count) => number(count, "finding"),
    }
}

fn place(finding: &Finding) -> String {
    match (&finding.file, finding.line) {
        (Some(file), Some(line)) => format!("{file}:{line}: "),
        (Some(file), None) => format!("{file}: "),
        _ => String::new(),
    }
}
