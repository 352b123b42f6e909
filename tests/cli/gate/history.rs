//! A repository that cannot tell what was before.

use super::{INCREASES, NOW, Shop, against};
use crate::repository::Repository;
use crate::workshop::Workshop;

const COMMANDS: [&str; 3] = ["gate", "check-release", "approve"];

/// The codes with which the commands that ask what was before end.
#[track_caller]
fn all_fail(workshop: &Workshop, base: &str, code: &str) {
    for command in COMMANDS {
        let more: &[&str] = match command {
            "approve" => &["--change", "--by", "ben", "--key", ".keys/ben/tidegate.key"],
            _ => &[],
        };
        let arguments = [command, "--json", "--against", base, "--now", NOW];
        let run = workshop.run(&[&arguments, more].concat());
        run.fails(1, &format!("\"code\":\"{code}\""));
    }
}

#[test]
fn a_repository_without_a_commit_has_nothing_to_be_held_against() {
    let shop = Shop::with_policy(INCREASES);
    let workshop = &shop.repository.workshop;
    std::fs::remove_dir_all(workshop.path(".git")).unwrap();
    shop.repository.git(&["init", "--quiet", "--initial-branch=main"]);
    for base in ["HEAD", "main", "origin/main", "HEAD~1"] {
        all_fail(workshop, base, "no-commits");
    }
    // Not even where somebody says that this is the first project.
    against(&shop, "main", &["--first"]).fails(1, "no-commits");
}

#[test]
fn a_folder_that_is_in_no_repository_has_nothing_to_be_held_against() {
    let shop = Shop::with_policy(INCREASES);
    std::fs::remove_dir_all(shop.repository.workshop.path(".git")).unwrap();
    all_fail(&shop.repository.workshop, "main", "not-a-repository");
    against(&shop, "main", &["--first"]).fails(1, "not-a-repository");
}

#[test]
fn a_shallow_clone_says_that_the_base_is_to_be_fetched() {
    let shop = Shop::with_policy(INCREASES);
    let first = shop.repository.git(&["rev-parse", "main"]);
    shop.raise_to("20");
    let origin = shop.repository.url();
    let clone = Repository::new();
    clone.git(&["fetch", "--quiet", "--depth=1", &origin, "change"]);
    clone.git(&["checkout", "--quiet", "FETCH_HEAD"]);
    for base in [first.trim(), "main", "origin/main", "HEAD~1"] {
        let run = clone.workshop.run(&["gate", "--json", "--against", base]);
        run.fails(1, "\"code\":\"unknown-ref\"").fails(1, "fetch-depth");
    }
    clone.git(&["fetch", "--quiet", "--unshallow", &origin]);
    let run = clone
        .workshop
        .run(&["gate", "--json", "--against", first.trim(), "--now", NOW]);
    assert_eq!(super::missing(&run).len(), 2);
}
