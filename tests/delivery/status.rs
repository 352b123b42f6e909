//! The matrix of flags and environments: what is served to whom, and what a plan waits for.

mod measured;
mod published;

use crate::support::{NOW_MS, project};
use serde_json::json;
use std::collections::BTreeMap;
use tidegate::delivery::audit::{Actor, ActorKind, Chain, Entry};
use tidegate::delivery::judge::Look;
use tidegate::delivery::percent;
use tidegate::delivery::status::{Cell, Facts, Filter, Gate, Matrix, Published, Row, Served, State, matrix};
use tidegate::model::{FlagType, Project};

const TWO: (&str, &str) = (
    "tidegate.yaml",
    "project: shop\nenvironments: [production, staging]\n",
);
const STAFF: (&str, &str) = (
    "segments/staff.yaml",
    "if: { attribute: email, endsWith: \"@shop.example\" }\n",
);

/// Looks, entries and publications on top of a project.
#[derive(Default)]
struct Told {
    looks: BTreeMap<(String, String), Vec<Look>>,
    chain: Chain,
    published: Vec<Published>,
}

impl Told {
    fn of(&self, project: &Project, now_ms: i64) -> Matrix {
        matrix(&Facts {
            project,
            looks: &self.looks,
            published: &self.published,
            chain: &self.chain,
            now_ms,
        })
    }
}

fn shown(flags: &[(&str, &str)]) -> Matrix {
    Told::default().of(&project(&[&[TWO, STAFF], flags].concat()), NOW_MS)
}

/// The only flag's cell in production.
fn cell(flag: &str) -> Cell {
    shown(&[("flags/f.yaml", flag)]).rows[0].cells[0].clone()
}

/// Exits as `whom: what`.
fn said(served: &[Served]) -> Vec<String> {
    let line = |served: &Served| {
        let what = served.what.iter().map(|portion| {
            let share = match (&portion.ring, portion.share) {
                (Some(ring), _) => format!("[{ring}] "),
                (None, 100_000) => String::new(),
                (None, share) => format!("{} ", percent(share)),
            };
            let note = portion.note.as_ref().map(|note| format!(" ({note})"));
            format!("{share}{}{}", portion.variant, note.unwrap_or_default())
        });
        format!("{}: {}", served.whom, what.collect::<Vec<_>>().join(", "))
    };
    served.iter().map(line).collect()
}

fn planned(state: &str) -> String {
    format!(
        "salt: s\ndefault: {{ rollout: launch }}\nrollouts:\n  launch:\n    from: off\n    to: on\n    holdback: 5\n    stages:\n      \
        - {{ name: qa, ring: staff }}\n      - {{ name: tenth, share: 10, gate: {{ minHold: 1d, approvals: 2 }} }}\n      \
        - {{ name: climb, ramp: {{ to: 60, end: 2026-11-22T12:00:00Z }} }}\n\
        environments: {{ production: {{ rollouts: {{ launch: {{ {state} }} }} }} }}\n"
    )
}

#[test]
fn a_flag_is_told_of_by_the_first_state_that_applies() {
    let running = "status: running, stage: qa, enteredAt: 2026-11-21T00:00:00Z";
    for (flag, state) in [
        (
            "salt: s\ndefault: on\nenvironments: { production: {} }\n".to_owned(),
            State::On,
        ),
        (
            "salt: s\ndefault: on\nenvironments: { production: { enabled: false } }\n".to_owned(),
            State::Disabled,
        ),
        (
            "salt: s\ndefault: on\nenvironments: { staging: {} }\n".to_owned(),
            State::Disabled,
        ),
        (
            "salt: s\ndefault: on\nenvironments: { production: { enabled: false, killed: true } }\n"
                .to_owned(),
            State::Killed,
        ),
        (
            "salt: s\ndefault: on\ndisableAt: 2026-11-21T12:00:00Z\nenvironments: { production: {} }\n"
                .to_owned(),
            State::Disabled,
        ),
        (planned("status: draft"), State::Draft),
        (planned(running), State::Running),
        (
            planned(
                "status: paused, stage: qa, enteredAt: 2026-11-21T00:00:00Z, pausedAt: 2026-11-21T01:00:00Z",
            ),
            State::Paused,
        ),
        (planned("status: rolled_back"), State::RolledBack),
        (planned("status: completed"), State::Completed),
    ] {
        let cell = cell(&flag);
        assert_eq!(cell.state, state, "{flag}");
        if state.is_closed() {
            assert_eq!(said(&cell.served), ["everybody: off"]);
        }
    }
}

