//! Who agreed to what was published.

use super::{FLAG, Shop, last_entry, publish};
use serde_json::{Value, json};
use tidegate::trust::SigningKey;

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
    let settings = String::from_utf8(shop.repository.read("tidegate.yaml")).unwrap();
    let lines = settings.lines().filter(|line| !line.contains("ben:"));
    let without: String = lines.map(|line| format!("{line}\n")).collect();
    shop.repository.write("tidegate.yaml", &without);
    shop.repository.commit("nobody is called Ben");
    shop.publish(10);
    shop.repository.git(&["switch", "--quiet", "--create", "change"]);
    let key = SigningKey::from_seed(&[9; 32], false);
    let ben = format!("{without}  ben: {{ keys: [\"{}\"] }}\n", key.trust());
    shop.repository.write("tidegate.yaml", ben);
    shop.raise_to("20");
    shop.repository.commit("be Ben");
    let gate = ["gate", "--json", "--against", "main"];
    let change = shop.repository.run(&gate).json()["change"].clone();
    shop.repository.sign_approval("ben", &change, &key);
    shop.repository.commit("agree");
    assert_eq!(shop.publish(13)["approvals"], Value::Null);
    // Ben is somebody from then on.
    shop.repository.git(&["branch", "--force", "main"]);
    shop.raise_to("30");
    shop.repository.commit("raise");
    let change = shop.repository.run(&gate).json()["change"].clone();
    shop.repository.sign_approval("ben", &change, &key);
    assert_eq!(shop.publish(14)["approvals"][0]["by"], "ben");
}

#[test]
fn what_was_published_elsewhere_was_agreed_to_here_as_well() {
    let shop = Shop::begin();
    shop.publish(10);
    shop.repository.git(&["switch", "--quiet", "--create", "change"]);
    shop.raise_to("20");
    shop.repository.commit("raise");
    shop.approve("ben");
    shop.repository.commit("agree");
    for (hour, environment) in [(13, "staging"), (14, "production")] {
        publish(&shop.repository, hour, &["--environment", environment]).succeeds();
        let entry = last_entry(&shop.repository);
        assert_eq!(entry["approvals"][0]["by"], "ben", "{environment}");
        shop.repository.commit("told");
    }
}

#[test]
fn whoever_agrees_to_what_is_published_already_agreed_to_nothing_of_the_next() {
    let shop = Shop::begin();
    shop.publish(10);
    shop.repository.git(&["switch", "--quiet", "--create", "change"]);
    shop.raise_to("20");
    shop.repository.commit("raise");
    shop.publish(11);
    shop.approve("ben");
    shop.repository.commit("agree");
    shop.raise_to("30");
    shop.repository.commit("raise again");
    assert_eq!(shop.publish(13)["approvals"], Value::Null);
}
