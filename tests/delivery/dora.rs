//! The four measures, from made logs.

mod ways;

use serde_json::{Value, json};
use std::collections::BTreeMap;
use tidegate::delivery::audit::{Actor, ActorKind, Chain, Entry};
use tidegate::delivery::dora::{Filed, Measures, Period, Spread, Step, measure};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// 2026-11-02T00:00:00Z, a Monday.
const MONDAY_MS: i64 = 1_793_577_600_000;
const WEEK: Period = Period {
    from_ms: MONDAY_MS,
    to_ms: MONDAY_MS + 7 * DAY_MS,
};

/// An entry some hours after Monday began.
fn entry(hours: i64, action: &str, flag: &str) -> Entry {
    let (name, kind) = ("ana".to_owned(), ActorKind::Human);
    let mut entry = Entry::new(MONDAY_MS + hours * HOUR_MS, Actor { name, kind }, action);
    entry.flag = (!flag.is_empty()).then(|| flag.to_owned());
    entry.environment = Some("production".to_owned());
    entry
}

fn completed(hours: i64, flag: &str) -> Entry {
    entry(hours, "promote", flag).with("state", json!({ "to": { "status": "completed" } }))
}

fn publish(hours: i64, changes: Value) -> Entry {
    entry(hours, "publish", "").with("changes", changes)
}

fn created(flags: &[(&str, i64)]) -> BTreeMap<String, Filed> {
    flags
        .iter()
        .map(|(flag, hours)| {
            let file = Filed {
                created_ms: Some(MONDAY_MS + hours * HOUR_MS),
                off_variant: None,
            };
            ((*flag).to_owned(), file)
        })
        .collect()
}

fn measured_with(entries: &[Entry], files: &BTreeMap<String, Filed>, period: Period) -> Measures {
    let chain = Chain {
        entries: entries.to_vec(),
    };
    let mut measured = measure(&chain, files, &[period], |_| true);
    assert_eq!(measured.len(), 1, "{measured:?}");
    assert_eq!(measured[0].environment, "production");
    measured.remove(0).measures
}

fn measured(entries: &[Entry]) -> Measures {
    measured_with(entries, &BTreeMap::new(), WEEK)
}

fn hours(count: usize, hours: i64) -> Spread {
    Spread {
        count,
        median_ms: Some(hours * HOUR_MS),
    }
}

#[test]
fn a_release_is_a_promotion_or_a_publication_that_opens_something() {
    let change =
        |flag: &str, kinds: Value| json!({ "flag": flag, "environment": "production", "kinds": kinds });
    let found = measured(&[
        entry(1, "promote", "a"),
        // One release, however many flags it opens.
        publish(
            2,
            json!([
                change("a", json!(["increase"])),
                change("b", json!(["new", "decrease"]))
            ]),
        ),
        publish(
            3,
            json!([change("a", json!(["decrease"])), change("b", json!(["delete"]))]),
        ),
        publish(4, json!([])),
        publish(
            5,
            json!([{ "flag": "a", "environment": "staging", "kinds": ["increase"] }, "nonsense"]),
        ),
        entry(6, "pause", "a"),
        entry(7, "approve", "a"),
        entry(8, "renew", ""),
    ]);
    assert_eq!(found.releases, 2);
    assert_eq!(found.per_day, Some(2.0 / 7.0));
    assert_eq!((found.incidents, found.failure_rate()), (0, Some(0.0)));
}

#[test]
fn lead_time_is_from_the_creation_of_a_flag_to_all_of_the_people() {
    let share = |after: i64| json!([{ "path": "default.rollout.share", "before": 10, "after": after }]);
    let ramp = json!({ "to": { "status": "running", "ceiling": 100 } });
    let entries = [
        entry(1, "promote", "a"),
        completed(5, "a"),
        // The first time counts.
        completed(50, "a"),
        entry(2, "promote", "by-share").with("diff", share(50)),
        entry(12, "promote", "by-share").with("diff", share(100)),
        entry(3, "promote", "by-ramp").with("state", ramp),
        entry(90, "schedule", "by-ramp")
            .with("what", json!("ramp-ended"))
            .with("effectiveAt", json!("2026-11-03T06:00:00Z")),
        entry(4, "promote", "never"),
        // Its file says that it was made later than it was released.
        completed(6, "impossible"),
    ];
    let found = measured_with(
        &entries,
        &created(&[("a", -95), ("impossible", 90), ("unheard-of", 0)]),
        WEEK,
    );
    // 100, 10 and 27 hours.
    assert_eq!(found.lead, hours(3, 27));
    assert_eq!(
        found.under_way, 1,
        "of which nobody knows how long they will take"
    );
    let found = measured(&entries[..3]);
    assert_eq!(found.lead, hours(1, 4), "from the first that is told of it");
}

