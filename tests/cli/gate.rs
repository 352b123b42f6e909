//! What `gate` lets in, and what exactly it says is missing.

mod approvals;
mod behind;
mod closing;
mod history;
mod links;
mod pipelines;
mod populations;
mod replay;
mod room;
mod signatures;
mod spelling;
mod trust;
mod unmeetable;

use super::repository::Repository;
use super::workshop::Run;
use serde_json::Value;

/// What all runs here take for now.
const NOW: &str = "2026-11-21T12:00:00Z";

const FLAG: &str = "description: d\nowner: o\ntype: release\nrisk: high\nsalt: k3v9x2\n\
    default: { rollout: { to: on, share: 10 } }\nenvironments: { production: {}, staging: {} }\n";

/// A shop with people, each with a key of their own in `keys`, and a policy.
struct Shop {
    repository: Repository,
}

impl Shop {
    fn with_policy(policy: &str) -> Self {
        let repository = Repository::new();
        let workshop = &repository.workshop;
        let people = repository.people(&["ana", "ben", "cho"]);
        workshop.write(".gitignore", ".keys\n");
        workshop.write(
            "tidegate.yaml",
            format!(
                "project: shop\nenvironments: [production, staging]\n{people}\
                teams: {{ release: [ben, cho] }}\n{policy}"
            ),
        );
        workshop.write("flags/checkout.yaml", FLAG);
        repository.git(&["config", "user.name", "Ana"]);
        repository.git(&["config", "user.email", "ana@example.com"]);
        repository.commit("first");
        repository.git(&["switch", "--quiet", "--create", "change"]);
        Self { repository }
    }

    fn edit(&self, path: &str, old: &str, new: &str) {
        self.repository.replace(path, old, new);
    }

    /// Ana raises the share to so many percent, and commits it.
    fn raise_to(&self, share: &str) {
        self.edit("flags/checkout.yaml", "share: 10", &format!("share: {share}"));
        self.repository.commit("raise");
    }

    fn gate(&self, more: &[&str]) -> Run {
        let workshop = &self.repository.workshop;
        let arguments = ["gate", "--json", "--against", "main", "--now", NOW];
        workshop.run(&[&arguments, more].concat())
    }

    #[track_caller]
    fn approve(&self, by: &str, more: &[&str]) -> Value {
        let run = self.try_to_approve(by, &format!(".keys/{by}/tidegate.key"), more);
        run.succeeds().json()
    }

    fn try_to_approve(&self, by: &str, key: &str, more: &[&str]) -> Run {
        let now = ["--now", NOW];
        let now: &[&str] = if more.contains(&"--now") { &[] } else { &now };
        self.repository.approve(by, key, &[now, more].concat())
    }

    /// As a pipeline has it that fetches nothing but the newest commits.
    fn shallow(&self) -> Self {
        Self {
            repository: self.repository.shallow(),
        }
    }

    /// Fetches what a shallow one lacks.
    fn deepen(&self, origin: &Self) {
        let fetch = [
            "fetch",
            "--quiet",
            "--unshallow",
            &origin.repository.url(),
            "change",
        ];
        self.repository.git(&fetch);
    }
}

/// The same project, in the folder `shop` of its repository.
fn in_folder() -> Shop {
    let shop = Shop::with_policy(INCREASES);
    let repository = &shop.repository;
    repository.git(&["switch", "--quiet", "main"]);
    std::fs::create_dir(repository.workshop.path("shop")).unwrap();
    repository.git(&["mv", "flags", "tidegate.yaml", "shop"]);
    repository.commit("into a folder");
    repository.git(&["switch", "--quiet", "--force-create", "change"]);
    shop
}

fn against(shop: &Shop, name: &str, more: &[&str]) -> Run {
    let workshop = &shop.repository.workshop;
    let arguments = ["gate", "--json", "--against", name, "--now", NOW];
    workshop.run(&[&arguments, more].concat())
}

