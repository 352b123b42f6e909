use crate::written::context;
use serde_json::{Value, json};
use tidegate::Client;

/// What the answer to a case has otherwise than expected, a line each.
pub(crate) fn differences(client: &Client, case: &Value, now_ms: i64) -> Vec<String> {
    let found = answer(client, case, now_ms);
    let name = case["name"].as_str().unwrap();
    let expected = case["expect"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(field, _)| *field != "hash");
    let mut differences: Vec<String> = expected
        .filter(|(field, expected)| found[field.as_str()] != **expected)
        .map(|(field, expected)| format!("{name}: {field} is {}, not {expected}", found[field.as_str()]))
        .collect();
    if let (Some(hash), Some(bucket)) = (case["expect"]["hash"].as_str(), case["expect"]["bucket"].as_u64())
        && u64::from_str_radix(hash, 16).unwrap() % 100_000 != bucket
    {
        differences.push(format!("{name}: hash {hash} does not make bucket {bucket}"));
    }
    differences
}

/// Everything about an answer, under the names that vectors use.
fn answer(client: &Client, case: &Value, now_ms: i64) -> Value {
    let Some(answer) = client.evaluate(case["flag"].as_str().unwrap(), &context(&case["context"]), now_ms)
    else {
        return json!({ "value": case["default"], "reason": "ERROR", "errorCode": "FLAG_NOT_FOUND" });
    };
    let value = answer.value_json().map_or(case["default"].clone(), |json| {
        serde_json::from_str(json).unwrap()
    });
    json!({
        "variant": answer.variant(),
        "value": value,
        "reason": answer.reason(),
        "errorCode": answer.error_code(),
        "exit": answer.exit().name(),
        "ruleIndex": answer.rule_index(),
        "rule": answer.rule(),
        "arm": answer.arm().name(),
        "stage": answer.stage(),
        "bucket": answer.bucket(),
        "nextChange": answer.next_change_ms(),
    })
}
