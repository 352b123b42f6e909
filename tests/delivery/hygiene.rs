//! Which flags should go: what everybody gets, how old they are, and what removing one takes.

mod grace;
mod proof;

use super::support::{NOW_MS, project};
use serde_json::json;
use tidegate::delivery::hygiene::{Age, Facts, History, Reason, Removal, Source, View, judge};
use tidegate::model::{Flag, Project};

const DAY_MS: i64 = 86_400_000;

/// A project with two environments, the segments `qa` and `testers`, which leads to it, and one flag.
fn with_flag(flag: &str) -> Project {
    with_flags(&[("f", flag)])
}

fn with_flags(flags: &[(&str, &str)]) -> Project {
    let mut files = vec![
        (
            "tidegate.yaml".to_owned(),
            "project: shop\nenvironments: [production, staging]\n".to_owned(),
        ),
        (
            "segments/qa.yaml".to_owned(),
            "if: { attribute: groups, anyOf: [qa] }".to_owned(),
        ),
        (
            "segments/testers.yaml".to_owned(),
            "if: { all: [{ segment: qa }, { attribute: a, exists: true }] }".to_owned(),
        ),
    ];
    for (key, flag) in flags {
        files.push((
            format!("flags/{key}.yaml"),
            format!("description: d\nowner: o\nsalt: {key}\n{flag}\n"),
        ));
    }
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    project(&files)
}

fn the_flag(project: &Project) -> &Flag {
    project.flags.iter().find(|flag| flag.key.value == "f").unwrap()
}

/// The variants that may be served in production, in alphabetical order, each once.
fn variants(flag: &str, outside: Option<&str>) -> String {
    of_project(&with_flag(flag), outside)
}

fn of_project(project: &Project, outside: Option<&str>) -> String {
    let view = View {
        project,
        environment: "production",
        outside,
        now_ms: Some(NOW_MS),
    };
    let mut found: Vec<&str> = view
        .outcomes(the_flag(project))
        .iter()
        .map(|outcome| outcome.variant)
        .collect();
    found.sort_unstable();
    found.dedup();
    assert_eq!(
        view.only_variant(the_flag(project)),
        Some(found[0]).filter(|_| found.len() == 1)
    );
    found.join(" ")
}

const PLAN: &str = "rollouts: { r: { from: off, to: on, stages: [{ name: ring, ring: qa }, { name: some, share: 5 }, { name: all, share: 100 }] } }\ndefault: { rollout: r }";

#[test]
fn what_everybody_gets_is_concluded_from_the_file() {
    for (flag, expected) in [
        ("default: on\nenvironments: { production: {} }", "on"),
        ("default: on\nenvironments: { staging: {} }", "off"),
        (
            "default: on\nenvironments: { production: { enabled: false } }",
            "off",
        ),
        (
            "default: on\nenvironments: { production: { killed: true } }",
            "off",
        ),
        (
            "default: on\nenvironments: { production: { default: off } }",
            "off",
        ),
        (
            "default: on\ndisableAt: 2026-11-21T12:00:00Z\nenvironments: { production: {} }",
            "off",
        ),
        (
            "default: on\ndisableAt: 2026-11-21T12:00:01Z\nenvironments: { production: {} }",
            "off on",
        ),
        (
            "default: on\ntargets: { off: [u-1] }\nenvironments: { production: {} }",
            "off on",
        ),
        (
            "default: on\nrules: [{ if: { segment: qa }, serve: off }]\nenvironments: { production: {} }",
            "off on",
        ),
        (
            "default: on\nrules: [{ if: { segment: qa }, serve: on }]\nenvironments: { production: {} }",
            "on",
        ),
        (
            "default: on\nrules: [{ serve: off }]\nenvironments: { production: {} }",
            "off",
        ),
        (
            "default: on\nrules: [{ serve: off }]\nenvironments: { production: { rules: [] } }",
            "on",
        ),
        // Whoever has no unit gets the off variant.
        (
            "default: { split: { on: 100 } }\nenvironments: { production: {} }",
            "off on",
        ),
        (
            "default: { split: { off: 100 } }\nenvironments: { production: {} }",
            "off",
        ),
        (
            "default: { rollout: { to: on, share: 0 } }\nenvironments: { production: {} }",
            "off",
        ),
        (
            "default: { rollout: { to: on, from: off, share: 0.001 } }\nenvironments: { production: {} }",
            "off on",
        ),
        (
            "default: { experiment: e }\nexperiments: { e: { arms: { on: 50, off: 50 }, control: off } }\nenvironments: { production: {} }",
            "off on",
        ),
        (
            "default: { experiment: e }\nexperiments: { e: { arms: { on: 50, off: 50 }, control: off, end: 2026-11-21T12:00:00Z } }\nenvironments: { production: {} }",
            "off",
        ),
        (
            "default: { experiment: e }\nexperiments: { e: { arms: { on: 50, off: 50 }, control: off } }\nenvironments: { production: { experiments: { e: { coverage: 0 } } } }",
            "off",
        ),
    ] {
        assert_eq!(variants(flag, None), expected, "{flag}");
    }
}

