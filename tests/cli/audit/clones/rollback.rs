//! A rollback from a clone that is behind turns its flag off, and publishes nothing old.

use super::Clones;
use crate::advance::release::{CHECKOUT, HARMFUL};
use crate::workshop::Run;
use serde_json::{Value, json};

impl Clones {
    /// What is published, but for the heads that kills are told by.
    fn snapshots(&self) -> Value {
        let audiences = ["client", "server"].map(|audience| self.workshop.snapshot_of(audience));
        json!(audiences)
    }

    /// The flag is off for everybody, Ben's file says so, and all that Ana published is still there.
    #[track_caller]
    fn only_kills(&self, before: &Value, run: &Run) {
        assert_eq!(self.snapshots(), *before, "{run:?}");
        for audience in ["client", "server"] {
            assert_eq!(self.workshop.kills_of(audience), ["checkout"], "{run:?}");
        }
        assert!(self.bens_flag().contains("status: rolled_back"), "{run:?}");
        for word in ["nothing else was published", "git pull", "tidegate publish"] {
            assert!(run.err.contains(word), "no `{word}` in {run:?}");
        }
    }

    fn bens_flag(&self) -> String {
        String::from_utf8(self.workshop.read("ben/flags/checkout.yaml")).unwrap()
    }

    /// Marks of a merge behind the log of Ben.
    fn damage(&self) -> Vec<u8> {
        let log = self.workshop.read("ben/audit/2026-11.jsonl");
        let marks: &[u8] = b"<<<<<<< HEAD\n=======\n>>>>>>> b\n";
        self.workshop
            .write("ben/audit/2026-11.jsonl", [&log[..], marks].concat());
        log
    }
}

#[test]
fn a_rollback_publishes_no_older_rules() {
    for times in [1, 2] {
        let clones = Clones::ahead(times);
        let (shown, before) = (clones.countries(), clones.snapshots());
        let files = || (clones.workshop.files("out"), clones.workshop.files("ben/flags"));
        let untouched = files();
        let tried = clones
            .steer("ben", "rollback", &["--dry-run"])
            .fails(0, "audit-behind");
        assert!(
            tried.out.contains("would be killed") && tried.out.contains("nothing else would be published")
        );
        assert!(files() == untouched, "{tried:?}");

        let rolled = clones
            .steer("ben", "rollback", &["--json"])
            .fails(0, "audit-behind");
        clones.only_kills(&before, &rolled);
        let told = rolled.json();
        assert_eq!(
            (&told["withheld"]["code"], &told["published"]),
            (&json!("audit-behind"), &json!([]))
        );
        let entry = clones.last_entry("ben");
        assert_eq!(
            (&entry["action"], &entry["withheld"]),
            (&json!("rollback"), &json!(true))
        );
        assert_eq!(entry["over"][0]["scope"], "shop/production/client");
        assert_eq!(entry["scopes"][0]["did"], "killed");
        // The same again has nothing to do, and says the same.
        let again = clones.steer("ben", "rollback", &[]).fails(0, "audit-behind");
        clones.only_kills(&before, &again);
        assert_eq!(clones.last_entry("ben"), entry);

        // What the help tells brings the rest, and takes nothing from Ana.
        clones.makes_one_history("ben");
        let published = clones.publish("ben", "2026-11-21T13:00:00Z", &[]).succeeds();
        assert!(!published.err.contains("audit-behind"), "{published:?}");
        assert_eq!(clones.countries(), shown);
        assert_eq!(clones.workshop.kills_of("client"), ["checkout"]);
        let changes = clones.last_entry("ben")["changes"].to_string();
        assert!(
            changes.contains("checkout") && !changes.contains("banner"),
            "{changes}"
        );
    }
}

