//! What a pipeline says: who wrote a change, and who agreed to it at the forge.

use super::{INCREASES, Shop, ignored, missing};
use serde_json::{Value, json};

fn raised() -> (Shop, String) {
    let shop = Shop::with_policy(INCREASES);
    shop.raise_to("20");
    let head = shop.repository.git(&["rev-parse", "HEAD"]).trim().to_owned();
    (shop, head)
}

fn gate(shop: &Shop, reviews: &Value) -> super::Run {
    shop.repository
        .workshop
        .write(".keys/reviews.json", reviews.to_string());
    let path = shop.repository.workshop.path(".keys/reviews.json");
    shop.gate(&["--reviews", path.to_str().unwrap()])
}

#[test]
fn a_review_of_the_commit_counts() {
    let (shop, head) = raised();
    let review = |by: &str, state: &str, commit: &str| json!({ "by": by, "state": state, "commit": commit });
    let approved = json!({ "author": "ana-gh", "reviews": [review("BEN-gh", "APPROVED", &head)] });
    assert_eq!(missing(&gate(&shop, &approved)), [""; 0]);
    for (reviews, why) in [
        (
            json!([review("ana-gh", "approved", &head)]),
            Some(("ana", "author")),
        ),
        (
            json!([review("ben-gh", "approved", "0123")]),
            Some(("ben", "other-commit")),
        ),
        (
            json!([{ "by": "ben-gh", "state": "approved" }]),
            Some(("ben", "other-commit")),
        ),
        (
            json!([review("dan-gh", "approved", &head)]),
            Some(("dan-gh", "unknown-person")),
        ),
        // The project's name for somebody who has a login is not that of anybody at the forge.
        (
            json!([review("ben", "approved", &head)]),
            Some(("ben", "unknown-person")),
        ),
        (json!([review("ben-gh", "commented", &head)]), None),
        (
            json!([
                review("ben-gh", "approved", &head),
                review("ben-gh", "changes_requested", &head)
            ]),
            Some(("ben", "withdrawn")),
        ),
    ] {
        let run = gate(&shop, &json!({ "author": "ana-gh", "reviews": reviews }));
        let expected: Vec<_> = why
            .iter()
            .map(|(by, why)| ((*by).to_owned(), (*why).to_owned()))
            .collect();
        assert_eq!(ignored(&run), expected);
        assert_eq!(missing(&run).len(), 2, "{run:?}");
    }
    // Whoever agrees after all does.
    let again = json!([
        review("ben-gh", "changes_requested", &head),
        review("ben-gh", "approved", &head)
    ]);
    assert_eq!(
        missing(&gate(&shop, &json!({ "author": "ana-gh", "reviews": again }))),
        [""; 0]
    );
}

#[test]
fn a_trailer_counts_on_the_last_commit_alone() {
    let (shop, head) = raised();
    let commit = |sha: &str, trailers: Value| json!({ "sha": sha, "author": "Ana <ana@example.com>", "trailers": trailers });
    let agreed = json!({ "approved-by": ["Ben <ben@example.com>"] });
    let last = json!({ "commits": [commit("0123", json!({})), commit(&head, agreed.clone())] });
    assert_eq!(missing(&gate(&shop, &last)), [""; 0]);
    let first = json!({ "commits": [commit("0123", agreed), commit(&head, json!({}))] });
    let run = gate(&shop, &first);
    assert_eq!(ignored(&run), [("ben".to_owned(), "other-commit".to_owned())]);
    let together =
        json!({ "Co-authored-by": ["Ben <ben@example.com>"], "Approved-by": ["Ben <ben@example.com>"] });
    let run = gate(&shop, &json!({ "commits": [commit(&head, together)] }));
    assert_eq!(ignored(&run), [("ben".to_owned(), "author".to_owned())]);
}

#[test]
fn one_person_counts_once_however_they_agree() {
    let policy = "policy: { rules: [{ name: two, require: { approvals: 2 } }] }\n";
    let shop = Shop::with_policy(policy);
    shop.raise_to("20");
    let head = shop.repository.git(&["rev-parse", "HEAD"]).trim().to_owned();
    shop.approve("ben", &[]);
    let review = json!({ "by": "ben-gh", "state": "approved", "commit": head });
    let run = gate(&shop, &json!({ "author": "ana-gh", "reviews": [review] }));
    assert_eq!(ignored(&run), [("ben".to_owned(), "duplicate".to_owned())]);
    assert_eq!(
        missing(&run),
        ["two: 1 of 2 approvals: one more of cho, not by ana, who wrote it"]
    );
}

