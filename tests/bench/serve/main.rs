//! How many requests `tidegate serve` answers, what clients that wait for events cost, and how soon all of them hear of
//! a new head.
#![cfg(feature = "cli")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench ends by panicking"
)]

mod listeners;
mod requests;
mod server;
mod shop;

use clap::Parser;
use listeners::Listeners;
use requests::{Load, Round};
use server::{Server, Usage};
use shop::{PLACE, Shop};
use std::time::{Duration, Instant};

/// Measures `tidegate serve` over loopback; what asks shares the machine with what answers.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many clients wait for events
    #[arg(long, default_value_t = 10_000)]
    clients: usize,
    /// How many connections ask for heads at a time
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// How often each is measured
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How long a round of requests lasts
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// What cargo adds
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments = Arguments::parse();
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap();
    let needed = arguments.clients as u64 + 200;
    assert!(
        files > needed,
        "{needed} open files are needed, {files} are allowed"
    );
    let shop = Shop::new();
    let server = Server::start(&shop.served(), arguments.clients);
    requests(&arguments, &server, "alone").await;

    let before = server.usage.memory();
    let path = format!("/{PLACE}/events");
    let mut listeners = Listeners::connect(&server.address, &path, arguments.clients).await;
    if let Some((before, after)) = before.zip(server.usage.memory()) {
        println!(
            "memory of the server: {:.1} MB, with {} clients that wait {:.1} MB: {:.1} KB for each",
            megabytes(before),
            arguments.clients,
            megabytes(after),
            megabytes(after.saturating_sub(before)) * 1_000.0 / arguments.clients as f64,
        );
    }
    requests(
        &arguments,
        &server,
        &format!("beside {} that wait", arguments.clients),
    )
    .await;
    for _ in 0..arguments.rounds {
        let head = shop.next_head();
        let since = Instant::now();
        head.put();
        let delays = listeners.hear(head.version, since).await;
        println!(
            "a new head is heard of by the first client after {:.1} ms, by half after {:.1} ms, by all after {:.1} ms",
            milliseconds(delays[0]),
            milliseconds(delays[delays.len() / 2]),
            milliseconds(delays[delays.len() - 1]),
        );
    }
    println!("it stops in {:.1} ms", milliseconds(server.stop()));
    listeners.end().await;
}

/// Heads that are wanted, and heads that the client has, in turns.
async fn requests(arguments: &Arguments, server: &Server, when: &str) {
    let path = format!("/{PLACE}/head");
    let load = |status, headers: &str| Load {
        request: format!("GET {path} HTTP/1.1\r\nhost: {}\r\n{headers}\r\n", server.address),
        status,
        connections: arguments.connections,
        length: Duration::from_secs_f64(arguments.seconds),
    };
    let loads = [
        load("200", ""),
        load("200", "accept-encoding: gzip, br\r\n"),
        load("304", "if-none-match: *\r\n"),
    ];
    let names = ["head", "head, with accept-encoding", "head that is known"];
    let mut rounds: [Vec<Round>; 3] = Default::default();
    for _ in 0..arguments.rounds {
        for (load, rounds) in loads.iter().zip(&mut rounds) {
            rounds.push(load.round(&server.address, &server.usage, &Usage::own()).await);
        }
    }
    for (name, rounds) in names.iter().zip(&mut rounds) {
        rounds.sort_unstable_by(|one, other| one.per_second.total_cmp(&other.per_second));
        let median = &rounds[rounds.len() / 2];
        println!(
            "{name}, {when}: {:.0} requests/s ({:.0} to {:.0}); {:.2} ms for half, {:.2} for 99 %, {:.2} for 99.9 %{}",
            median.per_second,
            rounds[0].per_second,
            rounds[rounds.len() - 1].per_second,
            milliseconds(median.percentile(50.0)),
            milliseconds(median.percentile(99.0)),
            milliseconds(median.percentile(99.9)),
            median.shares(),
        );
    }
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}

fn milliseconds(length: Duration) -> f64 {
    length.as_secs_f64() * 1_000.0
}
