use crate::destination::wait;
use crate::failure::Outcome;
use std::time::Duration;
use tokio::signal::ctrl_c;
use tokio::time::sleep;

/// Does something again and again, with a pause in between, until somebody interrupts a pause.
pub(super) fn every(interval_ms: i64, work: impl Fn() -> Outcome) -> Outcome {
    let interval = Duration::from_millis(u64::try_from(interval_ms).unwrap_or(0));
    loop {
        work()?;
        let interrupted = wait(async {
            tokio::select! {
                _ = ctrl_c() => Ok(true),
                () = sleep(interval) => Ok(false),
            }
        })?;
        if interrupted {
            return Ok(());
        }
    }
}