/// A flag's change as a publication tells it.
fn change(kind: &str, path: &str, after: Value) -> Value {
    json!([{ "flag": "a", "environment": "production", "kinds": [kind], "diff": [{ "path": path, "after": after }] }])
}

#[test]
fn a_rollout_that_begins_with_everybody_reaches_them() {
    let rollout = |share: i64| json!({ "rollout": { "stage": "everybody", "from": "off", "to": "on", "share": share } });
    let promote = |share: i64| {
        let diff = json!([{ "path": "default", "before": "off", "after": rollout(share) }]);
        entry(5, "promote", "a")
            .with("kinds", json!(["increase", "targeting"]))
            .with("diff", diff)
    };
    assert_eq!(
        measured(&[entry(1, "approve", "a"), promote(100)]).lead,
        hours(1, 4)
    );
    assert_eq!(measured(&[entry(1, "approve", "a"), promote(99)]).lead.count, 0);
}

#[test]
fn a_publication_that_gives_all_people_a_variant_reaches_them() {
    let reached = |kind: &str, path: &str, after: Value| {
        let found = measured(&[entry(1, "approve", "a"), publish(5, change(kind, path, after))]);
        assert_eq!(found.lead.count + found.under_way, 1);
        found.lead.count == 1
    };
    let flag = |default: Value, enabled: bool| json!({ "enabled": enabled, "killed": false, "offVariant": "off", "default": default });
    // A plan that is set to completed, and a default that is edited, look alike.
    assert!(reached("increase", "default", json!("on")));
    assert!(!reached("decrease", "default", json!("off")));
    assert!(reached(
        "increase",
        "default",
        json!({ "split": { "on": 100, "off": 0 } })
    ));
    assert!(!reached(
        "increase",
        "default",
        json!({ "split": { "on": 50, "off": 50 } })
    ));
    assert!(
        !reached("increase", "rules[0].serve", json!("on")),
        "some of them"
    );
    assert!(reached("new", "", flag(json!("on"), true)));
    assert!(!reached("new", "", flag(json!("off"), true)));
    assert!(!reached("new", "", flag(json!("on"), false)));
    assert!(!reached(
        "new",
        "",
        flag(json!({ "rollout": { "share": 50 } }), true)
    ));
    assert!(reached(
        "new",
        "",
        flag(json!({ "rollout": { "share": 100 } }), true)
    ));
}

#[test]
fn a_ramp_that_came_by_a_publication_reaches_all_people_when_it_has_ended() {
    let ramp = |to: i64, ceiling: i64| json!({ "rollout": { "ramp": { "from": 0, "to": to, "ceiling": ceiling, "end": "2026-11-02T06:00:00Z" } } });
    let ended = || {
        entry(9, "schedule", "a")
            .with("what", json!("ramp-ended"))
            .with("effectiveAt", json!("2026-11-02T06:00:00Z"))
    };
    let begun = |ramp: Value| publish(1, change("increase", "default", ramp));
    assert_eq!(
        measured(&[begun(ramp(100, 100))]).lead.count,
        0,
        "nobody saw it end"
    );
    assert_eq!(measured(&[begun(ramp(100, 100)), ended()]).lead, hours(1, 5));
    assert_eq!(measured(&[begun(ramp(100, 50)), ended()]).lead.count, 0);
    assert_eq!(measured(&[begun(ramp(50, 100)), ended()]).lead.count, 0);
    // Published after its end.
    let late = publish(8, change("increase", "default", ramp(100, 100)));
    assert_eq!(
        measured(&[entry(1, "approve", "a"), late.clone()]).lead,
        hours(1, 7)
    );
    assert_eq!(measured(&[ended(), late]).lead, hours(1, 2));
    let raised = publish(8, change("increase", "default.rollout.ramp.ceiling", json!(100)));
    assert_eq!(
        measured(&[begun(ramp(100, 50)), ended(), raised]).lead,
        hours(1, 7)
    );
    // That one has ended says nothing of the next one.
    let mut next = ramp(100, 100);
    next["rollout"]["ramp"]["end"] = json!("2026-11-30T00:00:00Z");
    let next = publish(10, change("increase", "default", next));
    assert_eq!(measured(&[begun(ramp(100, 50)), ended(), next]).lead.count, 0);
}

