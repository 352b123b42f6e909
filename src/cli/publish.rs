pub(crate) mod current;
pub(crate) mod issue;
pub(crate) mod make;
pub(crate) mod past;
pub(crate) mod rehead;
pub(crate) mod reissue;
pub(crate) mod release;
pub(crate) mod roots;
mod scope;
pub(crate) mod session;
pub(crate) mod signers;

use crate::compile::checked;
use crate::destination::{Destination, wait};
use crate::failure::{Failure, Outcome};
use crate::project::ProjectFiles;
use crate::report::Reporter;
use crate::scopes::{self, Audience};
use crate::{anchor, clock};
use scope::{Plan, Published};
use serde_json::json;
use session::Session;
use signers::Signers;
use std::path::PathBuf;
use tidegate::Trust;
use tidegate::trust::Kind;

/// Compile a project, sign it, and put it where clients fetch it
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate publish --project shop --to s3://flags/shop --environment production \\\n    \
    --root roots --key env:TIDEGATE_SNAPSHOT_KEY --head-key env:TIDEGATE_HEAD_KEY\n\n\
    Writes DESTINATION/ENVIRONMENT/AUDIENCE/: the roots, `snapshot/…`, `latest`, and last `head`. Run it again after an \
    interruption: it goes on where it was. Flags that `tidegate kill` turned off stay off. Where the rules are those that \
    are published already, only a head that is half over is renewed, and a snapshot that is.\n\n\
    Buckets: options are read from the environment as the stores' own tools do, such as AWS_ACCESS_KEY_ID, AWS_REGION and \
    AWS_ENDPOINT, GOOGLE_APPLICATION_CREDENTIALS, AZURE_STORAGE_ACCOUNT_NAME."
)]
pub(crate) struct Arguments {
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// Where to: a folder, or `s3://…`, `gs://…`, `az://…`
    #[arg(long, value_name = "DESTINATION")]
    to: String,
    /// One of the project's environments; by default all
    #[arg(long)]
    environment: Option<String>,
    /// Who it is for; by default both
    #[arg(long)]
    audience: Option<Audience>,
    /// A private key that signs snapshots: its file, `env:NAME` or `exec:COMMAND`
    #[arg(long, value_name = "KEY", required = true)]
    key: Vec<String>,
    /// A private key that signs heads; by default the same
    #[arg(long, value_name = "KEY")]
    head_key: Vec<String>,
    /// Without a root: the public key of each head key that clients are to trust, in place of those known so far
    #[arg(long, value_name = "PUBLIC", conflicts_with = "root")]
    trust_head_key: Vec<String>,
    /// A root, or a folder with all of them; the lowest is what the newest are checked from
    #[arg(long, value_name = "FILE")]
    root: Vec<PathBuf>,
    /// What clients trust, where that is neither the lowest root nor the key
    #[arg(long, value_name = "TRUST")]
    trust: Option<String>,
    /// The snapshot's version, which must rise; by default the time in epoch milliseconds
    #[arg(long, value_name = "NUMBER")]
    version: Option<u64>,
    /// How long the snapshot lasts, like 12h or 30d; by default as the project says
    #[arg(long, value_name = "DURATION", value_parser = clock::duration)]
    lifetime: Option<i64>,
    /// How long the head lasts; by default as long as the one before it, at first 7d
    #[arg(long, value_name = "DURATION", value_parser = clock::duration)]
    head_lifetime: Option<i64>,
    /// Clients that know no snapshot yet take none with a lower version
    #[arg(long, value_name = "NUMBER")]
    minimum_version: Option<u64>,
    /// The time instead of the clock
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    now: Option<i64>,
    /// Publish even what is published already
    #[arg(long)]
    force: bool,
    /// Publish over what cannot be verified, as if it were not there: kills that only stand there are lost
    #[arg(long)]
    overwrite_unverified: bool,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let snapshot_signers = Signers::open(Kind::Snapshot, &arguments.key)?;
    let head_signers = Signers::of_heads(&arguments.head_key, &arguments.key)?;
    let session = session(arguments, &snapshot_signers)?;
    let trusted_head_keys = anchor::public_keys(&arguments.trust_head_key)?;

    let files = ProjectFiles::read(&arguments.project)?;
    let project = checked(&files, reporter)?;
    let sources = files.sources();
    let mut plans = Vec::new();
    for (environment, audience) in
        scopes::asked(&project, arguments.environment.as_deref(), arguments.audience)
    {
        let plan = Plan {
            session: &session,
            project: &project,
            environment,
            audience,
            arguments,
            snapshot_signers: &snapshot_signers,
            head_signers: &head_signers,
            trusted_head_keys: &trusted_head_keys,
        };
        // Every scope is compiled once before any is published.
        plan.compiles().map_err(|problems| {
            reporter.diagnostics(&problems, &sources);
            Failure::Told
        })?;
        plans.push(plan);
    }
    wait(async {
        let mut published = Vec::new();
        for plan in &plans {
            match plan.publish().await {
                Ok(done) => published.push(done),
                // What was published before it is told all the same.
                Err(failure) => {
                    if !published.is_empty() {
                        tell(arguments, &published, reporter)?;
                    }
                    return Err(failure);
                }
            }
        }
        tell(arguments, &published, reporter)
    })
}

fn session(arguments: &Arguments, signers: &Signers) -> Outcome<Session> {
    let roots = roots::read(&arguments.root)?;
    let lowest = roots.values().next();
    let trust = match (&arguments.trust, lowest, signers.public_keys().first()) {
        (Some(given), _, _) => anchor::trust(given)?,
        (None, Some(root), _) => Trust::from_root(root.clone())
            .map_err(|error| Failure::new(error.code(), format!("the lowest root: {error}")))?,
        (None, None, Some(key)) => anchor::of_key(key)?,
        (None, None, None) => return Err(session::no_key()),
    };
    Ok(Session {
        destination: Destination::open(&arguments.to)?,
        trust,
        roots,
        now_ms: arguments.now.unwrap_or_else(clock::now_ms),
        overwrites: arguments.overwrite_unverified,
    })
}

fn tell(arguments: &Arguments, published: &[Published], reporter: &Reporter) -> Outcome {
    let text: String = published
        .iter()
        .map(|done| done.line(arguments.dry_run))
        .collect();
    let scopes: Vec<_> = published.iter().map(Published::json).collect();
    reporter.result(&text, &json!({ "dryRun": arguments.dry_run, "scopes": scopes }))
}
