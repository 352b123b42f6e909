//! Prometheus' HTTP API: instant queries at the time that the plan is looked at.

use super::asking::{Arm, Asking, value};
use super::http;
use super::told::Told;
use futures_util::future::{OptionFuture, join, try_join_all};
use reqwest::Url;
use serde_json::Value;
use tidegate::model::{Quantity, Server, Spanned};

/// Asks each query of an arm.
pub(super) async fn ask(
    server: &Server,
    queries: &[(Quantity, Spanned<String>)],
    until: Option<&Spanned<String>>,
    asking: &Asking<'_>,
    arm: Arm,
) -> Result<Told, String> {
    let numbers = queries.iter().map(async |(quantity, query)| {
        let number = evaluate(server, &query.value, asking, arm).await?;
        Ok::<_, String>((*quantity, number))
    });
    let until = until.map(|query| evaluate(server, &query.value, asking, arm));
    let (numbers, until) = join(try_join_all(numbers), OptionFuture::from(until)).await;
    let until_ms = match until.transpose()? {
        None => None,
        // The cast saturates; what is no number is no moment.
        Some(Some(seconds)) if seconds.is_finite() => Some((seconds * 1_000.0) as i64),
        Some(_) => return Err("`until` has no value".to_owned()),
    };
    Ok(Told {
        numbers: numbers?,
        until_ms,
        unit: None,
    })
}

async fn evaluate(
    server: &Server,
    query: &str,
    asking: &Asking<'_>,
    arm: Arm,
) -> Result<Option<f64>, String> {
    let base = asking.filled(&value(&server.url.value)?, arm)?;
    let mut url = Url::parse(&format!("{}/api/v1/query", base.trim_end_matches('/')))
        .map_err(|_| "its address is not a URL of http or https")?;
    let milliseconds = asking.now_ms.rem_euclid(1_000);
    let time = format!("{}.{milliseconds:03}", asking.now_ms.div_euclid(1_000));
    url.query_pairs_mut()
        .append_pair("query", &asking.filled(query, arm)?)
        .append_pair("time", &time);
    let answered = http::get(url.as_str(), server).await?;
    let status = answered.status;
    match serde_json::from_slice::<Value>(&answered.body) {
        Ok(json) if json.get("status").is_some() => number(&json),
        // What stands in between answers with pages of its own.
        _ if !status.is_success() => Err(format!("it answered {status}")),
        _ => Err("it did not answer as Prometheus does".to_owned()),
    }
}

/// The one number that a query comes to; nothing where there is no series.
fn number(json: &Value) -> Result<Option<f64>, String> {
    let text = |pointer: &str| json.pointer(pointer).and_then(Value::as_str);
    if text("/status") != Some("success") {
        let kind = text("/errorType").unwrap_or("error");
        let error = text("/error").unwrap_or("it did not say why");
        return Err(format!("{kind}: {error}"));
    }
    // What could be read only in part is no answer.
    if let Some(warning) = text("/warnings/0") {
        return Err(format!("it answered with a warning: {warning}"));
    }
    let sample = match text("/data/resultType") {
        Some("scalar") => json.pointer("/data/result"),
        Some("vector") => match json.pointer("/data/result").and_then(Value::as_array) {
            Some(series) if series.is_empty() => return Ok(None),
            Some(series) if series.len() > 1 => {
                let count = series.len();
                return Err(format!("{count} series, where `sum(…)` would be one"));
            }
            _ => json.pointer("/data/result/0/value"),
        },
        Some(other) => return Err(format!("a {other}, where one number is expected")),
        None => None,
    };
    let number = sample
        .and_then(|sample| sample.pointer("/1"))
        .and_then(Value::as_str)
        .and_then(|number| number.parse().ok());
    match number {
        Some(number) => Ok(Some(number)),
        None => Err("it answered without a number".to_owned()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_as_the_api_documents_them() {
        let data = |data: &str| format!("{{\"status\":\"success\",\"data\":{data}}}");
        let vector = |result: &str| data(&format!("{{\"resultType\":\"vector\",\"result\":[{result}]}}"));
        let one = "{\"metric\":{},\"value\":[1795.5,\"12.5\"]}";
        for (json, expected) in [
            (vector(one), Ok(Some(12.5))),
            (vector(""), Ok(None)),
            (vector(&one.replace("12.5", "+Inf")), Ok(Some(f64::INFINITY))),
            (
                data("{\"resultType\":\"scalar\",\"result\":[1,\"3\"]}"),
                Ok(Some(3.0)),
            ),
            (
                vector(&format!("{one},{one}")),
                Err("2 series, where `sum(…)` would be one"),
            ),
            (
                data("{\"resultType\":\"matrix\",\"result\":[]}"),
                Err("a matrix, where one number is expected"),
            ),
            (
                data("{\"resultType\":\"string\",\"result\":[1,\"3\"]}"),
                Err("a string, where one number is expected"),
            ),
            (
                vector("{\"metric\":{},\"histogram\":[1,{}]}"),
                Err("it answered without a number"),
            ),
            (
                vector(&one.replace("\"12.5\"", "12.5")),
                Err("it answered without a number"),
            ),
            (data("[]"), Err("it answered without a number")),
            (
                "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error\"}".to_owned(),
                Err("bad_data: parse error"),
            ),
            ("{\"status\":5}".to_owned(), Err("error: it did not say why")),
            (
                vector(one).replacen('{', "{\"warnings\":[\"partial response\"],", 1),
                Err("it answered with a warning: partial response"),
            ),
            (
                vector(one).replacen('{', "{\"infos\":[\"not a counter\"],", 1),
                Ok(Some(12.5)),
            ),
        ] {
            let found = number(&serde_json::from_str(&json).unwrap());
            assert_eq!(found, expected.map_err(str::to_owned), "{json}");
        }
        let nan = number(&serde_json::from_str(&vector(&one.replace("12.5", "NaN"))).unwrap());
        assert!(nan.unwrap().is_some_and(f64::is_nan));
    }
}
