//! Approvals that count, and those that do not, each for its own reason.

use super::{INCREASES, NOW, Shop, ignored, missing};
use std::fs;
use tidegate::trust::SigningKey;

/// Raised by Ana, so that one more of the team must agree.
fn raised() -> Shop {
    let shop = Shop::with_policy(INCREASES);
    shop.raise_to("20");
    shop
}

#[test]
fn an_approval_by_the_author_does_not_count() {
    let shop = raised();
    let run = shop
        .try_to_approve("ana", ".keys/ana/tidegate.key", &[])
        .succeeds();
    assert!(run.err.contains("approval-ignored"), "she is told: {run:?}");
    assert_eq!(run.json()["ignored"]["code"], "author");
    let run = shop.gate(&[]);
    assert_eq!(ignored(&run), [("ana".to_owned(), "author".to_owned())]);
    assert_eq!(run.json()["approvals"], serde_json::json!([]), "it is told once");
    for (form, file) in [(&[][..], "ana.json"), (&["--markdown"], "ana&#46;json")] {
        let arguments = ["gate", "--against", "main", "--now", NOW];
        let told = shop.repository.workshop.run(&[&arguments, form].concat());
        assert_eq!(told.out.matches(file).count(), 1, "{told:?}");
    }
    assert_eq!(missing(&run).len(), 2);
    // Nor by one of several.
    shop.edit("flags/checkout.yaml", "share: 20", "share: 21");
    shop.repository.git(&[
        "commit",
        "--quiet",
        "--all",
        "--message",
        "more\n\nCo-authored-by: Ben <Ben@Example.com>",
    ]);
    assert_eq!(shop.approve("ben", &[])["ignored"]["code"], "author");
    assert_eq!(shop.approve("cho", &[])["ignored"], serde_json::Value::Null);
    fs::remove_file(approval_of(&shop, "cho")).unwrap();
    let run = shop.gate(&[]);
    assert!(
        ignored(&run).contains(&("ben".to_owned(), "author".to_owned())),
        "{run:?}"
    );
    assert_eq!(
        missing(&run)[0],
        "increases: 0 of 1 approvals: one more of cho, not by ana or ben, who wrote it"
    );
}

#[test]
fn an_approval_by_a_removed_key_does_not_count() {
    let shop = raised();
    shop.approve("ben", &[]);
    shop.gate(&[]).succeeds();
    // The key is taken from Ben where the change is to go in.
    let workshop = &shop.repository.workshop;
    let key = String::from_utf8(workshop.read(".keys/ben/tidegate.pub")).unwrap();
    let approvals = workshop.files("approvals");
    shop.repository.commit("approve");
    shop.repository.git(&["switch", "--quiet", "main"]);
    shop.edit("tidegate.yaml", &format!(", keys: [\"{}\"]", key.trim()), "");
    shop.repository.commit("take the key");
    shop.repository.git(&["switch", "--quiet", "change"]);
    shop.repository.git(&["rebase", "--quiet", "main"]);
    assert_eq!(workshop.files("approvals"), approvals);
    let run = shop.gate(&[]);
    assert_eq!(ignored(&run), [("ben".to_owned(), "not-their-key".to_owned())]);
    assert_eq!(run.code, 1);
}

