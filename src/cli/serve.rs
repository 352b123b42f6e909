mod answer;
mod compiled;
mod compression;
mod events;
mod listener;
mod metrics;
mod renew;
mod routes;
mod shelf;
mod signal;

use crate::compile::Audience;
use crate::failure::{Failure, Outcome};
use crate::report::{self, Reporter};
use crate::{clock, key};
use compiled::{Compiled, Wanted};
use events::Events;
use listener::Listener;
use metrics::Metrics;
use routes::Serving;
use serde_json::json;
use shelf::{Shelf, Shelves};
use signal::Signal;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tidegate::trust::SigningKey;

/// Serve a project's snapshots on this machine, and compile them again at every change
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tidegate serve --project shop --port 4700\n\n  \
    /                              what is served, as JSON, with problems of the last edit\n  \
    /ENVIRONMENT/AUDIENCE/latest   the snapshot, application/vnd.tidegate.frame, with an ETag\n\n\
    Snapshots are signed with a development key, which clients take from this machine only. An edit\n\
    with an error is told, and what was served before goes on being served.")]
pub(crate) struct Arguments {
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// The port; 0 takes one that is free
    #[arg(long, default_value_t = 4700)]
    port: u16,
    /// The address; others than this machine's own can be reached by everybody on the network
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
    /// Serve this environment only
    #[arg(long)]
    environment: Option<String>,
    /// Serve for this audience only
    #[arg(long)]
    audience: Option<Audience>,
    /// A development key, to keep one trust string; by default a new key is made for each run
    #[arg(long, value_name = "KEYFILE")]
    key: Option<PathBuf>,
    /// How many clients may listen for events at a time
    #[arg(long, value_name = "COUNT", default_value_t = 20_000)]
    max_clients: usize,
    /// How long a connection may stand still: waiting for a request, for the rest of one, or for a client that takes
    /// nothing
    #[arg(long, value_name = "DURATION", default_value = "75s", value_parser = clock::duration)]
    idle: i64,
    /// How long requests that are being answered have when the command is asked to stop
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = clock::duration)]
    grace: i64,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| cannot_serve(&error))?;
    let ended = runtime.block_on(serve(arguments, reporter));
    // What is still being compressed is for nobody any more.
    runtime.shutdown_background();
    ended
}

async fn serve(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let wanted = Wanted {
        folder: arguments.project.clone(),
        environment: arguments.environment.clone(),
        audience: arguments.audience,
        key: signing_key(arguments)?,
    };
    let trust = wanted.key.trust().to_string();
    let mut compiled = Compiled::default();
    let told = compiled.renew(&wanted, clock::now_ms())?;
    reporter.diagnostics(&told.problems, &told.sources);
    if !told.renewed {
        return Err(Failure::Told);
    }

    let idle = Duration::from_millis(arguments.idle.unsigned_abs());
    let listener = Listener::bind(SocketAddr::new(arguments.host, arguments.port), idle).await?;
    let mut signal = Signal::new()?;
    let shelf = compiled.shelf();
    greet(
        &format!("http://{}", listener.address()?),
        &shelf,
        &trust,
        reporter,
    )?;

    let metrics = Arc::new(Metrics::new());
    let shelves = Shelves::new(shelf);
    let router = routes::router(Serving {
        shelves: shelves.subscribe(),
        events: Arc::new(Events::new(arguments.max_clients, metrics.clone())),
        metrics: metrics.clone(),
        trust: Some(trust.into()),
    });
    tokio::select! {
        () = listener.answer(&router) => {}
        failed = renew::on_change(&wanted, compiled, shelves, &metrics, reporter) => failed?,
        () = signal.asked() => {}
    }
    // The feeder has ended, and streams of events with it.
    let grace = Duration::from_millis(arguments.grace.unsigned_abs());
    tokio::select! {
        finished = listener.finish(grace) => if !finished {
            reporter.warn(&Failure::new("cut-off", "some requests were not finished in time"));
        },
        () = signal.asked() => {}
    }
    Ok(())
}

/// The key that signs: a development key in any case.
fn signing_key(arguments: &Arguments) -> Outcome<SigningKey> {
    let Some(path) = &arguments.key else {
        return key::generate(true).map(|(_, key)| key);
    };
    let key = key::read(path)?;
    if key.trust().is_development() {
        return Ok(key);
    }
    let message = format!("`{}` is not a development key", path.display());
    Err(Failure::new("key-refused", message)
        .about(path)
        .with_help("make one with `tidegate keygen --development`"))
}

fn greet(origin: &str, shelf: &Shelf, trust: &str, reporter: &Reporter) -> Outcome {
    let mut text = format!("{origin}/\ntrust {trust}\n");
    let mut scopes = Vec::new();
    for (name, place) in &shelf.places {
        let url = format!("{origin}/{name}/latest");
        let flags = place.flags.map_or_else(String::new, |flags| {
            format!("{}, ", report::number(flags, "flag"))
        });
        text.push_str(&format!("{url}  {flags}version {}\n", place.version));
        scopes.push(json!({ "scope": place.scope, "url": url, "version": place.version }));
    }
    let json = json!({ "origin": origin, "trust": trust, "scopes": scopes });
    reporter.result(&text, &json)
}

fn cannot_serve(error: &dyn std::error::Error) -> Failure {
    Failure::new("cannot-serve", format!("cannot serve: {error}"))
}
