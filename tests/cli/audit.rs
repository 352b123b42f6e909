//! The audit log, written by every command, read and checked by `tidegate audit`.

mod clones;
#[cfg(target_os = "linux")]
mod interrupted;
mod merged;
mod origin;
mod tampering;
mod together;
mod told;

use super::shop::{HEAD_KEY, KEY, published};
use super::{BANNER, Run, Workshop};
use serde_json::Value;

impl Workshop {
    /// A command about the log of the shop.
    fn log(&self, command: &str, more: &[&str]) -> Run {
        self.run(&[&["audit", command], more, &["--project", "shop"]].concat())
    }

    /// Holds the log against what is published.
    pub(super) fn verified_log(&self) -> Run {
        let trust = self.trust();
        self.log("verify", &["--at", "out", "--trust", &trust, "--json"])
    }

    /// Kills the banner for production's clients, and tells of it.
    fn kill_told(&self, reason: &str) -> Run {
        let kill = ["kill", "banner", "--reason", reason];
        self.at_out(&kill, &[&HEAD_KEY[..], &["--project", "shop"]].concat())
    }
}

/// The codes of the faults that were found.
fn codes(run: &Run) -> Vec<String> {
    let faults = run.json()["faults"].as_array().unwrap().clone();
    let codes = faults
        .iter()
        .map(|fault| fault["code"].as_str().unwrap().to_owned());
    codes.collect()
}

/// The shop, published, killed, published again with another flag, and unkilled.
fn busy() -> Workshop {
    let workshop = published();
    workshop.kill_told("orders are lost").succeeds();
    workshop.write("shop/flags/other.yaml", BANNER.replace("k3v9x2", "q1w2e3"));
    workshop.publish(&["--reason", "a second banner"]).succeeds();
    let unkill = ["unkill", "banner", "--reason", "mended", "--project", "shop"];
    workshop.at_out(&unkill, &KEY).succeeds();
    workshop
}

#[test]
fn every_command_tells_of_what_it_did() {
    let workshop = busy();
    let renew = ["renew", "--project", "shop"];
    workshop.at_out(&renew, &HEAD_KEY).succeeds();
    let audit = workshop.audit();
    let actions: Vec<&str> = audit
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect();
    assert_eq!(actions, ["publish", "kill", "publish", "unkill", "renew"]);
    let [first, kill, second, unkill, _] = audit.as_slice() else {
        panic!("{audit:#?}")
    };
    assert_eq!(first["changes"][0]["flag"], "banner");
    assert_eq!(first["changes"][0]["kinds"][0], "new");
    assert_eq!(kill["diff"][0]["path"], "killed");
    assert_eq!(kill["environment"], "production");
    assert_eq!(second["reason"], "a second banner");
    assert_eq!(second["changes"].as_array().unwrap().len(), 1, "{second}");
    assert_eq!(second["changes"][0]["flag"], "other");
    assert_eq!(unkill["kinds"][0], "increase");
    assert_eq!(unkill["diff"][0]["path"], "killed");
    for entry in &audit {
        let scope = &entry["scopes"][0];
        assert_eq!(scope["scope"], "shop/production/client");
        assert_eq!(scope["digest"].as_str().unwrap().len(), 128, "{entry}");
    }
    let json = workshop.verified_log().succeeds().json();
    assert_eq!((&json["entries"], &json["vouchedUpTo"]), (&5.into(), &4.into()));
    let text = workshop.log("verify", &[]).succeeds().out;
    assert!(
        text.contains("5 entries, the last is 5: nothing is wrong\n"),
        "{text}"
    );
    assert!(text.contains("nobody vouches for the newest entries"), "{text}");
    let trust = workshop.trust();
    let held = ["--at", "out", "--trust", &trust];
    let text = workshop.log("verify", &held).succeeds().out;
    let vouched =
        "vouches for entries up to 4; the entries after it are vouched for by the next publication\n";
    assert!(text.contains(vouched), "{text}");
}

#[test]
fn a_log_that_was_taken_away_is_missed_by_what_is_published() {
    let workshop = published();
    std::fs::remove_dir_all(workshop.path("shop/audit")).unwrap();
    let told = workshop.log("verify", &[]).succeeds().out;
    assert_eq!(
        told,
        "no entries: nothing is wrong\nwhether there should be any, --at and --trust ask of what is published\n"
    );
    workshop.verified_log().fails(1, "audit-untold");
}

