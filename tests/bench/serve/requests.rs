use crate::server::Usage;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// One request, sent again and again.
pub(crate) struct Load {
    pub(crate) request: String,
    /// What each answer must begin with, behind the protocol.
    pub(crate) status: &'static str,
    pub(crate) connections: usize,
    pub(crate) length: Duration,
}

/// What came of it.
pub(crate) struct Round {
    pub(crate) per_second: f64,
    /// Processors that the server kept busy, and those that the asking did.
    busy: Option<(f64, f64)>,
    /// Of single requests, in ascending order.
    latencies: Vec<Duration>,
}

impl Load {
    /// Keeps the connections busy for a while: each sends its next request when the last was answered.
    pub(crate) async fn round(&self, address: &str, server: &Usage, own: &Usage) -> Round {
        let mut connections = Vec::new();
        for _ in 0..self.connections {
            connections.push(Connection::open(address).await);
        }
        let before = server.cpu().zip(own.cpu());
        let started = Instant::now();
        let mut tasks = JoinSet::new();
        for mut connection in connections {
            let request = self.request.clone();
            let status = format!("HTTP/1.1 {} ", self.status);
            let length = self.length;
            tasks.spawn(async move {
                let mut latencies = Vec::new();
                while started.elapsed() < length {
                    let asked = Instant::now();
                    connection.ask(&request, &status).await;
                    latencies.push(asked.elapsed());
                }
                latencies
            });
        }
        let mut latencies: Vec<Duration> = tasks.join_all().await.into_iter().flatten().collect();
        let elapsed = started.elapsed().as_secs_f64();
        let busy = before
            .zip(server.cpu().zip(own.cpu()))
            .map(|((server, own), (server_now, own_now))| {
                let share = |before, now: Duration| (now - before).as_secs_f64() / elapsed;
                (share(server, server_now), share(own, own_now))
            });
        latencies.sort_unstable();
        Round {
            per_second: latencies.len() as f64 / elapsed,
            busy,
            latencies,
        }
    }
}

impl Round {
    /// The latency that so many hundredths of the requests stay below.
    pub(crate) fn percentile(&self, hundredths: f64) -> Duration {
        let position = (self.latencies.len() as f64 * hundredths / 100.0) as usize;
        let position = position.min(self.latencies.len().saturating_sub(1));
        self.latencies.get(position).copied().unwrap_or_default()
    }

    /// Who used how much of the processors, where the system tells.
    pub(crate) fn shares(&self) -> String {
        self.busy.map_or_else(String::new, |(server, own)| {
            format!(
                "; the server used {server:.2} processors, {:.0} requests in a second of one, and asking {own:.2}",
                self.per_second / server
            )
        })
    }
}

/// A connection that is kept.
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            buffer: vec![0; 64 << 10],
        }
    }

    async fn ask(&mut self, request: &str, status: &str) {
        self.stream.write_all(request.as_bytes()).await.unwrap();
        let mut filled = 0;
        let mut whole = None;
        while whole.is_none_or(|whole| filled < whole) {
            let read = self.stream.read(&mut self.buffer[filled..]).await.unwrap();
            assert!(read > 0, "the server closed the connection");
            filled += read;
            whole = whole.or_else(|| answer_length(&self.buffer[..filled]));
        }
        assert!(
            self.buffer.starts_with(status.as_bytes()),
            "not `{status}`: {}",
            String::from_utf8_lossy(&self.buffer[..filled])
        );
    }
}

/// The length of an answer with its body, once its headers are there.
fn answer_length(bytes: &[u8]) -> Option<usize> {
    let headers = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&bytes[..headers]).unwrap();
    let body = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    Some(headers + body)
}
