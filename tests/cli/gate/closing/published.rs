//! What went in as an emergency, and was published.

use super::super::{FLAG, Shop};
use super::{as_ana, later, review, unreviewed, waiting, workshop_audit};
use serde_json::Value;

/// Ana's login publishes production.
fn publish(shop: &Shop, now: &str) -> Value {
    let site = ["publish", "--to", ".keys/site", "--environment", "production"];
    let key = ["--key", ".keys/ben/tidegate.key", "--now", now];
    as_ana(shop, &[&site[..], &key].concat()).succeeds();
    workshop_audit(shop).pop().unwrap()
}

const UNAPPROVED: &str = "policy:\n  rules: [{ name: all, require: { approvals: 1 } }]\n  emergency: {}\n";

#[test]
fn what_the_gate_lets_in_as_an_emergency_is_reviewed_like_a_kill() {
    let shop = Shop::with_policy(UNAPPROVED);
    let first = publish(&shop, "2026-11-20T11:00:00Z");
    assert_eq!(first["emergency"], Value::Null, "it is new");
    shop.edit(
        "flags/checkout.yaml",
        "production: {}",
        "production: { killed: true }",
    );
    shop.repository.commit("kill");
    assert_eq!(shop.gate(&[]).succeeds().json()["rules"][0]["emergency"], true);
    let told = publish(&shop, "2026-11-20T12:00:00.001Z");
    assert_eq!(told["emergency"], serde_json::json!(["checkout"]));
    assert_eq!(unreviewed(&shop), [2]);
    let text = shop.repository.run(&["gate", "--against", "main"]).out;
    assert!(
        text.contains("the publication of checkout in production by ana-gh"),
        "{text}"
    );
    let pending = waiting(&shop.gate(&[]).succeeds(), "pending");
    assert_eq!(
        (&pending[0]["action"], &pending[0]["flag"], &pending[0]["by"]),
        (&"publish".into(), &"checkout".into(), &"ana-gh".into())
    );
    assert_eq!(
        (later(&shop).code, waiting(&later(&shop), "overdue").len()),
        (1, 1)
    );
    review(&shop, "2", "ana").fails(1, "reviews-themselves");
    review(&shop, "1", "ben").fails(1, "nothing-to-review");
    review(&shop, "2", "ben").succeeds();
    assert_eq!(unreviewed(&shop), [Value::Null; 0]);
    later(&shop).succeeds();
}

#[test]
fn what_somebody_agreed_to_is_no_emergency_and_hides_none() {
    let shop = Shop::with_policy(UNAPPROVED);
    let flag = FLAG.replace("k3v9x2", "q1w2e3");
    shop.repository.workshop.write("flags/banner.yaml", flag);
    shop.repository.commit("banner");
    shop.repository.git(&["branch", "--force", "main"]);
    publish(&shop, "2026-11-20T10:00:00Z");
    shop.edit("flags/checkout.yaml", "share: 10", "share: 5");
    shop.repository.commit("less");
    shop.approve("ben", &[]);
    shop.repository.commit("approve");
    let told = publish(&shop, "2026-11-20T11:00:00Z");
    assert_eq!(
        (&told["approvals"][0]["by"], &told["emergency"]),
        (&"ben".into(), &Value::Null)
    );
    // Together with one that nobody agreed to, and one that opens.
    shop.repository.git(&["branch", "--force", "main"]);
    shop.edit("flags/checkout.yaml", "share: 5", "share: 4");
    shop.repository.commit("still less");
    shop.approve("ben", &[]);
    shop.repository.commit("approve again");
    shop.edit("flags/banner.yaml", "share: 10", "share: 9");
    shop.repository.commit("in a hurry");
    let told = publish(&shop, "2026-11-20T12:00:00Z");
    assert_eq!(
        (told["approvals"].as_array().unwrap().len(), &told["emergency"]),
        (1, &serde_json::json!(["banner"]))
    );
    shop.edit("flags/banner.yaml", "share: 9", "share: 10");
    assert_eq!(publish(&shop, "2026-11-20T13:00:00Z")["emergency"], Value::Null);
    // Nor is there any where the policy knows of none.
    shop.edit("tidegate.yaml", "  emergency: {}\n", "");
    shop.edit("flags/banner.yaml", "share: 10", "share: 9");
    assert_eq!(publish(&shop, "2026-11-20T14:00:00Z")["emergency"], Value::Null);
}
