//! Keys that sign what is published: the root is held against people, and clients hold what is published against the root.

use super::{Shop, missing};
use tidegate::trust::{Document, Kind};

const TWO: &str = "roles: { snapshot: [ben, cho], head: [ana], root: [ana] }\n\
    policy: { rules: [{ name: two-keys, if: { environments: [production] }, require: { signatures: { snapshot: 2 } } }] }\n";

/// A shop whose root lets some keys sign, and asks for so many of them.
fn with_root(policy: &str, snapshot: &[&str], threshold: &str) -> Shop {
    let shop = Shop::with_policy(policy);
    let workshop = &shop.repository.workshop;
    let public = |name: &str| format!(".keys/{name}/tidegate.pub");
    let ana = public("ana");
    let mut arguments = vec![
        "root",
        "init",
        "--project",
        "shop",
        "--key",
        ".keys/ana/tidegate.key",
        "--head-key",
        &ana,
        "--out",
        ".keys/1.root",
        "--snapshot-threshold",
        threshold,
    ];
    let keys: Vec<String> = snapshot.iter().map(|name| public(name)).collect();
    for key in &keys {
        arguments.extend(["--snapshot-key", key]);
    }
    workshop.run(&arguments).succeeds();
    shop.raise_to("20");
    shop
}

fn findings(shop: &Shop) -> Vec<String> {
    let run = shop.gate(&["--root", ".keys/1.root"]);
    let json = run.json();
    let codes = json["root"].as_array().unwrap().iter();
    let codes: Vec<String> = codes
        .map(|finding| finding["code"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(run.code == 0, codes.is_empty(), "{run:?}");
    codes
}

#[test]
fn a_root_that_fits_the_people_lets_the_change_in() {
    let shop = with_root(TWO, &["ben", "cho"], "2");
    assert_eq!(findings(&shop), [""; 0]);
    let run = shop.gate(&[]);
    assert_eq!(
        missing(&run),
        ["two-keys: 2 of the keys that sign as snapshot must sign, and no `--root` says how many must"]
    );
}

#[test]
fn a_threshold_too_low_for_a_rule_is_found() {
    let shop = with_root(TWO, &["ben", "cho"], "1");
    assert_eq!(findings(&shop), ["low-threshold"]);
    let run = shop.gate(&["--root", ".keys/1.root"]);
    let message = "two-keys: the root asks for 1 of the keys that sign as snapshot, and 2 must sign";
    assert_eq!(missing(&run), [message]);
}

#[test]
fn keys_that_are_not_those_of_the_people_in_the_role_are_found() {
    let shop = with_root(TWO, &["ana", "ben"], "2");
    assert_eq!(findings(&shop), ["strange-key", "no-key"]);
}

#[test]
fn two_keys_of_one_person_are_one_person() {
    let shop = Shop::with_policy("");
    let workshop = &shop.repository.workshop;
    let second = workshop.run(&["keygen", "--out", ".keys/second"]).succeeds().out;
    let ben = String::from_utf8(workshop.read(".keys/ben/tidegate.pub")).unwrap();
    shop.repository.git(&["switch", "--quiet", "main"]);
    let both = format!("{}\", \"{}", ben.trim(), second.trim());
    shop.edit("tidegate.yaml", ben.trim(), &both);
    let text = String::from_utf8(workshop.read("tidegate.yaml")).unwrap();
    workshop.write("tidegate.yaml", text + &TWO.replace("[ben, cho]", "[ben]"));
    shop.repository.commit("policy");
    shop.repository.git(&["switch", "--quiet", "--create", "later"]);
    workshop
        .run(&[
            "root",
            "init",
            "--project",
            "shop",
            "--key",
            ".keys/ana/tidegate.key",
            "--head-key",
            ".keys/ana/tidegate.pub",
            "--snapshot-key",
            ".keys/ben/tidegate.pub",
            "--snapshot-key",
            ".keys/second/tidegate.pub",
            "--snapshot-threshold",
            "2",
            "--out",
            ".keys/1.root",
        ])
        .succeeds();
    shop.raise_to("20");
    assert_eq!(findings(&shop), ["low-threshold"]);
}

#[test]
fn a_snapshot_that_too_few_signed_is_refused_by_clients() {
    let shop = with_root(TWO, &["ben", "cho"], "2");
    let workshop = &shop.repository.workshop;
    // `publish` itself refuses to publish what too few sign.
    let publish = |keys: &[&str]| {
        let fixed = [
            "publish",
            "--to",
            ".keys/site",
            "--root",
            ".keys/1.root",
            "--environment",
            "production",
            "--head-key",
            ".keys/ana/tidegate.key",
        ];
        let keys = keys.iter().flat_map(|key| ["--key", *key]);
        workshop.run(&fixed.into_iter().chain(keys).collect::<Vec<_>>())
    };
    let [ben, cho] = [".keys/ben/tidegate.key", ".keys/cho/tidegate.key"];
    let refused = publish(&[ben]);
    assert_eq!(refused.code, 1, "{refused:?}");
    publish(&[ben, cho]).succeeds();
    let verify = |file: &str| {
        workshop.run(&[
            "verify",
            file,
            "--trust",
            ".keys/1.root",
            "--scope",
            "shop/production/server",
        ])
    };
    let latest = workshop.read(".keys/site/production/server/latest");
    verify(".keys/site/production/server/latest").succeeds();
    // Whoever leaves a signature out has a snapshot that no client takes. Behind the magic stands how many there are.
    let documents = Document::all(&latest).unwrap();
    let of = |kind| {
        documents
            .iter()
            .find(|document| document.kind() == Some(kind))
            .unwrap()
            .bytes()
    };
    let (head, snapshot) = (of(Kind::Head), of(Kind::Snapshot));
    assert_eq!(snapshot[4], 2);
    let one = [
        head,
        &snapshot[..4],
        &[1],
        &snapshot[5..5 + 72],
        &snapshot[5 + 2 * 72..],
    ]
    .concat();
    workshop.write(".keys/one.tgs", &one);
    let run = verify(".keys/one.tgs");
    run.fails(1, "THRESHOLD_UNMET");
    // The same bytes in the client that apps run.
    let trust = tidegate::Trust::from_root(workshop.read(".keys/1.root")).unwrap();
    let scope = tidegate::Scope::parse("shop/production/server").unwrap();
    let mut client = tidegate::Client::new(trust, Some(scope));
    let error = client.load(one, 0).unwrap_err();
    assert_eq!(error.code(), "THRESHOLD_UNMET");
    client.load(latest.clone(), 0).unwrap();
}
