//! What is done from a clone that is behind, and told of.

use super::Clones;
use crate::advance::release::HARMFUL;
use crate::shop::{BANNER, KEY};
use serde_json::Value;

#[test]
fn what_closes_waits_for_nobody() {
    for times in [1, 2] {
        let clones = Clones::ahead(times);
        clones.steer("ben", "rollback", &[]).fails(0, "audit-behind");
        let entry = clones.last_entry("ben");
        assert_eq!(entry["action"], "rollback");
        assert_eq!(entry["over"][0]["scope"], "shop/production/client");
        assert_eq!(entry["overHistory"], Value::Null);
        // Nor is it what opens the door to everything else.
        clones
            .workshop
            .write("ben/flags/other.yaml", BANNER.replace("k3v9x2", "q1w2e3"));
        clones.refuses(|more| clones.publish("ben", "2026-11-21T13:00:00Z", more));
        let clones = Clones::ahead(times);
        clones.measure("ben", HARMFUL);
        let turn = clones.advance("ben", &[]).fails(0, "audit-behind");
        assert_eq!(turn.json()["plans"][0]["decision"], "rollback", "{turn:?}");
        assert_eq!(clones.workshop.kills_of("client"), ["checkout"]);
    }
}

#[test]
fn a_pause_publishes_no_older_rules() {
    for times in [1, 2] {
        let clones = Clones::ahead(times);
        let shown = clones.countries();
        let refused = clones.refuses(|more| clones.steer("ben", "pause", more));
        for word in ["tidegate kill", "git pull"] {
            assert!(refused.err.contains(word), "no `{word}` in {refused:?}");
        }
        assert_eq!(clones.countries(), shown);
        clones
            .steer("ben", "pause", &["--over-history"])
            .fails(0, "audit-behind");
        assert_eq!(clones.last_entry("ben")["overHistory"], true);
    }
}

#[test]
fn what_leaves_rules_as_they_are_published_is_told_of_and_done() {
    for times in [1, 2] {
        let clones = Clones::ahead(times);
        let shown = clones.countries();
        let at = ["--at", "out", "--environment", "production", "--project", "ben"];
        let at = [&at[..], &["--now", "2026-11-21T12:00:00Z"]].concat();
        let head = ["--head-key", "keys/tidegate.key", "--trust"];
        let trust = clones.workshop.trust();
        let head = [&head[..], &[&trust]].concat();
        let kill = [&["kill", "banner", "--reason", "r"], &at[..], &head].concat();
        let killed = clones.workshop.run(&kill).fails(0, "audit-behind");
        for scope in ["shop/production/client ", "shop/production/server "] {
            assert_eq!(killed.err.matches(scope).count(), 1, "{killed:?}");
        }
        let publish = |more: &[&str]| clones.publish("ben", "2026-11-21T13:00:00Z", more);
        clones
            .workshop
            .write("ben/flags/other.yaml", BANNER.replace("k3v9x2", "q1w2e3"));
        clones.refuses(publish);
        let unkill = [&["unkill", "banner", "--reason", "r"], &at[..], &KEY].concat();
        clones.workshop.run(&unkill).fails(0, "audit-behind");
        clones.refuses(publish);
        let renew = [&["renew"], &at[..], &head].concat();
        clones.workshop.run(&renew).fails(0, "audit-behind");
        clones.refuses(publish);
        assert_eq!(clones.countries(), shown);

        // Both histories made one: nothing is lacking, though it was at the time.
        clones.makes_one_history("ben");
        publish(&[]).succeeds();
        assert_eq!(clones.countries(), shown);
    }
}
