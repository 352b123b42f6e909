//! Whether changes may go in, where no file, no git and no clock is needed to tell.

use super::support;
use std::collections::BTreeMap;
use tidegate::delivery::audit::{Actor, ActorKind, Chain, Entry};
use tidegate::delivery::change::between;
use tidegate::delivery::govern::{Authors, Case, People, Reviews, Texts, Verdict, is_reviewed, open_reviews};
use tidegate::model::{Percent, Project};

/// 2026-11-21T12:00:00Z.
const NOW_MS: i64 = 1_795_262_400_000;
const HOUR_MS: i64 = 3_600_000;

const FLAG: &str = "salt: s\ndefault: { rollout: launch }\n\
    rollouts:\n  launch:\n    from: off\n    to: on\n    control: true\n    stages:\n      - { name: qa, ring: { attribute: staff, exists: true } }\n      \
    - { name: tenth, share: 10, gate: { policy: orders, minHold: 1h } }\n      - { name: all, share: 100 }\n\
    environments: { production: { rollouts: { launch: { status: running, stage: qa, enteredAt: 2026-11-20T09:00:00Z } } }, staging: {} }\n";

const ORDERS: &str = "metrics: { m: { type: mean, harm: increase, file: { path: m.json } } }\n";

/// What a project holds: its policy, and the text of its flag.
struct Shop {
    settings: String,
    flag: String,
}

impl Shop {
    fn new(policy: &str, flag: &str) -> Self {
        let settings = format!(
            "project: shop\nenvironments: [production, staging]\npeople: {{ ana: {{ login: ana }}, ben: {{ login: ben }} }}\n{policy}"
        );
        Self {
            settings,
            flag: flag.to_owned(),
        }
    }

    fn project(&self) -> Project {
        support::project(&[
            ("tidegate.yaml", &self.settings),
            ("flags/checkout.yaml", &self.flag),
            ("policies/orders.yaml", ORDERS),
        ])
    }

    fn texts(&self) -> Texts<'_> {
        Texts::from([
            ("tidegate.yaml", self.settings.as_str()),
            ("flags/checkout.yaml", &self.flag),
        ])
    }

    /// What becomes of its flag by changes to its text.
    fn edited(&self, edits: &[(&str, &str)]) -> Self {
        let flag = edits.iter().fold(self.flag.clone(), |flag, (old, new)| {
            assert!(flag.contains(old), "no `{old}` in {flag}");
            flag.replace(old, new)
        });
        Self {
            settings: self.settings.clone(),
            flag,
        }
    }

    fn judge(&self, after: &Self, chains: [&Chain; 2], reach: Option<Reach>) -> Verdict {
        let (old, new) = (self.project(), after.project());
        let authors = Authors {
            by_word: vec!["ana".to_owned()],
            ..Authors::default()
        };
        let reach = reach.map(|reach| {
            let (environment, flag, share) = reach;
            BTreeMap::from([((environment.to_owned(), flag.to_owned()), share)])
        });
        Case {
            before: Some(&old),
            after: &new,
            texts: [&self.texts(), &after.texts()],
            changes: &between(&old, &new),
            authors: &authors,
            approvals: &[],
            spent: &[],
            reviews: &Reviews::default(),
            head: None,
            behind: None,
            chains,
            faults: 0,
            root: None,
            reach: reach.as_ref(),
            now_ms: NOW_MS,
        }
        .judge()
    }
}

type Reach = (&'static str, &'static str, Percent);

fn missing(verdict: &Verdict) -> Vec<String> {
    let missing = verdict.rules.iter().flat_map(|rule| &rule.missing);
    missing.map(ToString::to_string).collect()
}

const TO_TENTH: (&str, &str) = ("stage: qa, enteredAt", "stage: tenth, enteredAt");

