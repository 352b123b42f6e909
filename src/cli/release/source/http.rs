//! One answer over HTTP: bounded in time by whoever asks, in bytes here, and never from another host than was asked.

use super::asking::{Arm, Asking, value, variable};
use super::document::MOST_BYTES;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, StatusCode, Url};
use std::error::Error;
use tidegate::model::Server;

const MOST_REDIRECTS: usize = 5;

/// What a server answered.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) status: StatusCode,
    content_type: String,
    pub(super) body: Vec<u8>,
}

impl Answered {
    /// The body of a good answer that says it is JSON, or does not say what it is.
    pub(super) fn json(self) -> Result<Vec<u8>, String> {
        if self.status != StatusCode::OK {
            return Err(format!("it answered {}", self.status));
        }
        let kind = self.content_type.split(';').next().unwrap_or_default().trim();
        if kind.eq_ignore_ascii_case("text/html") {
            return Err("it answered with a page, not with JSON".to_owned());
        }
        Ok(self.body)
    }
}

/// The URL that is asked for an arm.
pub(super) fn url(server: &Server, asking: &Asking<'_>, arm: Arm) -> Result<String, String> {
    asking.filled(&value(&server.url.value)?, arm)
}

/// Asks a server. Nothing that is told of it names the URL or a header: secrets may stand in both.
pub(super) async fn get(url: &str, server: &Server) -> Result<Answered, String> {
    let url = Url::parse(url)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or("its address is not a URL of http or https")?;
    // The one TLS library that is built in; a second time it is there already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .redirect(Policy::custom(redirected))
        .user_agent(concat!("tidegate/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| told(&error))?;
    let request = client.get(url).headers(headers(server)?);
    let mut response = request.send().await.map_err(|error| told(&error))?;
    let content_type = response.headers().get(CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let mut answered = Answered {
        status: response.status(),
        content_type: content_type.unwrap_or_default().to_owned(),
        body: Vec::new(),
    };
    while let Some(bytes) = response.chunk().await.map_err(|error| told(&error))? {
        if answered.body.len().saturating_add(bytes.len()) > MOST_BYTES {
            return Err(format!("it answered with more than {MOST_BYTES} bytes"));
        }
        answered.body.extend_from_slice(&bytes);
    }
    Ok(answered)
}

fn headers(server: &Server) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let secret = |text: &str| {
        let mut value =
            HeaderValue::from_str(text).map_err(|_| "a header cannot hold its value".to_owned())?;
        value.set_sensitive(true);
        Ok::<_, String>(value)
    };
    for (name, setting) in &server.headers {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| format!("`{name}` cannot be the name of a header"))?;
        headers.insert(name, secret(&value(setting)?)?);
    }
    if let Some(name) = &server.bearer {
        let token = format!("Bearer {}", variable(name)?);
        headers.insert(AUTHORIZATION, secret(&token)?);
    }
    Ok(headers)
}

/// Follows within one host only: a token must not follow to another, nor a number come from there.
fn redirected(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let origin = |url: &Url| {
        let host = url.host_str().map(str::to_owned);
        (url.scheme().to_owned(), host, url.port_or_known_default())
    };
    let from = attempt.previous().first().map(origin);
    if from != Some(origin(attempt.url())) {
        attempt.error("it redirects to another host")
    } else if attempt.previous().len() > MOST_REDIRECTS {
        attempt.error("it redirects without end")
    } else {
        attempt.follow()
    }
}

/// The last cause of an error: the others name the URL.
fn told(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    let what = if error.is_connect() {
        "cannot connect: "
    } else if error.is_body() || error.is_decode() {
        "the answer broke off: "
    } else {
        ""
    };
    format!("{what}{cause}")
}
