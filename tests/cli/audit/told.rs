//! What is shown of the log.

use super::{busy, published};
use crate::Workshop;
use crate::workshop::texts;
use serde_json::Value;

fn numbers(workshop: &Workshop, more: &[&str]) -> Vec<u64> {
    let json = workshop
        .log("log", &[more, &["--json"]].concat())
        .succeeds()
        .json();
    let entries = json["entries"].as_array().unwrap();
    entries
        .iter()
        .map(|entry| entry["seq"].as_u64().unwrap())
        .collect()
}

#[test]
fn the_log_is_asked_by_flag_environment_time_action_and_actor() {
    let workshop = busy();
    assert_eq!(numbers(&workshop, &[]), [1, 2, 3, 4]);
    assert_eq!(numbers(&workshop, &["--flag", "other"]), [3]);
    assert_eq!(numbers(&workshop, &["--flag", "banner"]), [1, 2, 4]);
    assert_eq!(numbers(&workshop, &["--environment", "production"]), [1, 2, 3, 4]);
    assert_eq!(
        numbers(&workshop, &["--environment", "staging"]),
        Vec::<u64>::new()
    );
    assert_eq!(
        numbers(&workshop, &["--action", "kill", "--action", "unkill"]),
        [2, 4]
    );
    assert_eq!(numbers(&workshop, &["--last", "1"]), [4]);
    assert_eq!(
        numbers(&workshop, &["--since", "2100-01-01T00:00:00Z"]),
        Vec::<u64>::new()
    );
    assert_eq!(numbers(&workshop, &["--until", "2100-01-01"]).len(), 4);
    assert_eq!(numbers(&workshop, &["--actor", "nobody"]), Vec::<u64>::new());
    let text = workshop.log("log", &["--action", "kill"]).succeeds().out;
    assert!(
        text.contains(" kill banner in production\n  reason: orders are lost\n"),
        "{text}"
    );
    assert_eq!(
        workshop.log("log", &["--actor", "nobody"]).succeeds().out,
        "no entries\n"
    );
}

#[test]
fn an_action_that_there_is_not_is_no_empty_log() {
    let workshop = published();
    for command in ["log", "export"] {
        let run = workshop.log(command, &["--action", "kil"]).fails(2, "kil");
        assert!(
            run.err.contains("unkill") && run.err.contains("rejoin"),
            "{run:?}"
        );
    }
    // The words are those that the format names.
    let format = include_str!("../../../src/delivery/audit/FORMAT.md");
    let row = format
        .lines()
        .find(|line| line.starts_with("| `action` |"))
        .unwrap();
    let named: Vec<&str> = row.split('`').skip(3).step_by(2).collect();
    assert_eq!(named, tidegate::delivery::audit::ACTIONS);
}

#[test]
fn who_did_it_is_what_the_machine_says() {
    let workshop = published();
    let kill = |environment: &[(&str, &str)]| {
        let mut command = workshop.command(&[
            "kill",
            "banner",
            "--reason",
            "r",
            "--at",
            "out",
            "--environment",
            "production",
            "--head-key",
            "keys/tidegate.key",
            "--project",
            "shop",
        ]);
        for name in ["USER", "LOGNAME", "USERNAME"] {
            command.env_remove(name);
        }
        assert!(
            command
                .envs(environment.iter().copied())
                .output()
                .unwrap()
                .status
                .success()
        );
        let actor = workshop.audit().pop().unwrap()["actor"].take();
        (
            actor["name"].as_str().unwrap().to_owned(),
            actor["kind"].as_str().unwrap().to_owned(),
        )
    };
    let told = |name: &str, kind: &str| (name.to_owned(), kind.to_owned());
    assert_eq!(kill(&[("USER", "ana")]), told("ana", "human"));
    assert_eq!(
        kill(&[("USER", "root"), ("TIDEGATE_ACTOR", "ben")]),
        told("ben", "human")
    );
    let github = [("USER", "runner"), ("CI", "true"), ("GITHUB_ACTOR", "cho")];
    assert_eq!(kill(&github), told("cho", "ci"));
    assert_eq!(
        kill(&[("USER", "ana"), ("GITHUB_ACTOR", "cho")]),
        told("ana", "human")
    );
    let gitlab = [("CI", "true"), ("GITLAB_USER_LOGIN", "dan")];
    assert_eq!(kill(&gitlab), told("dan", "ci"));
    assert_eq!(kill(&[]), told("unknown", "human"));
    assert_eq!(numbers(&workshop, &["--actor", "ci"]), [4, 6]);
}

#[test]
fn an_emergency_waits_for_a_review() {
    let workshop = busy();
    assert_eq!(numbers(&workshop, &["--unreviewed"]), [2]);
    let review =
        |sequence: &str| workshop.log("review", &[sequence, "--by", "ben", "--reason", "it was right"]);
    review("1")
        .fails(1, "nothing-to-review")
        .fails(1, "entry 1 is no emergency: publish");
    review("9").fails(1, "the log has no entry 9");
    review("2").succeeds();
    review("2").fails(1, "is reviewed already");
    assert_eq!(numbers(&workshop, &["--unreviewed"]), Vec::<u64>::new());
    let told = workshop.audit().pop().unwrap();
    assert_eq!(
        (&told["of"], &told["by"], &told["flag"]),
        (&2.into(), &"ben".into(), &"banner".into())
    );
}

