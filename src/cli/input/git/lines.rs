use super::{Repository, not_started};
use crate::failure::Outcome;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

impl Repository {
    /// Hands the lines of what `git` says to a function, until that breaks off; false when it took longer than it may.
    pub(crate) fn lines<'a>(
        &self,
        arguments: impl IntoIterator<Item = &'a str>,
        longest: Duration,
        each: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
    ) -> Outcome<bool> {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| not_started(&error))?;
        let output = child.stdout.take();
        let (done, is_done) = mpsc::channel::<()>();
        let in_time = std::thread::scope(|scope| {
            // Reading waits for git, so somebody else looks at the clock.
            let watch = scope.spawn(move || {
                let in_time = is_done.recv_timeout(longest).is_ok();
                // Gone already is as good.
                let _ = child.kill();
                let _ = child.wait();
                in_time
            });
            let output = output.map_or_else(
                || Box::new(io::empty()) as Box<dyn Read>,
                |output| Box::new(output),
            );
            let mut output = BufReader::new(output);
            let mut line = Vec::new();
            while output.read_until(b'\n', &mut line).is_ok_and(|bytes| bytes > 0) {
                if line.last() == Some(&b'\n') {
                    line.pop();
                }
                if each(&line).is_break() {
                    break;
                }
                line.clear();
            }
            let _ = done.send(());
            watch.join().unwrap_or(false)
        });
        Ok(in_time)
    }
}
