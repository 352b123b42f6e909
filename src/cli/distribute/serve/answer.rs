use super::compression::Coding;
use super::shelf::Item;
use crate::layout;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// The media type of signed frames.
const FRAME: HeaderValue = HeaderValue::from_static(layout::CONTENT_TYPE);

/// An item, or 304 where the request has it.
pub(super) fn item(item: &Item, request: &HeaderMap, audience: &str) -> Response {
    let coding = Coding::chosen(request, |coding| item.coded(coding).is_some());
    let known = known_coding(request, item);
    let mut response = Response::default();
    let headers = response.headers_mut();
    headers.insert(header::ETAG, item.etag(known.unwrap_or(coding)));
    headers.insert(header::CACHE_CONTROL, item.cache_control.clone());
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    share(headers, audience);
    if known.is_some() {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    headers.insert(header::CONTENT_TYPE, FRAME);
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    if coding != Coding::Identity {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    }
    if let Some(bytes) = item.coded(coding) {
        *response.body_mut() = Body::from(bytes.clone());
    }
    response
}

/// Lets pages of any origin read what is made for clients, and nothing else: a page is not a server.
pub(super) fn share(headers: &mut HeaderMap, audience: &str) {
    if audience == "client" {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("etag, retry-after"),
        );
    }
}

/// Browsers ask before they send `If-None-Match` to another origin.
pub(super) fn preflight(audience: &str) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
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
    share(headers, audience);
    response
}

pub(super) fn document(body: &Value) -> Response {
    text("application/json", format!("{body:#}\n"))
}

pub(super) fn text(media_type: &'static str, body: impl Into<Body>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, body.into()).into_response()
}

pub(super) fn refusal(status: StatusCode, message: &str) -> Response {
    let mut response = text("application/json", format!("{}\n", json!({ "error": message })));
    *response.status_mut() = status;
    response
}

/// The coding in which `If-None-Match` says that the request has the item.
///
/// In whichever: other codings of one item differ in their tags, but what they hold is the same. Tags are compared
/// weakly, as RFC 9110 has it: a cache in between may have weakened them.
fn known_coding(request: &HeaderMap, item: &Item) -> Option<Coding> {
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .find_map(|tag| {
            let tag = tag.trim();
            if tag == "*" {
                return Some(Coding::Identity);
            }
            let tag = tag.strip_prefix("W/").unwrap_or(tag);
            let suffix = tag
                .strip_prefix('"')?
                .strip_prefix(item.tag.as_str())?
                .strip_suffix('"')?;
            Coding::ALL.into_iter().find(|coding| coding.suffix() == suffix)
        })
}
