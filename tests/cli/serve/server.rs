use crate::Workshop;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long anything may take before a test fails: far longer than it does.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// A running `tidegate serve`, stopped at the end of the test.
pub(super) struct Server {
    pub(super) child: Child,
    pub(super) address: String,
    pub(super) trust: String,
}

pub(super) struct Response {
    pub(super) status: u16,
    head: String,
    pub(super) body: Vec<u8>,
}

impl Server {
    /// Serves the project `shop`.
    pub(super) fn of_project(workshop: &Workshop, more: &[&str]) -> Self {
        Self::start(workshop, &["--project", "shop"], more)
    }

    /// Serves what is published in `out`.
    pub(super) fn of_published(workshop: &Workshop, more: &[&str]) -> Self {
        Self::start(workshop, &["--from", "out"], more)
    }

    fn start(workshop: &Workshop, source: &[&str], more: &[&str]) -> Self {
        Self::spawn(workshop.command(&[&["serve", "--port", "0", "--json"], source, more].concat()))
    }

    pub(super) fn spawn(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let greeting: Value = serde_json::from_str(&line).unwrap();
        Self {
            child,
            address: greeting["origin"].as_str().unwrap().replace("http://", ""),
            trust: greeting["trust"].as_str().unwrap_or_default().to_owned(),
        }
    }

    pub(super) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Sends a request, with headers that each end in `\r\n`.
    pub(super) fn send(&self, method: &str, path: &str, headers: &str) -> TcpStream {
        let mut stream = self.connect();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\n{headers}\r\n",
            self.address
        );
        stream.write_all(request.as_bytes()).unwrap();
        stream
    }

    pub(super) fn ask(&self, method: &str, path: &str, headers: &str) -> Response {
        let mut stream = self.send(method, path, &format!("connection: close\r\n{headers}"));
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_lowercase();
        Response {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head,
            body: bytes[end + 4..].to_vec(),
        }
    }

    pub(super) fn get(&self, path: &str) -> Response {
        self.ask("GET", path, "")
    }

    /// Asks until the answer is as it should be.
    pub(super) fn ask_until(&self, path: &str, headers: &str, holds: impl Fn(&Response) -> bool) -> Response {
        let started = Instant::now();
        loop {
            let response = self.ask("GET", path, headers);
            if holds(&response) {
                return response;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "it never came: {} {}",
                response.head,
                String::from_utf8_lossy(&response.body)
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until the index says so.
    pub(super) fn until(&self, holds: impl Fn(&Value) -> bool) -> Value {
        let index = |response: &Response| serde_json::from_slice::<Value>(&response.body).unwrap();
        index(&self.ask_until("/", "", |response| holds(&index(response))))
    }

    /// Waits until a line of the metrics says so.
    pub(super) fn until_measured(&self, line: &str) {
        self.ask_until("/metrics", "", |response| {
            let text = String::from_utf8(response.body.clone()).unwrap();
            text.lines().any(|measured| measured == line)
        });
    }

    #[cfg(unix)]
    pub(super) fn signal(&self, signal: &str) {
        let asked = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status();
        assert!(asked.unwrap().success());
    }

    /// Waits until it ended well.
    #[cfg(unix)]
    pub(super) fn ended(&mut self) {
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Response {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}