#[test]
fn where_a_plan_stands_decides_what_it_serves() {
    for (state, expected, outside) in [
        ("", "off", "off"),
        ("{ status: draft }", "off", "off"),
        ("{ status: rolled_back }", "off", "off"),
        ("{ status: completed }", "on", "on"),
        ("{ status: running, stage: ring }", "off on", "off"),
        ("{ status: paused, stage: ring }", "off on", "off"),
        ("{ status: running, stage: some }", "off on", "off on"),
        ("{ status: running, stage: some, ceiling: 0 }", "off on", "off"),
        // Not completed yet, and whoever has no unit gets the off variant.
        ("{ status: running, stage: all }", "off on", "off on"),
    ] {
        let rollouts = match state {
            "" => String::new(),
            state => format!("rollouts: {{ r: {state} }}"),
        };
        let flag = format!("{PLAN}\nenvironments: {{ production: {{ {rollouts} }} }}");
        assert_eq!(variants(&flag, None), expected, "{state}");
        assert_eq!(variants(&flag, Some("qa")), outside, "{state}");
    }
    let held = PLAN.replace("to: on,", "to: on, holdback: 5,");
    let completed =
        format!("{held}\nenvironments: {{ production: {{ rollouts: {{ r: {{ status: completed }} }} }} }}");
    assert_eq!(variants(&completed, None), "off on");
    let over = PLAN.replace("to: on,", "to: on, end: 2026-11-21T12:00:00Z,");
    let running = "{ status: running, stage: some }";
    let over = format!("{over}\nenvironments: {{ production: {{ rollouts: {{ r: {running} }} }} }}");
    assert_eq!(variants(&over, None), "off");
    // A ramp from nothing opens later.
    let ramp = "rollouts: { r: { from: off, to: on, stages: [{ name: a, ramp: { from: 0, to: 5, start: 2030-01-01T00:00:00Z, end: 2031-01-01T00:00:00Z } }] } }\ndefault: { rollout: r }";
    let ramp = format!(
        "{ramp}\nenvironments: {{ production: {{ rollouts: {{ r: {{ status: running, stage: a, enteredAt: 2026-01-01T00:00:00Z }} }} }} }}"
    );
    assert_eq!(variants(&ramp, Some("qa")), "off on");
}

