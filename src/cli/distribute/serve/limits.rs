use crate::clock;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

/// Where to listen, and how much and how long.
#[derive(Debug, clap::Args)]
pub(super) struct Limits {
    /// The port; 0 takes one that is free
    #[arg(long, default_value_t = 4700)]
    port: u16,
    /// The address; others than this machine's own can be reached by everybody on the network
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
    /// How many clients may listen for events at a time
    #[arg(long, value_name = "COUNT", default_value_t = 20_000)]
    pub(super) max_clients: usize,
    /// How long a connection may stand still that waits for a request, or for a client to take its answer
    #[arg(long, value_name = "DURATION", default_value = "75s", value_parser = clock::duration)]
    idle: i64,
    /// How long requests have that are being answered when the command is asked to stop
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = clock::duration)]
    grace: i64,
}

impl Limits {
    pub(super) fn address(&self) -> SocketAddr {
        SocketAddr::new(self.host, self.port)
    }

    pub(super) fn idle(&self) -> Duration {
        Duration::from_millis(self.idle.unsigned_abs())
    }

    pub(super) fn grace(&self) -> Duration {
        Duration::from_millis(self.grace.unsigned_abs())
    }
}