#[test]
fn a_rollback_by_what_was_measured_publishes_no_older_rules() {
    for times in [1, 2] {
        let clones = Clones::ahead(times);
        let before = clones.snapshots();
        clones.measure("ben", HARMFUL);
        let turn = clones.advance("ben", &[]).fails(0, "audit-behind");
        clones.only_kills(&before, &turn);
        let did = &turn.json()["plans"][0]["did"];
        assert_eq!(did["withheld"]["code"], "audit-behind", "{turn:?}");
        assert_eq!(clones.last_entry("ben")["actor"]["kind"], "controller");
        // The next look finds nothing under way.
        let next = clones.advance("ben", &[]).succeeds();
        assert_eq!(next.json()["plans"], json!([]));
    }
}

#[test]
fn a_rollback_that_is_to_go_over_history_publishes_all() {
    let clones = Clones::ahead(1);
    let rolled = clones.steer("ben", "rollback", &["--over-history", "--json"]);
    let told = rolled.fails(0, "audit-behind").json();
    assert_eq!(
        (told.get("withheld"), told["published"].as_array().unwrap().len()),
        (None, 2)
    );
    assert_eq!(clones.countries()[0], "CA");
    let entry = clones.last_entry("ben");
    assert_eq!(
        (&entry["overHistory"], entry.get("withheld")),
        (&json!(true), None)
    );
}

#[test]
fn a_rollback_that_turns_nothing_off_is_an_error() {
    let clones = Clones::ahead(1);
    let other = CHECKOUT.replace("k3v9x2", "q1w2e3");
    clones.workshop.write("ben/flags/other.yaml", other);
    let there = || {
        let files = ["out", "ben/flags"].map(|folder| clones.workshop.files(folder));
        (files, clones.last_entry("ben"))
    };
    let rollback = |more: &[&str]| {
        let other = [
            "rollback",
            "other",
            "--project",
            "ben",
            "--environment",
            "production",
        ];
        let rest = ["--at", "out", "--reason", "r", "--now", "2026-11-21T12:00:00Z"];
        clones
            .workshop
            .run(&[&other[..], &rest, &crate::shop::KEY, more].concat())
    };
    rollback(&["--dry-run"]).fails(1, "no snapshot in force has `other` to turn off");
    let before = there();
    let refused = rollback(&[]).fails(1, "audit-behind");
    assert!(
        refused.err.contains("nothing was done") && refused.out.is_empty(),
        "{refused:?}"
    );
    assert!(there() == before, "{refused:?}");
    assert_eq!(clones.workshop.read("ben/.tidegate.lock"), b"");
    // In a clone that lacks nothing its file is published.
    clones.git("ben", &["pull", "--quiet", "--rebase"]);
    rollback(&[]).succeeds();
}

#[test]
fn a_damaged_log_lets_nothing_old_through() {
    for times in [1, 2] {
        let clones = Clones::ahead(times);
        let before = clones.snapshots();
        let log = clones.damage();
        clones.refuses(|more| clones.steer("ben", "pause", more));
        let rolled = clones.steer("ben", "rollback", &[]).fails(1, "audit-damaged");
        clones.only_kills(&before, &rolled);
        assert!(rolled.err.contains("in force all the same"), "{rolled:?}");
        // Mended, the same again tells of it.
        clones.workshop.write("ben/audit/2026-11.jsonl", log);
        clones.steer("ben", "rollback", &[]).fails(0, "audit-behind");
        assert_eq!(clones.last_entry("ben")["withheld"], true);
    }
}

#[test]
fn a_damaged_log_that_lacks_nothing_keeps_nobody_from_closing() {
    for (command, status) in [("pause", "paused"), ("rollback", "rolled_back")] {
        let clones = Clones::begin();
        clones.damage();
        let closed = clones.steer("ben", command, &[]).fails(1, "audit-damaged");
        assert!(!closed.err.contains("audit-behind"), "{closed:?}");
        assert!(
            clones.bens_flag().contains(&format!("status: {status}")),
            "{closed:?}"
        );
        assert_eq!(
            closed.out.contains(" published, expires "),
            command == "rollback",
            "{closed:?}"
        );
    }
}
