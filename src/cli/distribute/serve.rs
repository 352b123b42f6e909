mod answer;
mod compiled;
mod compression;
mod edition;
mod events;
mod feeder;
mod follow;
mod limits;
mod listener;
mod metrics;
mod mirror;
mod renew;
mod replica;
mod routes;
mod shelf;
mod signal;
mod vouch;
mod wake;

use crate::clock;
use crate::destination::Destination;
use crate::failure::{Failure, Outcome};
use crate::input::anchor;
use crate::input::key;
use crate::report::Reporter;
use crate::scopes::Audience;
use compiled::Wanted;
use events::Events;
use feeder::Feeder;
use follow::Source;
use limits::Limits;
use listener::Listener;
use metrics::Metrics;
use mirror::Mirror;
use routes::Serving;
use shelf::Shelves;
use signal::Signal;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tidegate::trust::SigningKey;

/// Serve what is published in a folder or a bucket; or a project on this machine, compiled again at every change
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tidegate serve --project shop\n  \
    tidegate serve --from s3://flags/shop --host 0.0.0.0 --audience client --trust ed25519:BASE64\n\n  \
    /ENVIRONMENT/AUDIENCE/   what clients are given as their source: head, latest, snapshots and roots\n  \
    /ENVIRONMENT/AUDIENCE/events   server-sent events: `event: head` with the version, at each change\n  \
    /                        what is served, as JSON, with problems of a project's last edit\n  \
    /healthz /readyz         is it running, and is there something to serve?\n  \
    /metrics                 for Prometheus\n\n\
    With --from, everything is kept in memory and followed: a folder at once, a bucket at every --refresh.\n\
    What cannot be read, or is only half there, leaves what was good. No private key is needed.\n\n\
    A project's snapshots are signed with a development key, which clients take from this machine only.\n\
    An edit with an error is told, and what was served before goes on being served.\n\n\
    Whoever reaches the port can read all that is served: keep the audience `server` and /metrics inside.")]
pub(crate) struct Arguments {
    /// Serve what was published here: a folder, or a URL like s3://BUCKET/FOLDER, gs://… or az://…
    #[arg(long, value_name = "DEST", conflicts_with_all = ["project", "key"])]
    from: Option<String>,
    /// Serve only what clients would take that trust this: `ed25519:…`, `root:…`, or a file with it
    #[arg(long, value_name = "TRUST", requires = "from")]
    trust: Option<String>,
    /// How often heads are read again
    #[arg(long, value_name = "DURATION", default_value = "1s", value_parser = clock::duration, requires = "from")]
    refresh: i64,
    /// Serve this project, signed for development
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// A development key, to keep one trust string; by default a new key is made for each run
    #[arg(long, value_name = "KEYFILE")]
    key: Option<PathBuf>,
    /// Serve this environment only
    #[arg(long)]
    environment: Option<String>,
    /// Serve for this audience only
    #[arg(long)]
    audience: Option<Audience>,
    #[command(flatten)]
    limits: Limits,
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
    let metrics = Arc::new(Metrics::new());
    let feeder = feeder(arguments, &metrics, reporter).await?;
    let limits = &arguments.limits;
    let listener = Listener::bind(limits.address(), limits.idle()).await?;
    let mut signal = Signal::new()?;
    let shelf = feeder.shelf();
    feeder.greet(&format!("http://{}", listener.address()?), &shelf, reporter)?;
    let shelves = Shelves::new(shelf);
    let router = routes::router(Serving {
        shelves: shelves.subscribe(),
        events: Arc::new(Events::new(limits.max_clients, metrics.clone())),
        metrics: metrics.clone(),
        trust: feeder.trust().map(Into::into),
    });
    tokio::select! {
        () = listener.answer(&router) => {}
        ended = feeder.feed(shelves, &metrics, reporter) => ended?,
        () = signal.asked() => {}
    }
    // The feeder has ended, and streams of events with it.
    tokio::select! {
        finished = listener.finish(limits.grace()) => if !finished {
            reporter.warn(&Failure::new("cut-off", "some requests were not finished in time"));
        },
        // Asked twice: at once.
        () = signal.asked() => {}
    }
    Ok(())
}

async fn feeder(arguments: &Arguments, metrics: &Metrics, reporter: &Reporter) -> Outcome<Feeder> {
    let (environment, audience) = (arguments.environment.clone(), arguments.audience);
    let Some(from) = &arguments.from else {
        let wanted = Wanted {
            folder: arguments.project.clone(),
            environment,
            audience,
            key: signing_key(arguments)?,
        };
        return Feeder::project(wanted, reporter);
    };
    let source = Source {
        destination: Destination::open(from)?,
        environment,
        audience,
        trust: arguments.trust.as_deref().map(anchor::trust).transpose()?,
        refresh: Duration::from_millis(arguments.refresh.unsigned_abs()),
    };
    if let Some(folder) = source.destination.folder()
        && !folder.is_dir()
    {
        return Err(Failure::file("read", folder, &ErrorKind::NotFound.into()));
    }
    Mirror::open(source, metrics, reporter).await.map(Feeder::Mirror)
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

fn cannot_serve(error: &dyn std::error::Error) -> Failure {
    Failure::new("cannot-serve", format!("cannot serve: {error}"))
}
