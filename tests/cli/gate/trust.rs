//! What a change brings with it to have itself held against something else, or to have something run.

use super::{INCREASES, NOW, Shop, against, in_folder, missing};
use crate::repository::Repository;
use crate::workshop::Run;

/// Settings that ask for nothing.
const LAX: &str = "project: shop\nenvironments: [production, staging]\n";

/// A raised share for which an approval is missing.
fn raised() -> Shop {
    let shop = Shop::with_policy(INCREASES);
    shop.raise_to("20");
    assert_eq!(missing(&shop.gate(&[])).len(), 2);
    shop
}

#[cfg(unix)]
#[test]
fn a_repository_among_the_files_of_a_change_is_none() {
    let shop = in_folder();
    let repository = &shop.repository;
    let pwned = repository.workshop.path("PWNED");
    // What `git init --bare` makes, with a history in which nothing differs, and a program to run.
    let config = format!(
        "[core]\nrepositoryformatversion = 0\nbare = false\nworktree = .\nfsmonitor = \"touch {}; false\"\n",
        pwned.display()
    );
    shop.edit("shop/flags/checkout.yaml", "share: 10", "share: 20");
    repository.git(&["init", "--quiet", "--bare", ".keys/bare"]);
    for part in ["HEAD", "config", "objects", "refs"] {
        let (from, to) = (format!(".keys/bare/{part}"), format!("shop/{part}"));
        std::fs::rename(repository.workshop.path(&from), repository.workshop.path(&to)).unwrap();
    }
    repository.workshop.write("shop/config", config);
    let inside =
        |arguments: &[&str]| repository.git(&[&["--git-dir=shop", "--work-tree=shop"], arguments].concat());
    let quiet = ["-c", "core.fsmonitor=false"];
    inside(&[&quiet[..], &["add", "flags", "tidegate.yaml"]].concat());
    inside(&[&quiet[..], &["commit", "--quiet", "--message", "same"]].concat());
    inside(&[&quiet[..], &["branch", "--force", "main"]].concat());
    for project in ["shop", "./shop", "shop/../shop"] {
        against(&shop, "main", &["--project", project]).fails(1, "repository-refused");
    }
    let check = [
        "check-release",
        "--json",
        "--against",
        "main",
        "--project",
        "shop",
    ];
    repository.workshop.run(&check).fails(1, "repository-refused");
    let plan = ["plan", "--json", "--against", "main", "--project", "shop"];
    repository.workshop.run(&plan).fails(1, "repository-refused");
    for command in ["stale", "refs"] {
        repository.workshop.run(&[command, "--json", "--project", "shop"]);
    }
    assert!(!pwned.exists());
}

#[cfg(unix)]
#[test]
fn nothing_that_the_settings_of_a_repository_name_is_run() {
    let shop = raised();
    let repository = &shop.repository;
    let pwned = repository.workshop.path("PWNED");
    let program = format!("touch {}; false", pwned.display());
    let hook = "#!/bin/sh\ntouch PWNED\n";
    repository.workshop.write(".keys/hooks/post-index-change", hook);
    repository
        .workshop
        .write(".keys/hooks/reference-transaction", hook);
    for name in [
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "gpg.program",
        "core.sshCommand",
        "diff.x.textconv",
    ] {
        repository.git(&["config", name, &program]);
    }
    repository.git(&["config", "log.showSignature", "true"]);
    repository.git(&["config", "core.hooksPath", ".keys/hooks"]);
    repository.workshop.write(".git/info/attributes", "* diff=x\n");
    assert_eq!(missing(&against(&shop, "main", &[])).len(), 2);
    repository.workshop.run(&["check-release", "--against", "main"]);
    repository.workshop.run(&["stale"]);
    assert!(!pwned.exists());
}

#[test]
fn a_tag_does_not_take_the_place_of_a_branch() {
    let shop = raised();
    let repository = &shop.repository;
    let first = repository.git(&["rev-parse", "main"]);
    let remote = ["update-ref", "refs/remotes/origin/main", first.trim()];
    repository.git(&remote);
    repository.git(&["tag", "origin/main", "HEAD"]);
    against(&shop, "origin/main", &[]).fails(1, "ref-ambiguous");
    against(&shop, "origin/main^0", &[]).fails(1, "ref-ambiguous");
    let plan = ["plan", "--json", "--against", "origin/main"];
    repository.workshop.run(&plan).fails(1, "ref-ambiguous");
    // Written out it is what it is, whatever tags are called.
    repository.git(&["tag", "refs/remotes/origin/main", "HEAD"]);
    assert_eq!(missing(&against(&shop, "refs/remotes/origin/main", &[])).len(), 2);
    assert_eq!(missing(&against(&shop, first.trim(), &[])).len(), 2);
    // Where the branch was not fetched, neither a tag nor a branch of its name is.
    repository.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    against(&shop, "refs/remotes/origin/main", &[]).fails(1, "unknown-ref");
    repository.git(&["remote", "add", "origin", "."]);
    against(&shop, "origin/main", &[]).fails(1, "ref-ambiguous");
    // Nor is one a commit.
    let short = first.get(..8).unwrap();
    assert_eq!(missing(&against(&shop, short, &[])).len(), 2);
    repository.git(&["tag", short, "HEAD"]);
    against(&shop, short, &[]).fails(1, "ref-ambiguous");
}

