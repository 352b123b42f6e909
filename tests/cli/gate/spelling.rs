//! Shares, as every command that tells them spells them.

use super::{INCREASES, NOW, Shop};

#[test]
fn a_share_is_spelled_the_same_by_every_command() {
    let shop = Shop::with_policy(INCREASES);
    let workshop = &shop.repository.workshop;
    let told = |arguments: &[&str]| workshop.run(&[arguments, &["--now", NOW]].concat()).out;
    for (share, json, text) in [("20", "\"step\":10,", "10%"), ("10.5", "\"step\":0.5,", "0.5%")] {
        told(&["ci-report", "--out", ".keys/build.json"]);
        shop.edit("flags/checkout.yaml", "share: 10 ", &format!("share: {share} "));
        for command in [
            &["gate", "--against", "main"][..],
            &["plan", "--against", "main", "--count", "100"],
            &[
                "ci-report",
                "--out",
                ".keys/new.json",
                "--last",
                ".keys/build.json",
            ],
        ] {
            let machines = told(&[command, &["--json"]].concat());
            assert!(machines.contains(json), "{machines}");
            assert!(!machines.contains("10.0"), "{machines}");
            if command[0] != "ci-report" {
                for form in [&[][..], &["--markdown"]] {
                    let people = told(&[command, form].concat()).replace("&#46;", ".");
                    assert!(people.contains(&format!(" {text}")), "{people}");
                    assert!(!people.contains(" %"), "{people}");
                }
            }
        }
        shop.repository.git(&["restore", "flags"]);
    }
}
