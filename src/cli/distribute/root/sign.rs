use super::change::may_sign;
use super::record::Log;
use super::report::tell;
use crate::distribute::publish::roots;
use crate::failure::{Failure, Outcome};
use crate::input::anchor;
use crate::input::file;
use crate::input::key;
use crate::layout;
use crate::report::Reporter;
use std::path::PathBuf;
use tidegate::trust::add_signature;

/// Add a signature to a root
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tidegate root sign 2.root --key bob.key\n\n\
    Shows first what the root says, with --dry-run and nothing else. Where clients trust a bare key so far, that key signs \
    the first root as well, and they follow.")]
pub(super) struct Arguments {
    /// The root's file
    file: PathBuf,
    /// A private key of this root or of the one before it: its file, `env:NAME` or `exec:COMMAND`
    #[arg(long, value_name = "KEY", required_unless_present = "dry_run")]
    key: Vec<String>,
    /// The root before it; by default the one beside it that is named for its version
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,
    /// Show who has signed, and sign nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    log: Log,
}

pub(super) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let path = &arguments.file;
    let mut frame = file::read(path, layout::DOCUMENT_BYTES)?;
    let root = roots::decode(path, &frame)?;
    let before = root.version - 1;
    let beside = || path.with_file_name(format!("{before}.root"));
    let before = match (before, &arguments.previous) {
        (0, _) => None,
        (_, Some(previous)) => Some(previous.clone()),
        (_, None) => Some(beside()).filter(|path| path.exists()),
    };
    let before = match before {
        Some(path) => {
            let bytes = file::read(&path, layout::DOCUMENT_BYTES)?;
            let before = roots::decode(&path, &bytes)?;
            if before.version + 1 != root.version || before.project != root.project {
                let message = format!("`{}` is not the root before it", path.display());
                return Err(Failure::new("ROOT_CONFLICT", message).about(&path));
            }
            Some(before)
        }
        None => None,
    };
    if !arguments.dry_run {
        let signers: Vec<_> = arguments
            .key
            .iter()
            .map(|source| key::signer(source))
            .collect::<Outcome<_>>()?;
        anchor::for_production(&signers)?;
        for signer in &signers {
            // A bare key that clients trust signs the first root without having a role in it.
            if root.version > 1 {
                may_sign(&signer.public_key(), &root, before.as_ref())?;
            }
            frame = add_signature(&frame, signer.as_ref())
                .map_err(|error| Failure::new("signer-failed", error.to_string()))?;
        }
        let unsigned = file::read(path, layout::DOCUMENT_BYTES)?;
        file::replace(path, &frame)?;
        arguments.log.tell("sign", path, Some(&unsigned), &frame, &root)?;
    }
    tell(path, &frame, before.as_ref(), reporter)
}
