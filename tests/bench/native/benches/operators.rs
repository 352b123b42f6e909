//! What each operator costs, for a context that is packed already.

use cases::{NOW_MS, Operator, operators};
use serde_json::json;
use std::hint::black_box;
use tidegate::{Binding, Client, Context, Value};
use tidegate_native_bench::{Report, Result, Table, Timing, figure, snapshots};

const CASE: &str = "operators";

fn main() -> Result<()> {
    let client = snapshots::loaded("operators")?;
    let visitor = client.bind(&visitor()).ok_or("no snapshot")?;
    let operators = operators();
    check(&client, &visitor, &operators)?;
    let mut timing = Timing::new(CASE)?;
    for round in timing.rounds() {
        for (number, operator) in operators.iter().enumerate() {
            let flag = key(number);
            timing.time(CASE, operator.name, round, || {
                visitor.evaluate(black_box(&flag), NOW_MS)
            });
        }
    }
    report(&timing, &operators)
}

/// Every condition holds for this visitor, and every list has them.
fn visitor() -> Context {
    Context::new("visitor-1")
        .with("country", "US")
        .with("age", 41)
        .with("staff", true)
        .with("email", "someone.with-a-name@example.com")
        .with(
            "agent",
            format!(
                "{} Chrome/131.0.0.0 Safari/537.36",
                "Mozilla/5.0 (X11; Linux) ".repeat(7)
            ),
        )
        .with("signedUp", "2026-03-04T05:06:07Z")
        .with("lastSeen", Value::Date(NOW_MS as f64))
        .with("appVersion", "2.5.1")
        .with("ip", "203.0.113.7")
        .with("ip6", "2001:db8:40::7")
        .with("roles", vec!["author", "editor", "reader"])
        .with("account", Value::Object([("tier".into(), "gold".into())].into()))
}

fn key(number: usize) -> String {
    format!("operator-{number}")
}

fn check(client: &Client, visitor: &Binding<'_>, operators: &[Operator]) -> Result<()> {
    let nobody = client.bind(&Context::default()).ok_or("no snapshot")?;
    for (number, operator) in operators.iter().enumerate() {
        let ends = |binding: &Binding<'_>| {
            let answer = binding.evaluate(&key(number), NOW_MS);
            answer.map_or("nowhere", |answer| answer.exit().name())
        };
        if ends(visitor) != operator.exit {
            return Err(format!("{} ends at {}", operator.name, ends(visitor)).into());
        }
        // Of what asks for an attribute, only `not` holds without one.
        let holds = ends(&nobody) == "rule";
        if holds && !matches!(operator.name, "not" | "window") {
            return Err(format!("{} holds for nobody", operator.name).into());
        }
    }
    Ok(())
}

fn report(timing: &Timing, operators: &[Operator]) -> Result<()> {
    let empty = operators.first().ok_or("no operators")?;
    let empty = timing.nanoseconds(CASE, empty.name)?;
    let mut table = Table::new(["", "ns", "over a flag without rules"]);
    let mut section = json!({});
    for operator in operators {
        let nanoseconds = timing.nanoseconds(CASE, operator.name)?;
        let over = nanoseconds.zip(empty).map(|(whole, empty)| whole - empty);
        table.row([operator.name.into(), figure(nanoseconds), figure(over)]);
        section[operator.name] = json!({ "ns": nanoseconds, "over": over });
    }
    let mut said = Report::default();
    said.table("Operators, with a bound context", &table);
    said.write(CASE, section)
}
