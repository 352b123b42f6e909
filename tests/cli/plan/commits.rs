//! The other side is a commit.

use super::{Repository, changed, of};
use crate::shop::BANNER;
use crate::workshop::Workshop;

#[test]
fn nothing_changes_exits_0() {
    let repository = Repository::with_project(".");
    let run = repository.plan(".", "main").succeeds();
    assert_eq!(changed(&run, "production", "client"), []);
}

#[test]
fn a_change_exits_2_and_is_told_for_each_environment_and_audience() {
    let repository = Repository::with_project(".");
    let wider = BANNER.replace("in: [CA]", "in: [CA, US]");
    repository.workshop.write("flags/banner.yaml", wider);
    let run = repository.plan(".", "main");
    assert_eq!(run.code, 2, "{run:?}");
    for environment in ["production", "staging"] {
        for audience in ["client", "server"] {
            assert_eq!(changed(&run, environment, audience), [of("banner", "targeting")]);
        }
    }
    let difference = &run.json()["scopes"][0]["changes"][0]["differences"][0];
    assert_eq!(difference["path"], "rules[0].if.in");
    assert_eq!(difference["after"], serde_json::json!(["CA", "US"]));
}

#[test]
fn a_project_in_a_folder_of_the_repository_is_found_there() {
    let repository = Repository::with_project("deploy/shop flags");
    repository.plan("deploy/shop flags", "HEAD").succeeds();
    let path = "deploy/shop flags/flags/banner.yaml";
    repository
        .workshop
        .write(path, BANNER.replace("default: off", "default: on"));
    let run = repository.plan("deploy/shop flags", "main");
    assert_eq!(changed(&run, "production", "server"), [of("banner", "increase")]);
}

#[test]
fn a_renamed_flag_is_gone_and_new() {
    let repository = Repository::with_project(".");
    repository.git(&["mv", "flags/banner.yaml", "flags/poster.yaml"]);
    let run = repository.plan(".", "main");
    let expected = [of("banner", "delete"), of("poster", "new")];
    assert_eq!(changed(&run, "production", "client"), expected);
}

#[test]
fn what_names_no_commit_is_told() {
    let repository = Repository::with_project(".");
    for (name, code) in [
        ("no-such-branch", "unknown-ref"),
        ("main..main", "unknown-ref"),
        ("main:flags", "unknown-ref"),
        ("--output=x", "ref-invalid"),
        ("-", "ref-invalid"),
        ("", "ref-invalid"),
        ("main\nmain", "ref-invalid"),
    ] {
        let against = format!("--against={name}");
        let run = repository.workshop.run(&["plan", "--json", &against]);
        run.fails(1, code);
    }
    assert!(!repository.workshop.path("x").exists());
}

#[test]
fn a_repository_without_history_is_told() {
    let repository = Repository::new();
    let workshop = &repository.workshop;
    workshop.write("tidegate.yaml", "project: shop\nenvironments: [production]\n");
    repository.plan(".", "HEAD").fails(1, "no-commits");
    repository.plan(".", "main").fails(1, "no-commits");
}

#[test]
fn a_folder_that_is_in_no_repository_is_told() {
    let workshop = Workshop::new();
    workshop.write("tidegate.yaml", "project: shop\nenvironments: [production]\n");
    let run = workshop.run(&["plan", "--against", "main"]);
    run.fails(1, "not-a-repository").fails(1, "`git init`");
    let run = workshop.run(&["gate", "--against", "main"]);
    run.fails(1, "not-a-repository").fails(1, "also takes a folder");
}

#[test]
fn a_shallow_repository_says_how_to_get_the_rest() {
    let origin = Repository::with_project(".");
    let first = origin.git(&["rev-parse", "HEAD"]);
    origin
        .workshop
        .write("flags/banner.yaml", BANNER.replace("[CA]", "[US]"));
    origin.commit("second");
    let url = format!("file://{}", origin.workshop.folder.path().display());
    let clone = Repository::new();
    clone.git(&["fetch", "--quiet", "--depth=1", &url, "main"]);
    clone.git(&["checkout", "--quiet", "FETCH_HEAD"]);
    clone.plan(".", first.trim()).fails(1, "fetch-depth");
}

