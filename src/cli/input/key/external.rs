use crate::failure::{Failure, Outcome};
use data_encoding::BASE64;
use ed25519_dalek::{Signature, VerifyingKey};
use std::io::Write;
use std::process::{Command, Stdio};
use tidegate::Trust;
use tidegate::trust::Signer;

/// A command that holds a key, or reaches one in a vault or a chip, and never hands it out.
///
/// `COMMAND public` prints the trust string; `COMMAND sign` reads the bytes and prints their Ed25519 signature in base64.
/// What it writes to standard error is for the person at the terminal.
pub(super) struct External {
    command: String,
    trust: Trust,
    public_key: [u8; 32],
}

impl External {
    /// Asks a command for its public key.
    pub(super) fn ask(command: &str) -> Outcome<Self> {
        let failed = |reason: String| {
            Failure::new("signer-failed", format!("`{command} public`: {reason}")).with_help(
                "`COMMAND public` prints the trust string, `COMMAND sign` the signature over standard input in base64",
            )
        };
        let printed = run(command, "public", &[]).map_err(failed)?;
        let trust = Trust::parse(printed.trim())
            .map_err(|_| failed("what it printed is not a trust string".to_owned()))?;
        let public_key = match trust.root().root.keys.as_slice() {
            [key] if trust.root().version == 0 => *key,
            _ => return Err(failed("it printed a root, and not a single key".to_owned())),
        };
        Ok(Self {
            command: command.to_owned(),
            trust,
            public_key,
        })
    }
}

impl Signer for External {
    fn public_key(&self) -> [u8; 32] {
        self.public_key
    }

    fn is_development(&self) -> bool {
        self.trust.is_development()
    }

    fn sign_bytes(&self, bytes: &[u8]) -> Result<[u8; 64], String> {
        let command = &self.command;
        let failed = |reason: &str| format!("`{command} sign`: {reason}");
        let printed = run(command, "sign", bytes).map_err(|reason| failed(&reason))?;
        let signature: [u8; 64] = BASE64
            .decode(printed.trim().as_bytes())
            .ok()
            .and_then(|signature| signature.try_into().ok())
            .ok_or_else(|| failed("what it printed is not a signature of 64 bytes in base64"))?;
        let fits = VerifyingKey::from_bytes(&self.public_key)
            .and_then(|key| key.verify_strict(bytes, &Signature::from_bytes(&signature)));
        match fits {
            Ok(()) => Ok(signature),
            Err(_) => Err(failed("the signature does not fit its public key")),
        }
    }
}

/// Runs the command with one more word, through the shell, so that it can have options of its own.
fn run(command: &str, word: &str, input: &[u8]) -> Result<String, String> {
    let mut shell = shell(command, word);
    let mut child = shell
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot be run: {error}"))?;
    // Told by its exit code, should it not want the bytes.
    if let Some(mut stdin) = child.stdin.take() {
        let _ = stdin.write_all(input);
    }
    let output = child
        .wait_with_output()
        .map_err(|error| format!("cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(format!("it failed with {}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| "what it printed is not text".to_owned())
}

#[cfg(unix)]
fn shell(command: &str, word: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{command} \"$@\""), "tidegate", word]);
    shell
}

#[cfg(not(unix))]
fn shell(command: &str, word: &str) -> Command {
    let mut shell = Command::new("cmd");
    shell.args(["/C", &format!("{command} {word}")]);
    shell
}
