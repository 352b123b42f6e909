//! What a forge takes as a comment, however much a change does.

use super::{FLAG, NOW, Shop};

/// What GitHub takes.
const MOST_CHARACTERS: usize = 65_536;
const POLICY: &str = "policy:\n  rules:\n\
    \x20   - { name: watched, require: { approvals: 1, guardrails: true } }\n\
    \x20   - { name: shown, require: { population: { atMost: 1 } } }\n";

#[test]
fn the_comment_of_a_large_change_is_one_that_the_forge_takes() {
    let shop = Shop::with_policy(POLICY);
    let workshop = &shop.repository.workshop;
    for number in 0..400 {
        let flag = FLAG.replace("k3v9x2", &format!("s{number}"));
        workshop.write(
            &format!("flags/a-flag-with-a-rather-long-name-{number:03}.yaml"),
            flag,
        );
    }
    shop.repository.commit("many flags");
    let run = |command: &[&str]| {
        let words = ["--against", "main", "--now", NOW, "--markdown"];
        workshop.run(&[command, &words].concat()).out
    };
    let gate = run(&["gate"]);
    let plan = run(&["plan", "--count", "100"]);
    assert!(gate.len() <= 16_000, "{}", gate.len());
    assert!(plan.len() > 40_000, "{plan}");
    let comment = format!("<!-- tidegate -->\n{plan}\n{gate}");
    assert!(comment.chars().count() <= MOST_CHARACTERS, "{}", comment.len());
    // What decides is there, and what is left out is counted.
    assert!(
        gate.starts_with("### ⛔ The change may not go in yet\n"),
        "{gate}"
    );
    let subjects = gate
        .lines()
        .filter(|line| line.ends_with(" new, up by 10%"))
        .count();
    assert!(subjects > 20, "{gate}");
    let (_, behind) = gate.split_once("What it does").unwrap();
    assert!(behind.contains("\nAnd "), "{gate}");
    assert!(
        behind.contains(" more, left out for want of room.\n\n</details>\n"),
        "{gate}"
    );
    assert!(
        gate.lines().last().unwrap().starts_with("The change is `"),
        "{gate}"
    );
    assert!(run(&["check-release"]).len() <= 16_000);
}

#[test]
fn what_there_is_room_for_is_all_there() {
    let shop = Shop::with_policy(POLICY);
    shop.raise_to("20");
    let words = ["gate", "--against", "main", "--now", NOW, "--markdown"];
    let comment = shop.repository.workshop.run(&words).out;
    assert!(!comment.contains("left out"), "{comment}");
}