#[test]
fn exits_are_said_in_order_up_to_the_last_that_anybody_comes_to() {
    let flag = "salt: s\ntargets: { on: [u-1, u-2] }\ndefault: off\nrules:\n  \
        - { if: { segment: staff }, serve: on }\n  \
        - { if: { all: [{ attribute: country, in: [US, CA] }, { percentage: 20 }] }, serve: { split: { on: 12.5, off: 87.5 } } }\n  \
        - { serve: { rollout: { to: on, share: 3, by: accountId } } }\n  \
        - { if: { segment: staff }, serve: off }\n\
        environments: { production: {}, staging: { rules: [], default: on } }\n";
    let matrix = shown(&[("flags/f.yaml", flag)]);
    let cells = &matrix.rows[0].cells;
    assert_eq!(
        said(&cells[0].served),
        [
            "u-1, u-2: on",
            "segment staff: on",
            "country is US, CA and 20%: 12.5% on, 87.5% off",
            "everybody else: 3% on (by accountId), 97% off",
        ]
    );
    assert_eq!(said(&cells[1].served), ["u-1, u-2: on", "everybody else: on"]);
}

#[test]
fn a_plan_serves_what_its_state_says_at_that_moment() {
    let entered = "enteredAt: 2026-11-20T12:00:00Z";
    for (state, expected) in [
        ("status: draft".to_owned(), vec!["off"]),
        (
            format!("status: running, stage: qa, {entered}"),
            vec!["[segment staff] on", "off"],
        ),
        (
            format!("status: running, stage: tenth, {entered}"),
            vec!["[segment staff] on", "10% on", "90% off"],
        ),
        // Half of the way from 10 to 60%.
        (
            format!("status: running, stage: climb, {entered}"),
            vec!["[segment staff] on", "35% on", "65% off"],
        ),
        (
            format!("status: running, stage: climb, {entered}, ceiling: 20"),
            vec!["[segment staff] on", "20% on", "80% off"],
        ),
        (
            "status: completed".to_owned(),
            vec!["[segment staff] on", "95% on", "5% off"],
        ),
        ("status: rolled_back".to_owned(), vec!["off"]),
    ] {
        let cell = cell(&planned(&state));
        assert_eq!(
            said(&cell.served),
            [format!("everybody: {}", expected.join(", "))],
            "{state}"
        );
    }
}

#[test]
fn an_experiment_is_told_with_the_parts_that_see_it() {
    let flag = "salt: s\nvariants: { a: a, b: b, c: c }\noffVariant: c\ndefault: { experiment: e }\nexperiments:\n  \
        e: { arms: { a: 50, b: 50 }, control: a, coverage: 20 }\n\
        environments: { production: { experiments: { e: { coverage: 40 } } } }\n";
    assert_eq!(said(&cell(flag).served), ["everybody: 20% a, 20% b, 60% c"]);
}

#[test]
fn what_a_gate_still_asks_for_is_named() {
    let flag = planned("status: running, stage: tenth, enteredAt: 2026-11-21T02:00:00Z, approvals: [ana]");
    let course = cell(&flag).plans.remove(0);
    let missing = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
    let codes: Vec<String> = course
        .missing
        .iter()
        .map(|missing| missing.code.clone())
        .collect();
    assert_eq!(codes, missing(&["minimum-hold", "approval-missing"]));
    assert_eq!(
        course.missing[0].message,
        "the stage is held for 1d, of which 14h are left"
    );
    assert_eq!(
        (course.gate, course.share, course.stages),
        (Gate::Holds, 10_000, 3)
    );
    assert_eq!(course.stage.as_ref().map(|stage| stage.number), Some(2));

    let flag =
        planned("status: running, stage: tenth, enteredAt: 2026-11-20T02:00:00Z, approvals: [ana, ben]");
    let course = cell(&flag).plans.remove(0);
    assert_eq!((course.gate, course.missing), (Gate::Open, vec![]));
    let course = cell(&planned("status: draft")).plans.remove(0);
    assert_eq!(
        (course.gate, course.missing[0].code.as_str()),
        (Gate::None, "not-begun")
    );
}

