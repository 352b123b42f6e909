//! Whatever is done to the files is found, and named with file, line and entry.

use super::{busy, codes};
use crate::Workshop;
use tidegate::delivery::audit::{Chain, FileName};

/// The one file of the log.
fn file(workshop: &Workshop) -> String {
    let mut files = workshop.files("shop/audit").into_keys();
    files.rfind(|name| name.ends_with(".jsonl")).unwrap()
}

fn edit(workshop: &Workshop, change: impl FnOnce(&mut Vec<String>)) {
    let name = file(workshop);
    let text = String::from_utf8(workshop.read(&name)).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    change(&mut lines);
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    workshop.write(&name, text);
}

/// All entries written anew, each hanging on the one before.
fn rewrite(workshop: &Workshop, count: usize, from: &str, to: &str) {
    let name = file(workshop);
    let text = String::from_utf8(workshop.read(&name)).unwrap().replace(from, to);
    let (chain, _) = Chain::read(&[(name.rsplit('/').next().unwrap(), &text)]);
    let (mut lines, mut last) = (String::new(), [0; 32]);
    for (sequence, entry) in (1..).zip(chain.entries.iter().take(count)) {
        let line = entry.line(sequence, &last);
        last = tidegate::delivery::audit::sha256(line.as_bytes());
        lines.push_str(&line);
        lines.push('\n');
    }
    workshop.write(&name, lines);
}

/// A way to tamper with a log, and the code that it is found by.
type Tampering = (&'static str, &'static str, fn(&Workshop));

const WAYS: [Tampering; 13] = [
    ("an edited field", "audit-edited", |shop| {
        edit(shop, |lines| {
            lines[1] = lines[1].replace("orders are lost", "all is well")
        });
    }),
    ("an edited last entry", "audit-edited", |shop| {
        edit(shop, |lines| lines[3] = lines[3].replace("mended", "whatever"));
    }),
    ("two entries that changed places", "audit-reordered", |shop| {
        edit(shop, |lines| lines.swap(1, 2))
    }),
    ("an entry that is gone from the middle", "audit-missing", |shop| {
        edit(shop, |lines| drop(lines.remove(1)));
    }),
    ("a beginning that is gone", "audit-missing", |shop| {
        edit(shop, |lines| drop(lines.remove(0)))
    }),
    ("an end that is cut off", "audit-untold", |shop| {
        edit(shop, |lines| lines.truncate(3))
    }),
    ("an end that is cut off further up", "audit-cut", |shop| {
        edit(shop, |lines| lines.truncate(2))
    }),
    ("an entry that is there twice", "audit-duplicated", |shop| {
        edit(shop, |lines| lines.insert(2, lines[1].clone()));
    }),
    ("an entry that was put in", "audit-inserted", |shop| {
        edit(shop, |lines| {
            let forged = Chain::read(&[(FileName::of(0).to_string(), &lines[1])])
                .0
                .entries
                .remove(0);
            lines.insert(1, forged.line(2, &[7; 32]));
        });
    }),
    ("a time that goes back", "audit-time-went-back", |shop| {
        let name = file(shop);
        let month = name
            .rsplit('/')
            .next()
            .unwrap()
            .trim_end_matches(".jsonl")
            .to_owned();
        let text = String::from_utf8(shop.read(&name)).unwrap();
        let (chain, _) = Chain::read(&[(name.rsplit('/').next().unwrap(), &text)]);
        let mut late = chain.entries[3].clone();
        late.time_ms = format!("{month}-01T00:00:00Z")
            .parse::<jiff::Timestamp>()
            .unwrap()
            .as_millisecond();
        edit(shop, |lines| {
            lines[3] = late.line(4, &chain.entries[2].link.digest)
        });
    }),
    (
        "a history with other digests that fit",
        "audit-rewritten",
        |shop| {
            rewrite(shop, 4, "orders are lost", "all is well");
        },
    ),
    (
        "a file with the name of another month",
        "audit-misfiled",
        |shop| {
            let name = file(shop);
            std::fs::rename(shop.path(&name), shop.path("shop/audit/2031-01.jsonl")).unwrap();
        },
    ),
    ("bytes behind the last newline", "audit-torn", |shop| {
        let name = file(shop);
        let text = [shop.read(&name), b"{\"seq\":5".to_vec()].concat();
        shop.write(&name, text);
    }),
];

