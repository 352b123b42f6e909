use super::shelf::Shelf;
use crate::clock;
use axum::body::HttpBody;
use axum::response::Response;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use std::sync::atomic::AtomicU64;

/// The media type of [`Metrics::text`].
pub(super) const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What is counted, for Prometheus.
#[derive(Debug)]
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    response_bytes: Family<Routed, Counter>,
    event_clients: Gauge,
    pub(super) event_clients_refused: Counter,
    refreshes: Family<Refreshed, Counter>,
    refresh_ok: Family<Placed, Gauge>,
    last_refresh: Family<Placed, Gauge<f64, AtomicU64>>,
    head_version: Family<Placed, Gauge>,
    head_age: Family<Placed, Gauge<f64, AtomicU64>>,
    head_expires: Family<Placed, Gauge<f64, AtomicU64>>,
}

/// How a refresh of the shelf ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refresh {
    Changed,
    Unchanged,
    Failed,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Routed {
    route: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refreshed {
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Placed {
    environment: String,
    audience: String,
}

/// A client that listens for events, counted while it is there.
#[derive(Debug)]
pub(super) struct EventClient(Gauge);

impl Metrics {
    pub(super) fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("tidegate"),
            requests: Family::default(),
            response_bytes: Family::default(),
            event_clients: Gauge::default(),
            event_clients_refused: Counter::default(),
            refreshes: Family::default(),
            refresh_ok: Family::default(),
            last_refresh: Family::default(),
            head_version: Family::default(),
            head_age: Family::default(),
            head_expires: Family::default(),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("requests", "Requests answered", self.requests.clone());
        registry.register_with_unit(
            "response_body",
            "Bytes of the bodies answered with, those of events left out",
            Unit::Bytes,
            self.response_bytes.clone(),
        );
        registry.register(
            "event_clients",
            "Clients that listen for events",
            self.event_clients.clone(),
        );
        registry.register(
            "event_clients_refused",
            "Clients refused because too many listen for events",
            self.event_clients_refused.clone(),
        );
        registry.register(
            "refreshes",
            "How often what is served was looked at again, by what came of it",
            self.refreshes.clone(),
        );
        registry.register(
            "refresh_ok",
            "1 where the last refresh succeeded, else 0",
            self.refresh_ok.clone(),
        );
        registry.register(
            "last_refresh_timestamp_seconds",
            "When the last refresh ended",
            self.last_refresh.clone(),
        );
        registry.register(
            "head_version",
            "Version of the head, or of a snapshot without one",
            self.head_version.clone(),
        );
        registry.register(
            "head_age_seconds",
            "Time since the head was issued",
            self.head_age.clone(),
        );
        registry.register(
            "head_expires_timestamp_seconds",
            "When the head expires",
            self.head_expires.clone(),
        );
    }

    /// `sent` is false where the body stays here, as with HEAD.
    pub(super) fn answered(&self, route: &'static str, response: &Response, sent: bool) {
        let status = response.status().as_u16();
        self.requests.get_or_create(&Answered { route, status }).inc();
        if let Some(bytes) = response.body().size_hint().exact().filter(|_| sent) {
            self.response_bytes.get_or_create(&Routed { route }).inc_by(bytes);
        }
    }

    pub(super) fn event_client(&self) -> EventClient {
        self.event_clients.inc();
        EventClient(self.event_clients.clone())
    }

    /// `place` is `ENVIRONMENT/AUDIENCE`.
    pub(super) fn refreshed(&self, place: &str, refresh: Refresh) {
        let result = match refresh {
            Refresh::Changed => "changed",
            Refresh::Unchanged => "unchanged",
            Refresh::Failed => "failed",
        };
        self.refreshes.get_or_create(&Refreshed { result }).inc();
        let placed = Placed::of(place);
        let ok = i64::from(refresh != Refresh::Failed);
        self.refresh_ok.get_or_create(&placed).set(ok);
        self.last_refresh
            .get_or_create(&placed)
            .set(seconds(clock::now_ms()));
    }

    /// The OpenMetrics text, with ages as of now.
    pub(super) fn text(&self, shelf: &Shelf) -> String {
        let now_ms = clock::now_ms();
        for family in [&self.head_age, &self.head_expires] {
            family.clear();
        }
        self.head_version.clear();
        for (name, place) in &shelf.places {
            let placed = Placed::of(name);
            let version = i64::try_from(place.version).unwrap_or(i64::MAX);
            self.head_version.get_or_create(&placed).set(version);
            if let Some(lifetime) = place.lifetime {
                let age_ms = now_ms.saturating_sub(lifetime.issued_at_ms);
                self.head_age.get_or_create(&placed).set(seconds(age_ms));
                self.head_expires
                    .get_or_create(&placed)
                    .set(seconds(lifetime.expires_ms));
            }
        }
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

impl Placed {
    fn of(name: &str) -> Self {
        let (environment, audience) = name.split_once('/').unwrap_or((name, ""));
        Self {
            environment: environment.to_owned(),
            audience: audience.to_owned(),
        }
    }
}

impl Drop for EventClient {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Milliseconds as seconds.
fn seconds(milliseconds: i64) -> f64 {
    milliseconds as f64 / 1_000.0
}