#[test]
fn guardrails_ask_for_a_policy_at_every_stage_with_a_share() {
    let shop = Shop::new(
        "policy: { rules: [{ name: watched, if: { kinds: [increase, targeting], environments: [production] }, require: { guardrails: true } }] }\n",
        FLAG,
    );
    let none = Chain::default();
    let after = shop.edited(&[TO_TENTH]);
    let verdict = shop.judge(&after, [&none, &none], None);
    let expected = "no policy watches the stage `all` of the plan `launch` of `checkout` in production";
    assert_eq!(missing(&verdict), [expected]);

    let watched = after.edited(&[(
        "share: 100 }",
        "share: 100, gate: { policy: orders, minHold: 1h } }",
    )]);
    assert_eq!(missing(&shop.judge(&watched, [&none, &none], None)), [""; 0]);

    let blind = watched.edited(&[("{ name: tenth,", "{ name: tenth, monitored: false,")]);
    assert_eq!(
        missing(&shop.judge(&blind, [&none, &none], None)),
        ["no policy watches the stage `tenth` of the plan `launch` of `checkout` in production"]
    );

    // Beside a plan that is watched, somebody opens all of it by hand.
    let beside = "`checkout` opens further in production outside of any plan, so no policy watches it";
    for (old, new) in [
        ("default: { rollout: launch }", "default: on"),
        (
            "default: { rollout: launch }",
            "default: { rollout: { to: on, share: 50 } }",
        ),
        (
            "salt: s\n",
            "salt: s\nrules: [{ if: { attribute: a, exists: true }, serve: on }]\n",
        ),
        (
            "salt: s\n",
            "salt: s\nrules: [{ serve: { split: { on: 50, off: 50 } } }]\n",
        ),
    ] {
        let opened = watched.edited(&[(old, new)]);
        let told = missing(&watched.judge(&opened, [&none, &none], None));
        assert_eq!(told, [beside], "{new}");
    }
    // Others are asked about by a rule that is in no plan.
    let rule = |country: &str| {
        let rule =
            format!("salt: s\nrules: [{{ if: {{ attribute: country, in: [{country}] }}, serve: on }}]\n");
        watched.edited(&[("salt: s\n", &rule)])
    };
    let told = missing(&rule("CA").judge(&rule("US"), [&none, &none], None));
    assert_eq!(told, [beside]);
    let listed = watched.edited(&[("salt: s\n", "salt: s\ntargets: { on: [u-1] }\n")]);
    assert_eq!(missing(&watched.judge(&listed, [&none, &none], None)), [beside]);
    let closed = watched.edited(&[(
        "salt: s\n",
        "salt: s\nrules: [{ if: { attribute: a, exists: true }, serve: off }]\n",
    )]);
    assert_eq!(missing(&watched.judge(&closed, [&none, &none], None)), [""; 0]);

    let by_hand = shop.edited(&[("default: { rollout: launch }", "default: on"), ("production: { rollouts: { launch: { status: running, stage: qa, enteredAt: 2026-11-20T09:00:00Z } } }", "production: {}")]);
    assert_eq!(
        missing(&shop.judge(&by_hand, [&none, &none], None)),
        ["`checkout` opens further in production outside of any plan, so no policy watches it"]
    );
}

#[test]
fn a_share_of_a_population_is_the_most_that_may_get_something_else() {
    let shop = Shop::new(
        "policy: { rules: [{ name: few, if: { environments: [production], kinds: [increase] }, require: { population: { atMost: 10 } } }] }\n",
        FLAG,
    );
    let none = Chain::default();
    let after = shop.edited(&[TO_TENTH]);
    let judge = |reach| missing(&shop.judge(&after, [&none, &none], reach));
    assert_eq!(
        judge(None),
        ["at most 10% of a population may get another variant, and no `--population` says who they are"]
    );
    assert_eq!(judge(Some(("production", "checkout", 10_000))), [""; 0]);
    assert_eq!(judge(Some(("staging", "checkout", 50_000))), [""; 0]);
    assert_eq!(
        judge(Some(("production", "checkout", 10_001))),
        ["10.001% of the population get another variant of `checkout` in production, more than 10%"]
    );
}

#[test]
fn a_rule_matches_by_step_risk_kind_and_environment_together() {
    let none = Chain::default();
    let matched = |matching: &str, edits: &[(&str, &str)]| {
        let policy =
            format!("policy: {{ rules: [{{ name: r, if: {matching}, require: {{ approvals: 1 }} }}] }}\n");
        let shop = Shop::new(&policy, FLAG);
        let verdict = shop.judge(&shop.edited(edits), [&none, &none], None);
        !verdict.rules.is_empty()
    };
    for (matching, expected) in [
        ("{ kinds: [increase] }", true),
        ("{ kinds: [decrease, salt] }", false),
        ("{ environments: [production] }", true),
        ("{ environments: [staging] }", false),
        ("{ step: { above: 9.999 } }", true),
        ("{ step: { above: 10 } }", false),
        // A flag that does not say its risk counts as the worst.
        ("{ risk: [high] }", true),
        ("{ risk: [low, medium] }", false),
        ("{ kinds: [increase], environments: [staging] }", false),
    ] {
        assert_eq!(matched(matching, &[TO_TENTH]), expected, "{matching}");
    }
    // What was risky before is risky still, whatever the change says.
    let less = [TO_TENTH, ("salt: s\n", "salt: s\nrisk: low\n")];
    assert!(matched("{ risk: [high], kinds: [increase] }", &less));
    assert!(matched("{ risk: [low], kinds: [increase] }", &less));
}

