//! What `plan` tells of a change before anything is signed.

mod against;
mod comments;
mod commits;
mod people;
mod snapshots;

use super::shop::BANNER;
use super::workshop::{Run, Workshop};
use std::ops::Deref;
use std::process::Command;

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
        let output = Command::new("git")
            .args(["-c", "user.name=Ana", "-c", "user.email=ana@example.com"])
            .args(arguments)
            .current_dir(self.workshop.folder.path())
            // Nothing of whoever runs the tests.
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .env_remove("GIT_DIR")
            .env_remove("GIT_INDEX_FILE")
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    pub(super) fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    pub(super) fn plan(&self, project: &str, against: &str) -> Run {
        self.workshop.run(&[
            "plan",
            "--json",
            "--count",
            "100",
            "--project",
            project,
            "--against",
            against,
        ])
    }
}

/// The flags that change in a scope, with their kinds.
#[track_caller]
pub(super) fn changed(run: &Run, environment: &str, audience: &str) -> Vec<(String, String)> {
    let json = run.json();
    let scopes = json["scopes"].as_array().unwrap();
    let scope = scopes
        .iter()
        .find(|scope| scope["environment"] == environment && scope["audience"] == audience)
        .unwrap();
    let changes = scope["changes"].as_array().unwrap().iter();
    changes
        .map(|change| {
            let kinds = super::workshop::texts(&change["kinds"]).join(" ");
            (change["flag"].as_str().unwrap().to_owned(), kinds)
        })
        .collect()
}

pub(super) fn of(flag: &str, kinds: &str) -> (String, String) {
    (flag.to_owned(), kinds.to_owned())
}