#[test]
fn a_ramp_that_came_by_a_promotion_has_the_ceiling_of_its_state() {
    let promote = |to: i64, ceiling: i64| {
        let ramp = json!({ "rollout": { "ramp": { "from": 0, "to": to, "end": "2026-11-02T06:00:00Z" } } });
        entry(1, "promote", "a")
            .with("diff", json!([{ "path": "default", "after": ramp }]))
            .with(
                "state",
                json!({ "to": { "status": "running", "ceiling": ceiling } }),
            )
    };
    let ended = entry(9, "schedule", "a")
        .with("what", json!("ramp-ended"))
        .with("effectiveAt", json!("2026-11-02T06:00:00Z"));
    let lead = |promote: Entry| measured(&[promote, ended.clone()]).lead;
    assert_eq!(lead(promote(100, 100)), hours(1, 5));
    assert_eq!(lead(promote(100, 50)).count, 0);
    assert_eq!(lead(promote(50, 100)).count, 0);
}

#[test]
fn what_took_effect_by_schedule_counts_from_then_on_though_it_is_told_later() {
    let ended = entry(90, "schedule", "a")
        .with("what", json!("ramp-ended"))
        .with("effectiveAt", json!("2026-11-02T06:00:00Z"));
    let ramp = json!({ "to": { "status": "running", "ceiling": 100 } });
    let entries = [
        entry(1, "promote", "a").with("state", ramp),
        completed(50, "a"),
        ended,
    ];
    assert_eq!(measured(&entries).lead, hours(1, 5));
}

#[test]
fn a_flag_that_is_too_large_to_be_told_keeps_its_off_variant() {
    let large = json!({ "bytes": 70_000, "sha256": "9f" });
    let opened = json!([{
        "flag": "a", "environment": "production", "kinds": ["increase", "decrease"],
        "diff": [{ "path": "default", "before": "off", "after": "on" }],
    }]);
    let entries = [publish(1, change("new", "", large)), publish(5, opened)];
    let off = |variant: &str| {
        let file = Filed {
            created_ms: None,
            off_variant: Some(variant.to_owned()),
        };
        let files = BTreeMap::from([("a".to_owned(), file)]);
        measured_with(&entries, &files, WEEK).lead.count
    };
    assert_eq!((off("off"), off("on")), (1, 0));
}

#[test]
fn the_median_of_two_is_their_mean_and_of_none_is_nothing() {
    let entries = [
        entry(0, "promote", "a"),
        entry(0, "promote", "b"),
        completed(10, "a"),
        completed(20, "b"),
    ];
    assert_eq!(measured(&entries).lead, hours(2, 15));
    assert_eq!(
        measured(&entries[..2]).lead,
        Spread {
            count: 0,
            median_ms: None
        }
    );
}

#[test]
fn several_kills_of_one_incident_are_one() {
    let found = measured(&[
        entry(0, "promote", "a"),
        entry(2, "kill", "a"),
        entry(3, "kill", "a"),
        entry(3, "rollback", "a"),
        entry(12, "promote", "a"),
    ]);
    assert_eq!((found.releases, found.failed, found.incidents), (2, 1, 1));
    assert_eq!(found.failure_rate(), Some(0.5));
    assert_eq!((found.restore, found.close), (hours(1, 10), hours(1, 2)));
}

