//! A command that prints a JSON document: the way to databases, whose clients people have already.

use super::document::MOST_BYTES;
use std::process::Stdio;
use tokio::io::AsyncReadExt;
use tokio::process::{Child, Command};

/// Runs a program with its arguments, or one line through the shell, and takes what it prints.
///
/// What it writes to standard error is for the person at the terminal. Whoever stops waiting ends it, with all that it
/// started.
pub(super) async fn run(words: &[String]) -> Result<Vec<u8>, String> {
    let mut command = match words {
        [line] => shell(line),
        [program, arguments @ ..] => {
            let mut command = Command::new(program);
            command.args(arguments);
            command
        }
        [] => return Err("there is no command".to_owned()),
    };
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    let mut running = Running(
        command
            .spawn()
            .map_err(|error| format!("cannot be run: {error}"))?,
    );
    let mut printed = Vec::new();
    if let Some(output) = running.0.stdout.take() {
        let most = MOST_BYTES as u64;
        output
            .take(most.saturating_add(1))
            .read_to_end(&mut printed)
            .await
            .map_err(|error| format!("cannot be read: {error}"))?;
    }
    if printed.len() > MOST_BYTES {
        return Err(format!("it printed more than {MOST_BYTES} bytes"));
    }
    let status = running
        .0
        .wait()
        .await
        .map_err(|error| format!("cannot be run: {error}"))?;
    match status.success() {
        true => Ok(printed),
        false => Err(format!("it failed with {status}")),
    }
}

/// A command that ends when nobody waits for it any more.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // What the shell started would live on without it.
        #[cfg(unix)]
        if let Some(group) = self
            .0
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(rustix::process::Pid::from_raw)
        {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

#[cfg(unix)]
fn shell(line: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", line]);
    shell
}

#[cfg(not(unix))]
fn shell(line: &str) -> Command {
    let mut shell = Command::new("cmd");
    shell.args(["/C", line]);
    shell
}
