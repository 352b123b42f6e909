use crate::input::git::Repository;
use serde_json::{Value, json};
use std::path::Path;

/// Longer texts of an environment are cut.
const LONGEST: usize = 500;

/// What is known of the build: by GitHub Actions or GitLab CI, else by the repository that the project is in.
pub(super) fn of(project: &Path) -> Value {
    let set = |name: &str| {
        let text = std::env::var(name).ok()?;
        let text: String = text.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
        Some(text).filter(|text| !text.is_empty())
    };
    if set("GITHUB_ACTIONS").is_some() {
        let run = set("GITHUB_RUN_ID");
        let url = || {
            let (server, repository) = (set("GITHUB_SERVER_URL")?, set("GITHUB_REPOSITORY")?);
            Some(format!("{server}/{repository}/actions/runs/{}", run.as_deref()?))
        };
        return json!({
            "system": "github",
            "commit": set("GITHUB_SHA"),
            // Of a pull request the name is that of a merge that nobody pushed.
            "branch": set("GITHUB_HEAD_REF").or_else(|| set("GITHUB_REF_NAME")),
            "id": run,
            "url": url(),
        });
    }
    if set("GITLAB_CI").is_some() {
        return json!({
            "system": "gitlab",
            "commit": set("CI_COMMIT_SHA"),
            "branch": set("CI_COMMIT_REF_NAME"),
            "id": set("CI_PIPELINE_ID"),
            "url": set("CI_PIPELINE_URL"),
        });
    }
    let repository = Repository::of(project).ok();
    let commit = repository
        .as_ref()
        .and_then(|repository| repository.commit("HEAD").ok());
    let branch = repository.and_then(|repository| {
        let asked = repository
            .ask(["symbolic-ref", "--quiet", "--short", "HEAD"])
            .ok()?;
        let name = String::from_utf8(asked.output).ok()?.trim().to_owned();
        Some(name).filter(|name| asked.is_done && !name.is_empty())
    });
    json!({
        "system": null,
        "commit": commit.map(|commit| commit.id),
        "branch": branch,
        "id": null,
        "url": null,
    })
}