#[test]
fn a_kill_that_no_log_tells_of_says_so_and_how_to_tell_of_it() {
    let workshop = published();
    let kill = ["kill", "banner", "--reason", "orders are lost"];
    let dry = [&HEAD_KEY[..], &["--dry-run"]].concat();
    let dry = workshop.at_out(&kill, &dry).succeeds();
    assert!(!dry.err.contains("audit-untold"), "{dry:?}");
    let told = workshop.at_out(&kill, &HEAD_KEY).fails(0, "audit-untold");
    assert!(told.err.contains("run it again with `--project DIR`"), "{told:?}");
    assert_eq!(workshop.audit().len(), 1);
    workshop.verified_log().fails(1, "audit-untold");
    let head = workshop.read("out/production/client/head");
    let again = workshop.kill_told("orders are lost").succeeds();
    assert!(!again.err.contains("audit-untold"), "{again:?}");
    assert_eq!(
        workshop.read("out/production/client/head"),
        head,
        "nothing is done twice"
    );
    assert_eq!(workshop.audit()[1]["reason"], "orders are lost");
    workshop.verified_log().succeeds();
}

#[test]
fn a_reason_turns_no_text_around_it() {
    let workshop = published();
    workshop.kill_told("lost \u{202e}\u{61c}orders").succeeds();
    for command in ["log", "blame"] {
        let asked: &[&str] = match command {
            "log" => &["audit", "log", "--project", "shop"],
            _ => &[
                "audit",
                "blame",
                "banner",
                "--environment",
                "production",
                "--project",
                "shop",
            ],
        };
        let told = workshop.run(asked).succeeds().out;
        assert!(told.contains("lost \u{fffd}\u{fffd}orders"), "{told}");
        assert!(!told.contains(['\u{202e}', '\u{61c}']), "{told}");
    }
}

#[test]
fn a_name_makes_up_no_line_and_steers_no_terminal() {
    let workshop = published();
    let kill = ["kill", "banner", "--reason", "r"];
    let told = [&HEAD_KEY[..], &["--project", "shop"]].concat();
    let site = ["--at", "out", "--environment", "production"];
    let actor = ("TIDEGATE_ACTOR", "ev\u{1b}[31mil\u{202e}\n3 made up");
    workshop
        .run_in(&[actor], &[&kill[..], &site, &told].concat())
        .succeeds();
    for asked in [&["log"][..], &["blame", "banner", "--environment", "production"]] {
        let project = ["--project", "shop"];
        let text = workshop
            .run(&[&["audit"], asked, &project].concat())
            .succeeds()
            .out;
        assert!(
            text.contains("ev\u{fffd}[31mil\u{fffd}\u{fffd}3 made up"),
            "{text}"
        );
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
        assert!(!text.lines().any(|line| line.starts_with("3 made up")), "{text}");
    }
}

#[test]
fn what_did_not_change_is_not_told_again() {
    let workshop = published();
    workshop.publish(&[]).succeeds();
    workshop.publish(&["--dry-run", "--force"]).succeeds();
    assert_eq!(workshop.audit().len(), 1);
    workshop.publish(&["--force"]).succeeds();
    let audit = workshop.audit();
    assert_eq!(audit.len(), 2);
    assert_eq!(audit[1]["changes"], Value::Array(Vec::new()));
}

#[test]
fn a_snapshot_in_force_that_nobody_told_of_is_told_by_the_next_publication() {
    let workshop = published();
    let log = workshop.files("shop/audit");
    workshop.write("shop/flags/other.yaml", BANNER.replace("k3v9x2", "q1w2e3"));
    workshop.publish(&[]).succeeds();
    for (path, bytes) in log {
        workshop.write(&path, bytes);
    }
    workshop.verified_log().fails(1, "audit-untold");
    workshop.publish(&[]).succeeds();
    let audit = workshop.audit();
    assert_eq!(audit.len(), 2);
    assert_eq!(audit[1]["scopes"][0]["did"], "unchanged");
    assert_eq!(
        audit[1]["changes"][0]["flag"], "other",
        "what differs from what was told of last"
    );
    workshop.verified_log().succeeds();
}

#[test]
fn the_tip_is_carried_on_by_those_without_the_project() {
    let workshop = published();
    workshop.kill_told("first").succeeds();
    workshop.publish(&["--force"]).succeeds();
    assert_eq!(workshop.verified_log().succeeds().json()["vouchedUpTo"], 2);
    let shown = workshop
        .run(&["inspect", "out/production/client/latest"])
        .succeeds()
        .json();
    assert_eq!(
        (
            &shown[0]["head"]["audit"]["seq"],
            &shown[1]["header"]["audit"]["seq"]
        ),
        (&2.into(), &2.into())
    );
    assert_eq!(shown[1]["header"]["audit"]["sha256"], workshop.audit()[2]["prev"]);
    workshop.at_out(&["renew"], &HEAD_KEY).succeeds();
    let json = workshop.verified_log().succeeds().json();
    assert_eq!(
        json["vouchedUpTo"], 2,
        "a renewal is told of by nobody, and changes nothing"
    );
    workshop.write("shop/flags/other.yaml", BANNER.replace("k3v9x2", "q1w2e3"));
    workshop.publish(&[]).succeeds();
    // Somebody who has a head key and no project.
    workshop.kill("other").succeeds();
    let untold = workshop.verified_log().fails(1, "audit-untold");
    assert_eq!(untold.json()["vouchedUpTo"], 3);
    workshop
        .at_out(
            &["kill", "other", "--reason", "told late", "--project", "shop"],
            &HEAD_KEY,
        )
        .succeeds();
    workshop.verified_log().succeeds();
}