#[test]
fn blame_names_who_made_each_key_what_it_is() {
    let workshop = busy();
    let keys = |flag: &str| {
        let blame = workshop.log("blame", &[flag, "--environment", "production", "--json"]);
        let json = blame.succeeds().json();
        json["environments"][0]["keys"].as_array().unwrap().clone()
    };
    let of = |keys: &[Value], path: &str| {
        let found = keys.iter().find(|key| key["path"] == path).unwrap();
        (found["value"].clone(), found["entry"]["seq"].clone())
    };
    let banner = keys("banner");
    assert_eq!(of(&banner, "rules[0].serve"), ("on".into(), 1.into()));
    assert_eq!(of(&banner, "killed"), (false.into(), 4.into()));
    assert_eq!(of(&keys("other"), "default"), ("off".into(), 3.into()));
    workshop.kill_told("again").succeeds();
    assert_eq!(of(&keys("banner"), "killed"), (true.into(), 5.into()));
    let text = workshop
        .log("blame", &["banner", "--environment", "production"])
        .succeeds()
        .out;
    assert!(
        text.contains("  killed = true  5 ") && text.contains(" kill: again\n"),
        "{text}"
    );
    workshop
        .log("blame", &["bannner"])
        .fails(2, "did you mean `banner`?");
    workshop
        .log("blame", &["banner", "--environment", "x"])
        .fails(1, "unknown-environment");
}

#[test]
fn an_export_is_safe_to_open_in_a_spreadsheet() {
    let workshop = published();
    for reason in [
        "=HYPERLINK(\"http://x\",\"y\")",
        "@SUM(1)",
        "+1",
        " -1",
        " =1",
        "one, \"two\"",
        "plain",
    ] {
        workshop.kill_told(reason).succeeds();
    }
    let table = workshop
        .log("export", &["--format", "csv", "--action", "kill"])
        .succeeds()
        .out;
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let reasons: Vec<String> = reader.records().map(|row| row.unwrap()[7].to_owned()).collect();
    assert_eq!(
        reasons,
        [
            "'=HYPERLINK(\"http://x\",\"y\")",
            "'@SUM(1)",
            "'+1",
            "'-1",
            "'=1",
            "one, \"two\"",
            "plain"
        ]
    );
    let lines = workshop.log("export", &["--format", "ndjson"]).succeeds().out;
    let log: Vec<u8> = workshop
        .files("shop/audit")
        .into_iter()
        .filter(|(name, _)| name.ends_with(".jsonl"))
        .flat_map(|(_, bytes)| bytes)
        .collect();
    assert_eq!(lines.as_bytes(), log);
    // Blanks before it keep no spreadsheet from calculating; somebody wrote them into the log.
    let names = workshop.files("shop/audit").into_keys();
    let name = names.rev().find(|name| name.ends_with(".jsonl")).unwrap();
    let text = String::from_utf8(workshop.read(&name)).unwrap();
    workshop.write(&name, text.replace("\"plain\"", "\" =1\""));
    let table = workshop.log("export", &["--format", "csv"]).succeeds().out;
    assert!(table.contains(",' =1,"), "{table}");
}

#[test]
fn what_takes_effect_by_schedule_is_told_once() {
    let workshop = Workshop::with_shop(&[(
        "banner",
        "description: d\nowner: web\ntype: release\nsalt: k\nclientVisible: true\ndefault: { rollout: launch }
rollouts: { launch: { from: off, to: on, stages: [ { name: climb, ramp: { to: 50, start: 2026-11-03T00:00:00Z, end: 2026-11-05T00:00:00Z } } ] } }
environments: { production: { rollouts: { launch: { status: running, stage: climb, enteredAt: 2026-11-01T00:00:00Z } } }, staging: {} }\n",
    )]);
    workshop.publish(&["--now", "2026-11-01T12:00:00Z"]).succeeds();
    let advance = |now: &str| {
        let advance = [
            "advance",
            "--project",
            "shop",
            "--environment",
            "production",
            "--now",
            now,
        ];
        workshop.run(&advance).succeeds();
    };
    advance("2026-11-02T00:00:00Z");
    assert_eq!(workshop.audit().len(), 1);
    advance("2026-11-04T12:00:00Z");
    advance("2026-11-04T18:00:00Z");
    workshop
        .publish(&["--force", "--now", "2026-11-06T00:00:00Z"])
        .succeeds();
    workshop
        .publish(&["--force", "--now", "2026-11-07T00:00:00Z"])
        .succeeds();
    let audit = workshop.audit();
    let schedules: Vec<&Value> = audit
        .iter()
        .filter(|entry| entry["action"] == "schedule")
        .collect();
    let told: Vec<[&str; 3]> = schedules
        .iter()
        .map(|entry| ["what", "effectiveAt", "time"].map(|name| entry[name].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ["ramp-began", "2026-11-03T00:00:00Z", "2026-11-04T12:00:00Z"],
            ["ramp-ended", "2026-11-05T00:00:00Z", "2026-11-06T00:00:00Z"],
        ]
    );
    assert_eq!(schedules[0]["actor"]["kind"], "controller");
    let text = workshop.log("log", &["--action", "schedule"]).succeeds().out;
    assert!(
        text.contains(" schedule banner in production: ramp-began at 2026-11-03T00:00:00Z\n"),
        "{text}"
    );
    let json = workshop.log("log", &["--json"]).succeeds().json();
    assert!(
        texts(&Value::Array(
            json["entries"]
                .as_array()
                .unwrap()
                .iter()
                .map(|entry| entry["action"].clone())
                .collect()
        ))
        .contains(&"schedule")
    );
}
