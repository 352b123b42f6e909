//! What was agreed to, and to what else it does not lead.

use super::{INCREASES, NOW, Shop, against, ignored, missing};

/// A raised share for which an approval is missing.
fn raised() -> Shop {
    let shop = Shop::with_policy(INCREASES);
    shop.raise_to("20");
    assert_eq!(missing(&shop.gate(&[])).len(), 2);
    shop
}

#[test]
fn an_approval_lets_a_change_in_once() {
    let shop = raised();
    let repository = &shop.repository;
    shop.approve("ben", &[]);
    repository.commit("approve");
    shop.gate(&[]).succeeds();
    let (path, approval) = repository.workshop.files("approvals").pop_first().unwrap();
    // It goes in, and is taken back.
    let back = |taken: &str| {
        repository.git(&["branch", "--force", "main"]);
        shop.edit("flags/checkout.yaml", "share: 20", "share: 10");
        if taken == "with the approval" {
            repository.git(&["rm", "--quiet", &path]);
        }
        repository.commit("back");
        repository.git(&["branch", "--force", "main"]);
        shop.raise_to("20");
    };
    let spent = ("ben".to_owned(), "spent".to_owned());
    let is_spent = || {
        let run = shop.gate(&[]);
        assert_eq!(ignored(&run), std::slice::from_ref(&spent));
        assert_eq!(missing(&run).len(), 2);
    };
    back("alone");
    is_spent();
    // By another name, and written in another way.
    let text = String::from_utf8(approval.clone()).unwrap();
    repository.git(&["mv", &path, &path.replace(".ben.", ".x.")]);
    repository
        .workshop
        .write(&path.replace(".ben.", ".x."), format!("\n{text}\n"));
    is_spent();
    repository.git(&["mv", &path.replace(".ben.", ".x."), &path]);
    repository.workshop.write(&path, &approval);
    back("with the approval");
    repository.workshop.write(&path, &approval);
    is_spent();
    // Once more is another approval.
    shop.approve("ben", &["--now", "2026-11-21T12:00:01Z"]);
    assert_eq!(missing(&shop.gate(&[])), [""; 0]);
}

#[test]
fn a_file_that_is_too_large_keeps_no_approval_from_counting() {
    let shop = raised();
    shop.approve("ben", &[]);
    shop.repository
        .workshop
        .write("approvals/a.json", vec![b'['; (64 << 10) + 1]);
    let run = shop.gate(&[]);
    assert_eq!(missing(&run), [""; 0]);
    assert_eq!(ignored(&run), [(String::new(), "damaged".to_owned())]);
}

#[test]
fn who_wrote_what_is_not_here_may_be_anybody() {
    let shop = Shop::with_policy(INCREASES);
    let repository = &shop.repository;
    shop.edit("flags/checkout.yaml", "share: 10", "share: 20");
    repository.git(&[
        "commit",
        "--quiet",
        "--all",
        "--message",
        "raise",
        "--author",
        "Ben <ben@example.com>",
    ]);
    shop.edit("flags/checkout.yaml", "description: d", "description: e");
    repository.commit("describe");
    let shallow = shop.shallow();
    let base = |more: &[&str]| against(&shallow, "base", more);
    let run = base(&[]);
    assert_eq!(
        run.json()["strangers"],
        serde_json::json!(["whoever wrote what was not fetched"])
    );
    assert!(
        missing(&run)
            .iter()
            .any(|missing| missing.contains("nobody can tell who else agrees")),
        "{run:?}"
    );
    shallow.deepen(&shop);
    assert_eq!(base(&[]).json()["authors"], serde_json::json!(["ana", "ben"]));
}

#[test]
fn co_authors_are_found_anywhere_in_a_message() {
    let shop = Shop::with_policy(INCREASES);
    shop.edit("flags/checkout.yaml", "share: 10", "share: 20");
    let message = "raise\n\n* a first step\n\nCO-AUTHORED-BY: Ben <ben@example.com>\n\n* and a second\n";
    shop.repository
        .git(&["commit", "--quiet", "--all", "--message", message]);
    assert_eq!(
        shop.gate(&[]).json()["authors"],
        serde_json::json!(["ana", "ben"])
    );
}

#[test]
fn reviews_are_of_every_file_as_it_goes_in() {
    let shop = raised();
    let repository = &shop.repository;
    let git = |arguments: &[&str]| repository.git(arguments);
    let head = git(&["rev-parse", "HEAD"]).trim().to_owned();
    let review = serde_json::json!({ "by": "ben-gh", "state": "approved", "commit": head });
    let reviews = serde_json::json!({ "author": "ana-gh", "head": head, "reviews": [review] });
    repository
        .workshop
        .write(".keys/reviews.json", reviews.to_string());
    let gate = || shop.gate(&["--reviews", ".keys/reviews.json"]);
    assert_eq!(missing(&gate()), [""; 0]);
    git(&["switch", "--quiet", "--detach", "main"]);
    git(&["merge", "--quiet", "--no-ff", "--message", "merge", &head]);
    assert_eq!(missing(&gate()), [""; 0]);
    // The merge holds what nobody has seen, which only `git commit --amend` makes and no other commit.
    shop.edit("flags/checkout.yaml", "share: 20", "share: 100");
    repository
        .workshop
        .write("flags/other.yaml", super::FLAG.replace("k3v9x2", "x2"));
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--amend", "--no-edit"]);
    gate().fails(1, "another `flags/checkout.yaml`");
    shop.edit("flags/checkout.yaml", "share: 100", "share: 20");
    git(&["commit", "--quiet", "--all", "--amend", "--no-edit"]);
    gate().fails(1, "another `flags/other.yaml`");
}

#[test]
fn what_files_are_called_and_say_writes_no_verdict() {
    let shop = raised();
    let workshop = &shop.repository.workshop;
    let by = "x\nrule increases: met\nthe change may go in\n\u{1b}[2J";
    let payload = serde_json::json!({ "project": "shop", "change": format!("sha256:{:064}", 0), "by": by, "at": NOW, "expires": NOW });
    let base64 = |bytes: &[u8]| data_encoding::BASE64.encode(bytes);
    let envelope = serde_json::json!({
        "payloadType": "application/vnd.tidegate.approval+json", "payload": base64(payload.to_string().as_bytes()),
        "signatures": [{ "keyid": "00", "sig": base64(&[7; 64]) }],
    });
    workshop.write("approvals/a.json", envelope.to_string());
    #[cfg(unix)]
    workshop.write("approvals/z\u{1b}[2J\nthe change may go in.json", "{");
    for form in [&[][..], &["--markdown"]] {
        let run =
            workshop.run(&[&["gate", "--against", "main", "--now", NOW, "--author", by], form].concat());
        assert_eq!(run.code, 1);
        assert!(!run.out.contains('\u{1b}'), "{}", run.out);
        let lines = [
            "the change may go in",
            "rule increases: met",
            "the change may go in.json",
        ];
        assert!(
            !run.out.lines().any(|line| lines.contains(&line.trim())),
            "{}",
            run.out
        );
    }
}