#[test]
fn a_base_without_a_project_is_refused_unless_that_is_said() {
    let shop = raised();
    let workshop = &shop.repository.workshop;
    std::fs::create_dir(workshop.path(".keys/empty")).unwrap();
    against(&shop, "./.keys/empty", &[]).fails(1, "not-in-folder");
    against(&shop, "./.keys/nowhere", &[]).fails(1, "cannot-read");
    shop.repository.git(&["switch", "--quiet", "--orphan", "empty"]);
    shop.repository
        .git(&["commit", "--quiet", "--allow-empty", "--message", "empty"]);
    shop.repository.git(&["switch", "--quiet", "change"]);
    against(&shop, "empty", &[]).fails(1, "not-in-commit");
    for base in ["empty", "./.keys/empty"] {
        let run = against(&shop, base, &["--first"]).succeeds();
        assert_eq!(run.json()["first"], true);
        for form in [&[][..], &["--markdown"]] {
            let arguments = ["gate", "--against", base, "--first", "--now", NOW];
            let told = workshop.run(&[&arguments[..], form].concat()).succeeds();
            assert!(told.out.contains("NOTHING HELD THIS CHANGE"), "{}", told.out);
        }
    }
    // It cannot stay in a pipeline.
    against(&shop, "main", &["--first"]).fails(1, "not-first");
}

#[test]
fn settings_that_cannot_be_read_as_they_were_are_there_all_the_same() {
    let pointer = format!(
        "version https://git-lfs.github.com/spec/v1\noid sha256:{:064}\nsize 10\n",
        0
    );
    let text: &[u8] = b"project: shop # \xff\nenvironments: [production]\n";
    for broken in [pointer.as_bytes(), text, b"" as &[u8], b"- not a project\n"] {
        let shop = Shop::with_policy(INCREASES);
        let repository = &shop.repository;
        let settings = repository.workshop.read("tidegate.yaml");
        repository.git(&["switch", "--quiet", "main"]);
        repository.workshop.write("tidegate.yaml", broken);
        repository.commit("break");
        repository.git(&["switch", "--quiet", "--create", "mend"]);
        repository.workshop.write("tidegate.yaml", settings);
        repository.commit("mend");
        shop.raise_to("20");
        shop.gate(&[]).fails(1, "before-unreadable");
        shop.gate(&["--first"]).fails(1, "-");
    }
}

#[test]
fn variables_of_git_lead_nowhere() {
    let shop = raised();
    let workshop = &shop.repository.workshop;
    // A repository in which nothing differs.
    let other = Repository::new();
    for path in ["tidegate.yaml", "flags/checkout.yaml"] {
        other.workshop.write(path, workshop.read(path));
    }
    other.commit("same");
    let (folder, top) = (other.workshop.path(".git"), other.workshop.folder.path());
    let mut command = workshop.command(&["gate", "--json", "--against", "main", "--now", NOW]);
    command.env("GIT_DIR", &folder).env("GIT_WORK_TREE", top);
    command
        .env("GIT_INDEX_FILE", folder.join("index"))
        .env("GIT_OBJECT_DIRECTORY", folder.join("objects"));
    command
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "core.worktree")
        .env("GIT_CONFIG_VALUE_0", top);
    let run = Run::of(&command.output().unwrap());
    assert_eq!(missing(&run).len(), 2);
}

#[test]
fn a_submodule_is_not_what_its_folder_was() {
    let shop = in_folder();
    let other = Repository::new();
    other.workshop.write("tidegate.yaml", LAX);
    other.commit("lax");
    let repository = &shop.repository;
    repository.git(&["rm", "--quiet", "-r", "shop"]);
    let url = other.workshop.folder.path().to_str().unwrap();
    repository.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        url,
        "shop",
    ]);
    repository.commit("a submodule");
    against(&shop, "main", &["--project", "shop"]).fails(1, "repository-refused");
}

#[test]
fn only_what_is_written_like_a_folder_is_one() {
    let shop = Shop::with_policy(INCREASES);
    let workshop = &shop.repository.workshop;
    // Somebody brings a folder of the name that the pipeline asks for, with a policy that asks for nothing.
    workshop.write(
        "origin/main/tidegate.yaml",
        "project: shop\nenvironments: [production, staging]\n",
    );
    shop.raise_to("20");
    workshop
        .run(&["gate", "--against", "origin/main"])
        .fails(1, "origin/main");
    let run = workshop.run(&["gate", "--json", "--against", "./origin/main", "--now", NOW]);
    assert_eq!(run.succeeds().json()["policy"], false);
}
