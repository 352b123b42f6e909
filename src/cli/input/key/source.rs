//! Where private keys come from: a file, the environment, or a command that signs. Never the command line, which every
//! user of a machine can read; and whatever is told of a key, it is never the key.

use super::external::External;
use super::parse;
use crate::failure::{Failure, Outcome};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use tidegate::trust::{Signer, SigningKey};

const LARGEST_BYTES: u64 = 64 << 10;

/// Shorter than the text of a key in any form.
const LONGEST_NAME: usize = 40;

/// The signer that a source names: `FILE`, `env:NAME` or `exec:COMMAND`.
pub(crate) fn signer(source: &str) -> Outcome<Box<dyn Signer>> {
    match source.strip_prefix("exec:") {
        Some(command) => Ok(Box::new(External::ask(command)?)),
        None => Ok(Box::new(read(source)?)),
    }
}

/// The key that a source holds: `FILE` or `env:NAME`.
pub(crate) fn read(source: &(impl AsRef<OsStr> + ?Sized)) -> Outcome<SigningKey> {
    let path = Path::new(source.as_ref());
    let Some(source) = source.as_ref().to_str() else {
        return from_file(path);
    };
    if source.contains("PRIVATE KEY") || source.contains('\n') {
        return Err(on_the_command_line());
    }
    if source.starts_with("exec:") {
        let message = "a command can sign for `publish` and `root`, but not here";
        return Err(Failure::misuse("key-refused", message));
    }
    match source.strip_prefix("env:") {
        Some(name) => from_environment(name),
        None => from_file(path),
    }
}

/// The refusal of a key in place of its source.
pub(crate) fn on_the_command_line() -> Failure {
    let message = "a private key must not stand on the command line, where others can read it";
    Failure::misuse("key-exposed", message)
        .with_help("name its file, or `env:NAME` for an environment variable that holds it")
}

fn from_environment(name: &str) -> Outcome<SigningKey> {
    let mut characters = name.chars();
    let named = characters
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        // What is long may be the key itself, and is not shown again.
        && name.len() <= LONGEST_NAME;
    if !named {
        let message = "what follows `env:` is not the name of an environment variable";
        return Err(Failure::misuse("key-invalid", message));
    }
    let shown = format!("the environment variable `{name}`");
    let text = std::env::var(name).map_err(|error| {
        let reason = match error {
            std::env::VarError::NotPresent => "is not set",
            std::env::VarError::NotUnicode(_) => "is not text",
        };
        Failure::new(
            "key-invalid",
            format!("the environment variable `{name}` {reason}"),
        )
    })?;
    parse(&text).map_err(|reason| refused(&shown, reason))
}

fn from_file(path: &Path) -> Outcome<SigningKey> {
    let failed = |error: io::Error| Failure::file("read", path, &error);
    let file = File::open(path).map_err(failed)?;
    let mut text = Vec::new();
    (&file)
        .take(LARGEST_BYTES)
        .read_to_end(&mut text)
        .map_err(failed)?;
    let shown = format!("`{}`", path.display());
    let text = String::from_utf8(text).map_err(|_| refused(&shown, "it is not text").about(path))?;
    let key = parse(&text).map_err(|reason| refused(&shown, reason).about(path))?;
    only_for_its_owner(path, &file)?;
    Ok(key)
}

/// A key that others on the machine can read is theirs as well.
#[cfg(unix)]
fn only_for_its_owner(path: &Path, file: &File) -> Outcome {
    use std::os::unix::fs::PermissionsExt;
    let about = file
        .metadata()
        .map_err(|error| Failure::file("read", path, &error))?;
    let mode = about.permissions().mode() & 0o777;
    // What is no plain file, such as a pipe from a secret store, cannot be opened by others later.
    if !about.is_file() || mode & 0o077 == 0 {
        return Ok(());
    }
    let shown = path.display();
    let message = format!("`{shown}` has mode {mode:o}, so that others can get at the key");
    Err(Failure::new("key-exposed", message)
        .about(path)
        .with_help(format!(
            "`chmod 600 {shown}`, and a new key if others were on this machine"
        )))
}

#[cfg(not(unix))]
fn only_for_its_owner(_path: &Path, _file: &File) -> Outcome {
    Ok(())
}

fn refused(what: &str, reason: &str) -> Failure {
    Failure::new("key-invalid", format!("{what} is not a private key: {reason}"))
        .with_help("a key is made by `tidegate keygen`, or by `openssl genpkey -algorithm ed25519`")
}