#[test]
fn a_key_that_comes_with_the_change_approves_nothing() {
    let shop = raised();
    let workshop = &shop.repository.workshop;
    let own = workshop.run(&["keygen", "--out", ".keys/own"]).succeeds().out;
    let ben = String::from_utf8(workshop.read(".keys/ben/tidegate.pub")).unwrap();
    let elsewhere = SigningKey::from_seed(&[9; 32], false);
    let both = format!("{}\", \"{}", own.trim(), elsewhere.trust());
    shop.edit("tidegate.yaml", ben.trim(), &both);
    shop.repository.commit("be Ben");
    let refused = shop.try_to_approve("ben", ".keys/own/tidegate.key", &[]);
    refused.fails(1, "key-refused");
    // Not even signed where nobody asks.
    let change = shop.gate(&[]).json()["change"].clone();
    shop.repository.sign_approval("ben", &change, &elsewhere);
    let run = shop.gate(&[]);
    assert_eq!(ignored(&run), [("ben".to_owned(), "not-their-key".to_owned())]);
    assert_eq!(missing(&run).len(), 2);
    shop.approve("ben", &[]);
    assert_eq!(missing(&shop.gate(&[])), [""; 0], "Ben's own key still counts");
    let path = approval_of(&shop, "ben");
    let text = fs::read_to_string(&path).unwrap();
    let signature = text.split("\"sig\": \"").nth(1).unwrap();
    let other = signature.replacen(['A', 'B', 'C', 'D'], "E", 1);
    fs::write(&path, text.replace(signature, &other)).unwrap();
    let run = shop.gate(&[]);
    assert_eq!(ignored(&run), [("ben".to_owned(), "not-their-key".to_owned())]);
    assert_eq!(run.json()["change"], change);
}

#[test]
fn an_approval_for_another_digest_does_not_count() {
    let shop = raised();
    shop.approve("ben", &[]);
    shop.gate(&[]).succeeds();
    shop.edit("flags/checkout.yaml", "share: 20", "share: 100");
    shop.repository.commit("a little more");
    let run = shop.gate(&[]);
    assert_eq!(ignored(&run), [("ben".to_owned(), "other-change".to_owned())]);
    assert_eq!(missing(&run).len(), 2);
}

#[test]
fn an_approval_stays_good_when_others_change_other_files() {
    let shop = raised();
    shop.approve("ben", &[]);
    shop.repository.commit("approve");
    shop.repository.git(&["switch", "--quiet", "main"]);
    let workshop = &shop.repository.workshop;
    workshop.write("flags/other.yaml", super::FLAG.replace("k3v9x2", "x2"));
    shop.repository.commit("other");
    shop.repository.git(&["switch", "--quiet", "change"]);
    shop.repository.git(&["rebase", "--quiet", "main"]);
    assert_eq!(missing(&shop.gate(&[])), [""; 0]);
}

#[test]
fn an_expired_approval_does_not_count() {
    let shop = raised();
    shop.approve("ben", &["--now", "2026-11-13T12:00:00Z"]);
    assert_eq!(
        ignored(&shop.gate(&[])),
        [("ben".to_owned(), "expired".to_owned())]
    );
    // It is good for a week, up to its last moment and without it.
    shop.approve("ben", &["--now", "2026-11-14T12:00:00.001Z"]);
    shop.gate(&[]).succeeds();
    shop.approve("ben", &["--now", "2026-11-20T12:00:00Z", "--expires", "1d"]);
    assert_eq!(
        ignored(&shop.gate(&[])),
        [("ben".to_owned(), "expired".to_owned())]
    );
    let long = shop.try_to_approve("ben", ".keys/ben/tidegate.key", &["--expires", "91d"]);
    long.fails(2, "90d");
}

#[test]
fn an_approval_from_the_future_does_not_count() {
    let shop = raised();
    shop.approve("ben", &["--now", "2026-11-21T12:10:00Z"]);
    assert_eq!(
        ignored(&shop.gate(&[])),
        [("ben".to_owned(), "from-the-future".to_owned())]
    );
    // Clocks may differ by some minutes.
    shop.approve("ben", &["--now", "2026-11-21T12:04:00Z"]);
    shop.gate(&[]).succeeds();
}

#[test]
fn a_duplicated_approval_counts_once() {
    let policy = "policy: { rules: [{ name: two, require: { approvals: 2 } }] }\n";
    let shop = Shop::with_policy(policy);
    shop.raise_to("20");
    shop.approve("ben", &[]);
    let path = approval_of(&shop, "ben");
    fs::copy(&path, path.replace(".ben.json", ".again.json")).unwrap();
    let run = shop.gate(&[]);
    assert_eq!(ignored(&run), [("ben".to_owned(), "duplicate".to_owned())]);
    assert_eq!(
        missing(&run),
        ["two: 1 of 2 approvals: one more of cho, not by ana, who wrote it"]
    );
    shop.approve("cho", &[]);
    assert_eq!(missing(&shop.gate(&[])), [""; 0]);
}

