use crate::failure::{Failure, Outcome};
use crate::input::file;
use crate::input::key;
use crate::report::Reporter;
use serde_json::json;
use std::path::PathBuf;

/// Make a key pair: `tidegate.key`, which signs, and `tidegate.pub`, which others trust
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tidegate keygen --out ~/.config/shop\n\n\
    `tidegate.key` is PKCS#8 in PEM and must stay secret; `tidegate.pub` holds the trust string that is printed.")]
pub(crate) struct Arguments {
    /// The folder for the two files; made when it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// What the two files are named for: `NAME.key` and `NAME.pub`
    #[arg(long, value_name = "NAME", default_value = "tidegate")]
    name: String,
    /// Make a development key: clients take what it signs only where they allow such keys
    #[arg(long)]
    development: bool,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let folder = &arguments.out;
    std::fs::create_dir_all(folder).map_err(|error| Failure::file("write", folder, &error))?;
    let name = &arguments.name;
    if name.is_empty() || name.contains(['/', '\\']) {
        let message = format!("`{name}` cannot name a file");
        return Err(Failure::misuse("cannot-write", message));
    }
    let private_path = folder.join(format!("{name}.key"));
    let public_path = folder.join(format!("{name}.pub"));
    // Asked before anything is written, so that no half of a pair is left behind.
    if let Some(path) = [&private_path, &public_path]
        .into_iter()
        .find(|path| path.symlink_metadata().is_ok())
    {
        return Err(file::exists(path));
    }
    let (pem, key) = key::generate(arguments.development)?;
    let trust = key.trust().to_string();
    file::create(&private_path, pem.as_bytes(), true)?;
    file::create(&public_path, format!("{trust}\n").as_bytes(), false)?;
    reporter.result(
        &format!("{trust}\n"),
        &json!({ "trust": trust, "key": private_path.display().to_string(), "public": public_path.display().to_string() }),
    )
}