/// Every message of what is missing, behind the name of its rule.
#[track_caller]
fn missing(run: &Run) -> Vec<String> {
    let json = run.json();
    let of_rules = json["rules"].as_array().unwrap().iter().flat_map(|rule| {
        let missing = rule["missing"].as_array().unwrap().iter();
        missing.map(|missing| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            format!("{}: {}", text(&rule["rule"]), text(&missing["message"]))
        })
    });
    let missing = of_rules.collect::<Vec<_>>();
    assert_eq!(run.code == 0, json["met"] == true, "{run:?}");
    missing
}

/// Who approved in vain, and why.
#[track_caller]
fn ignored(run: &Run) -> Vec<(String, String)> {
    let json = run.json();
    let ignored = json["ignored"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    ignored
        .map(|ignored| (text(&ignored["by"]), text(&ignored["code"])))
        .collect()
}

const INCREASES: &str = "policy:\n  rules:\n    - name: increases\n      if: { environments: [production], kinds: [increase, new], step: { above: 5 } }\n      require: { approvals: 1, teams: { release: 1 } }\n";

#[test]
fn a_change_waits_for_who_must_agree_and_then_goes_in() {
    let shop = Shop::with_policy(INCREASES);
    shop.raise_to("20");
    let run = shop.gate(&[]);
    assert_eq!(
        missing(&run),
        [
            "increases: 0 of 1 approvals: one more of ben or cho, not by ana, who wrote it",
            "increases: 0 of 1 approvals of team release: one more of ben or cho",
        ]
    );
    assert_eq!(run.code, 1);
    let approval = shop.approve("ben", &[]);
    assert_eq!(approval["change"], run.json()["change"]);
    assert_eq!(missing(&shop.gate(&[])), [""; 0]);
    // Committed with the change, it is still the same change.
    shop.repository.commit("approve");
    let run = shop.gate(&[]);
    assert_eq!(missing(&run), [""; 0]);
    assert_eq!(run.json()["approvals"][0]["by"], "ben");
}

#[test]
fn what_no_rule_is_about_goes_in() {
    let shop = Shop::with_policy(INCREASES);
    shop.raise_to("14");
    assert_eq!(missing(&shop.gate(&[])), [""; 0]);
    let workshop = &shop.repository.workshop;
    let text = workshop
        .run(&["gate", "--against", "main", "--now", NOW])
        .succeeds()
        .out;
    assert!(
        text.ends_with("\nno rule of the policy is about it\nthe change may go in\n"),
        "{text}"
    );
    shop.repository.git(&["switch", "--quiet", "main"]);
    let run = shop.gate(&[]).succeeds();
    assert_eq!(run.json()["change"], Value::Null);
}

#[test]
fn without_a_policy_everything_goes_in_and_that_is_said() {
    let shop = Shop::with_policy("");
    shop.raise_to("20");
    let run = shop.gate(&[]).succeeds();
    assert_eq!(run.json()["policy"], false);
    let text = shop
        .repository
        .workshop
        .run(&["gate", "--against", "main"])
        .succeeds();
    assert!(
        text.out.contains("there was no policy before the change"),
        "{}",
        text.out
    );
}

#[test]
fn a_change_of_the_policy_is_held_by_the_policy_before_it() {
    let all = "policy: { rules: [{ name: all, require: { teams: { release: 1 } } }] }\n";
    let shop = Shop::with_policy(all);
    // Without a policy, and with a key of her own choice for Ben.
    shop.edit("tidegate.yaml", all, "");
    shop.raise_to("20");
    let run = shop.gate(&[]);
    let expected = "all: 0 of 1 approvals of team release: one more of ben or cho";
    assert_eq!(missing(&run), [expected]);
    let subjects = run.json()["subjects"].to_string();
    assert!(subjects.contains("tidegate.yaml"), "{subjects}");
}

#[test]
fn a_change_of_a_gate_is_a_change_though_no_snapshot_shows_it() {
    let all = "policy: { rules: [{ name: all, require: { approvals: 1 } }] }\n";
    let shop = Shop::with_policy(all);
    shop.edit("flags/checkout.yaml", "owner: o", "owner: o # whoever that is");
    shop.repository.commit("comment");
    assert_eq!(missing(&shop.gate(&[])), [""; 0]);
    shop.edit("flags/checkout.yaml", "risk: high", "risk: low");
    shop.repository.commit("play it down");
    let run = shop.gate(&[]);
    assert_eq!(missing(&run).len(), 1);
    let subject = &run.json()["subjects"][0];
    assert_eq!(
        (&subject["kinds"][0], &subject["file"]),
        (&"other".into(), &"flags/checkout.yaml".into())
    );
    assert_eq!(subject["risk"], serde_json::json!(["low", "high"]));
}

#[test]
fn a_file_that_gets_another_ending_is_the_same_flag() {
    let all = "policy: { rules: [{ name: all, require: { approvals: 1 } }] }\n";
    let shop = Shop::with_policy(all);
    shop.repository
        .git(&["mv", "flags/checkout.yaml", "flags/checkout.yml"]);
    assert_eq!(missing(&shop.gate(&[])), [""; 0]);
    shop.edit("flags/checkout.yml", "owner: o", "owner: p");
    assert_eq!(missing(&shop.gate(&[])).len(), 1);
}

#[test]
fn what_cannot_be_read_is_not_let_in() {
    let shop = Shop::with_policy(INCREASES);
    let workshop = &shop.repository.workshop;
    let text = String::from_utf8(workshop.read("tidegate.yaml")).unwrap();
    // The policy before is broken, and mended by the change.
    shop.repository.git(&["switch", "--quiet", "main"]);
    workshop.write("tidegate.yaml", text.replace("approvals: 1", "approvals: many"));
    shop.repository.commit("break");
    shop.repository.git(&["switch", "--quiet", "--create", "mend"]);
    workshop.write("tidegate.yaml", &text);
    shop.repository.commit("mend");
    shop.gate(&[]).fails(1, "before-unreadable");
    workshop
        .run(&["gate", "--against", "nowhere"])
        .fails(1, "nowhere");
    // The project after is broken.
    workshop.write("flags/checkout.yaml", "salt: [");
    shop.gate(&[]).fails(1, "flags/checkout.yaml");
}

#[test]
fn the_verdict_is_told_as_text_and_as_markdown() {
    let shop = Shop::with_policy(INCREASES);
    shop.raise_to("20");
    let workshop = &shop.repository.workshop;
    let text = workshop.run(&["gate", "--against", "main", "--now", NOW]);
    assert_eq!(text.code, 1);
    for line in [
        "  checkout in production: increase, up by 10%\n",
        "rule increases: not met\n  0 of 1 approvals: one more of ben or cho, not by ana, who wrote it\n",
        "the change may not go in yet\nwho agrees reviews it, or runs `tidegate approve --change --by NAME --key FILE --against main`\n",
    ] {
        assert!(text.out.contains(line), "{}", text.out);
    }
    let markdown = workshop.run(&[
        "gate",
        "--against",
        "main",
        "--now",
        NOW,
        "--markdown",
        "--author",
        "x|<b>@y",
    ]);
    assert!(
        markdown.out.starts_with("### ⛔ The change may not go in yet\n"),
        "{}",
        markdown.out
    );
    assert!(
        markdown
            .out
            .contains("- **increases**: x&#124;&#60;b&#62;&#64;&#8203;y wrote it"),
        "{}",
        markdown.out
    );
    let how = "\nWho agrees reviews it, or runs <code>tidegate approve --change --by NAME --key FILE --against main</code>.\n";
    assert!(markdown.out.contains(how), "{}", markdown.out);
    let agree = "tidegate approve --change --by NAME --key FILE --against main";
    assert_eq!(shop.gate(&[]).json()["agree"], agree);
    shop.approve("ben", &[]);
    let met = workshop
        .run(&["gate", "--against", "main", "--now", NOW])
        .succeeds();
    assert!(!met.out.contains("who agrees"), "{}", met.out);
    assert_eq!(shop.gate(&[]).json()["agree"], Value::Null);
    workshop
        .run(&["gate", "--against", "main", "--markdown", "--json"])
        .fails(2, "--json");
}