#[test]
fn an_approval_of_another_project_does_not_count() {
    let shop = raised();
    shop.approve("ben", &[]);
    // The same change of the same files, in a project that has its people from there.
    for branch in ["main", "change"] {
        shop.repository.git(&["stash", "--quiet", "--include-untracked"]);
        shop.repository.git(&["switch", "--quiet", branch]);
        shop.edit("tidegate.yaml", "project: shop", "project: copy");
        shop.repository.commit("copy");
        shop.repository.git(&["stash", "pop", "--quiet"]);
    }
    let run = shop.gate(&[]);
    assert_eq!(ignored(&run), [("ben".to_owned(), "other-project".to_owned())]);
}

#[test]
fn what_is_no_approval_is_told_and_counts_for_nothing() {
    let shop = raised();
    let workshop = &shop.repository.workshop;
    workshop.write("approvals/none.json", "{}");
    workshop.write("approvals/README.md", "what this is");
    workshop.write("approvals/large.json", " ".repeat(100_000));
    let run = shop.gate(&[]);
    let damaged = (String::new(), "damaged".to_owned());
    assert_eq!(ignored(&run), [damaged.clone(), damaged]);
    assert!(run.out.contains("larger than an approval can be"), "{run:?}");
    assert_eq!(missing(&run).len(), 2);
}

#[test]
fn nobody_approves_for_others_or_with_what_is_no_key_of_theirs() {
    let shop = raised();
    let with = |by: &str, key: &str| shop.try_to_approve(by, &format!(".keys/{key}/tidegate.key"), &[]);
    with("ben", "cho").fails(1, "key-refused");
    with("dan", "cho").fails(1, "unknown-person");
    let workshop = &shop.repository.workshop;
    workshop
        .run(&["keygen", "--out", ".keys/dev", "--development"])
        .succeeds();
    with("ben", "dev").fails(1, "key-refused");
    assert!(!workshop.path("approvals").exists());
    shop.repository.git(&["switch", "--quiet", "main"]);
    with("ben", "ben").fails(1, "nothing-changes");
}

#[test]
fn approving_a_stage_and_approving_a_change_do_not_mix() {
    let shop = raised();
    let workshop = &shop.repository.workshop;
    for arguments in [
        &["approve", "--by", "ben"][..],
        &["approve", "checkout", "--by", "ben"],
        &["approve", "checkout", "--environment", "production"],
        &["approve", "checkout", "--change", "--by", "ben", "--key", "k"],
        &["approve", "--change", "--by", "ben"],
        &[
            "approve",
            "--change",
            "--environment",
            "production",
            "--by",
            "ben",
            "--key",
            "k",
        ],
        &[
            "approve",
            "checkout",
            "--environment",
            "production",
            "--by",
            "ben",
            "--note",
            "n",
        ],
    ] {
        let run = workshop.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {run:?}");
    }
}

#[test]
fn the_approver_is_shown_what_is_approved() {
    let shop = raised();
    let workshop = &shop.repository.workshop;
    let run = workshop.run(&[
        "approve",
        "--change",
        "--against",
        "main",
        "--by",
        "ben",
        "--key",
        ".keys/ben/tidegate.key",
        "--now",
        NOW,
    ]);
    let out = run.succeeds().out;
    assert!(
        out.contains("  checkout in production: increase, up by 10%\n"),
        "{out}"
    );
    assert!(out.contains("until 2026-11-28T12:00:00Z: "), "{out}");
}

fn approval_of(shop: &Shop, by: &str) -> String {
    let workshop = &shop.repository.workshop;
    let files = workshop.files("approvals");
    let path = files
        .keys()
        .find(|path| path.ends_with(&format!(".{by}.json")))
        .unwrap();
    workshop.path(path).to_str().unwrap().to_owned()
}
