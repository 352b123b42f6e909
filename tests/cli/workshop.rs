use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder of its own for one test, and the command run inside it.
pub(super) struct Workshop {
    pub(super) folder: tempfile::TempDir,
}

/// What a run of the command came to.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) code: i32,
    pub(super) out: String,
    pub(super) err: String,
}

impl Workshop {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(super) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        if path.extension().is_some_and(|ending| ending == "key") {
            fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        }
    }

    /// Puts one text in the place of another, which must be there.
    #[track_caller]
    pub(super) fn replace(&self, path: &str, old: &str, new: &str) {
        let text = String::from_utf8(self.read(path)).unwrap();
        assert!(text.contains(old), "no `{old}` in {text}");
        self.write(path, text.replace(old, new));
    }

    pub(super) fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.path(path)).unwrap()
    }

    /// All files below a folder, by path.
    pub(super) fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        for entry in fs::read_dir(self.path(folder))
            .into_iter()
            .flatten()
            .map(Result::unwrap)
        {
            let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                found.append(&mut self.files(&path));
            } else {
                found.insert(path.clone(), self.read(&path));
            }
        }
        found
    }

    /// The entries of the audit log in a folder, over all of its months.
    pub(super) fn entries(&self, folder: &str) -> Vec<Value> {
        let files = self.files(folder).into_iter();
        let months = files.filter(|(path, _)| path.ends_with(".jsonl"));
        let months: Vec<String> = months
            .map(|(_, bytes)| String::from_utf8(bytes).unwrap())
            .collect();
        let lines = months.iter().flat_map(|text| text.lines());
        lines.map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The entries of the shop's audit log, which must verify.
    pub(super) fn audit(&self) -> Vec<Value> {
        let files = self.files("shop/audit").into_iter();
        let files = files.filter_map(|(path, bytes)| {
            let name = path.strip_prefix("shop/audit/").unwrap().to_owned();
            (!name.starts_with('.')).then_some((name, bytes))
        });
        let files: Vec<(String, Vec<u8>)> = files.collect();
        let (_, faults) = tidegate::delivery::audit::Chain::read(&files);
        assert_eq!(faults, []);
        let text = files.iter().map(|(_, bytes)| std::str::from_utf8(bytes).unwrap());
        let lines = text.flat_map(str::lines);
        lines.map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
        command.args(arguments).current_dir(self.folder.path());
        // Who does it, and for which build, is said by a test, not by where it runs.
        for (name, _) in std::env::vars_os() {
            let is_of = |system: &str| name.to_string_lossy().starts_with(system);
            if ["CI", "GITHUB_", "GITLAB_", "TIDEGATE_"].into_iter().any(is_of) {
                command.env_remove(name);
            }
        }
        command
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, "")
    }

    /// Runs the command with variables of its own.
    pub(super) fn run_in(&self, environment: &[(&str, &str)], arguments: &[&str]) -> Run {
        let mut command = self.command(arguments);
        let run = Run::of(&command.envs(environment.iter().copied()).output().unwrap());
        self.is_kept_secret_by(&run);
        run
    }

    /// Runs the command with a text on standard input.
    pub(super) fn run_with(&self, arguments: &[&str], input: &str) -> Run {
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
    pub(super) fn is_kept_secret_by(&self, run: &Run) {
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
}

impl Run {
    pub(super) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self {
            code: output.status.code().unwrap_or(-1),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }

    pub(super) fn succeeds(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }

    /// Ends with a code, and tells why on standard error and nowhere else.
    pub(super) fn fails(self, code: i32, why: &str) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        assert!(self.err.contains(why), "no `{why}` in: {}", self.err);
        self
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

/// The texts of a list.
pub(super) fn texts(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap();
    list.iter().map(|text| text.as_str().unwrap()).collect()
}

pub(super) fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}
