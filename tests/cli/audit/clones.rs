//! Two people with a clone each: whoever has not pulled undoes nothing that the other one published.

mod closing;
mod rollback;

use crate::advance::release::{CHECKOUT, POLICY, SOUND};
use crate::repository;
use crate::shop::{BANNER, KEY};
use crate::workshop::{Run, Workshop};
use serde_json::Value;

/// Clones of a shop by `ana`, who publishes to `out`, and by `ben`.
struct Clones {
    workshop: Workshop,
}

impl Clones {
    /// Both with what Ana published first.
    fn begin() -> Self {
        let clones = Self {
            workshop: Workshop::new(),
        };
        let workshop = &clones.workshop;
        workshop.run(&["keygen", "--out", "keys"]).succeeds();
        workshop.write(
            "ana/tidegate.yaml",
            "project: shop\nenvironments: [production, staging]\n",
        );
        workshop.write("ana/flags/banner.yaml", BANNER);
        workshop.write("ana/flags/checkout.yaml", CHECKOUT);
        workshop.write("ana/policies/orders.yaml", POLICY);
        workshop.write(
            "ana/.gitignore",
            ".tidegate.lock\n/audit/.lock\n/looks/*/.lock\n/metrics/\n",
        );
        clones.git("ana", &["init", "--quiet", "--initial-branch=main"]);
        clones.publish("ana", "2026-11-20T09:30:00Z", &[]).succeeds();
        clones.git("ana", &["add", "--all"]);
        clones.git("ana", &["commit", "--quiet", "--message", "begin"]);
        clones.git(".", &["clone", "--quiet", "--bare", "ana", "shop.git"]);
        clones.git("ana", &["remote", "add", "origin", "../shop.git"]);
        clones.git("ana", &["fetch", "--quiet", "origin"]);
        clones.git("ana", &["branch", "--quiet", "--set-upstream-to=origin/main"]);
        clones.git(".", &["clone", "--quiet", "shop.git", "ben"]);
        clones
    }

    /// The same, after Ana showed the banner to others, so many times, and pushed it.
    fn ahead(times: usize) -> Self {
        let clones = Self::begin();
        for (hour, country) in ["US", "MX", "BR"].into_iter().enumerate().take(times) {
            let banner = BANNER.replace("[CA]", &format!("[{country}]"));
            clones.workshop.write("ana/flags/banner.yaml", banner);
            let now = format!("2026-11-20T1{hour}:00:00Z");
            clones.publish("ana", &now, &[]).succeeds();
        }
        clones.push("ana");
        clones
    }

