//! What `plan` tells of a change before anything is signed.

mod against;
mod comments;
mod commits;
mod people;
mod snapshots;

use super::repository::Repository;
use super::workshop::Run;

impl Repository {
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
