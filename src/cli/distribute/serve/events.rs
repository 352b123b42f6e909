use super::answer;
use super::metrics::{EventClient, Metrics};
use super::shelf::Shelf;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// How often a comment tells that the line is open: proxies cut what is silent for a minute, some sooner.
const HEARTBEAT: Duration = Duration::from_secs(25);

/// Clients come back after so long, each at a moment of its own: else all came at once when a server is replaced.
const RETRY: std::ops::Range<u64> = 1_000..5_000;

/// Who listens for changes, and how many may.
#[derive(Debug)]
pub(super) struct Events {
    seats: Arc<Semaphore>,
    metrics: Arc<Metrics>,
    opened: AtomicU64,
}

/// One client that listens.
struct Listening {
    shelves: watch::Receiver<Arc<Shelf>>,
    place: String,
    /// The version that the client was told last.
    told: Option<u64>,
    retry: Option<Duration>,
    _seat: OwnedSemaphorePermit,
    _counted: EventClient,
}

impl Events {
    pub(super) fn new(most_clients: usize, metrics: Arc<Metrics>) -> Self {
        Self {
            seats: Arc::new(Semaphore::new(most_clients.min(Semaphore::MAX_PERMITS))),
            metrics,
            opened: AtomicU64::new(0),
        }
    }

    /// A stream that tells the version in force at once, and then each new one: `event: head`, `data: VERSION`.
    ///
    /// It carries no rules: clients fetch those, and verify them, as when they poll. It ends with the feeder.
    pub(super) fn stream(
        &self,
        shelves: watch::Receiver<Arc<Shelf>>,
        place: &str,
        audience: &str,
    ) -> Response {
        let Ok(seat) = self.seats.clone().try_acquire_owned() else {
            self.metrics.event_clients_refused.inc();
            let mut response = answer::refusal(
                StatusCode::SERVICE_UNAVAILABLE,
                "too many clients listen for events, poll instead",
            );
            answer::share(response.headers_mut(), audience);
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
            return response;
        };
        let listening = Listening {
            shelves,
            place: place.to_owned(),
            told: None,
            retry: Some(self.retry()),
            _seat: seat,
            _counted: self.metrics.event_client(),
        };
        let heartbeat = KeepAlive::new().interval(HEARTBEAT);
        let mut response = Sse::new(stream::unfold(listening, Listening::next))
            .keep_alive(heartbeat)
            .into_response();
        let headers: &mut HeaderMap = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // Else nginx keeps events back until its buffer is full.
        headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
        answer::share(headers, audience);
        response
    }

    /// Steps of the golden ratio spread any number of clients evenly.
    fn retry(&self) -> Duration {
        let position = self
            .opened
            .fetch_add(1, Ordering::Relaxed)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            >> 32;
        Duration::from_millis(RETRY.start + ((position * (RETRY.end - RETRY.start)) >> 32))
    }
}

impl Listening {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            let version = self
                .shelves
                .borrow_and_update()
                .place(&self.place)
                .map(|place| place.version);
            if version != self.told
                && let Some(version) = version
            {
                self.told = Some(version);
                let mut event = Event::default().event("head").data(version.to_string());
                if let Some(retry) = self.retry.take() {
                    event = event.retry(retry);
                }
                return Some((Ok(event), self));
            }
            // The feeder ends when the command is asked to stop.
            self.shelves.changed().await.ok()?;
        }
    }
}
