use super::scope::Plan;
use std::fmt::Write;
use tidegate::compile;

pub(super) fn text(plan: &Plan) -> String {
    let mut text = format!("against {}\n", plan.against);
    for scope in &plan.scopes {
        let audience = compile::Audience::from(scope.audience);
        let _ = writeln!(
            text,
            "{}/{audience}: {} flags change",
            scope.environment,
            scope.changes.len()
        );
        for change in &scope.changes {
            let kinds: Vec<&str> = change.kinds.iter().map(|kind| kind.word()).collect();
            let _ = writeln!(text, "  {}: {}", change.flag, kinds.join(", "));
            for difference in &change.differences {
                let side = |value: &Option<serde_json::Value>| {
                    value.as_ref().map_or("-".to_owned(), |value| value.to_string())
                };
                let _ = writeln!(
                    text,
                    "    {}: {} -> {}",
                    difference.path,
                    side(&difference.before),
                    side(&difference.after)
                );
            }
        }
    }
    text
}