#[test]
fn what_fails_is_the_last_release_of_the_flag() {
    let found = measured(&[
        entry(0, "promote", "a"),
        entry(1, "promote", "a"),
        entry(3, "promote", "b"),
        entry(6, "kill", "a"),
    ]);
    assert_eq!((found.releases, found.failed), (3, 1));
    assert_eq!(found.close, hours(1, 5));
}

#[test]
fn a_release_fails_once_at_most() {
    let found = measured(&[
        entry(0, "promote", "a"),
        entry(2, "kill", "a"),
        entry(4, "unkill", "a"),
        entry(5, "kill", "a"),
        entry(9, "resume", "a"),
    ]);
    assert_eq!((found.releases, found.failed, found.incidents), (1, 1, 2));
    assert_eq!(found.restore, hours(2, 3));
}

#[test]
fn a_kill_without_an_end_has_no_time_to_restore() {
    let found = measured(&[entry(0, "promote", "a"), entry(2, "kill", "a")]);
    assert_eq!((found.incidents, found.lasting, found.failed), (1, 1, 1));
    assert_eq!(
        found.restore,
        Spread {
            count: 0,
            median_ms: None
        }
    );
    assert_eq!(found.close, hours(1, 2));
}

#[test]
fn what_reaches_nobody_is_no_release() {
    let changed = |hours: i64, kinds: &[&str], step: f64| {
        let change = json!({ "flag": "a", "environment": "production", "kinds": kinds, "step": step });
        publish(hours, json!([change]))
    };
    // New and off, then killed before anybody had it.
    let found = measured(&[changed(0, &["new"], 0.0), entry(2, "kill", "a")]);
    assert_eq!((found.releases, found.failed, found.without_release), (0, 0, 1));
    assert_eq!((found.lasting, found.close.count), (1, 0));
    // What is prepared while it is off opens it no more than it ends the incident.
    let prepared = [
        changed(0, &["new"], 10.0),
        changed(2, &["kill", "targeting"], 0.0),
        changed(3, &["targeting", "other"], 0.0),
    ];
    let found = measured(&prepared);
    assert_eq!((found.releases, found.failed, found.lasting), (1, 1, 1));
    assert_eq!(found.close, hours(1, 2));
    let found = measured(&[&prepared[..], &[changed(7, &["increase"], 0.5)]].concat());
    assert_eq!((found.releases, found.failed, found.lasting), (2, 1, 0));
    assert_eq!(found.restore, hours(1, 5));
    // It is there again all the same.
    let again = [
        changed(0, &["new"], 10.0),
        changed(1, &["delete"], 0.0),
        changed(2, &["new"], 0.0),
    ];
    assert_eq!(measured(&again[..2]).under_way, 0);
    assert_eq!(measured(&again).under_way, 1);
}

#[test]
fn what_no_release_is_known_of_fails_none() {
    let found = measured(&[
        entry(0, "kill", "a"),
        entry(1, "promote", "b"),
        entry(4, "unkill", "a"),
    ]);
    assert_eq!((found.incidents, found.without_release, found.failed), (1, 1, 0));
    assert_eq!(found.restore, hours(1, 4));
    let found = measured(&[entry(0, "kill", "a")]);
    assert_eq!(
        (found.releases, found.failure_rate()),
        (0, None),
        "nothing is not 0%"
    );
}

#[test]
fn other_flags_do_not_end_an_incident_and_a_deleted_one_has_none() {
    let gone = json!([{ "flag": "a", "environment": "production", "kinds": ["delete"] }]);
    let found = measured(&[
        entry(0, "promote", "a"),
        entry(1, "kill", "a"),
        entry(2, "promote", "b"),
        publish(5, gone),
    ]);
    assert_eq!((found.incidents, found.lasting, found.restore.count), (1, 0, 0));
    assert_eq!(found.under_way, 1, "`b` alone is there still");
}

#[test]
fn a_publication_that_turns_a_flag_off_begins_an_incident() {
    let killed = json!([{ "flag": "a", "environment": "production", "kinds": ["kill"] }]);
    let opened = json!([{ "flag": "a", "environment": "production", "kinds": ["increase"] }]);
    let found = measured(&[publish(0, opened.clone()), publish(1, killed), publish(7, opened)]);
    assert_eq!((found.releases, found.failed, found.restore), (2, 1, hours(1, 6)));
}

