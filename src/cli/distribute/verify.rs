mod chain;

use crate::destination::Destination;
use crate::failure::{Failure, Outcome};
use crate::input::anchor;
use crate::report::{Reporter, number};
use crate::{clock, snapshot};
use serde_json::json;
use std::path::PathBuf;
use tidegate::{Scope, Trust};

/// Check that a snapshot, or all that is published, is whole, signed by trusted keys, and for a scope
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate verify shop.tgf --trust tidegate.pub \\\n    --scope shop/production/client\n  \
    tidegate verify --chain s3://flags/shop --trust 1.root\n\n\
    With --chain, everything that is published is walked as clients walk it, from what they trust: roots, latest, head, \
    snapshot. Without --scope that is every environment and audience. The exit code and `code` are those of the first \
    problem.\n\n\
    A snapshot that has expired is still good, as clients go on serving it; a warning tells."
)]
pub(crate) struct Arguments {
    /// The snapshot, or `latest` with its head
    #[arg(required_unless_present = "chain")]
    file: Option<PathBuf>,
    /// Where snapshots are published: a folder, or `s3://…`, `gs://…`, `az://…`
    #[arg(long, value_name = "DESTINATION", conflicts_with = "file")]
    chain: Option<String>,
    /// What clients trust: `ed25519:…`, `ed25519-dev:…` or `root:…`, or a file with it
    #[arg(long, value_parser = anchor::parse)]
    trust: Trust,
    /// What it must be for: `project/environment/audience`
    #[arg(long, value_parser = Scope::parse)]
    scope: Option<Scope>,
    /// The moment to check for, in RFC 3339 or epoch milliseconds, instead of the clock
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    now: Option<i64>,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let now_ms = arguments.now.unwrap_or_else(clock::now_ms);
    if let Some(destination) = &arguments.chain {
        let walk = chain::Walk {
            destination: Destination::open(destination)?,
            trust: &arguments.trust,
            scope: arguments.scope.as_ref(),
            now_ms,
        };
        return chain::run(&walk, reporter);
    }
    let Some(file) = &arguments.file else {
        return Err(Failure::misuse("usage", "no file was given"));
    };
    let client = snapshot::load(file, &arguments.trust, arguments.scope.as_ref(), now_ms)?;
    let header = client
        .header()
        .ok_or_else(|| Failure::new("SNAPSHOT_MALFORMED", "snapshot has no header"))?;
    let flags = client.flags().count();
    let stale = snapshot::is_stale(&client, now_ms, reporter);
    let (issued, expires) = (
        clock::written(header.issued_at_ms),
        clock::written(header.expires_ms),
    );
    let mut json = snapshot::header_json(header);
    if let Some(fields) = json.as_object_mut() {
        fields.insert("flags".into(), json!(flags));
        fields.insert("stale".into(), json!(stale));
        fields.insert("trust".into(), json!(arguments.trust.to_string()));
    }
    let text = format!(
        "{} version {}: {}, issued {issued}, expires {expires}\n",
        header.scope.as_str(),
        header.version,
        number(flags, "flag"),
    );
    reporter.result(&text, &json)
}
