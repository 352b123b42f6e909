mod published;
mod routes;
mod watch;

use crate::compile::Audience;
use crate::failure::{Failure, Outcome};
use crate::report::{self, Reporter};
use crate::{clock, key};
use published::{Published, Wanted};
use serde_json::json;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use tidegate::trust::SigningKey;
use tokio::net::TcpListener;
use tokio::sync::RwLock;

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
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let wanted = Wanted {
        folder: arguments.project.clone(),
        environment: arguments.environment.clone(),
        audience: arguments.audience,
        key: signing_key(arguments)?,
    };
    let mut published = Published::default();
    let told = published.renew(&wanted, clock::now_ms())?;
    reporter.diagnostics(&told.problems, &told.sources);
    if !told.renewed {
        return Err(Failure::Told);
    }
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| cannot_serve(&error))?
        .block_on(serve(arguments, wanted, published, reporter))
}

async fn serve(arguments: &Arguments, wanted: Wanted, published: Published, reporter: &Reporter) -> Outcome {
    let address = SocketAddr::new(arguments.host, arguments.port);
    let listener = TcpListener::bind(address).await.map_err(|error| {
        let failure = Failure::new("cannot-serve", format!("cannot listen at {address}: {error}"));
        match error.kind() {
            io::ErrorKind::AddrInUse => failure.with_help("choose another port with --port, or 0 for any"),
            _ => failure,
        }
    })?;
    let address = listener.local_addr().map_err(|error| cannot_serve(&error))?;
    let stop = stop_signal()?;
    greet(&format!("http://{address}"), &wanted, &published, reporter)?;

    let published = Arc::new(RwLock::new(published));
    let router = routes::router(published.clone(), wanted.key.trust().to_string());
    let server = axum::serve(listener, router).with_graceful_shutdown(stop);
    tokio::select! {
        served = server => served.map_err(|error| cannot_serve(&error)),
        failed = watch::renew_on_change(&wanted, &published, reporter) => failed,
    }
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

fn greet(origin: &str, wanted: &Wanted, published: &Published, reporter: &Reporter) -> Outcome {
    let trust = wanted.key.trust().to_string();
    let mut text = format!("{origin}/\ntrust {trust}\n");
    let mut scopes = Vec::new();
    for latest in published.all() {
        let url = format!("{origin}{}", latest.path());
        text.push_str(&format!(
            "{url}  {}, version {}\n",
            report::number(latest.flags, "flag"),
            latest.version
        ));
        scopes.push(json!({ "scope": latest.scope, "url": url, "version": latest.version }));
    }
    let json = json!({ "origin": origin, "trust": trust, "scopes": scopes });
    report::print(&if reporter.is_json() {
        format!("{json}\n")
    } else {
        text
    })
}

/// Ends when somebody asks the command to stop.
fn stop_signal() -> Outcome<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).map_err(|error| cannot_serve(&error))?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| cannot_serve(&error))?;
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

fn cannot_serve(error: &dyn std::error::Error) -> Failure {
    Failure::new("cannot-serve", format!("cannot serve: {error}"))
}
