use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Clients that wait for events and do nothing else.
pub(crate) struct Listeners {
    count: usize,
    heard: mpsc::UnboundedReceiver<Heard>,
    tasks: JoinSet<()>,
}

/// One client heard of one version.
struct Heard {
    version: u64,
    at: Instant,
}

impl Listeners {
    /// Connects so many, and waits until each has heard of the version in force.
    pub(crate) async fn connect(address: &str, path: &str, count: usize) -> Self {
        let (tell, heard) = mpsc::unbounded_channel();
        let mut tasks = JoinSet::new();
        let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\naccept: text/event-stream\r\n\r\n");
        for _ in 0..count {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(request.as_bytes()).await.unwrap();
            tasks.spawn(listen(stream, tell.clone()));
        }
        let mut listeners = Self { count, heard, tasks };
        let mut told = 0;
        while told < count {
            listeners.heard.recv().await.unwrap();
            told += 1;
        }
        listeners
    }

    /// Waits until all have heard of a version: how long after `since` each did, in ascending order.
    pub(crate) async fn hear(&mut self, version: u64, since: Instant) -> Vec<Duration> {
        let mut delays = Vec::with_capacity(self.count);
        while delays.len() < self.count {
            let heard = self.heard.recv().await.unwrap();
            if heard.version == version {
                delays.push(heard.at.duration_since(since));
            }
        }
        delays.sort_unstable();
        delays
    }

    /// Waits until the server has ended every stream.
    pub(crate) async fn end(self) {
        self.tasks.join_all().await;
    }
}

async fn listen(mut stream: TcpStream, tell: mpsc::UnboundedSender<Heard>) {
    let mut text = String::new();
    let mut bytes = [0; 512];
    loop {
        let read = stream.read(&mut bytes).await.unwrap_or(0);
        if read == 0 {
            return;
        }
        let at = Instant::now();
        text.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
        while let Some(end) = text.find("\n\n") {
            let version = text[..end]
                .lines()
                .find_map(|line| line.strip_prefix("data: "))
                .map(|version| version.parse().unwrap());
            text.drain(..end + 2);
            if let Some(version) = version {
                // Nobody listens any more once the bench is over.
                let _ = tell.send(Heard { version, at });
            }
        }
    }
}
