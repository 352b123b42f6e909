//! The `tidegate` command, run as people run it.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod chain;
mod eval;
mod faults;
mod keys;
mod kill;
mod project;
mod publish;
mod races;
mod roots;
mod serve;
mod snapshot;
mod undo;

use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder of its own for one test, and the command run inside it.
struct Workshop {
    folder: tempfile::TempDir,
}

/// What a run of the command came to.
#[derive(Debug)]
struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Workshop {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    /// With a project `shop` of the given flags, a key pair in `keys`, and what `init` wrote left out.
    fn with_shop(flags: &[(&str, &str)]) -> Self {
        let workshop = Self::new();
        workshop.write(
            "shop/tidegate.yaml",
            "project: shop\nenvironments: [production, staging]\n",
        );
        for (key, text) in flags {
            workshop.write(&format!("shop/flags/{key}.yaml"), text);
        }
        workshop.run(&["keygen", "--out", "keys"]).succeeds();
        workshop
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        if path.extension().is_some_and(|ending| ending == "key") {
            fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        }
    }

    fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.path(path)).unwrap()
    }

    fn trust(&self) -> String {
        String::from_utf8(self.read("keys/tidegate.pub"))
            .unwrap()
            .trim()
            .to_owned()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
        command.args(arguments).current_dir(self.folder.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, "")
    }

    /// Runs the command with a text on standard input.
    fn run_with(&self, arguments: &[&str], input: &str) -> Run {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that does not read its input may be gone already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let run = Run::of(&child.wait_with_output().unwrap());
        self.is_kept_secret_by(&run);
        run
    }

    /// No run of any command tells a private key.
    fn is_kept_secret_by(&self, run: &Run) {
        for folder in fs::read_dir(self.folder.path()).unwrap() {
            for file in fs::read_dir(folder.unwrap().path()).into_iter().flatten() {
                let path = file.unwrap().path();
                if path.extension().is_none_or(|ending| ending != "key") {
                    continue;
                }
                let text = fs::read(&path).unwrap();
                let text = String::from_utf8_lossy(&text);
                let secret = text
                    .lines()
                    .find(|line| line.len() >= 40 && !line.contains("KEY"));
                let told = secret.is_some_and(|secret| run.out.contains(secret) || run.err.contains(secret));
                assert!(!told, "{run:?}");
            }
        }
    }

    /// Compiles the shop for production's clients.
    fn compile(&self, more: &[&str]) -> Run {
        let mut arguments = vec![
            "compile",
            "--project",
            "shop",
            "--environment",
            "production",
            "--audience",
            "client",
            "--key",
            "keys/tidegate.key",
            "--out",
            "shop.tgf",
        ];
        arguments.extend(more);
        self.run(&arguments)
    }
}

impl Run {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self {
            code: output.status.code().unwrap_or(-1),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }

    fn succeeds(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }

    /// Ends with a code, and tells why on standard error and nowhere else.
    fn fails(self, code: i32, why: &str) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        assert!(self.err.contains(why), "no `{why}` in: {}", self.err);
        self
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

/// A flag that Canadians see.
const BANNER: &str = "\
description: A banner
owner: web
type: release
clientVisible: true
salt: k3v9x2
default: off
rules:
  - name: canada
    if: { attribute: country, in: [CA] }
    serve: on
environments:
  production: {}
  staging: {}
";

#[test]
fn every_command_shows_an_example() {
    let workshop = Workshop::new();
    for command in [
        "init", "keygen", "lint", "compile", "verify", "inspect", "eval", "explain", "serve", "publish",
        "kill", "renew", "root", "unkill", "rollback",
    ] {
        let help = workshop.run(&[command, "--help"]).succeeds().out;
        assert!(
            help.contains(&format!("Example:\n  tidegate {command}")),
            "{help}"
        );
    }
    assert!(workshop.run(&["--help"]).succeeds().out.contains("Example:"));
}

#[test]
fn misuse_exits_2() {
    let workshop = Workshop::new();
    workshop.run(&[]).fails(2, "Usage:");
    workshop.run(&["lint", "--projekt", "x"]).fails(2, "--projekt");
    workshop
        .run(&["verify", "x", "--trust", "ed25519:short"])
        .fails(2, "trust string is not");
    workshop
        .run(&["verify", "x", "--trust", "ed25519:short", "--scope", "x"])
        .fails(2, "trust string is not");
    let told = workshop.run(&["verify", "--json"]).fails(2, "--trust").err;
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["code"], "usage");
}

fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}