#[test]
fn roots_are_told_of_where_a_project_is_at_hand() {
    let workshop = crate::roots::rooted();
    let reason = ["--audit", "shop", "--reason", "the old key was seen"];
    let sign = ["root", "sign", "roots/1.root", "--key", "keys/bob.key"];
    workshop.run(&[&sign[..], &reason].concat()).succeeds();
    workshop.root(&crate::roots::ROTATE, &reason).succeeds();
    let audit = workshop.audit();
    let told: Vec<&str> = audit
        .iter()
        .map(|entry| entry["what"].as_str().unwrap())
        .collect();
    assert_eq!(told, ["sign", "rotate"]);
    assert_eq!(
        audit[1]["from"], audit[0]["to"],
        "the second follows from the first as it was signed"
    );
    assert_eq!(
        (&audit[1]["root"], &audit[1]["reason"]),
        (&2.into(), &"the old key was seen".into())
    );
    assert_eq!(audit[1]["roles"]["snapshot"]["keys"].as_array().unwrap().len(), 1);
}

#[test]
fn a_clock_that_is_behind_comes_after_all_the_same() {
    let workshop = published();
    workshop
        .publish(&["--force", "--now", "2127-01-05T12:00:00Z"])
        .succeeds();
    workshop.kill_told("back in time").succeeds();
    let audit = workshop.audit();
    assert_eq!(audit[2]["time"], "2127-01-05T12:00:00Z");
    assert!(audit[2]["clock"].as_str().unwrap() < "2127");
    assert!(workshop.path("shop/audit/2127-01.jsonl").exists());
}

#[test]
fn what_cannot_be_told_is_not_published_but_killed() {
    let workshop = published();
    let name = workshop
        .files("shop/audit")
        .into_keys()
        .find(|name| name.ends_with(".jsonl"))
        .unwrap();
    let text = String::from_utf8(workshop.read(&name)).unwrap();
    workshop.write(&name, format!("<<<<<<< HEAD\n{text}=======\n>>>>>>> b\n"));
    workshop.publish(&["--force"]).fails(1, "audit-damaged");
    assert_eq!(workshop.snapshots().len(), 1);
    let killed = workshop
        .kill_told("now")
        .fails(1, "audit-damaged")
        .fails(1, "rejoin")
        .fails(1, "in force all the same");
    assert!(
        killed.out.contains("shop/production/client: `banner` is killed"),
        "{killed:?}"
    );
    assert_eq!(workshop.kills_of("client"), ["banner"]);
    // Once it is mended, the same again tells of it.
    workshop.write(&name, text);
    workshop.kill_told("now").succeeds();
    assert_eq!(workshop.audit()[1]["reason"], "now");
    workshop.verified_log().succeeds();
}

#[test]
fn what_is_not_done_is_not_said_to_be() {
    let workshop = published();
    std::fs::rename(workshop.path("shop/audit"), workshop.path("audit")).unwrap();
    workshop.write("shop/audit", "a file in the place of the folder");
    let site = workshop.files("out");
    let refused = workshop.publish(&["--force"]).fails(1, "cannot-write");
    assert!(!refused.err.contains("all the same"), "{refused:?}");
    assert!(workshop.files("out") == site, "{refused:?}");
    workshop
        .kill_told("now")
        .fails(1, "cannot-write")
        .fails(1, "in force all the same");
    assert_eq!(workshop.kills_of("client"), ["banner"]);
}

#[test]
fn nothing_is_reviewed_in_a_log_with_marks_of_a_conflict() {
    let workshop = published();
    workshop.kill_told("now").succeeds();
    let files = workshop.files("shop/audit").into_iter();
    let (name, bytes) = files.rev().find(|(name, _)| name.ends_with(".jsonl")).unwrap();
    let marked = [&bytes[..], b"<<<<<<< HEAD\n=======\n>>>>>>> b\n"].concat();
    workshop.write(&name, &marked);
    let review = ["2", "--by", "ben", "--reason", "r"];
    workshop.log("review", &review).fails(1, "audit-damaged");
    assert_eq!(workshop.read(&name), marked);
    workshop.write(&name, bytes);
    workshop.log("review", &review).succeeds();
}

#[test]
fn a_log_cannot_be_written_where_there_is_no_project() {
    let workshop = published();
    for command in ["log", "verify"] {
        let run = workshop.run(&["audit", command, "--project", "nowhere"]);
        run.fails(1, "cannot-read");
    }
    let review = [
        "audit",
        "review",
        "1",
        "--by",
        "b",
        "--reason",
        "r",
        "--project",
        "nowhere",
    ];
    workshop.run(&review).fails(1, "cannot-read");
    assert!(!workshop.path("nowhere").exists());
}