#[test]
fn behind_a_segment_is_what_only_its_members_reach() {
    for (condition, outside) in [
        ("{ segment: qa }", "off"),
        ("{ segment: testers }", "off"),
        (
            "{ all: [{ attribute: a, exists: true }, { segment: qa }] }",
            "off",
        ),
        ("{ any: [{ segment: testers }, { segment: qa }] }", "off"),
        (
            "{ any: [{ segment: qa }, { attribute: a, exists: true }] }",
            "off on",
        ),
        ("{ not: { segment: qa } }", "on"),
        ("{ attribute: a, exists: true }", "off on"),
        ("{ percentage: 100 }", "off on"),
        ("{ percentage: { from: 5, to: 5.001 } }", "off on"),
        ("{ window: { to: 2026-11-21T12:00:00Z } }", "off"),
        ("{ window: { to: 2026-11-21T12:00:01Z } }", "off on"),
        ("{ window: { from: 2026-11-21T12:00:00Z } }", "on"),
        ("{ window: { from: 2030-01-01T00:00:00Z } }", "off on"),
        ("{ not: { window: { to: 2026-11-21T12:00:00Z } } }", "on"),
    ] {
        let flag = format!(
            "default: off\nrules: [{{ if: {condition}, serve: on }}]\nenvironments: {{ production: {{}} }}"
        );
        assert_eq!(variants(&flag, Some("qa")), outside, "{condition}");
    }
    let target = "default: off\ntargets: { on: [somebody-of-qa] }\nenvironments: { production: {} }";
    assert_eq!(variants(target, Some("qa")), "off on");
}

#[test]
fn without_a_moment_nothing_is_over() {
    let project = with_flag(
        "default: off\nrules: [{ if: { window: { to: 2020-01-01T00:00:00Z } }, serve: on }]\nenvironments: { production: {} }",
    );
    let view = View {
        project: &project,
        environment: "production",
        outside: None,
        now_ms: None,
    };
    assert_eq!(view.only_variant(the_flag(&project)), None);
    let now_ms = Some(NOW_MS);
    assert_eq!(
        View { now_ms, ..view }.only_variant(the_flag(&project)),
        Some("off")
    );
}

#[test]
fn a_prerequisite_is_met_always_never_or_for_some() {
    let flag = "default: on\nprerequisites: { p: on }\nenvironments: { production: {} }";
    for (other, expected) in [
        ("default: on\nenvironments: { production: {} }", "on"),
        ("default: off\nenvironments: { production: {} }", "off"),
        (
            "default: on\nenvironments: { production: { killed: true } }",
            "off",
        ),
        ("default: on\nenvironments: { staging: {} }", "off"),
        (
            "default: { rollout: { to: on, share: 5 } }\nenvironments: { production: {} }",
            "off on",
        ),
        (
            "default: on\ndisableAt: 2030-01-01T00:00:00Z\nenvironments: { production: {} }",
            "off on",
        ),
    ] {
        let project = with_flags(&[("f", flag), ("p", other)]);
        assert_eq!(of_project(&project, None), expected, "{other}");
    }
    // A closed prerequisite is not met, though it serves the variant that is asked for.
    let wants_off = flag.replace("p: on", "p: \"off\"");
    let project = with_flags(&[
        ("f", &wants_off),
        ("p", "default: on\nenvironments: { staging: {} }"),
    ]);
    assert_eq!(of_project(&project, None), "off");
}

#[test]
fn an_outcome_says_where_it_is_written() {
    let project = with_flag("default: off\nrules:\n  - serve: on\nenvironments: { production: {} }");
    let view = View {
        project: &project,
        environment: "production",
        outside: None,
        now_ms: None,
    };
    let outcomes = view.outcomes(the_flag(&project));
    assert_eq!(outcomes.len(), 1);
    let place = &outcomes[0].place;
    assert_eq!(
        (place.file.as_ref(), place.line, place.column),
        ("flags/f.yaml", 6, 12)
    );
}

const ON: &str = "default: on\nenvironments: { production: {}, staging: {} }";

fn reasons(flag: &str, facts: Facts<'_>) -> Vec<Reason> {
    let project = with_flag(flag);
    judge(&project, the_flag(&project), &facts).reasons
}

fn facts() -> Facts<'static> {
    Facts {
        environments: &["production", "staging"],
        now_ms: NOW_MS,
        uses: Some(1),
        history: History::default(),
        prerequisites_changed_ms: None,
    }
}

