use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A `tidegate serve` of its own, ended with this.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
    pub(crate) usage: Usage,
}

/// What a process uses, where the system tells.
pub(crate) struct Usage {
    process: u32,
}

impl Server {
    pub(crate) fn start(destination: &Path, clients: usize) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tidegate"))
            .args(["serve", "--port", "0", "--json", "--max-clients"])
            .arg(clients.to_string())
            .arg("--from")
            .arg(destination)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut greeting = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut greeting)
            .unwrap();
        let greeting: Value = serde_json::from_str(&greeting).unwrap();
        Self {
            usage: Usage { process: child.id() },
            address: greeting["origin"].as_str().unwrap().replace("http://", ""),
            child,
        }
    }

    /// Asks it to stop; how long that took.
    pub(crate) fn stop(mut self) -> Duration {
        let started = Instant::now();
        let asked = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(asked.unwrap().success());
        assert!(self.child.wait().unwrap().success());
        started.elapsed()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Usage {
    /// The bench's own.
    pub(crate) fn own() -> Self {
        Self {
            process: std::process::id(),
        }
    }

    /// Processor time so far, in steps of ten milliseconds.
    pub(crate) fn cpu(&self) -> Option<Duration> {
        let text = fs::read_to_string(format!("/proc/{}/stat", self.process)).ok()?;
        // The second field is a name that may hold anything, in parentheses.
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
        Some(Duration::from_millis(ticks * 10))
    }

    /// Memory that is resident now, in bytes.
    pub(crate) fn memory(&self) -> Option<u64> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.process)).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? * 1_024)
    }
}
