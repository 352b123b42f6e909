//! Publishers that race one another, or a kill.
#![cfg(unix)]

use super::faults::{bytes, ended, until};
use super::shop::{HEAD_KEY, KILL, Order, SHOP, published};
use super::{BANNER, Run};
use serde_json::Value;
use std::process::Child;
use std::thread::sleep;
use std::time::Duration;

#[test]
fn of_two_publishers_at_once_one_wins_and_the_other_is_told() {
    let workshop = published();
    workshop.edit("US");
    let slow = workshop.hold("latest");
    let one = workshop.start(&SHOP.publish(&[]));
    until(|| workshop.snapshots().len() == 2);
    workshop.edit("GB");
    let other = workshop.start(&SHOP.publish(&[]));
    until(|| workshop.snapshots().len() == 3);
    sleep(Duration::from_millis(100));
    drop(slow);
    let runs = [ended(one), ended(other)];
    let won = runs.iter().filter(|run| run.code == 0).count();
    assert_eq!(won, 1, "{runs:?}");
    let lost = runs.into_iter().find(|run| run.code != 0).unwrap();
    lost.fails(1, "published-meanwhile");
    workshop.chain().succeeds();
}

#[test]
fn many_publishers_at_once_leave_one_whole_publication() {
    let workshop = published();
    let countries = ["US", "GB", "FR", "IT"];
    let children: Vec<Child> = countries
        .iter()
        .map(|country| {
            let copy = format!("shop-{country}");
            workshop.write(
                &format!("{copy}/tidegate.yaml"),
                workshop.read("shop/tidegate.yaml"),
            );
            workshop.write(
                &format!("{copy}/flags/banner.yaml"),
                BANNER.replace("CA", country),
            );
            let order = Order {
                project: &copy,
                ..SHOP
            };
            workshop.start(&order.publish(&[]))
        })
        .collect();
    let runs: Vec<Run> = children.into_iter().map(ended).collect();
    assert!(runs.iter().any(|run| run.code == 0), "{runs:?}");
    for run in runs.into_iter().filter(|run| run.code != 0) {
        run.fails(1, "published-meanwhile");
    }
    workshop.chain().succeeds();
}

#[test]
fn a_kill_while_somebody_publishes_is_lost_by_neither() {
    // Before `latest`, when the publisher has looked at `head` for the last time; and between `latest` and `head`.
    for stage in ["latest", "head"] {
        let workshop = published();
        workshop.edit("US");
        let before = bytes(&workshop.out("latest"));
        let slow = workshop.hold(stage);
        let publisher = workshop.start(&SHOP.publish(&["--json"]));
        until(|| match stage {
            "latest" => workshop.snapshots().len() == 2,
            _ => bytes(&workshop.out("latest")) != before,
        });
        sleep(Duration::from_millis(100));
        let kill = [
            &KILL[..],
            &["--at", "out", "--environment", "production"],
            &HEAD_KEY,
        ]
        .concat();
        let killer = workshop.start(&kill);
        sleep(Duration::from_millis(300));
        drop(slow);
        let (publisher, killer) = (ended(publisher).succeeds(), ended(killer).succeeds());
        let json = workshop.chain().succeeds().json();
        assert_eq!(
            json["scopes"][0]["kills"][0], "banner",
            "{stage}: {publisher:?} {killer:?}"
        );
        let again = workshop.publish(&["--json"]).succeeds().json();
        assert_eq!(again["scopes"][0]["head"]["kills"][0], "banner");
        let rule = |json: &Value| json["flags"]["banner"]["rules"][0]["if"]["in"][0].clone();
        let newest = again["scopes"][0]["head"]["snapshot"]["url"]
            .as_str()
            .unwrap()
            .to_owned();
        let shown = workshop
            .run(&["inspect", &format!("out/production/client/{newest}")])
            .succeeds()
            .json();
        assert_eq!(
            (rule(&shown), &shown["flags"]["banner"]["killed"]),
            ("US".into(), &Value::Bool(true))
        );
    }
}

#[test]
fn a_renewal_while_somebody_publishes_is_taken_in() {
    let workshop = published();
    workshop.edit("US");
    let slow = workshop.hold("latest");
    let publisher = workshop.start(&SHOP.publish(&["--json"]));
    until(|| workshop.snapshots().len() == 2);
    sleep(Duration::from_millis(100));
    workshop.at_out(&["renew"], &HEAD_KEY).succeeds();
    drop(slow);
    let json = ended(publisher).succeeds().json();
    assert_eq!(json["scopes"][0]["did"], "published");
    assert_eq!(workshop.snapshots().len(), 2);
    workshop.chain().succeeds();
}