#[test]
fn a_commit_without_the_project_is_told() {
    let repository = Repository::new();
    repository.workshop.write("README", "nothing yet");
    repository.commit("first");
    let settings = "project: shop\nenvironments: [production]\n";
    repository.workshop.write("tidegate.yaml", settings);
    repository.workshop.write("shop/tidegate.yaml", settings);
    repository.plan(".", "main").fails(1, "not-in-commit");
    repository.plan("shop", "main").fails(1, "not-in-commit");
}

#[test]
fn what_was_broken_before_keeps_nobody_from_seeing_the_rest() {
    let repository = Repository::with_project(".");
    let workshop = &repository.workshop;
    workshop.write("flags/broken.yaml", "salt: [\n");
    repository.commit("broken");
    workshop.write("flags/broken.yaml", BANNER);
    workshop.write("flags/banner.yaml", BANNER.replace("default: off", "default: on"));
    let run = repository.plan(".", "main").fails(2, "before-incomplete");
    let expected = [of("banner", "increase"), of("broken", "increase targeting other")];
    assert_eq!(changed(&run, "production", "server"), expected);
}

#[test]
fn what_is_broken_now_is_told_with_its_place() {
    let repository = Repository::with_project(".");
    repository
        .workshop
        .write("flags/banner.yaml", BANNER.replace("in: [CA]", "inn: [CA]"));
    let run = repository.plan(".", "main").fails(1, "unknown-key");
    assert!(run.err.contains("\"line\":9"), "{run:?}");
    assert_eq!(run.out, "");
}

#[test]
fn settings_that_were_unreadable_are_told() {
    let repository = Repository::new();
    repository.workshop.write("tidegate.yaml", "project: [\n");
    repository.commit("broken");
    repository
        .workshop
        .write("tidegate.yaml", "project: shop\nenvironments: [production]\n");
    repository.plan(".", "main").fails(1, "before-unreadable");
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_in_a_commit() {
    let repository = Repository::with_project(".");
    let link = repository.workshop.path("flags/linked.yaml");
    std::os::unix::fs::symlink("banner.yaml", link).unwrap();
    repository.commit("a link");
    let run = repository.plan(".", "main").fails(2, "before-incomplete");
    let expected = [of("linked", "increase targeting other")];
    assert_eq!(changed(&run, "production", "server"), expected);
}

/// A shop whose banner is for a list, with this in the list's file.
fn with_list(ids: &str) -> Repository {
    let repository = Repository::with_project(".");
    let asks = BANNER.replace("{ attribute: country, in: [CA] }", "{ segment: beta }");
    repository.write(
        "flags/banner.yaml",
        asks.replace("clientVisible: true", "clientVisible: false"),
    );
    repository.write("segments/beta.yaml", "idsFile: beta.txt\n");
    repository.write("segments/beta.txt", ids);
    repository.commit("a list");
    repository
}

#[test]
fn lists_are_read_from_the_commit_too() {
    let repository = with_list("u-1\nu-2\n");
    let workshop = &repository.workshop;
    repository.plan(".", "main").succeeds();
    workshop.write("segments/beta.txt", "u-1\nu-3\n");
    let run = repository.plan(".", "main");
    assert_eq!(changed(&run, "production", "server"), [of("banner", "targeting")]);
}

#[test]
fn a_list_that_git_keeps_elsewhere_is_no_list() {
    let repository = with_list("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 4\n");
    let workshop = &repository.workshop;
    workshop.write("segments/beta.txt", "u-1\n");
    let run = repository.plan(".", "main").fails(2, "before-incomplete");
    // What clients never saw is not gone for them.
    assert_eq!(changed(&run, "production", "client"), []);
}

#[test]
fn misuse_is_an_error_like_others() {
    let workshop = Workshop::new();
    workshop.run(&["plan"]).fails(1, "--against");
    workshop
        .run(&["--json", "plan", "--againts", "x"])
        .fails(1, "usage");
    workshop.run(&["plan", "--help"]).succeeds();
    workshop.run(&["lint", "--againts", "x"]).fails(2, "--againts");
}
