//! A git repository for one test, and the people who work in it.

use super::shop::BANNER;
use super::workshop::{Run, Workshop};
use serde_json::Value;
use std::ops::Deref;
use std::path::Path;
use std::process::{Command, Output};
use tidegate::delivery::govern::{Approval, ChangeDigest};
use tidegate::trust::SigningKey;

/// A shop in a repository.
pub(super) struct Repository {
    pub(super) workshop: Workshop,
}

impl Deref for Repository {
    type Target = Workshop;

    fn deref(&self) -> &Workshop {
        &self.workshop
    }
}

impl Repository {
    /// With the banner's project in a folder, `.` for the top, and one commit called `main`.
    pub(super) fn with_project(folder: &str) -> Self {
        let repository = Self::new();
        let workshop = &repository.workshop;
        workshop.write(
            &format!("{folder}/tidegate.yaml"),
            "project: shop\nenvironments: [production, staging]\n",
        );
        workshop.write(&format!("{folder}/flags/banner.yaml"), BANNER);
        repository.commit("first");
        repository
    }

    /// Without a commit.
    pub(super) fn new() -> Self {
        let repository = Self {
            workshop: Workshop::new(),
        };
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    #[track_caller]
    pub(super) fn git(&self, arguments: &[&str]) -> String {
        let output = git(self.workshop.folder.path(), arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    pub(super) fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    pub(super) fn commit_at(&self, date: &str, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--date", date, "--message", message]);
    }

    /// The newest commits of its `main` and `change`, without what lies before: there as `base` and, checked out, `change`.
    pub(super) fn shallow(&self) -> Self {
        let shallow = Self::new();
        let both = ["main:base", "change:change"];
        shallow.git(&[&["fetch", "--quiet", "--depth=1", &self.url()], &both[..]].concat());
        shallow.git(&["switch", "--quiet", "change"]);
        shallow
    }

    /// Where others fetch from.
    pub(super) fn url(&self) -> String {
        format!("file://{}", self.workshop.folder.path().display())
    }

    /// A key in `.keys` for each of some people, and the part of `tidegate.yaml` that names them.
    pub(super) fn people(&self, names: &[&str]) -> String {
        let person = |name: &&str| {
            let key = self
                .run(&["keygen", "--out", &format!(".keys/{name}")])
                .succeeds()
                .out;
            let key = key.trim();
            format!("  {name}: {{ email: {name}@example.com, login: {name}-gh, keys: [\"{key}\"] }}\n")
        };
        format!("people:\n{}", names.iter().map(person).collect::<String>())
    }

    /// Somebody agrees, with a key, to what differs from `main`.
    pub(super) fn approve(&self, by: &str, key: &str, more: &[&str]) -> Run {
        let what = ["approve", "--json", "--change", "--against", "main"];
        self.run(&[&what[..], &["--by", by, "--key", key], more].concat())
    }
}

impl Repository {
    /// An approval of a change, as somebody signs it who does not ask `approve`.
    pub(super) fn sign_approval(&self, by: &str, change: &Value, key: &SigningKey) {
        let approval = Approval {
            project: "shop".to_owned(),
            change: ChangeDigest::parse(change.as_str().unwrap()).unwrap(),
            by: by.to_owned(),
            // 2026-11-21, and 30 days later.
            at_ms: 1_795_219_200_000,
            expires_ms: 1_797_811_200_000,
            note: None,
        };
        self.write(&approval.path(), approval.seal(key).unwrap());
    }
}

/// What `git` does in a folder, by Ana, with nothing of whoever runs the tests.
pub(super) fn git(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("git")
        .args(["-c", "user.name=Ana", "-c", "user.email=ana@example.com"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .output()
        .unwrap()
}
