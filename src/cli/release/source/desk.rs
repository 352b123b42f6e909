//! How much is asked at the same time, by all who ask.

use tokio::sync::{Semaphore, SemaphorePermit};

/// Enough to wait for a slow one while others answer, and few enough for one Prometheus to bear.
const SOURCES_AT_ONCE: usize = 8;

/// Where everybody who measures waits for a place; their patience with a source begins when they have one.
#[derive(Debug)]
pub(crate) struct Desk {
    sources: Semaphore,
    logs: Semaphore,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self {
            sources: Semaphore::new(SOURCES_AT_ONCE),
            // Reading logs takes all cores, and memory.
            logs: Semaphore::new(1),
        }
    }

    /// A place to ask a source, until it is dropped.
    pub(super) async fn source(&self) -> Option<SemaphorePermit<'_>> {
        self.sources.acquire().await.ok()
    }

    /// The place to read logs, until it is dropped.
    pub(super) async fn logs(&self) -> Option<SemaphorePermit<'_>> {
        self.logs.acquire().await.ok()
    }
}