#[test]
fn a_snapshot_that_was_rolled_back_is_restored_by_the_next_release() {
    let found = measured(&[
        entry(0, "promote", "a"),
        entry(1, "rollback", ""),
        entry(3, "promote", "b"),
    ]);
    assert_eq!(
        (found.incidents, found.failed, found.restore),
        (1, 1, hours(1, 2))
    );
}

#[test]
fn what_lies_outside_of_the_period_counts_only_for_what_began_in_it() {
    let entries = [
        entry(-1, "promote", "before"),
        entry(0, "promote", "first"),
        entry(167, "kill", "first"),
        entry(168, "promote", "after"),
        entry(200, "unkill", "first"),
    ];
    let found = measured(&entries);
    assert_eq!((found.releases, found.failed, found.incidents), (1, 1, 1));
    assert_eq!(found.restore, hours(1, 33), "what became of it later is known");
    let later = Period {
        from_ms: WEEK.to_ms,
        to_ms: WEEK.to_ms + DAY_MS,
    };
    let found = measured_with(&entries, &BTreeMap::new(), later);
    assert_eq!(
        (found.releases, found.per_day, found.incidents),
        (1, Some(1.0), 0)
    );
    // A flag comes to everybody when the next period begins, another one is only told of there.
    let arrived = [
        entry(1, "approve", "a"),
        completed(168, "a"),
        entry(169, "approve", "b"),
    ];
    let found = measured(&arrived);
    assert_eq!((found.lead.count, found.under_way), (0, 1));
    let found = measured_with(&arrived, &BTreeMap::new(), later);
    assert_eq!((found.lead, found.under_way), (hours(1, 167), 1));
    let empty = Period {
        from_ms: MONDAY_MS,
        to_ms: MONDAY_MS,
    };
    assert_eq!(measured_with(&entries, &BTreeMap::new(), empty).per_day, None);
}

#[test]
fn environments_are_apart_and_only_flags_that_count_do() {
    let mut staging = entry(1, "promote", "a");
    staging.environment = None;
    let scopes =
        json!([{ "scope": "shop/staging/client" }, { "scope": "shop/staging/server" }, { "scope": 1 }]);
    let chain = Chain {
        entries: vec![
            staging.with("scopes", scopes),
            entry(2, "promote", "b"),
            entry(3, "promote", "a"),
        ],
    };
    let measured = measure(&chain, &BTreeMap::new(), &[WEEK], |flag| flag == "a");
    let found: Vec<(&str, usize)> = measured
        .iter()
        .map(|measured| (measured.environment.as_str(), measured.measures.releases))
        .collect();
    assert_eq!(found, [("production", 1), ("staging", 1)]);
    assert!(measure(&Chain::default(), &BTreeMap::new(), &[WEEK], |_| true).is_empty());
}

#[test]
fn periods_are_cut_at_mondays_and_firsts() {
    // From Wednesday, 2026-10-28 at noon, to Tuesday, 2026-11-10.
    let period = Period {
        from_ms: MONDAY_MS - 5 * DAY_MS + 12 * HOUR_MS,
        to_ms: MONDAY_MS + 8 * DAY_MS,
    };
    let days = |step: Step| {
        period
            .cut(step)
            .iter()
            .map(|part| part.days())
            .collect::<Vec<_>>()
    };
    assert_eq!(days(Step::Week), [4.5, 7.0, 1.0]);
    assert_eq!(days(Step::Month), [3.5, 9.0]);
    let parts = period.cut(Step::Week);
    assert!(
        parts[0].has(period.from_ms) && !parts[0].has(parts[1].from_ms) && parts[1].has(parts[1].from_ms)
    );
    let empty = Period { from_ms: 5, to_ms: 5 };
    assert_eq!(empty.cut(Step::Week), [empty]);
    let endless = Period {
        from_ms: i64::MAX - 1,
        to_ms: i64::MAX,
    };
    assert_eq!(endless.cut(Step::Month), [endless], "beyond every calendar");
}