#[test]
fn each_way_to_tamper_is_found_and_named() {
    let whole = busy();
    whole.verified_log().succeeds();
    let log = whole.files("shop/audit");
    for (way, code, tamper) in WAYS {
        tamper(&whole);
        let found = whole.verified_log().fails(1, code);
        assert!(
            codes(&found).iter().any(|found| found == code),
            "{way}: {found:?}"
        );
        let faults = found.json()["faults"].as_array().unwrap().clone();
        let named = faults.iter().find(|fault| fault["code"] == code).unwrap();
        let has_place = named["file"].is_string() && named["line"].is_u64();
        assert!(has_place || code == "audit-untold", "{way}: {named}");
        std::fs::remove_dir_all(whole.path("shop/audit")).unwrap();
        for (path, bytes) in &log {
            whole.write(path, bytes);
        }
        whole.verified_log().succeeds();
    }
}

#[test]
fn a_history_that_is_rewritten_and_published_anew_is_told_of() {
    let workshop = busy();
    rewrite(&workshop, 4, "orders are lost", "all is well");
    let before = workshop.files("out");
    let refused = workshop.publish(&["--force"]).fails(1, "audit-behind");
    assert!(
        refused.err.contains("an entry 3 that is not the one here"),
        "{refused:?}"
    );
    assert_eq!(workshop.files("out"), before);
    workshop
        .publish(&["--force", "--over-history"])
        .fails(0, "audit-behind");
    let named = |step: &str| {
        let found = workshop.verified_log().fails(1, "audit-rewritten");
        assert_eq!(codes(&found), ["audit-rewritten"], "{step}");
        let fault = found.json()["faults"][0].clone();
        assert_eq!(fault["seq"], 5, "{step}");
    };
    named("at once");
    // Publishing again vouches for the entry that tells of it.
    let again = workshop.publish(&["--force"]).succeeds();
    assert!(!again.err.contains("audit-behind"), "{again:?}");
    named("for good");
    let review = ["5", "--by", "ben", "--reason", "the log of a laptop that is gone"];
    workshop.log("review", &review).succeeds();
    workshop.verified_log().succeeds();
}

#[test]
fn a_log_that_is_gone_altogether_is_missed() {
    let workshop = busy();
    std::fs::remove_dir_all(workshop.path("shop/audit")).unwrap();
    let found = workshop.verified_log().fails(1, "audit-cut");
    assert_eq!(codes(&found), ["audit-cut", "audit-untold"]);
}

#[test]
fn a_missing_month_is_named() {
    let workshop = super::published();
    for month in ["12", "11"] {
        let year = if month == "12" { "2126" } else { "2127" };
        let now = format!("{year}-{month}-05T12:00:00Z");
        workshop.publish(&["--force", "--now", &now]).succeeds();
    }
    std::fs::remove_file(workshop.path("shop/audit/2126-12.jsonl")).unwrap();
    let told = workshop.log("verify", &[]).fails(1, "audit-missing");
    assert!(
        told.out.contains("`2127-11.jsonl` begins with this one"),
        "{told:?}"
    );
}

#[test]
fn what_is_shown_of_a_damaged_log_comes_with_a_warning() {
    let workshop = busy();
    edit(&workshop, |lines| {
        lines[1] = lines[1].replace("orders are lost", "\\u001b[2J\\u0007")
    });
    let log = workshop.log("log", &[]).succeeds();
    assert!(log.err.contains("audit-damaged"), "{log:?}");
    assert!(!log.out.contains('\u{1b}'), "{log:?}");
}
