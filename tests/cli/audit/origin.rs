//! Where what was published came from: commit, files, and who agreed.

mod approvals;

use crate::repository::Repository;
use crate::workshop::{Run, Workshop};
use serde_json::{Value, json};

const FLAG: &str = "description: d\nowner: o\ntype: release\nrisk: low\nclientVisible: true\nsalt: k3v9x2\n\
    default: { rollout: { to: on, share: 10 } }\nenvironments: { production: {}, staging: {} }\n";

/// A shop in a repository, whose people have a key each, published to `out`.
struct Shop {
    repository: Repository,
}

impl Shop {
    fn begin() -> Self {
        let shop = Self {
            repository: Repository::new(),
        };
        let people = shop.repository.people(&["ana", "ben"]);
        // Those whom nobody knows have keys too.
        shop.repository.people(&["mallory", "release"]);
        shop.repository
            .write(".gitignore", ".keys/\nout/\n/audit/.lock\n");
        shop.repository.write(
            "tidegate.yaml",
            format!("project: shop\nenvironments: [production, staging]\n{people}"),
        );
        shop.repository.write("flags/checkout.yaml", FLAG);
        shop.repository.commit("first");
        shop
    }

    /// Publishes as a pipeline does: the log is committed afterwards.
    fn publish(&self, hour: usize) -> Value {
        publish(&self.repository, hour, &[]).succeeds();
        let entry = last_entry(&self.repository);
        self.repository.commit("told");
        entry
    }

    fn raise_to(&self, share: &str) {
        self.repository.write(
            "flags/checkout.yaml",
            FLAG.replace("share: 10", &format!("share: {share}")),
        );
    }

    fn head(&self) -> String {
        self.repository.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }
}

fn publish(workshop: &Workshop, hour: usize, more: &[&str]) -> Run {
    publish_in(workshop, &[], hour, more)
}

fn publish_in(workshop: &Workshop, environment: &[(&str, &str)], hour: usize, more: &[&str]) -> Run {
    let now = format!("2026-11-21T{hour}:00:00Z");
    let publish = ["publish", "--to", "out", "--now", &now];
    let key = ["--key", ".keys/release/tidegate.key"];
    workshop.run_in(environment, &[&publish[..], &key, more].concat())
}

fn last_entry(workshop: &Workshop) -> Value {
    workshop.entries("audit").pop().unwrap()
}

fn digest(text: &str) -> String {
    let sha256 = tidegate::delivery::audit::sha256(text.as_bytes());
    format!("sha256:{}", data_encoding::HEXLOWER.encode(&sha256))
}

fn raised(share: &str) -> String {
    digest(&FLAG.replace("share: 10", &format!("share: {share}")))
}

/// From and to of each change of the checkout: production's, then staging's.
fn digests(entry: &Value) -> Vec<[Value; 2]> {
    let changes = entry["changes"].as_array().unwrap().iter();
    changes
        .filter(|change| change["flag"] == "checkout")
        .map(|change| [change["from"].clone(), change["to"].clone()])
        .collect()
}

#[test]
fn a_publication_names_its_commit_and_the_files_before_and_after() {
    let shop = Shop::begin();
    let head = shop.head();
    let first = shop.publish(10);
    assert_eq!((&first["commit"], &first["dirty"]), (&json!(head), &Value::Null));
    assert_eq!(
        digests(&first),
        [
            [Value::Null, json!(digest(FLAG))],
            [Value::Null, json!(digest(FLAG))]
        ]
    );

    // Edited and not committed; what lies beside the project's files is none of them.
    shop.raise_to("20");
    shop.repository.write("notes.txt", "n");
    publish(&shop.repository, 11, &[]).succeeds();
    let entry = last_entry(&shop.repository);
    assert_eq!(
        (&entry["commit"], &entry["dirty"]),
        (&json!(shop.head()), &json!(true))
    );
    let both = [json!(digest(FLAG)), json!(raised("20"))];
    assert_eq!(digests(&entry), [both.clone(), both]);

    // One environment alone: the other one has what it had.
    shop.raise_to("30");
    shop.repository.commit("raise");
    publish(&shop.repository, 12, &["--environment", "staging"]).succeeds();
    assert_eq!(
        digests(&last_entry(&shop.repository)),
        [[json!(raised("20")), json!(raised("30"))]]
    );
    shop.raise_to("40");
    publish(&shop.repository, 13, &[]).succeeds();
    assert_eq!(
        digests(&last_entry(&shop.repository)),
        [
            [json!(raised("20")), json!(raised("40"))],
            [json!(raised("30")), json!(raised("40"))]
        ]
    );

    // A flag that is gone has no file, and one that comes back had none.
    std::fs::remove_file(shop.repository.path("flags/checkout.yaml")).unwrap();
    publish(&shop.repository, 14, &[]).succeeds();
    let gone = [json!(raised("40")), Value::Null];
    assert_eq!(digests(&last_entry(&shop.repository)), [gone.clone(), gone]);
    shop.raise_to("10");
    publish(&shop.repository, 15, &[]).succeeds();
    let back = [Value::Null, json!(digest(FLAG))];
    assert_eq!(digests(&last_entry(&shop.repository)), [back.clone(), back]);
}

