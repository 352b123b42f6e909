pub(crate) mod batch;
pub(crate) mod current;
pub(crate) mod history;
pub(crate) mod issue;
pub(crate) mod kills;
pub(crate) mod make;
mod origin;
pub(crate) mod past;
pub(crate) mod published;
mod record;
pub(crate) mod rehead;
pub(crate) mod reissue;
pub(crate) mod release;
pub(crate) mod roots;
pub(crate) mod scope;
pub(crate) mod session;
pub(crate) mod signers;
pub(crate) mod target;
pub(crate) mod terms;

use crate::audit;
use crate::author::compile::checked;
use crate::destination::wait;
use crate::failure::{Failure, Outcome};
use crate::input::project::ProjectFiles;
use crate::input::reason::reason;
use crate::report::Reporter;
use crate::scopes::{self, Audience};
use batch::Batch;
use published::Published;
use scope::Demands;
use serde_json::json;
use std::path::PathBuf;
use terms::Terms;

/// Compile a project, sign it, and put it where clients fetch it
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate publish --project shop --to s3://flags/shop --environment production \\\n    \
    --root roots --key env:TIDEGATE_SNAPSHOT_KEY --head-key env:TIDEGATE_HEAD_KEY\n\n\
    Writes DESTINATION/ENVIRONMENT/AUDIENCE/: the roots, `snapshot/…`, `latest`, and last `head`. Run it again after an \
    interruption: it goes on where it was. Flags that `tidegate kill` turned off stay off. Where the rules are those that \
    are published already, only a head that is half over is renewed, and a snapshot that is. A copy whose audit log lacks what \
    others published is refused: pull first.\n\n\
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
    #[command(flatten)]
    terms: Terms,
    /// The snapshot's version, which must rise; by default the time in epoch milliseconds
    #[arg(long, value_name = "NUMBER")]
    version: Option<u64>,
    /// Clients that know no snapshot yet take none with a lower version
    #[arg(long, value_name = "NUMBER")]
    minimum_version: Option<u64>,
    /// Publish even what is published already
    #[arg(long)]
    force: bool,
    /// Why, for the audit log
    #[arg(long, value_parser = reason)]
    reason: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let publisher = arguments
        .terms
        .publisher(&arguments.to, arguments.terms.now_ms())?;
    let files = ProjectFiles::read(&arguments.project)?;
    let project = checked(&files, reporter)?;
    let batch = Batch {
        publisher: &publisher,
        project: &project,
        scopes: scopes::asked(&project, arguments.environment.as_deref(), arguments.audience),
        demands: Demands {
            version: arguments.version,
            minimum_version: arguments.minimum_version,
            force: arguments.force,
        },
        lifts: Vec::new(),
    };
    batch.check().map_err(|problems| {
        reporter.diagnostics(&problems, &files.sources());
        Failure::Told
    })?;
    let dry_run = arguments.terms.dry_run;
    let known = match dry_run {
        true => audit::seen(&arguments.project)?,
        // Where nothing can be told, nothing is done.
        false => audit::known(&arguments.project)?,
    };
    let history = &publisher.session.history;
    history.set(&arguments.project, known, publisher.over_history);
    let (published, outcome) = wait(async {
        batch.may_replace().await?;
        Ok(batch.publish().await)
    })?;
    if !dry_run {
        let record = record::Record {
            folder: &arguments.project,
            files: &files,
            batch: &batch,
            reason: arguments.reason.as_deref(),
            reporter,
        };
        wait(record.write(&published)).map_err(|failure| match published.is_empty() {
            true => failure,
            false => audit::but_done(failure),
        })?;
    }
    // What was published before a failure is told all the same.
    if outcome.is_ok() || !published.is_empty() {
        tell(dry_run, &published, reporter)?;
    }
    outcome
}

fn tell(dry_run: bool, published: &[Published], reporter: &Reporter) -> Outcome {
    let text: String = published.iter().map(|done| done.line(dry_run)).collect();
    let scopes: Vec<_> = published.iter().map(Published::json).collect();
    reporter.result(&text, &json!({ "dryRun": dry_run, "scopes": scopes }))
}
