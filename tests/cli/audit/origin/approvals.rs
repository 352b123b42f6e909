//! Who agreed to what was published.

use super::{FLAG, Shop, last_entry, publish};
use serde_json::{Value, json};

impl Shop {
    fn approve(&self, by: &str) -> Value {
        let key = format!(".keys/{by}/tidegate.key");
        let now = ["--now", "2026-11-21T12:00:00Z"];
        self.repository.approve(by, &key, &now).succeeds().json()
    }
}

#[test]
fn whoever_agreed_to_what_is_published_is_named() {
    let shop = Shop::begin();
    let git = |arguments: &[&str]| shop.repository.git(arguments);
    shop.publish(10);
    git(&["switch", "--quiet", "--create", "change"]);
    shop.raise_to("20");
    shop.repository.commit("raise");
    let change = shop.approve("ben")["change"].clone();
    shop.repository.commit("agree");
    git(&["switch", "--quiet", "main"]);
    // Somebody else's change comes in between.
    shop.repository
        .write("flags/other.yaml", FLAG.replace("k3v9x2", "q1w2e3"));
    shop.repository.commit("other");
    git(&["merge", "--quiet", "--no-ff", "--message", "merge", "change"]);
    let entry = shop.publish(13);
    let agreed = json!([{ "by": "ben", "change": change, "at": "2026-11-21T12:00:00Z" }]);
    assert_eq!(entry["approvals"], agreed);
    let log = shop
        .repository
        .run(&["audit", "log", "--last", "1"])
        .succeeds()
        .out;
    assert!(log.contains("  approved by: ben\n"), "{log}");
    assert!(
        log.contains(&format!("  commit: {}\n", entry["commit"].as_str().unwrap())),
        "{log}"
    );
    let table = ["audit", "export", "--format", "csv"];
    let table = shop.repository.run(&table).succeeds().out;
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let row = reader.records().map(Result::unwrap).last().unwrap();
    assert_eq!((&row[14], &row[15]), (entry["commit"].as_str().unwrap(), "ben"));

    // Told once: the next publication is of something else.
    shop.raise_to("30");
    shop.repository.commit("raise again");
    assert_eq!(shop.publish(14)["approvals"], Value::Null);
    // The same change once more, which nobody agreed to anew.
    shop.raise_to("10");
    shop.repository.commit("lower");
    shop.publish(15);
    shop.raise_to("20");
    shop.repository.commit("raise");
    assert_eq!(shop.publish(16)["approvals"], Value::Null);
}

#[test]
fn nobody_agrees_who_did_not_sign() {
    let shop = Shop::begin();
    shop.publish(10);
    shop.raise_to("20");
    let file = shop.approve("ben")["file"].as_str().unwrap().to_owned();
    let sealed = String::from_utf8(shop.repository.read(&file)).unwrap();
    let written: Value = serde_json::from_str(&sealed).unwrap();
    let payload = data_encoding::BASE64
        .decode(written["payload"].as_str().unwrap().as_bytes())
        .unwrap();
    let payload = String::from_utf8(payload).unwrap();
    let forged = |from: &str, to: &str| {
        assert!(payload.contains(from), "{payload}");
        let payload = data_encoding::BASE64.encode(payload.replace(from, to).as_bytes());
        let mut forged = written.clone();
        forged["payload"] = json!(payload);
        forged.to_string()
    };
    let ways = [
        ("in another's name", forged("\"ben\"", "\"ana\"")),
        ("in the name of nobody", forged("\"ben\"", "\"mallory\"")),
        ("of another project", forged("\"shop\"", "\"shed\"")),
        ("damaged", sealed.replace("\"payload\"", "\"pay\"")),
        ("no text", "\u{0}".to_owned()),
    ];
    shop.repository.commit("raise");
    for (hour, (way, forged)) in (11..).zip(ways) {
        shop.repository.write(&file, forged);
        publish(&shop.repository, hour, &["--force"]).succeeds();
        assert_eq!(last_entry(&shop.repository)["approvals"], Value::Null, "{way}");
    }
}

#[test]
fn a_key_that_comes_with_the_change_agrees_to_nothing() {
    let shop = Shop::begin();
    shop.publish(10);
    shop.raise_to("20");
    let file = shop.approve("ben")["file"].as_str().unwrap().to_owned();
    let approval = shop.repository.read(&file);
    std::fs::remove_file(shop.repository.path(&file)).unwrap();
    // Ben had no key before.
    let settings = String::from_utf8(shop.repository.read("tidegate.yaml")).unwrap();
    let without: String = settings
        .lines()
        .filter(|line| !line.contains("ben:"))
        .map(|line| format!("{line}\n"))
        .collect();
    shop.raise_to("10");
    shop.repository.write("tidegate.yaml", &without);
    shop.repository.commit("without Ben");
    shop.raise_to("20");
    shop.repository.write(&file, approval);
    shop.repository.commit("raise");
    assert_eq!(shop.publish(13)["approvals"], Value::Null);
}
