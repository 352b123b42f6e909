use crate::failure::{Failure, Outcome};
use crate::report::{Reporter, number};
use crate::{clock, snapshot};
use serde_json::json;
use std::path::PathBuf;
use tidegate::{Scope, Trust};

/// Check that a snapshot is whole, signed by a trusted key, and for a scope
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate verify shop.tgf --trust \"$(cat tidegate.pub)\" \\\n    --scope shop/production/client\n\n\
    A snapshot that has expired is still good, as clients go on serving it; a warning tells."
)]
pub(crate) struct Arguments {
    /// The snapshot
    file: PathBuf,
    /// The public key that must have signed it: `ed25519:…` or `ed25519-dev:…`
    #[arg(long, value_parser = Trust::parse)]
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
    let client = snapshot::load(
        &arguments.file,
        &arguments.trust,
        arguments.scope.as_ref(),
        now_ms,
    )?;
    let header = client
        .header()
        .ok_or_else(|| Failure::new("SNAPSHOT_MALFORMED", "snapshot has no header"))?;
    let flags = client.flags().count();
    let stale = snapshot::is_stale(header, now_ms, reporter);
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
