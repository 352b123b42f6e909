use super::Check;
use super::finding::{Code, Finding};
use crate::failure::Outcome;
use crate::govern::gate::{Question, described, faults, held, lasts, waiting};
use crate::report::Reporter;

/// What `tidegate gate` finds missing.
pub(super) fn gate(question: &Question, reporter: &Reporter) -> Outcome<Check> {
    let verdict = held(question, reporter)?;
    let finding = |message: String, help: &str| Finding::new(Code::Gate, None, message, help);
    let mut findings = Vec::new();
    if let Some(behind) = verdict.must_merge() {
        findings.push(finding(behind.to_string(), &behind.help()));
    }
    for rule in &verdict.rules {
        for missing in &rule.missing {
            let message = format!("the rule `{}`: {missing}", rule.rule);
            findings.push(finding(
                message,
                "`tidegate gate` shows what the change does and who agrees",
            ));
        }
    }
    for freeze in &verdict.freezes {
        for subject in &freeze.subjects {
            let message = format!(
                "the freeze `{}` does not allow it: {}",
                freeze.name,
                described(subject)
            );
            findings.push(finding(message, &format!("it lasts {}", lasts(freeze))));
        }
    }
    for entry in &verdict.overdue {
        let message = format!("not reviewed {}", waiting(entry, &question.project));
        findings.push(finding(message, "look at it, and say so"));
    }
    if verdict.faults > 0 {
        findings.push(finding(
            faults(verdict.faults, &question.project),
            "`tidegate audit verify` names each",
        ));
    }
    for root in &verdict.root {
        findings.push(finding(root.to_string(), "`tidegate gate --root` shows it"));
    }
    // A project without a policy asks for nothing, but a log that cannot be believed is one all the same.
    match verdict.has_policy || !findings.is_empty() {
        true => Ok(Check::asked("gate", findings)),
        false if verdict.is_first => Ok(Check::unasked(
            "gate",
            "--first says that there was no project before: nothing held the change",
        )),
        false => Ok(Check::unasked("gate", "the project has no `policy`")),
    }
}
