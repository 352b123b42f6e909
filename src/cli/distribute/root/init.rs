use super::record::Log;
use super::report::{fillable, tell};
use crate::clock;
use crate::distribute::publish::signers::Signers;
use crate::failure::{Failure, Outcome};
use crate::input::anchor;
use crate::input::file;
use crate::report::Reporter;
use std::path::PathBuf;
use tidegate::Scope;
use tidegate::trust::{Kind, Role, Root};

/// Make the first root of a project
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate root init --project shop --key alice.key --root-key bob.pub --threshold 2 \\\n    \
    --snapshot-key ci.pub --head-key ci.pub --head-key oncall.pub --head-lifetime 7d --out 1.root\n\n\
    The trust string that is printed is what clients are given. Keep the keys of the root offline: they are needed only \
    when keys change."
)]
pub(super) struct Arguments {
    /// The project's name, the first part of its scopes
    #[arg(long)]
    project: String,
    /// A private key of the root that signs now: its file, `env:NAME` or `exec:COMMAND`
    #[arg(long, value_name = "KEY", required = true)]
    key: Vec<String>,
    /// The public key of one who signs the root later
    #[arg(long, value_name = "PUBLIC")]
    root_key: Vec<String>,
    /// How many keys of the root must sign the next root
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    threshold: u8,
    /// The public key of one who signs snapshots
    #[arg(long, value_name = "PUBLIC", required = true)]
    snapshot_key: Vec<String>,
    /// How many keys must sign a snapshot
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    snapshot_threshold: u8,
    /// The public key of one who signs heads
    #[arg(long, value_name = "PUBLIC", required = true)]
    head_key: Vec<String>,
    /// How many keys must sign a head
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    head_threshold: u8,
    /// How long a head may last at most
    #[arg(long, value_name = "DURATION", value_parser = clock::duration, default_value = "7d")]
    head_lifetime: i64,
    /// Where the root goes
    #[arg(long, value_name = "FILE", default_value = "1.root")]
    out: PathBuf,
    #[command(flatten)]
    log: Log,
}

pub(super) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let project = &arguments.project;
    if Scope::parse(&format!("{project}/environment/client")).is_err() {
        let message = format!("`{project}` is not the name of a project: `[A-Za-z0-9._-]{{1,64}}`");
        return Err(Failure::misuse("SCOPE_INVALID", message));
    }
    let signers = Signers::open(Kind::Root, &arguments.key)?;
    let mut root_keys = signers.public_keys();
    root_keys.extend(anchor::public_keys(&arguments.root_key)?);
    let root = Root {
        project: project.clone(),
        version: 1,
        longest_head_lifetime_ms: arguments.head_lifetime,
        root: role(arguments.threshold, root_keys),
        snapshot: role(
            arguments.snapshot_threshold,
            anchor::public_keys(&arguments.snapshot_key)?,
        ),
        head: role(
            arguments.head_threshold,
            anchor::public_keys(&arguments.head_key)?,
        ),
    };
    fillable(&root)?;
    let frame = signers.seal(&root.encode())?;
    file::create(&arguments.out, &frame, false)?;
    arguments.log.tell("init", &arguments.out, None, &frame, &root)?;
    tell(&arguments.out, &frame, None, reporter)
}

/// A key that is given twice is one key.
fn role(threshold: u8, given: Vec<[u8; 32]>) -> Role {
    let mut keys = Vec::new();
    for key in given {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    Role { threshold, keys }
}