#[test]
fn the_log_tells_how_old_a_flag_is_where_its_file_does_not() {
    let entry = |action: &str, hours: i64, flag: Option<&str>, environment: Option<&str>| {
        let actor = Actor {
            name: "ana".to_owned(),
            kind: ActorKind::Human,
        };
        let mut entry = Entry::new(NOW_MS - hours * 3_600_000, actor, action);
        entry.sequence = u64::try_from(1_000 - hours).unwrap();
        entry.flag = flag.map(str::to_owned);
        entry.environment = environment.map(str::to_owned);
        entry
    };
    let changes = json!([{ "flag": "f", "environment": "production" }, { "flag": 3 }]);
    let told = Told {
        chain: Chain {
            entries: vec![
                entry("publish", 100, None, Some("production")).with("changes", changes),
                entry("approve", 9, Some("f"), None),
                entry("pause", 8, Some("f"), Some("staging")),
                entry("kill", 7, Some("other"), Some("production")),
            ],
        },
        ..Told::default()
    };
    let text = "salt: s\ndefault: on\nenvironments: { production: {}, staging: {} }\n";
    let written = format!("createdAt: 2026-11-01\nexpiresAt: 2026-11-20\n{text}");
    let project = project(&[TWO, ("flags/f.yaml", text), ("flags/g.yaml", &written)]);
    let matrix = told.of(&project, NOW_MS);
    let [f, g] = &matrix.rows[..] else {
        panic!("two flags")
    };
    let age = f.age.unwrap();
    assert_eq!((age.since_ms, age.is_written), (NOW_MS - 100 * 3_600_000, false));
    let last = |cell: usize| f.cells[cell].last_entry.clone().unwrap();
    assert_eq!(
        (last(0).action.as_str(), last(1).action.as_str()),
        ("approve", "pause")
    );
    assert!(g.age.unwrap().is_written);
    assert!(!f.stale.contains(&"expired".to_owned()) && g.stale.contains(&"expired".to_owned()));
}

#[test]
fn filters_leave_what_is_asked_for() {
    let flag = |owner: &str, kind: &str, more: &str| {
        format!(
            "owner: {owner}\ntype: {kind}\nsalt: s\ndefault: on\n{more}environments: {{ production: {{ killed: true }}, staging: {{}} }}\n"
        )
    };
    let old = flag("ana", "release", "expiresAt: 2026-11-20\n");
    let young = flag("ben", "permission", "");
    let all = shown(&[("flags/old.yaml", &old), ("flags/young.yaml", &young)]);
    let keys = |filter: &Filter| {
        let mut some = all.clone();
        filter.apply(&mut some, |key| key != "none");
        some.rows
            .iter()
            .map(|row: &Row| row.key.clone())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let none = Filter::default();
    assert_eq!(keys(&none), "old young");
    assert_eq!(
        keys(&Filter {
            owners: vec!["ana".into(), "cho".into()],
            ..none.clone()
        }),
        "old"
    );
    assert_eq!(
        keys(&Filter {
            types: vec![FlagType::Permission],
            ..none.clone()
        }),
        "young"
    );
    assert_eq!(
        keys(&Filter {
            owners: vec!["ana".into()],
            types: vec![FlagType::Permission],
            ..none.clone()
        }),
        ""
    );
    assert_eq!(
        keys(&Filter {
            stale: true,
            ..none.clone()
        }),
        "old"
    );
    assert_eq!(
        keys(&Filter {
            states: vec![State::Killed],
            ..none.clone()
        }),
        "old young"
    );
    // A state counts in the environments that are shown.
    let staging = Filter {
        environments: vec!["staging".into()],
        ..none.clone()
    };
    assert_eq!(
        keys(&Filter {
            states: vec![State::Killed],
            ..staging.clone()
        }),
        ""
    );
    assert_eq!(
        keys(&Filter {
            states: vec![State::On, State::Draft],
            ..staging.clone()
        }),
        "old young"
    );
    assert_eq!(
        keys(&Filter {
            differing: true,
            ..none
        }),
        ""
    );
    let mut some = all.clone();
    staging.apply(&mut some, |key| key == "young");
    assert_eq!(
        (
            some.environments.as_slice(),
            some.rows.len(),
            some.rows[0].cells.len()
        ),
        (&["staging".to_owned()][..], 1, 1)
    );
}