#[test]
fn a_flag_expires_when_it_says_or_when_its_type_does() {
    let split = "default: { split: { on: 50, off: 50 } }\nenvironments: { production: {}, staging: {} }\n";
    for (written, age_days, expected) in [
        ("type: release", 39, false),
        ("type: release", 40, true),
        ("type: experiment", 40, true),
        ("type: operational", 6, false),
        ("type: operational", 7, true),
        ("type: kill-switch", 4_000, false),
        ("type: permission", 4_000, false),
        ("expiresAt: 2030-01-01", 4_000, false),
        ("type: release\nexpiresAt: 2030-01-01", 4_000, false),
        ("type: permission\nexpiresAt: 2026-11-21T12:00:00Z", 0, true),
        ("type: permission\nexpiresAt: 2026-11-21T12:00:01Z", 0, false),
    ] {
        let history = History {
            first_commit_ms: Some(NOW_MS - age_days * DAY_MS),
            last_commit_ms: Some(NOW_MS),
            ..History::default()
        };
        let found = reasons(&format!("{split}{written}"), Facts { history, ..facts() });
        assert_eq!(
            found == [Reason::Expired],
            expected,
            "{written} {age_days}: {found:?}"
        );
    }
}

#[test]
fn a_date_comes_from_the_file_then_from_git_then_from_the_log() {
    let history = History {
        first_commit_ms: Some(2_000),
        last_commit_ms: Some(3_000),
        first_entry_ms: Some(1_000),
        last_entry_ms: Some(5_000),
    };
    let age = |flag: &str, history: &History| {
        let project = with_flag(&format!("{ON}\n{flag}"));
        Age::of(the_flag(&project), &project.hygiene.lifetimes, history)
    };
    let of =
        |dated: Option<tidegate::delivery::hygiene::Dated>| dated.map(|dated| (dated.at_ms, dated.source));
    let said = age("createdAt: 1970-01-01T00:00:04Z", &history);
    assert_eq!(of(said.created), Some((4_000, Source::CreatedAt)));
    assert_eq!(of(said.changed), Some((5_000, Source::Audit)));
    assert_eq!(of(said.expires), None);
    let committed = age("type: operational", &history);
    assert_eq!(of(committed.created), Some((2_000, Source::Commit)));
    assert_eq!(
        of(committed.expires),
        Some((2_000 + 7 * DAY_MS, Source::Lifetime))
    );
    let logged = History {
        first_commit_ms: None,
        last_commit_ms: None,
        ..history
    };
    assert_eq!(
        of(age("type: release", &logged).created),
        Some((1_000, Source::Audit))
    );
    assert_eq!(of(age("type: release", &History::default()).created), None);
    assert_eq!(of(age("type: release", &History::default()).changed), None);
    let project = with_flag(&format!(
        "{PLAN}\nenvironments: {{ production: {{ rollouts: {{ r: {{ status: running, stage: some, enteredAt: 1970-01-01T00:00:09Z }} }} }} }}"
    ));
    let entered = Age::of(the_flag(&project), &project.hygiene.lifetimes, &history);
    assert_eq!(of(entered.changed), Some((9_000, Source::State)));
    let project = with_flag(&format!(
        "{PLAN}\nenvironments: {{ production: {{ rollouts: {{ r: {{ status: paused, stage: some, enteredAt: 1970-01-01T00:00:08Z, pausedAt: 1970-01-01T00:00:10Z }} }} }} }}"
    ));
    let paused = Age::of(the_flag(&project), &project.hygiene.lifetimes, &history);
    assert_eq!(of(paused.changed), Some((10_000, Source::State)));
}

#[test]
fn everybody_gets_the_same_in_every_environment_that_is_asked_about() {
    let release = |flag: &str| format!("{flag}\ntype: release");
    assert_eq!(reasons(&release(ON), facts()), [Reason::OneSided]);
    let apart = "default: on\nenvironments: { production: {}, staging: { default: off } }";
    assert_eq!(reasons(&release(apart), facts()), []);
    let production = Facts {
        environments: &["production"],
        ..facts()
    };
    assert_eq!(reasons(&release(apart), production), [Reason::OneSided]);
    // At rest a kill switch does its work.
    assert_eq!(reasons(&format!("{ON}\ntype: kill-switch"), facts()), []);
    assert_eq!(
        reasons(&format!("{ON}\ntype: operational"), facts()),
        [Reason::OneSided]
    );
    assert_eq!(reasons(ON, facts()), [Reason::OneSided]);
}

