//! Links by which a change would have itself held against something else.
#![cfg(unix)]

use super::{INCREASES, Shop, against, in_folder};
use crate::repository::Repository;

/// Settings that ask for nothing.
const LAX: &str = "project: shop\nenvironments: [production, staging]\n";

fn link(repository: &Repository, target: &str, at: &str) {
    std::os::unix::fs::symlink(target, repository.workshop.path(at)).unwrap();
}

#[test]
fn settings_behind_a_link_are_there_all_the_same() {
    let shop = Shop::with_policy(INCREASES);
    let repository = &shop.repository;
    repository.git(&["mv", "tidegate.yaml", "settings.txt"]);
    link(repository, "settings.txt", "tidegate.yaml");
    repository.commit("link");
    shop.gate(&[]).fails(1, "link-refused");
    repository.git(&["branch", "--force", "main"]);
    shop.raise_to("20");
    shop.gate(&[]).fails(1, "before-unreadable");
}

#[test]
fn no_link_leads_to_a_project() {
    let shop = in_folder();
    let repository = &shop.repository;
    repository.workshop.write("other/lax/tidegate.yaml", LAX);
    repository.git(&["branch", "--force", "main"]);
    repository.git(&["mv", "shop", "shop2"]);
    link(repository, "shop2", "shop");
    shop.edit("shop2/flags/checkout.yaml", "share: 10", "share: 20");
    repository.commit("link");
    for project in ["shop", "./shop", "shop/", "other/../shop"] {
        against(&shop, "main", &["--project", project]).fails(1, "link-refused");
        let check = [
            "check-release",
            "--json",
            "--against",
            "main",
            "--project",
            project,
        ];
        repository.workshop.run(&check).fails(1, "link-refused");
    }
    let whole = repository.workshop.path("shop");
    against(&shop, "main", &["--project", whole.to_str().unwrap()]).fails(1, "link-refused");
    against(&shop, "main", &["--project", "shop2"]).fails(1, "not-in-commit");
}

#[test]
fn documents_behind_links_are_refused_where_there_is_a_policy() {
    type Make = &'static dyn Fn(&Repository);
    let cases: [(&str, Make); 7] = [
        ("flags/checkout.yaml", &|repository| {
            repository.workshop.write("f/keep", "");
            repository.git(&["mv", "flags/checkout.yaml", "f/checkout.yaml"]);
            link(repository, "../f/checkout.yaml", "flags/checkout.yaml");
        }),
        ("flags", &|repository| {
            repository.git(&["mv", "flags", "f"]);
            link(repository, "f", "flags");
        }),
        ("segments/l", &|repository| {
            repository
                .workshop
                .write("segments/s.yaml", "description: d\nidsFile: l/ids.txt\n");
            repository.workshop.write("segments/real/ids.txt", "a\n");
            link(repository, "real", "segments/l");
        }),
        ("approvals", &|repository| {
            repository.workshop.write("a/keep", "");
            link(repository, "a", "approvals");
        }),
        ("approvals/a.json", &|repository| {
            repository.workshop.write("approvals/keep", "");
            link(repository, "../a.json", "approvals/a.json");
        }),
        ("audit/2026-01.jsonl", &|repository| {
            repository.workshop.write("audit/keep", "");
            link(repository, "../log", "audit/2026-01.jsonl");
        }),
        ("populations/p.yaml", &|repository| {
            repository.workshop.write("populations/keep", "");
            link(repository, "../p.yaml", "populations/p.yaml");
        }),
    ];
    for (place, make) in cases {
        for policy in [INCREASES, ""] {
            let shop = Shop::with_policy(policy);
            make(&shop.repository);
            shop.repository.commit("link");
            let run = shop.gate(&[]);
            match policy {
                "" => {
                    run.succeeds();
                }
                _ => {
                    run.fails(1, &format!("`{place}` is a link"));
                }
            }
        }
    }
}