#[test]
fn old_rules_that_came_back_are_of_no_file_that_the_log_knows() {
    let shop = Shop::begin();
    let first = shop.publish(10);
    shop.raise_to("20");
    shop.publish(11);
    let version = first["scopes"][0]["version"].to_string();
    let rollback = [
        "rollback",
        "--to",
        &version,
        "--at",
        "out",
        "--environment",
        "production",
        "--project",
        ".",
    ];
    let more = [
        "--key",
        ".keys/release/tidegate.key",
        "--now",
        "2026-11-21T12:00:00Z",
    ];
    shop.repository.run(&[&rollback[..], &more].concat()).succeeds();
    shop.raise_to("30");
    let entry = shop.publish(13);
    assert_eq!(
        digests(&entry),
        [
            [Value::Null, json!(raised("30"))],
            [json!(raised("20")), json!(raised("30"))]
        ]
    );
}

#[test]
fn what_was_before_is_what_the_environment_had() {
    let shop = Shop::begin();
    shop.publish(10);
    // In production nothing of it is another, but something else is published there.
    let other = FLAG.replace("k3v9x2", "q1w2e3");
    shop.repository.write("flags/other.yaml", other);
    let disabled = FLAG.replace("staging: {}", "staging: { enabled: false }");
    shop.repository.write("flags/checkout.yaml", &disabled);
    let both = json!(digest(&disabled));
    assert_eq!(digests(&shop.publish(11)), [[json!(digest(FLAG)), both.clone()]]);
    let raised = disabled.replace("share: 10", "share: 20");
    shop.repository.write("flags/checkout.yaml", &raised);
    let raised = json!(digest(&raised));
    assert_eq!(
        digests(&shop.publish(12)),
        [[json!(digest(FLAG)), raised.clone()], [both, raised]]
    );
}

#[test]
fn what_was_before_is_what_a_step_of_a_rollout_left() {
    let shop = Shop::begin();
    let plan = "rollouts: { r: { from: off, to: on, stages: [{ name: s, share: 10 }, { name: all, share: 100 }] } }\n\
        default: { rollout: r }\nenvironments:\n  production:\n    rollouts: { r: { status: draft } }\n  \
        staging:\n    rollouts: { r: { status: draft } }\n";
    let (head, _) = FLAG.split_once("default:").unwrap();
    shop.repository
        .write("flags/checkout.yaml", format!("{head}{plan}"));
    shop.publish(10);
    let file = || {
        json!(digest(
            &String::from_utf8(shop.repository.read("flags/checkout.yaml")).unwrap()
        ))
    };
    let promoted = ["production", "staging"].map(|environment| {
        let promote = ["promote", "checkout", "--to", "out", "--reason", "go"];
        let place = [
            "--environment",
            environment,
            "--key",
            ".keys/release/tidegate.key",
        ];
        let now = ["--now", "2026-11-21T11:00:00Z"];
        shop.repository
            .run(&[&promote[..], &place, &now].concat())
            .succeeds();
        file()
    });
    shop.repository
        .replace("flags/checkout.yaml", "share: 10 ", "share: 5 ");
    let [production, staging] = promoted;
    assert_eq!(
        digests(&shop.publish(12)),
        [[production, file()], [staging, file()]]
    );
}

#[test]
fn without_git_a_commit_is_left_out_and_no_publication_held_up() {
    let shop = Shop::begin();
    let published = |environment: &[(&str, &str)], hour: usize| {
        publish_in(&shop.repository, environment, hour, &["--force"]).succeeds();
        last_entry(&shop.repository)
    };
    let head = shop.head();
    shop.repository
        .git(&["init", "--quiet", "--bare", "elsewhere.git"]);
    // Of no use to anybody but whoever set it.
    for (hour, name) in [
        (10, "GIT_DIR"),
        (11, "GIT_OBJECT_DIRECTORY"),
        (12, "GIT_INDEX_FILE"),
    ] {
        let entry = published(&[(name, "elsewhere.git")], hour);
        assert_eq!(
            (&entry["commit"], &entry["dirty"]),
            (&json!(head), &Value::Null),
            "{name}"
        );
    }
    let entry = published(&[("PATH", "/nowhere")], 13);
    assert_eq!((&entry["commit"], &entry["dirty"]), (&Value::Null, &Value::Null));

    std::fs::rename(shop.repository.path(".git"), shop.repository.path(".elsewhere")).unwrap();
    let entry = published(&[], 14);
    assert_eq!((&entry["commit"], &entry["dirty"]), (&Value::Null, &Value::Null));
    // Nor is what looks like a repository one.
    shop.repository
        .git(&["-C", "elsewhere.git", "rev-parse", "--git-dir"]);
    for part in ["HEAD", "config"] {
        let text = shop.repository.read(&format!("elsewhere.git/{part}"));
        shop.repository.write(part, text);
    }
    for part in ["objects", "refs"] {
        std::fs::create_dir(shop.repository.path(part)).unwrap();
    }
    let entry = published(&[], 15);
    assert_eq!((&entry["commit"], &entry["dirty"]), (&Value::Null, &Value::Null));
}

#[test]
fn a_repository_without_commits_names_none() {
    let repository = Repository::new();
    repository.run(&["keygen", "--out", ".keys/release"]).succeeds();
    repository.write(
        "tidegate.yaml",
        "project: shop\nenvironments: [production, staging]\n",
    );
    repository.write("flags/checkout.yaml", FLAG);
    publish(&repository, 10, &[]).succeeds();
    let entry = last_entry(&repository);
    assert_eq!((&entry["commit"], &entry["dirty"]), (&Value::Null, &Value::Null));
}