#[test]
fn a_flag_that_has_not_begun_is_not_one_sided_yet() {
    let waiting = format!(
        "{PLAN}\ntype: release\nenvironments: {{ production: {{ rollouts: {{ r: {{ status: draft }} }} }} }}"
    );
    let project = with_flag(&waiting);
    let verdict = judge(&project, the_flag(&project), &facts());
    assert_eq!(verdict.reasons, []);
    let one_sided = verdict.one_sided.unwrap();
    assert_eq!((one_sided.variant, one_sided.is_not_begun), ("off", true));
    for ended in [
        waiting.replace("draft", "rolled_back"),
        waiting.replace("rollouts: { r: { status: draft } } } }", "killed: true } }"),
        waiting.replace("type: release", "type: operational"),
    ] {
        assert_eq!(reasons(&ended, facts()), [Reason::OneSided], "{ended}");
    }
}

#[test]
fn unchanged_unreferenced_and_unowned_flags_are_found() {
    let split = "type: release\nexpiresAt: 2030-01-01\ndefault: { split: { on: 50, off: 50 } }\nenvironments: { production: {}, staging: {} }\n";
    let changed = |days: i64| Facts {
        history: History {
            last_entry_ms: Some(NOW_MS - days * DAY_MS),
            ..History::default()
        },
        ..facts()
    };
    assert_eq!(reasons(split, changed(39)), []);
    assert_eq!(reasons(split, changed(40)), [Reason::Unchanged]);
    assert_eq!(
        reasons(&split.replace("release", "permission"), changed(4_000)),
        []
    );
    let unused = Facts {
        uses: Some(0),
        ..facts()
    };
    assert_eq!(reasons(split, unused), [Reason::Unreferenced]);
    let unknown = Facts { uses: None, ..unused };
    assert_eq!(reasons(split, unknown), []);

    let blank = project(&[
        (
            "tidegate.yaml",
            "project: shop\nenvironments: [production, staging]\n",
        ),
        ("flags/f.yaml", &format!("salt: s\nowner: \" \"\n{split}")),
    ]);
    let verdict = judge(&blank, the_flag(&blank), &facts());
    assert_eq!(verdict.reasons, [Reason::Unowned]);
}

#[test]
fn removing_a_flag_takes_what_only_it_uses_and_tells_who_depends_on_it() {
    let flag = "default: on\nvariants: { on: { a: 1 }, off: { a: 0 } }\noffVariant: off\nrules: [{ if: { segment: testers }, serve: on }]\nenvironments: { production: {} }";
    let project = with_flags(&[
        ("f", flag),
        (
            "g",
            "default: on\nprerequisites: { f: on }\nenvironments: { production: {} }",
        ),
        (
            "h",
            "default: on\nprerequisites: { f: [\"off\"] }\nenvironments: { production: {} }",
        ),
    ]);
    let removal = Removal::of(&project, the_flag(&project), Some("on"));
    assert_eq!(removal.replace_with, Some(&json!({ "a": 1 })));
    assert_eq!(removal.file, "flags/f.yaml");
    assert_eq!(removal.segments, ["segments/qa.yaml", "segments/testers.yaml"]);
    let dependants: Vec<_> = removal
        .dependants
        .iter()
        .map(|dependant| (dependant.flag, dependant.place.line, dependant.is_met))
        .collect();
    assert_eq!(dependants, [("g", 5, Some(true)), ("h", 5, Some(false))]);
    let open = Removal::of(&project, the_flag(&project), None);
    assert_eq!((open.replace_with, open.dependants[0].is_met), (None, None));

    // What another flag uses through a segment stays, and so does the ring of a template.
    let other = "default: on\nrules: [{ if: { segment: qa }, serve: on }]\nenvironments: { production: {} }";
    let project = with_flags(&[("f", flag), ("g", other)]);
    let removal = Removal::of(&project, the_flag(&project), None);
    assert_eq!(removal.segments, ["segments/testers.yaml"]);
}
