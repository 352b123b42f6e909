use super::names::Names;
use super::walk::visit_all;
use crate::model::{Condition, Diagnostic, Scalar, Test};

/// Literals other than strings where letters are compared without regard to case.
pub(super) fn check(names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    visit_all(names.project, &mut |part| {
        let Condition::Attribute { test, .. } = &part.value else {
            return;
        };
        let Test::In {
            literals,
            ignore_case: true,
            ..
        } = &test.value
        else {
            return;
        };
        for literal in literals {
            let other = match &literal.value {
                Scalar::Text(_) => continue,
                Scalar::Number(number) => format!("the number `{number}`"),
                Scalar::Boolean(boolean) => format!("the boolean `{boolean}`"),
            };
            let message = format!("`ignoreCase` compares strings, found {other}");
            let help = "put it in quotes to make it a string";
            found.push(Diagnostic::error("wrong-type", &literal.place, message).with_help(help));
        }
    });
}
