//! What is measured of the people, served as the shop's policy asks for it: Prometheus' API, and a warehouse that answers
//! with JSON.

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::routing::get;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::runtime::Runtime;

const TOKEN: &str = "a token that is nobody else's business";

/// An order of somebody whose arm is known.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub(super) at_ms: i64,
    pub(super) arm: &'static str,
    pub(super) failed: bool,
    pub(super) euro: f64,
}

type Orders = Arc<Mutex<Vec<Order>>>;

pub(super) struct Servers {
    orders: Orders,
    address: String,
    // Ends with the test.
    _runtime: Runtime,
}

impl Servers {
    pub(super) fn start() -> Self {
        let orders = Orders::default();
        let router = Router::new()
            .route("/prometheus/api/v1/query", get(prometheus))
            .route("/warehouse", get(warehouse))
            .with_state(orders.clone());
        let runtime = Runtime::new().unwrap();
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(async { axum::serve(listener, router).await.unwrap() });
        Self {
            orders,
            address,
            _runtime: runtime,
        }
    }

    /// What the policy names instead of writing it.
    pub(super) fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("PROMETHEUS_URL", format!("{}/prometheus", self.address)),
            ("PROMETHEUS_TOKEN", TOKEN.to_owned()),
            (
                "WAREHOUSE_URL",
                format!(
                    "{}/warehouse?flag=$flag&since=$since&arm=$arm&now=$now",
                    self.address
                ),
            ),
            ("WAREHOUSE_TOKEN", TOKEN.to_owned()),
        ]
    }

    pub(super) fn order(&self, order: Order) {
        self.orders.lock().unwrap().push(order);
    }
}

type Answer = (StatusCode, [(HeaderName, &'static str); 1], String);

fn answered(status: StatusCode, json: &Value) -> Answer {
    (status, [(CONTENT_TYPE, "application/json")], json.to_string())
}

fn parameters(query: Option<String>) -> HashMap<String, String> {
    let url = reqwest::Url::parse(&format!("http://localhost/?{}", query.unwrap_or_default())).unwrap();
    url.query_pairs().into_owned().collect()
}

fn is_known(headers: &HeaderMap) -> bool {
    headers
        .get("authorization")
        .is_some_and(|value| value == &format!("Bearer {TOKEN}"))
}

async fn prometheus(State(orders): State<Orders>, RawQuery(query): RawQuery, headers: HeaderMap) -> Answer {
    if !is_known(&headers) {
        return answered(StatusCode::UNAUTHORIZED, &json!("who are you?"));
    }
    let asked = parameters(query);
    let time: f64 = asked["time"].parse().unwrap();
    let orders = orders.lock().unwrap();
    match answer(&orders, &asked["query"], time) {
        Ok(result) => {
            let result: Vec<Value> = result
                .into_iter()
                .map(|value| json!({ "metric": {}, "value": [time, value.to_string()] }))
                .collect();
            let data = json!({ "resultType": "vector", "result": result });
            answered(StatusCode::OK, &json!({ "status": "success", "data": data }))
        }
        Err(error) => {
            let error = json!({ "status": "error", "errorType": "bad_data", "error": error });
            answered(StatusCode::BAD_REQUEST, &error)
        }
    }
}

/// The value of a query of the two forms that the shop's policy has; nothing where there is no series.
fn answer(orders: &[Order], query: &str, time: f64) -> Result<Option<f64>, String> {
    let now_ms = (time * 1_000.0) as i64;
    if let Some(inner) = query
        .strip_prefix("max(timestamp(")
        .and_then(|rest| rest.strip_suffix("))"))
    {
        let series = Series::parse(inner)?;
        let latest = orders
            .iter()
            .filter(|order| order.at_ms <= now_ms && series.has(order));
        return Ok(latest
            .map(|order| order.at_ms)
            .max()
            .map(|at_ms| at_ms as f64 / 1_000.0));
    }
    let range = query
        .strip_prefix("sum(increase(")
        .and_then(|rest| rest.strip_suffix("s]))"))
        .and_then(|rest| rest.rsplit_once('['));
    let (inner, seconds) = range.ok_or_else(|| format!("cannot parse {query}"))?;
    let series = Series::parse(inner)?;
    let window_ms: i64 = seconds.parse::<i64>().map_err(|error| error.to_string())? * 1_000;
    let counted: Vec<&Order> = orders
        .iter()
        .filter(|order| order.at_ms <= now_ms && series.has(order))
        .collect();
    let within = counted.iter().filter(|order| order.at_ms >= now_ms - window_ms);
    Ok((!counted.is_empty()).then(|| within.count() as f64))
}

/// A selector: what is counted, and of whom.
struct Series<'q> {
    name: &'q str,
    arm: Option<&'q str>,
}

impl<'q> Series<'q> {
    fn parse(text: &'q str) -> Result<Self, String> {
        let (name, labels) = text
            .strip_suffix('}')
            .and_then(|text| text.split_once('{'))
            .ok_or("no selector")?;
        let known = ["orders_total", "orders_failed_total", "flag_exposures_total"];
        if !known.contains(&name) {
            return Err(format!("unknown metric {name}"));
        }
        let mut arm = None;
        for label in labels.split(',') {
            match label
                .split_once('=')
                .map(|(label, value)| (label, value.trim_matches('"')))
            {
                Some(("flag", super::FLAG)) | Some(("environment", "production")) => {}
                Some(("arm", named)) => arm = Some(named),
                _ => return Err(format!("unknown label {label}")),
            }
        }
        Ok(Self { name, arm })
    }

    fn has(&self, order: &Order) -> bool {
        self.arm.is_none_or(|arm| arm == order.arm) && (self.name != "orders_failed_total" || order.failed)
    }
}

/// Sales per order, of one arm since a moment.
async fn warehouse(State(orders): State<Orders>, RawQuery(query): RawQuery, headers: HeaderMap) -> Answer {
    if !is_known(&headers) {
        return answered(StatusCode::UNAUTHORIZED, &json!({}));
    }
    let asked = parameters(query);
    let moment = |name: &str| asked[name].parse::<jiff::Timestamp>().unwrap().as_millisecond();
    let (since_ms, now_ms, arm) = (moment("since"), moment("now"), &asked["arm"]);
    let orders = orders.lock().unwrap();
    let within = orders
        .iter()
        .filter(|order| order.arm == *arm && (since_ms..=now_ms).contains(&order.at_ms));
    let euros: Vec<f64> = within.map(|order| order.euro).collect();
    let sums = json!({
        "total": euros.len(),
        "sum": euros.iter().sum::<f64>(),
        "squares": euros.iter().map(|euro| euro * euro).sum::<f64>(),
    });
    let answer = json!({ arm.as_str(): sums, "asOf": now_ms, "unit": "euro" });
    answered(StatusCode::OK, &answer)
}