    #[track_caller]
    fn git(&self, folder: &str, arguments: &[&str]) -> String {
        let output = repository::git(&self.workshop.path(folder), arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn push(&self, who: &str) {
        self.git(who, &["add", "--all"]);
        self.git(who, &["commit", "--quiet", "--message", "published"]);
        self.git(who, &["push", "--quiet", "origin", "main"]);
    }

    /// Commits what somebody did behind the others' backs, gets what those did, and makes one log of both.
    fn makes_one_history(&self, who: &str) {
        self.git(who, &["add", "--all"]);
        self.git(who, &["commit", "--quiet", "--message", "in a hurry"]);
        let attributes = format!("{who}/.git/info/attributes");
        self.workshop.write(&attributes, "/audit/*.jsonl merge=union\n");
        self.git(who, &["pull", "--quiet", "--no-rebase", "--no-edit"]);
        let rejoin = ["audit", "rejoin", "--project", who, "--at", "out", "--trust"];
        let trust = self.workshop.trust();
        self.workshop.run(&[&rejoin[..], &[&trust]].concat()).succeeds();
    }

    fn publish(&self, who: &str, now: &str, more: &[&str]) -> Run {
        let publish = ["publish", "--project", who, "--to", "out", "--now", now];
        self.workshop.run(&[&publish[..], &KEY, more].concat())
    }

    /// Moves the rollout in production.
    fn steer(&self, who: &str, command: &str, more: &[&str]) -> Run {
        let place = if command == "rollback" { "--at" } else { "--to" };
        let steer = [
            command,
            "checkout",
            "--project",
            who,
            "--environment",
            "production",
            place,
            "out",
            "--now",
            "2026-11-21T12:00:00Z",
        ];
        let why: &[&str] = match command {
            "approve" => &["--by", who],
            _ => &["--reason", "because"],
        };
        self.workshop.run(&[&steer[..], &KEY, why, more].concat())
    }

    fn advance(&self, who: &str, more: &[&str]) -> Run {
        let advance = [
            "advance",
            "--project",
            who,
            "--environment",
            "production",
            "--to",
            "out",
            "--now",
            "2026-11-21T12:00:00Z",
            "--json",
        ];
        self.workshop.run(&[&advance[..], &KEY, more].concat())
    }

    /// What is measured in the first stage, for both arms.
    fn measure(&self, who: &str, treatment: (u32, u32)) {
        let arm = |(total, events): (u32, u32)| format!("{{\"total\":{total},\"events\":{events}}}");
        let (treatment, control) = (arm(treatment), arm(SOUND));
        let text =
            format!("{{\"treatment\":{treatment},\"control\":{control},\"until\":\"2026-11-21T11:59:00Z\"}}");
        self.workshop.write(&format!("{who}/metrics/s1.json"), text);
    }

    /// The last entry that somebody's log has.
    fn last_entry(&self, who: &str) -> Value {
        self.workshop.entries(&format!("{who}/audit")).pop().unwrap()
    }

    /// Who sees the banner in production.
    fn countries(&self) -> Value {
        self.workshop.snapshot_of("client")["flags"]["banner"]["rules"][0]["if"]["in"].clone()
    }

    /// Refuses a command of Ben's, and leaves all that is published and all of his flags as they are.
    #[track_caller]
    fn refuses(&self, command: impl Fn(&[&str]) -> Run) -> Run {
        let there = || (self.workshop.files("out"), self.workshop.files("ben/flags"));
        let before = there();
        command(&["--dry-run"]).fails(1, "audit-behind");
        let refused = command(&[]).fails(1, "audit-behind");
        for word in ["shop/", "--over-history"] {
            assert!(refused.err.contains(word), "no `{word}` in {refused:?}");
        }
        assert!(there() == before, "{refused:?}");
        refused
    }
}

#[test]
fn whoever_has_not_pulled_publishes_no_older_rules() {
    for (times, told) in [
        (
            1,
            "shop/production/client was published behind entry 1 from another copy, by an entry that is not here: the last one here is 1;",
        ),
        (
            2,
            "shop/production/client vouches for entries up to 2, and the last one here is 1;",
        ),
        (
            3,
            "shop/production/client vouches for entries up to 3, and the last one here is 1;",
        ),
    ] {
        let clones = Clones::ahead(times);
        clones
            .workshop
            .write("ben/flags/other.yaml", BANNER.replace("k3v9x2", "q1w2e3"));
        let shown = clones.countries();
        let publish = |more: &[&str]| clones.publish("ben", "2026-11-21T12:00:00Z", more);
        let refused = clones.refuses(publish);
        assert!(refused.err.contains(told), "{refused:?}");
        clones.refuses(|more| publish(&[&["--force"], more].concat()));
        // One that is behind in a single audience.
        clones.refuses(|more| {
            publish(&[&["--environment", "production", "--audience", "server"], more].concat())
        });

        clones.git("ben", &["pull", "--quiet", "--rebase"]);
        let published = publish(&[]).succeeds();
        assert!(!published.err.contains("audit-behind"), "{published:?}");
        assert_eq!(clones.countries(), shown);
        assert_eq!(clones.last_entry("ben")["over"], Value::Null);
    }
}

#[test]
fn no_scope_is_published_where_one_is_behind() {
    let clones = Clones::begin();
    clones
        .workshop
        .write("ana/flags/banner.yaml", BANNER.replace("[CA]", "[US]"));
    clones
        .publish("ana", "2026-11-20T10:00:00Z", &["--environment", "staging"])
        .succeeds();
    clones.push("ana");
    clones
        .workshop
        .write("ben/flags/other.yaml", BANNER.replace("k3v9x2", "q1w2e3"));
    let refused = clones.refuses(|more| clones.publish("ben", "2026-11-21T12:00:00Z", more));
    assert!(
        refused.err.contains("shop/staging/client was published"),
        "{refused:?}"
    );
}

#[test]
fn whoever_has_not_pulled_opens_nothing() {
    for times in [1, 2] {
        let clones = Clones::ahead(times);
        for command in ["promote", "approve"] {
            clones.refuses(|more| clones.steer("ben", command, more));
        }
        clones.measure("ben", SOUND);
        let turn = |more: &[&str]| {
            let run = clones.advance("ben", more);
            assert_eq!(run.json()["plans"][0]["decision"], "promote", "{run:?}");
            run
        };
        clones.refuses(turn);

        clones.git("ben", &["pull", "--quiet", "--rebase"]);
        let shown = clones.countries();
        clones.advance("ben", &[]).succeeds();
        clones.steer("ben", "approve", &[]).succeeds();
        clones.steer("ben", "promote", &[]).succeeds();
        assert_eq!(clones.countries(), shown);
    }
}

#[test]
fn going_over_history_is_said_and_told() {
    for times in [1, 2] {
        let clones = Clones::ahead(times);
        clones
            .workshop
            .write("ben/flags/other.yaml", BANNER.replace("k3v9x2", "q1w2e3"));
        let publish = |now: &str, more: &[&str]| clones.publish("ben", now, more);
        publish(
            "2026-11-21T12:00:00Z",
            &["--over-history", "--reason", "a laptop burnt"],
        )
        .fails(0, "audit-behind");
        assert_eq!(clones.countries()[0], "CA");
        let entry = clones.last_entry("ben");
        assert_eq!(entry["overHistory"], true);
        assert_eq!(entry["over"].as_array().unwrap().len(), 4, "{entry}");
        assert_eq!(entry["over"][0]["seq"], times);
        let log = ["audit", "log", "--project", "ben", "--unreviewed"];
        let log = clones.workshop.run(&log).succeeds().out;
        assert!(
            log.contains("over: what others published to shop/production/client"),
            "{log}"
        );
        let verify = ["audit", "verify", "--project", "ben"];
        let verify = clones.workshop.run(&verify).fails(1, "audit-rewritten");
        assert!(verify.err.contains("entry 2"), "{verify:?}");

        // It was said once, and there is nothing left to go over.
        clones
            .workshop
            .write("ben/flags/other.yaml", BANNER.replace("k3v9x2", "t5z6u7"));
        publish("2026-11-21T13:00:00Z", &[]).succeeds();
        let again = publish("2026-11-21T14:00:00Z", &["--force", "--over-history"]).succeeds();
        assert!(!again.err.contains("audit-behind"), "{again:?}");
        assert_eq!(clones.last_entry("ben")["overHistory"], Value::Null);
        clones.steer("ben", "promote", &["--over-history"]).succeeds();
    }
}

#[test]
fn the_same_rules_from_another_clone_are_no_older_ones() {
    let clones = Clones::ahead(1);
    let banner = clones.workshop.read("ana/flags/banner.yaml");
    clones.workshop.write("ben/flags/banner.yaml", banner);
    let before = clones.workshop.files("out");
    clones.publish("ben", "2026-11-20T12:00:00Z", &[]).succeeds();
    assert!(clones.workshop.files("out") == before);
}