#[test]
fn an_environment_by_another_name_is_held_by_the_rules_of_the_first() {
    let none = Chain::default();
    let policy = "policy: { rules: [{ name: r, if: { environments: [production], kinds: [new] }, require: { approvals: 1 } }, \
                  { name: s, if: { environments: [staging], kinds: [delete] }, require: { approvals: 1 } }] }\n";
    let flag = "salt: s\ndefault: on\nenvironments: { production: {}, staging: {} }\n";
    let shop = Shop::new(policy, flag);
    let mut renamed = Shop::new(
        "",
        "salt: s\ndefault: on\nenvironments: { prod: {}, staging: {} }\n",
    );
    renamed.settings = renamed.settings.replace("production", "prod");
    let verdict = shop.judge(&renamed, [&none, &none], None);
    // What is new in `prod` and what is gone from `production`.
    let matched = |name: &str| {
        verdict
            .rules
            .iter()
            .any(|held| held.rule == name && !held.missing.is_empty())
    };
    assert!(matched("r") && matched("s"), "{verdict:#?}");
}

fn entry(action: &str, actor: (&str, ActorKind), hours_ago: i64) -> Entry {
    let (name, kind) = actor;
    let name = name.to_owned();
    Entry::new(NOW_MS - hours_ago * HOUR_MS, Actor { name, kind }, action)
}

/// A chain as it is written.
fn chain(entries: &[Entry]) -> Chain {
    let mut text = String::new();
    let mut previous = [0; 32];
    for (entry, sequence) in entries.iter().zip(1..) {
        let line = entry.line(sequence, &previous);
        previous = tidegate::delivery::audit::sha256(line.as_bytes());
        text.push_str(&format!("{line}\n"));
    }
    Chain::read(&[("2026-11.jsonl", text)]).0
}

fn review(of: &Chain, sequence: u64, by: &str) -> Entry {
    let digest = of.entry(sequence).unwrap().digests().remove(0);
    entry("review", (by, ActorKind::Human), 0)
        .with("of", sequence.into())
        .with("ofDigest", digest.into())
}

const HUMAN: ActorKind = ActorKind::Human;

#[test]
fn what_was_closed_in_a_hurry_is_reviewed_in_time_or_nothing_goes_in() {
    let shop = Shop::new("policy: { emergency: { review: 24h } }\n", FLAG);
    let judge = |before: &Chain, after: &Chain| {
        let verdict = shop.judge(&shop, [before, after], None);
        let sequences = |entries: &[tidegate::delivery::govern::Unreviewed]| {
            entries.iter().map(|entry| entry.sequence).collect::<Vec<u64>>()
        };
        assert_eq!(verdict.is_met(), verdict.overdue.is_empty());
        (sequences(&verdict.pending), sequences(&verdict.overdue))
    };
    let none = Chain::default();
    let entries = [
        entry("kill", ("ana", HUMAN), 25),
        entry("rollback", ("ana", ActorKind::Controller), 25),
        entry("publish", ("ana", HUMAN), 25),
        entry("pause", ("ben", HUMAN), 23),
    ];
    let log = chain(&entries);
    assert_eq!(judge(&none, &log), (vec![4], vec![1]));
    // By themselves, by whom nobody knows, or of another entry: it is as it was.
    for wrong in [
        review(&log, 1, "ana"),
        review(&log, 1, "dan"),
        review(&log, 3, "ben"),
    ] {
        let log = chain(&[&entries[..], &[wrong]].concat());
        assert_eq!(judge(&none, &log), (vec![4], vec![1]));
    }
    let reviewed = chain(&[&entries[..], &[review(&log, 1, "ben")]].concat());
    assert_eq!(judge(&none, &reviewed), (vec![4], vec![]));
    // A change that leaves it out of the log leaves it where it was.
    assert_eq!(judge(&log, &none), (vec![4], vec![1]));
    assert_eq!(judge(&log, &reviewed), (vec![4], vec![]));
    // Without the rule nobody asks.
    let lax = Shop::new("policy: {}\n", FLAG);
    assert!(lax.judge(&lax, [&none, &log], None).is_met());
}

