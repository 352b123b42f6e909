use super::published::Published;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::RwLock;

/// What the routes know.
#[derive(Debug, Clone)]
struct Serving {
    published: Arc<RwLock<Published>>,
    trust: Arc<str>,
}

/// The media type of a signed frame.
const FRAME: &str = "application/vnd.tidegate.frame";

/// `/` and `/ENVIRONMENT/AUDIENCE/latest`.
pub(super) fn router(published: Arc<RwLock<Published>>, trust: String) -> Router {
    let serving = Serving {
        published,
        trust: trust.into(),
    };
    Router::new()
        .route("/", get(index))
        .route("/{environment}/{audience}/latest", get(latest).options(preflight))
        .fallback(async || refusal(StatusCode::NOT_FOUND, "see / for what is served"))
        .with_state(serving)
}

async fn index(State(serving): State<Serving>) -> Response {
    let published = serving.published.read().await;
    let scopes: Vec<Value> = published
        .all()
        .iter()
        .map(|latest| {
            json!({
                "scope": latest.scope,
                "url": latest.path(),
                "version": latest.version,
                "flags": latest.flags,
                "bytes": latest.frame.len(),
                "etag": latest.etag,
            })
        })
        .collect();
    let body = json!({
        "trust": &*serving.trust,
        "scopes": scopes,
        "diagnostics": published.problems(),
    });
    answer(StatusCode::OK, "application/json", format!("{body:#}\n").into())
}

async fn latest(
    State(serving): State<Serving>,
    Path((environment, audience)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let latest = serving
        .published
        .read()
        .await
        .find(&environment, &audience)
        .cloned();
    let Some(latest) = latest else {
        return refusal(StatusCode::NOT_FOUND, "no such environment and audience, see /");
    };
    let mut response = if is_known(&headers, &latest.etag) {
        answer(StatusCode::NOT_MODIFIED, FRAME, Body::empty())
    } else {
        answer(StatusCode::OK, FRAME, latest.frame.into())
    };
    if let Ok(etag) = HeaderValue::from_str(&latest.etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    share(&mut response, &audience);
    response
}

/// Lets pages of any origin read what is made for clients, and nothing else: a page open on this machine is not a server.
fn share(response: &mut Response, audience: &str) {
    if audience != "client" {
        return;
    }
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "etag"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
}

/// Does `If-None-Match` name the tag? RFC 9110 compares weakly here: a cache in between may have weakened it.
fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim())
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

/// Browsers ask before they send `If-None-Match` to another origin.
async fn preflight(Path((_, audience)): Path<(String, String)>) -> Response {
    let mut response = answer(StatusCode::NO_CONTENT, FRAME, Body::empty());
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "if-none-match, cache-control",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    share(&mut response, &audience);
    response
}

fn refusal(status: StatusCode, message: &str) -> Response {
    let body = json!({ "error": message });
    answer(status, "application/json", format!("{body}\n").into())
}

fn answer(status: StatusCode, media_type: &'static str, body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, body).into_response()
}
