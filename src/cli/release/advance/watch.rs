use crate::destination::wait;
use crate::failure::{Failure, Outcome};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;
use tokio::signal::ctrl_c;

/// Does something again and again, with a pause in between, until somebody interrupts it: then what is under way is
/// ended, and no more is begun.
pub(super) fn every(interval_ms: i64, work: impl Fn() -> Outcome) -> Outcome {
    let interval = Duration::from_millis(u64::try_from(interval_ms).unwrap_or(0));
    let (tell, told) = channel();
    // What is under way waits for others in runtimes of its own, each of which would hear only what comes while it is there.
    thread::spawn(move || {
        let heard = wait(async {
            ctrl_c()
                .await
                .map_err(|error| Failure::new("cannot-start", error.to_string()))
        });
        // Nobody is left to be told where the work ended by itself.
        let _ = tell.send(heard);
    });
    loop {
        work()?;
        match told.recv_timeout(interval) {
            Ok(heard) => return heard,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}
