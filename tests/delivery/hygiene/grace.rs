//! What was changed a moment ago is no reason to remove a flag.

use super::{DAY_MS, NOW_MS, ON, PLAN, facts, reasons, the_flag, with_flag, with_flags};
use crate::support::project;
use tidegate::delivery::hygiene::{Facts, History, Reason, judge, prerequisites_changed_ms};

/// What the audit log told of last, so many days ago.
fn told(days: i64) -> Facts<'static> {
    Facts {
        history: History {
            last_entry_ms: Some(NOW_MS - days * DAY_MS),
            ..History::default()
        },
        ..facts()
    }
}

#[test]
fn what_was_rolled_back_or_killed_lately_may_be_mended() {
    let stopped = format!(
        "{PLAN}\ntype: release\nexpiresAt: 2030-01-01\nenvironments: {{ production: {{ rollouts: {{ r: {{ status: rolled_back }} }} }} }}"
    );
    let killed = stopped.replace("rollouts: { r: { status: rolled_back } } } }", "killed: true } }");
    for flag in [&stopped, &killed] {
        for (days, expected) in [(0, false), (6, false), (7, true), (8, true)] {
            let found = reasons(flag, told(days));
            assert_eq!(found == [Reason::OneSided], expected, "{days}: {found:?}");
        }
        // What has no date is taken for old.
        assert_eq!(reasons(flag, facts()), [Reason::OneSided]);
    }
    let project = with_flag(&stopped);
    let recent = |days| {
        let one_sided = judge(&project, the_flag(&project), &told(days)).one_sided;
        one_sided.map(|one_sided| (one_sided.variant, one_sided.is_recent))
    };
    assert_eq!(
        [recent(6), recent(7)],
        [Some(("off", true)), Some(("off", false))]
    );
}

#[test]
fn a_commit_a_state_and_a_date_of_making_count_as_well() {
    let release = format!("{ON}\ntype: release");
    let committed = |days: i64| Facts {
        history: History {
            last_commit_ms: Some(NOW_MS - days * DAY_MS),
            ..History::default()
        },
        uses: Some(0),
        ..facts()
    };
    let both = [Reason::OneSided, Reason::Unreferenced];
    assert_eq!(reasons(&release, committed(1)), []);
    assert_eq!(reasons(&release, committed(8)), both);
    let unused = Facts {
        uses: Some(0),
        ..facts()
    };
    for (made, expected) in [
        ("2026-11-21", &[][..]),
        ("2026-11-20", &[]),
        ("2026-11-01", &both),
    ] {
        assert_eq!(
            reasons(&format!("{release}\ncreatedAt: {made}"), unused),
            expected,
            "{made}"
        );
    }
    let completed = |entered: &str| {
        format!(
            "{PLAN}\ntype: release\nenvironments: {{ production: {{ rollouts: {{ r: {{ status: completed, enteredAt: {entered} }} }} }}, staging: {{ rollouts: {{ r: {{ status: completed }} }} }} }}"
        )
    };
    assert_eq!(reasons(&completed("2026-11-20T00:00:00Z"), unused), []);
    assert_eq!(reasons(&completed("2026-11-10T00:00:00Z"), unused), both);
}

#[test]
fn what_is_over_since_lately_was_something_else_before() {
    let over = |end: &str| {
        format!(
            "type: release\ndefault: {{ experiment: e }}\nexperiments: {{ e: {{ arms: {{ on: 50, off: 50 }}, control: off, end: {end} }} }}\nenvironments: {{ production: {{}}, staging: {{ killed: true }} }}"
        )
    };
    assert_eq!(reasons(&over("2026-11-20T00:00:00Z"), facts()), []);
    assert_eq!(
        reasons(&over("2026-11-10T00:00:00Z"), facts()),
        [Reason::OneSided]
    );
}

#[test]
fn the_project_says_how_long_the_grace_is() {
    let flag = format!("description: d\nowner: o\nsalt: f\ntype: release\n{ON}\n");
    for (grace, days, expected) in [("0s", 0, true), ("30d", 29, false), ("30d", 30, true)] {
        let written = format!("project: shop\nenvironments: [production, staging]\ngrace: {grace}\n");
        let project = project(&[("tidegate.yaml", &written), ("flags/f.yaml", &flag)]);
        let found = judge(&project, the_flag(&project), &told(days)).reasons;
        assert_eq!(found == [Reason::OneSided], expected, "{grace} {days}: {found:?}");
    }
}

#[test]
fn what_decides_a_flag_must_have_stood_too() {
    let project = with_flags(&[
        (
            "f",
            "default: on\ntype: release\nprerequisites: { g: on }\nenvironments: { production: {} }",
        ),
        (
            "g",
            "default: on\nprerequisites: { h: on }\nenvironments: { production: {} }",
        ),
        ("h", "default: on\nenvironments: { production: {} }"),
        ("i", "default: on\nenvironments: { production: {} }"),
    ]);
    let of = |days: [Option<i64>; 4]| {
        let histories = days.map(|days| History {
            last_entry_ms: days.map(|days| NOW_MS - days * DAY_MS),
            ..History::default()
        });
        let facts = Facts {
            environments: &["production"],
            history: histories[0],
            prerequisites_changed_ms: prerequisites_changed_ms(&project, the_flag(&project), &histories),
            ..facts()
        };
        judge(&project, the_flag(&project), &facts).reasons
    };
    assert_eq!(of([Some(30), Some(30), Some(1), None]), []);
    assert_eq!(of([Some(30), Some(1), None, None]), []);
    assert_eq!(of([Some(30), Some(30), Some(8), Some(1)]), [Reason::OneSided]);
    assert_eq!(of([None; 4]), [Reason::OneSided]);
}