#[test]
fn a_publication_over_another_log_is_reviewed_by_the_same_rule_as_an_emergency() {
    let shop = Shop::new("", FLAG);
    let governance = shop.project().governance;
    let people = People::of(&governance);
    let over =
        serde_json::json!([{ "scope": "shop/production/client", "seq": 7, "sha256": "00".repeat(32) }]);
    let published = entry("publish", ("ana", ActorKind::Human), 1).with("over", over);
    let mut entries = vec![published.clone()];
    for (by, faults) in [("ana", 1), ("mallory", 1), ("ben", 0)] {
        let log = chain(std::slice::from_ref(&published));
        entries.push(review(&log, 1, by));
        let log = chain(&entries);
        let open = log.overlooked(|entry| is_reviewed(entry, &log.entries, people));
        assert_eq!(open.len(), faults, "{by}");
        assert_eq!(open_reviews(&log, people).count(), faults, "{by}");
    }
}

#[test]
fn a_log_with_faults_lets_nothing_in() {
    let shop = Shop::new("policy: { emergency: {} }\n", FLAG);
    let none = Chain::default();
    let mut verdict = shop.judge(&shop, [&none, &none], None);
    assert!(verdict.is_met());
    verdict.faults = 1;
    assert!(!verdict.is_met());
}

#[test]
fn a_freeze_across_a_change_of_clocks_is_as_long_as_its_hours_say() {
    // In Toronto 01:30 comes twice on the first of November, at 05:30Z and 06:30Z.
    let policy = "policy: { freezes: [{ name: f, from: 2026-11-01T00:00, to: 2026-11-01T01:30, zone: America/Toronto }] }\n";
    let shop = Shop::new(policy, FLAG);
    let (old, after) = (shop.project(), shop.edited(&[TO_TENTH]));
    let new = after.project();
    let (before_texts, after_texts) = (shop.texts(), after.texts());
    let none = Chain::default();
    for (moment, is_frozen) in [
        ("2026-11-01T03:59:59.999Z", false),
        ("2026-11-01T04:00:00Z", true),
        ("2026-11-01T05:30:00Z", true),
        ("2026-11-01T06:29:59.999Z", true),
        ("2026-11-01T06:30:00Z", false),
    ] {
        let now_ms = moment.parse::<jiff::Timestamp>().unwrap().as_millisecond();
        let verdict = Case {
            before: Some(&old),
            after: &new,
            texts: [&before_texts, &after_texts],
            changes: &between(&old, &new),
            authors: &Authors::default(),
            approvals: &[],
            spent: &[],
            reviews: &Reviews::default(),
            head: None,
            behind: None,
            chains: [&none, &none],
            faults: 0,
            root: None,
            reach: None,
            now_ms,
        }
        .judge();
        assert_eq!(!verdict.freezes.is_empty(), is_frozen, "{moment}");
        assert_eq!(verdict.is_met(), !is_frozen, "{moment}");
    }
}

proptest::proptest! {
    #[test]
    fn whatever_is_handed_in_is_no_approval_and_no_accident(bytes: Vec<u8>, text in "\\PC{0,80}") {
        let shop = Shop::new("policy: { rules: [{ name: all, require: { approvals: 1 } }] }\n", FLAG);
        let after = shop.edited(&[TO_TENTH]);
        let (old, new) = (shop.project(), after.project());
        let quoted = serde_json::Value::from(text.as_str());
        let reviews = format!(r#"{{"reviews":[{{"by":{quoted},"state":"approved","commit":"c"}}],"commits":[{{"sha":"c","trailers":{{"Approved-by":[{quoted}]}}}}]}}"#);
        let payload = format!(r#"{{"project":"shop","change":{quoted},"by":{quoted},"at":{quoted},"expires":{quoted}}}"#);
        let base64 = data_encoding::BASE64.encode(payload.as_bytes());
        let envelope = format!(r#"{{"payloadType":"application/vnd.tidegate.approval+json","payload":"{base64}","signatures":[{{"sig":"{}"}}]}}"#, data_encoding::BASE64.encode(&[7; 64]));
        let file = |bytes: &[u8]| tidegate::delivery::govern::ApprovalFile { path: "approvals/a.json".to_owned(), bytes: bytes.to_vec() };
        let none = Chain::default();
        let verdict = Case {
            before: Some(&old),
            after: &new,
            texts: [&shop.texts(), &after.texts()],
            changes: &between(&old, &new),
            authors: &Authors { by_word: vec!["ana".to_owned()], by_git: vec![text] },
            approvals: &[file(&bytes), file(envelope.as_bytes())],
            spent: &[],
            reviews: &Reviews::read(reviews.as_bytes()).unwrap(),
            head: Some("c"),
            behind: None,
            chains: [&none, &none],
            faults: 0,
            root: None,
            reach: None,
            now_ms: NOW_MS,
        }
        .judge();
        proptest::prop_assert!(!verdict.is_met());
        proptest::prop_assert_eq!(verdict.votes, []);
        let _ = Reviews::read(&bytes);
    }
}
