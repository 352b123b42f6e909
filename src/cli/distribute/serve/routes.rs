use super::answer::{self, refusal};
use super::events::Events;
use super::metrics::{self, Metrics};
use super::shelf::Shelf;
use crate::layout;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::watch;

/// What the routes know.
#[derive(Debug, Clone)]
pub(super) struct Serving {
    pub(super) shelves: watch::Receiver<Arc<Shelf>>,
    pub(super) events: Arc<Events>,
    pub(super) metrics: Arc<Metrics>,
    /// The trust string for clients, where it is known.
    pub(super) trust: Option<Arc<str>>,
}

/// A path of the form `/ENVIRONMENT/AUDIENCE/FILE`.
struct Wanted<'a> {
    /// `ENVIRONMENT/AUDIENCE`.
    place: &'a str,
    audience: &'a str,
    file: &'a str,
}

/// `/`, the files and events of each place, health and metrics.
pub(super) fn router(serving: Serving) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/healthz", get(async || answer::text("text/plain", "ok\n")))
        .route("/readyz", get(ready))
        .route("/metrics", get(measured))
        .route("/{environment}/{audience}/{*file}", get(file).options(preflight))
        .fallback(async || refusal(StatusCode::NOT_FOUND, "see / for what is served"))
        .layer(middleware::from_fn_with_state(serving.clone(), guard))
        .with_state(serving)
}

/// Counts what is answered, and refuses bodies: nothing here takes one.
async fn guard(State(serving): State<Serving>, request: Request, next: Next) -> Response {
    let route = route(request.uri().path());
    let sent = request.method() != Method::HEAD;
    let headers = request.headers();
    let has_body = headers.contains_key(header::TRANSFER_ENCODING)
        || headers
            .get(header::CONTENT_LENGTH)
            .is_some_and(|length| length != "0");
    let response = if has_body {
        let mut response = refusal(StatusCode::PAYLOAD_TOO_LARGE, "no request here has a body");
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
        response
    } else {
        next.run(request).await
    };
    serving.metrics.answered(route, &response, sent);
    response
}

async fn file(State(serving): State<Serving>, uri: Uri, headers: HeaderMap) -> Response {
    let Some(wanted) = Wanted::of(uri.path()) else {
        return refusal(StatusCode::NOT_FOUND, "see / for what is served");
    };
    let place = serving.shelves.borrow().place(wanted.place).cloned();
    let Some(place) = place else {
        return refusal(StatusCode::NOT_FOUND, "no such environment and audience, see /");
    };
    if let Some(item) = place.items.get(wanted.file) {
        return answer::item(item, &headers, wanted.audience);
    }
    if wanted.file == "events" {
        return serving
            .events
            .stream(serving.shelves.clone(), wanted.place, wanted.audience);
    }
    // Readable for pages: a client that asks for the next root learns that there is none.
    let mut response = refusal(StatusCode::NOT_FOUND, "no such file");
    answer::share(response.headers_mut(), wanted.audience);
    response
}

async fn preflight(uri: Uri) -> Response {
    answer::preflight(Wanted::of(uri.path()).map_or("", |wanted| wanted.audience))
}

async fn index(State(serving): State<Serving>) -> Response {
    let shelf = serving.shelves.borrow().clone();
    let scopes: Vec<Value> = shelf
        .places
        .iter()
        .map(|(name, place)| {
            let latest = place.items.get(layout::LATEST);
            json!({
                "scope": place.scope,
                "url": format!("/{name}/{}", layout::LATEST),
                "version": place.version,
                "flags": place.flags,
                "bytes": latest.map(|latest| latest.bytes.len()),
                "etag": latest.map(|latest| format!("\"{}\"", latest.tag)),
            })
        })
        .collect();
    answer::document(&json!({
        "trust": serving.trust.as_deref(),
        "scopes": scopes,
        "diagnostics": shelf.problems,
    }))
}

/// Ready as soon as there is something to serve; it then stays there.
async fn ready(State(serving): State<Serving>) -> Response {
    if serving.shelves.borrow().places.is_empty() {
        return refusal(StatusCode::SERVICE_UNAVAILABLE, "there is nothing to serve yet");
    }
    answer::text("text/plain", "ready\n")
}

async fn measured(State(serving): State<Serving>) -> Response {
    let shelf = serving.shelves.borrow().clone();
    answer::text(metrics::TEXT, serving.metrics.text(&shelf))
}

/// What a path counts as: a few words, whatever is asked for.
fn route(path: &str) -> &'static str {
    let Some(wanted) = Wanted::of(path) else {
        return match path {
            "/" => "index",
            "/healthz" | "/readyz" => "health",
            "/metrics" => "metrics",
            _ => "other",
        };
    };
    match wanted.file {
        "head" => "head",
        "latest" => "latest",
        "events" => "events",
        file if file.starts_with("snapshot/") => "snapshot",
        file if file.ends_with(".root") => "root",
        _ => "other",
    }
}

impl<'a> Wanted<'a> {
    fn of(path: &'a str) -> Option<Self> {
        let path = path.strip_prefix('/')?;
        let (environment, rest) = path.split_once('/')?;
        let (audience, file) = rest.split_once('/')?;
        let place = path.get(..environment.len() + 1 + audience.len())?;
        Some(Self {
            place,
            audience,
            file,
        })
    }
}
