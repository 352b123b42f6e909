use super::cannot_serve;
use crate::failure::{Failure, Outcome};
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;

/// Files that are open beside the connections.
const OTHER_FILES: u64 = 100;

/// All headers of a request together.
const HEADER_BYTES: usize = 16 << 10;

/// How long to wait where no connection can be accepted, as when another program has taken all files.
const PAUSE: Duration = Duration::from_millis(100);

/// Takes connections and answers what comes through them.
pub(super) struct Listener {
    tcp: TcpListener,
    http: http1::Builder,
    /// How long a connection may stand still while it ought to send or to take something.
    idle: Duration,
    /// As many connections as files may be open; the others wait.
    connections: Arc<Semaphore>,
    open: GracefulShutdown,
}

impl Listener {
    pub(super) async fn bind(address: SocketAddr, idle: Duration) -> Outcome<Self> {
        let tcp = TcpListener::bind(address).await.map_err(|error| {
            let failure = Failure::new("cannot-serve", format!("cannot listen at {address}: {error}"));
            match error.kind() {
                io::ErrorKind::AddrInUse => {
                    failure.with_help("choose another port with --port, or 0 for any")
                }
                _ => failure,
            }
        })?;
        // Shells allow few files for the sake of old programs; each connection is one.
        let files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(1_024);
        let connections = usize::try_from(files.saturating_sub(OTHER_FILES).max(1)).unwrap_or(usize::MAX);
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(idle)
            .max_buf_size(HEADER_BYTES);
        Ok(Self {
            tcp,
            http,
            idle,
            connections: Arc::new(Semaphore::new(connections.min(Semaphore::MAX_PERMITS))),
            open: GracefulShutdown::new(),
        })
    }

    pub(super) fn address(&self) -> Outcome<SocketAddr> {
        self.tcp.local_addr().map_err(|error| cannot_serve(&error))
    }

    /// Answers until it is dropped; each connection by itself.
    pub(super) async fn answer(&self, router: &Router) {
        loop {
            let Ok(seat) = self.connections.clone().acquire_owned().await else {
                return;
            };
            let Ok((stream, _)) = self.tcp.accept().await else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            let connection = self.connection(stream, router);
            tokio::spawn(async move {
                // A connection that breaks is no matter to anybody else.
                let _ = connection.await;
                drop(seat);
            });
        }
    }

    /// Takes no more connections, and waits until those that are open have been answered; false where that took too
    /// long.
    pub(super) async fn finish(self, grace: Duration) -> bool {
        let Self { tcp, open, .. } = self;
        drop(tcp);
        tokio::time::timeout(grace, open.shutdown()).await.is_ok()
    }

    fn connection(
        &self,
        stream: TcpStream,
        router: &Router,
    ) -> impl Future<Output = hyper::Result<()>> + use<> {
        // Heads are small, and wanted at once.
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(self.idle));
        let service = TowerToHyperService::new(router.clone());
        let connection = self
            .http
            .serve_connection(TokioIo::new(Box::pin(stream)), service);
        self.open.watch(connection)
    }
}