#[test]
fn an_author_whom_nobody_knows_may_be_anybody() {
    let shop = Shop::with_policy(INCREASES);
    shop.edit("flags/checkout.yaml", "share: 10", "share: 20");
    shop.repository.git(&["add", "--all"]);
    shop.repository.git(&[
        "commit",
        "--quiet",
        "--message",
        "raise",
        "--author",
        "Ben <ben@home.example>",
    ]);
    shop.approve("ben", &[]);
    let run = shop.gate(&[]);
    assert_eq!(
        missing(&run),
        [
            "increases: Ben <ben@home.example> wrote it and is nobody in `people`, so that nobody can tell who else agrees"
        ]
    );
    // The pipeline knows better.
    let run = shop.gate(&["--author", "ana-gh"]);
    assert_eq!(missing(&run), [""; 0]);
    assert_eq!(run.json()["strangers"], json!(["Ben <ben@home.example>"]));
    let run = shop.gate(&["--author", "ben"]);
    assert_eq!(ignored(&run), [("ben".to_owned(), "author".to_owned())]);
}

#[test]
fn between_two_folders_somebody_must_say_who_wrote_it() {
    let (shop, _) = raised();
    let workshop = &shop.repository.workshop;
    let before = shop.repository.git(&["show", "main:flags/checkout.yaml"]);
    workshop.write(".keys/before/flags/checkout.yaml", before);
    workshop.write(".keys/before/tidegate.yaml", workshop.read("tidegate.yaml"));
    let folder = workshop.path(".keys/before");
    let folder = folder.to_str().unwrap();
    shop.approve("ben", &[]);
    let run = workshop.run(&["gate", "--json", "--against", folder, "--now", super::NOW]);
    assert_eq!(
        missing(&run),
        ["increases: nobody says who wrote it, so that nobody can tell who else agrees"]
    );
    let run = workshop.run(&[
        "gate",
        "--json",
        "--against",
        folder,
        "--now",
        super::NOW,
        "--author",
        "ana",
    ]);
    assert_eq!(missing(&run), [""; 0]);
}

#[test]
fn what_does_not_tell_reviews_is_refused_with_its_place() {
    let (shop, _) = raised();
    for (reviews, reason) in [
        (json!("ana"), "invalid type"),
        (json!({ "author": 5 }), "line 1 column"),
        (json!({ "reviewers": [] }), "unknown field `reviewers`"),
        (json!({ "reviews": [{ "by": "ben" }] }), "missing field `state`"),
    ] {
        let run = gate(&shop, &reviews);
        run.fails(1, reason);
    }
    shop.gate(&["--reviews", "nowhere.json"]).fails(1, "nowhere.json");
}

#[test]
fn whoever_writes_something_into_a_merge_is_an_author() {
    let (shop, _) = raised();
    shop.approve("ben", &[]);
    shop.repository.commit("approve");
    let merge = |change: &dyn Fn()| {
        shop.repository.git(&["switch", "--quiet", "main"]);
        shop.repository.workshop.write("notes.txt", "n");
        shop.repository.commit("notes");
        shop.repository.git(&["switch", "--quiet", "change"]);
        shop.repository
            .git(&["merge", "--quiet", "--no-commit", "--no-ff", "main"]);
        change();
        shop.repository.git(&["add", "--all"]);
        shop.repository.git(&[
            "commit",
            "--quiet",
            "--message",
            "merge",
            "--author",
            "Ben <ben@example.com>",
        ]);
    };
    // To bring a branch up to date is no work on the change.
    merge(&|| {});
    let run = shop.gate(&[]);
    assert_eq!(
        (missing(&run).len(), run.json()["authors"].to_string().as_str()),
        (0, "[\"ana\"]")
    );
    shop.edit("flags/checkout.yaml", "share: 20", "share: 21");
    shop.repository
        .git(&["commit", "--quiet", "--all", "--amend", "--no-edit"]);
    shop.approve("ben", &[]);
    let run = shop.gate(&[]);
    assert!(
        ignored(&run).contains(&("ben".to_owned(), "author".to_owned())),
        "{run:?}"
    );
}

#[test]
fn reviews_are_of_what_is_checked_out() {
    let (shop, head) = raised();
    let review = json!({ "by": "ben-gh", "state": "approved", "commit": head });
    let reviews = json!({ "author": "ana-gh", "head": head, "reviews": [review] });
    assert_eq!(missing(&gate(&shop, &reviews)), [""; 0]);
    // Edited since, and not committed.
    shop.edit("flags/checkout.yaml", "share: 20", "share: 90");
    let run = gate(&shop, &reviews);
    assert_eq!(ignored(&run), [("ben".to_owned(), "other-commit".to_owned())]);
    // Committed since, while the pipeline speaks of the commit before.
    shop.repository.commit("more");
    gate(&shop, &reviews).fails(1, "reviews-invalid");
    // Merged as it was, as pipelines check it out.
    shop.repository.git(&["switch", "--quiet", "--detach", "main"]);
    shop.repository
        .git(&["merge", "--quiet", "--no-ff", "--message", "merge", &head]);
    assert_eq!(missing(&gate(&shop, &reviews)), [""; 0]);
}
