//! Killed before any call, a writer loses nothing, and what it left is mended.

use super::{Workshop, published};
use crate::plans::interrupted::killed::killer;
use crate::workshop::Run;
use std::os::unix::process::ExitStatusExt;

const REVIEW: [&str; 9] = [
    "audit",
    "review",
    "2",
    "--by",
    "ben",
    "--reason",
    "it was right",
    "--project",
    "shop",
];

impl Workshop {
    fn copied(&self) -> Self {
        let copy = Self::new();
        for (path, bytes) in self.files(".") {
            copy.write(&path, bytes);
        }
        copy
    }
}

/// Kills a command before every call that changes a file, counted from its start, and tells what it left each time.
fn at_every_call(from: &Workshop, command: &[&str], left: impl Fn(&Workshop, usize)) -> usize {
    let mut step = 1;
    loop {
        let workshop = from.copied();
        let mut killed = workshop.command(command);
        killed
            .env("LD_PRELOAD", killer())
            .env("KILL_AT", step.to_string())
            .env("KILL_FROM_START", "1");
        let killed = killed.output().unwrap();
        if killed.status.success() {
            return step - 1;
        }
        assert_eq!(killed.status.signal(), Some(9), "{killed:?}");
        left(&workshop, step);
        step += 1;
    }
}

fn log_file(workshop: &Workshop) -> String {
    let mut files = workshop.files("shop/audit").into_keys();
    files.rfind(|name| name.ends_with(".jsonl")).unwrap()
}

#[test]
fn an_entry_is_there_or_not_and_never_half() {
    let shop = published();
    shop.kill_told("r").succeeds();
    let steps = at_every_call(&shop, &REVIEW, |workshop, step| {
        let told = workshop.audit().len();
        assert!((2..=3).contains(&told), "killed at step {step}");
        let again: Run = workshop.run(&REVIEW);
        match told {
            2 => drop(again.succeeds()),
            _ => drop(again.fails(1, "is reviewed already")),
        }
        assert_eq!(workshop.audit().len(), 3, "killed at step {step}");
        workshop.verified_log().succeeds();
    });
    assert!(steps > 4, "{steps}");
}

#[test]
fn a_torn_last_line_is_kept_and_mended_whenever_its_mender_is_killed() {
    const TORN: &[u8] = b"{\"seq\":3,\"prev\":\"\xff0a1";
    let shop = published();
    shop.kill_told("r").succeeds();
    let name = log_file(&shop);
    shop.write(&name, [&shop.read(&name), TORN].concat());
    shop.verified_log().fails(1, "audit-torn");
    let mended = |workshop: &Workshop, step: usize| {
        let entries = workshop.audit();
        let actions: Vec<&str> = entries
            .iter()
            .map(|entry| entry["action"].as_str().unwrap())
            .collect();
        assert_eq!(
            actions,
            ["publish", "kill", "repair", "review"],
            "killed at step {step}"
        );
        let kept = data_encoding::BASE64.decode(entries[2]["tornBase64"].as_str().unwrap().as_bytes());
        assert_eq!(kept.unwrap(), TORN);
        workshop.verified_log().succeeds();
    };
    let steps = at_every_call(&shop, &REVIEW, |workshop, step| {
        let bytes = workshop.read(&log_file(workshop));
        let is_torn = bytes.ends_with(TORN);
        assert!(is_torn || workshop.audit().len() >= 3, "killed at step {step}");
        workshop.run(&REVIEW);
        mended(workshop, step);
    });
    assert!(steps > 6, "{steps}");
}

#[test]
fn a_last_line_that_lacks_its_newline_is_kept_as_it_is() {
    let shop = published();
    shop.kill_told("r").succeeds();
    let name = log_file(&shop);
    let mut bytes = shop.read(&name);
    bytes.pop();
    shop.write(&name, &bytes);
    shop.verified_log().fails(1, "audit-torn");
    shop.run(&REVIEW).succeeds();
    assert_eq!(shop.audit().len(), 3);
    assert!(shop.read(&name).starts_with(&bytes));
}

#[test]
fn a_torn_first_line_of_a_month_is_mended_in_its_month() {
    let shop = published();
    shop.kill_told("r").succeeds();
    shop.write("shop/audit/2127-02.jsonl", "{\"seq\":3");
    shop.run(&REVIEW).succeeds();
    let entries = shop.audit();
    assert_eq!(
        (&entries[2]["action"], &entries[2]["torn"]),
        (&"repair".into(), &"{\"seq\":3".into())
    );
    assert_eq!(entries[2]["time"], "2127-02-01T00:00:00Z");
    shop.verified_log().succeeds();
}

/// What this copy published itself is nobody else's.
#[test]
fn after_a_publication_that_was_killed_other_rules_are_published() {
    let shop = published();
    shop.write("shop/flags/other.yaml", crate::BANNER.replace("k3v9x2", "q1w2e3"));
    let publish = crate::shop::SHOP.publish(&[]);
    let steps = at_every_call(&shop, &publish, |workshop, step| {
        workshop.write("shop/flags/other.yaml", crate::BANNER.replace("k3v9x2", "t5z6u7"));
        let next = workshop.publish(&[]).succeeds();
        assert!(
            !next.err.contains("audit-behind"),
            "killed at step {step}: {next:?}"
        );
        workshop.verified_log().succeeds();
        let noted = String::from_utf8(workshop.read("shop/audit/.lock")).unwrap();
        assert!(noted.lines().count() <= 2, "killed at step {step}: {noted}");
    });
    assert!(steps > 15, "{steps}");
}

#[test]
fn a_publication_that_was_killed_is_told_of_by_the_next() {
    let shop = published();
    shop.write("shop/flags/other.yaml", crate::BANNER.replace("k3v9x2", "q1w2e3"));
    let publish = crate::shop::SHOP.publish(&[]);
    let steps = at_every_call(&shop, &publish, |workshop, step| {
        workshop.audit();
        workshop.publish(&[]).succeeds();
        workshop.verified_log().succeeds();
        let audit = workshop.audit();
        assert_eq!(audit.len(), 2, "killed at step {step}");
        assert_eq!(audit[1]["changes"][0]["flag"], "other", "killed at step {step}");
    });
    assert!(steps > 15, "{steps}");
}
