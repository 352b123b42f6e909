use super::names::Names;
use super::walk::visit_all;
use crate::model::{Condition, Diagnostic, Operator, Test};

/// The engine version, `(major, minor)`, that first knew each condition and operator.
const SINCE: &[(&str, (u64, u64))] = &[
    ("all", (0, 1)),
    ("any", (0, 1)),
    ("not", (0, 1)),
    ("segment", (0, 1)),
    ("percentage", (0, 1)),
    ("window", (0, 1)),
    ("in", (0, 1)),
    ("notIn", (0, 1)),
    ("startsWith", (0, 1)),
    ("endsWith", (0, 1)),
    ("contains", (0, 1)),
    ("matches", (0, 1)),
    ("<", (0, 1)),
    ("<=", (0, 1)),
    (">", (0, 1)),
    (">=", (0, 1)),
    ("=", (0, 1)),
    ("before", (0, 1)),
    ("after", (0, 1)),
    ("semver", (0, 1)),
    ("cidr", (0, 1)),
    ("exists", (0, 1)),
    ("type", (0, 1)),
    ("anyOf", (0, 1)),
    ("allOf", (0, 1)),
    ("noneOf", (0, 1)),
    ("size", (0, 1)),
];

/// Operators that the oldest engine in use cannot read.
pub(super) fn check(names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    let Some(engine) = names.project.engine.as_ref().map(|engine| engine.value) else {
        return;
    };
    visit_all(names.project, &mut |part| {
        let name = name(&part.value);
        let since = SINCE
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, since)| *since);
        if let Some(since) = since.filter(|since| *since > engine) {
            let message = format!(
                "`{name}` needs the engine {}.{}, the project allows {}.{}",
                since.0, since.1, engine.0, engine.1
            );
            let help = "raise `engine` in `tidegate.yaml` once no older engine is in use";
            found.push(Diagnostic::error("operator-too-new", &part.place, message).with_help(help));
        }
    });
}

/// What a condition is called in a file; `=` and `!=` are `in` and `notIn` of one literal.
fn name(condition: &Condition) -> &'static str {
    match condition {
        Condition::All(_) => "all",
        Condition::Any(_) => "any",
        Condition::Not(_) => "not",
        Condition::Segment(_) => "segment",
        Condition::Percentage { .. } => "percentage",
        Condition::Window { .. } => "window",
        Condition::Attribute { test, .. } => match &test.value {
            Test::In { negated: false, .. } => "in",
            Test::In { negated: true, .. } => "notIn",
            Test::Matches { .. } => "matches",
            Test::Semver(_) => "semver",
            Test::Cidr(_) => "cidr",
            Test::Exists => "exists",
            Test::Type(_) => "type",
            Test::Size(..) => "size",
            Test::Text { operator, .. }
            | Test::Compare(operator, _)
            | Test::Moment(operator, _)
            | Test::List(operator, _) => operator_name(*operator),
        },
    }
}

fn operator_name(operator: Operator) -> &'static str {
    match operator {
        Operator::StartsWith => "startsWith",
        Operator::EndsWith => "endsWith",
        Operator::Contains => "contains",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        Operator::Equal => "=",
        Operator::Before => "before",
        Operator::After => "after",
        Operator::AnyOf => "anyOf",
        Operator::AllOf => "allOf",
        Operator::NoneOf => "noneOf",
    }
}
