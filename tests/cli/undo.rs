//! Kills that are lifted, and rules that come back.

use super::shop::{KEY, Order, SHOP, published};
use super::{BANNER, Run, Workshop};
use serde_json::Value;
use std::fs;

impl Workshop {
    fn undo(&self, command: &[&str]) -> Run {
        self.at_out(command, &[&KEY[..], &["--json"]].concat())
    }

    /// What the snapshot in force says.
    fn in_force(&self) -> Value {
        let latest = fs::read(self.out("latest")).unwrap();
        let head = fs::read(self.out("head")).unwrap().len();
        self.write("now.tgf", &latest[head..]);
        self.run(&["inspect", "now.tgf"]).succeeds().json()
    }
}

#[test]
fn a_kill_is_lifted_by_a_snapshot_alone() {
    let workshop = published();
    workshop.kill("banner").succeeds();
    workshop.publish(&["--force"]).succeeds();
    assert_eq!(workshop.in_force()["flags"]["banner"]["killed"], true);
    let json = workshop
        .undo(&["unkill", "banner", "--reason", "fixed"])
        .succeeds()
        .json();
    assert_eq!(json["action"], "unkill");
    assert_eq!(json["scopes"][0]["head"]["kills"], Value::Array(Vec::new()));
    assert_eq!(workshop.in_force()["flags"]["banner"]["killed"], false);
    // Whoever publishes next from the project finds nothing new.
    let json = workshop.publish(&["--json"]).succeeds().json();
    assert_eq!(json["scopes"][0]["did"], "unchanged");
    workshop.undo(&["unkill", "banner"]).fails(1, "not-killed");
}

#[test]
fn lifting_one_kill_leaves_others_and_what_the_project_says() {
    let authored = BANNER.replace("production: {}", "production: { killed: true }");
    let workshop = Workshop::with_shop(&[("banner", BANNER), ("other", BANNER), ("authored", &authored)]);
    workshop.publish(&[]).succeeds();
    for flag in ["banner", "other", "authored"] {
        workshop.kill(flag).succeeds();
    }
    workshop.publish(&["--force"]).succeeds();
    workshop
        .undo(&["unkill", "baner"])
        .fails(1, "killed are: authored, banner, other");
    workshop.undo(&["unkill", "banner"]).succeeds();
    workshop.undo(&["unkill", "authored"]).succeeds();
    let flags = workshop.in_force()["flags"].clone();
    let killed = |flag: &str| flags[flag]["killed"] == true;
    assert!(
        !killed("banner") && killed("other") && killed("authored"),
        "{flags}"
    );
    assert_eq!(
        workshop.publish(&["--json"]).succeeds().json()["scopes"][0]["did"],
        "unchanged"
    );
}

#[test]
fn a_head_key_cannot_lift_a_kill() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    workshop.run(&["keygen", "--out", "head"]).succeeds();
    workshop.publish(&["--head-key", "head/tidegate.key"]).succeeds();
    let trust = workshop.trust();
    let with = ["--trust", &trust, "--head-key", "head/tidegate.key"];
    workshop
        .at_out(&["kill", "banner", "--reason", "r"], &with)
        .succeeds();
    let unkill = ["unkill", "banner", "--key", "head/tidegate.key"];
    workshop
        .at_out(&unkill, &with)
        .fails(1, "no key that may sign a snapshot");
    workshop
        .at_out(&["unkill", "banner"], &with)
        .fails(2, "no key was given");
}

#[test]
fn old_rules_come_back_under_a_new_version_and_kills_stay() {
    let workshop = published();
    let first = workshop.in_force()["header"]["version"].as_u64().unwrap();
    workshop.kill("banner").succeeds();
    workshop.publish(&["--force"]).succeeds();
    let killed = workshop.in_force()["header"]["version"].as_u64().unwrap();
    workshop.undo(&["unkill", "banner"]).succeeds();
    workshop.write("shop/flags/other.yaml", BANNER);
    workshop.write("shop/flags/banner.yaml", BANNER.replace("[CA]", "[US]"));
    workshop.publish(&[]).succeeds();
    workshop.kill("other").succeeds();

    let list = workshop
        .at_out(&["rollback", "--list", "--json"], &KEY)
        .succeeds()
        .json();
    let versions = list["scopes"][0].as_array().unwrap().clone();
    assert_eq!(versions.len(), 4);
    assert_eq!(versions[0]["inForce"], true);
    assert_eq!(versions[3]["version"], first);

    let back =
        |version: u64| workshop.undo(&["rollback", "--to", &version.to_string(), "--reason", "too soon"]);
    let json = back(first).succeeds().json();
    let newest = json["scopes"][0]["version"].as_u64().unwrap();
    assert!(newest > versions[0]["version"].as_u64().unwrap());
    assert_eq!(json["version"], first);
    assert_eq!(json["scopes"][0]["head"]["kills"][0], "other");
    let shown = workshop.in_force();
    assert_eq!(
        shown["flags"]["banner"]["rules"][0]["if"]["in"][0], "CA",
        "{shown}"
    );
    assert_eq!(shown["flags"]["other"], Value::Null);

    // A kill that was in those rules, and was lifted since, does not come back with them.
    back(killed).succeeds();
    assert_eq!(workshop.in_force()["flags"]["banner"]["killed"], false);
    let now = workshop.in_force()["header"]["version"].as_u64().unwrap();
    assert_eq!(
        back(now).succeeds().json()["scopes"][0]["wrote"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
    back(7).fails(1, "version-missing");
}

#[test]
fn audiences_that_were_published_together_go_back_together() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    let json = workshop.publish_all(&["--json"]).succeeds().json();
    let versions: Vec<&Value> = json["scopes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|scope| &scope["version"])
        .collect();
    assert_eq!(versions, [versions[0]; 4], "one of each scope");
    workshop.write("shop/flags/banner.yaml", BANNER.replace("[CA]", "[US]"));
    workshop.publish_all(&[]).succeeds();
    let to = versions[0].to_string();
    let back = [
        "rollback",
        "--to",
        &to,
        "--at",
        "out",
        "--environment",
        "production",
        "--json",
    ];
    let json = workshop.run(&[&back[..], &KEY].concat()).succeeds().json();
    assert_eq!(json["scopes"].as_array().unwrap().len(), 2);
}

#[test]
fn what_a_removed_key_signed_does_not_come_back() {
    let workshop = published();
    let first = workshop.in_force()["header"]["version"].to_string();
    workshop.run(&["keygen", "--out", "other"]).succeeds();
    let other = Order {
        key: "other/tidegate.key",
        ..SHOP
    };
    workshop
        .run(&other.publish(&["--overwrite-unverified"]))
        .succeeds();
    let back = ["rollback", "--to", &first, "--key", "other/tidegate.key"];
    workshop.at_out(&back, &[]).fails(1, "version-missing");
    // Nor does what was damaged where it lies.
    let json = workshop
        .publish(&["--overwrite-unverified", "--json"])
        .succeeds()
        .json();
    let name = json["scopes"][0]["wrote"][0].as_str().unwrap();
    let mut bytes = fs::read(workshop.out(name)).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(workshop.out(name), bytes).unwrap();
    workshop.publish(&["--force"]).succeeds();
    let damaged = json["scopes"][0]["version"].to_string();
    workshop
        .undo(&["rollback", "--to", &damaged])
        .fails(1, "version-missing");
    workshop
        .undo(&["rollback", "--to", &first, "--dry-run"])
        .succeeds();
}
