use super::{arm, event, exposed, in_stage, log, question, read, sum, told, units};
use tidegate::delivery::exposure::{LoggedKind, Question};
use tidegate::engine::Arm::{Control, Treatment};

const DAY: i64 = 86_400_000;

#[test]
fn units_and_what_they_did_are_counted_by_arm() {
    let joined = told(
        &[
            exposed("a", "treatment", 0),
            exposed("b", "treatment", 0),
            exposed("c", "control", 0),
            event("a", "failed-order", 1.0, 10),
            event("a", "failed-order", 1.0, 20),
            event("a", "revenue", 12.5, 30),
            event("a", "visit", 2.0, 30),
            event("b", "visit", 1.0, 30),
            event("c", "revenue", 4.0, 30),
            event("c", "revenue", -1.0, 40),
            event("c", "visit", 3.0, 40),
            event("nobody", "revenue", 100.0, 40),
        ],
        &question(),
    );
    assert_eq!((units(&joined, Treatment), units(&joined, Control)), (2, 1));
    assert_eq!(
        sum(&joined, Treatment, 0),
        1.0,
        "a unit fails once, however often"
    );
    assert_eq!(sum(&joined, Control, 1), 3.0, "a refund counts");
    let ratio = arm(&joined, Treatment).looks[0].totals[2];
    assert_eq!(
        (ratio.y, ratio.yy, ratio.x, ratio.xx, ratio.xy),
        (12.5, 156.25, 3.0, 5.0, 25.0)
    );
    assert_eq!(joined.lines.unexposed, 1);
    assert_eq!(joined.lines.lines, 12);
    for (metric, asked) in question().metrics.iter().enumerate() {
        for group in &joined.groups {
            let sums = group.looks[0].sums(metric, &asked.kind).unwrap();
            assert_eq!(sums.units(), group.looks[0].units as f64);
        }
    }
}

#[test]
fn the_first_exposure_decides_whatever_order_lines_have() {
    let mut lines = vec![
        in_stage("a", "treatment", "s2", 5 * DAY),
        in_stage("a", "treatment", "s1", DAY),
        in_stage("b", "control", "s2", 2 * DAY),
        event("a", "revenue", 1.0, 6 * DAY),
        event("a", "revenue", 8.0, 0),
        event("b", "revenue", 4.0, 2 * DAY),
    ];
    let forward = told(&lines, &question());
    lines.reverse();
    assert_eq!(told(&lines, &question()), forward);
    let stages: Vec<_> = forward
        .groups
        .iter()
        .map(|group| group.stage.as_deref().unwrap())
        .collect();
    assert_eq!(stages, ["s1", "s2", "s2"], "by stage, control first");
    let counted: Vec<_> = forward.groups.iter().map(|group| group.looks[0].units).collect();
    assert_eq!(counted, [1, 1, 0]);
    assert_eq!(forward.groups[0].looks[0].totals[1].y, 1.0);
    assert_eq!(forward.lines.early, 1);
    assert_eq!(
        forward.groups[1].looks[0].totals[1].y, 4.0,
        "the moment of the exposure counts"
    );
}

#[test]
fn who_saw_both_sides_of_a_stage_is_counted_apart() {
    let joined = told(
        &[
            exposed("a", "treatment", 0),
            exposed("a", "control", 1),
            exposed("b", "control", 0),
            exposed("b", "control", 0),
            event("a", "failed-order", 1.0, 10),
        ],
        &question(),
    );
    assert_eq!((units(&joined, Treatment), units(&joined, Control)), (0, 1));
    assert_eq!(arm(&joined, Treatment).multiple, 1);
    assert_eq!(sum(&joined, Treatment, 0), 0.0);
}

#[test]
fn who_a_later_stage_moves_is_observed_until_then() {
    let joined = told(
        &[
            in_stage("a", "control", "half", 0),
            in_stage("a", "treatment", "all", DAY),
            event("a", "revenue", 1.0, DAY - 1),
            event("a", "revenue", 2.0, DAY),
        ],
        &question(),
    );
    assert_eq!((units(&joined, Treatment), units(&joined, Control)), (0, 1));
    assert_eq!(sum(&joined, Control, 1), 1.0);
    assert_eq!(joined.lines.late, 1);
    assert_eq!(arm(&joined, Control).multiple, 0);
}

#[test]
fn only_events_in_the_window_count() {
    let lines = [
        exposed("a", "treatment", 0),
        exposed("b", "treatment", 3 * DAY),
        event("a", "revenue", 1.0, -1),
        event("a", "revenue", 2.0, DAY - 1),
        event("a", "revenue", 4.0, DAY),
        event("b", "revenue", 8.0, 3 * DAY),
    ];
    let within = |change: &dyn Fn(&mut Question)| {
        let mut question = question();
        change(&mut question);
        told(&lines, &question)
    };
    assert_eq!(sum(&within(&|_| {}), Treatment, 1), 14.0);
    let window = within(&|question| question.window_ms = Some(DAY));
    assert_eq!(sum(&window, Treatment, 1), 10.0);
    assert_eq!((window.lines.early, window.lines.late), (1, 1));
    let until = within(&|question| question.until_ms = Some(super::NOON + 2 * DAY));
    assert_eq!((units(&until, Treatment), sum(&until, Treatment, 1)), (1, 6.0));
    let from = within(&|question| question.from_ms = Some(super::NOON + 2 * DAY));
    assert_eq!((units(&from, Treatment), sum(&from, Treatment, 1)), (1, 8.0));
}

#[test]
fn a_line_that_comes_twice_counts_once() {
    let id = |id: &str, at_ms| {
        let time = super::NOON + at_ms;
        format!(r#"{{"time":{time},"unit":"a","metric":"revenue","value":5,"id":"{id}"}}"#)
    };
    let joined = told(
        &[
            exposed("a", "treatment", 0),
            exposed("a", "treatment", 0),
            exposed("a", "treatment", 7),
            event("a", "revenue", 1.0, 10),
            event("a", "revenue", 1.0, 10),
            event("a", "revenue", 1.0, 11),
            event("a", "revenue", 2.0, 11),
            id("x", 20),
            id("y", 20),
            id("x", 20),
            id("x", 21),
        ],
        &question(),
    );
    assert_eq!(units(&joined, Treatment), 1);
    assert_eq!(sum(&joined, Treatment, 1), 14.0);
    assert_eq!(joined.lines.repeated, 3);
}

#[test]
fn who_is_in_no_arm_takes_no_part_where_arms_are_marked() {
    let bare = |unit: &str, variant: &str, at_ms: i64| {
        let time = super::NOON + at_ms;
        format!(r#"{{"time":{time},"flag":"checkout","variant":"{variant}","unit":"{unit}","version":1}}"#)
    };
    let joined = told(
        &[
            bare("a", "classic", 0),
            exposed("a", "control", 10),
            exposed("b", "treatment", 10),
            bare("b", "one-page", 20),
            bare("c", "classic", 0),
            event("a", "revenue", 1.0, 5),
            event("a", "revenue", 2.0, 15),
        ],
        &question(),
    );
    assert_eq!((units(&joined, Treatment), units(&joined, Control)), (1, 1));
    assert_eq!(sum(&joined, Control, 1), 2.0, "from the exposure to the arm on");

    let split = told(
        &[
            bare("a", "classic", 0),
            bare("b", "one-page", 0),
            bare("c", "one-page", 0),
            bare("c", "classic", 1),
        ],
        &question(),
    );
    let variants: Vec<_> = split
        .groups
        .iter()
        .map(|group| (group.variant.as_str(), group.looks[0].units, group.multiple))
        .collect();
    assert_eq!(variants, [("classic", 1, 0), ("one-page", 1, 1)]);
}

#[test]
fn looks_add_up_what_came_before_them() {
    let mut lines = Vec::new();
    for day in 0..10 {
        lines.push(exposed(&format!("u{day}"), "treatment", day * DAY));
        lines.push(event("u0", "revenue", 1.0, day * DAY));
        lines.push(event(&format!("u{day}"), "failed-order", 1.0, 9 * DAY));
    }
    let joined = told(
        &lines,
        &Question {
            looks: 9,
            ..question()
        },
    );
    assert_eq!(joined.looks_ms.last(), Some(&(super::NOON + 9 * DAY + 1)));
    let looks = &arm(&joined, Treatment).looks;
    let counted: Vec<_> = looks.iter().map(|look| look.units).collect();
    assert_eq!(
        counted,
        [1, 2, 3, 4, 5, 6, 7, 8, 10],
        "of 10 units, the last one comes at the end"
    );
    let revenue: Vec<_> = looks
        .iter()
        .map(|look| (look.totals[1].y, look.totals[1].yy))
        .collect();
    assert_eq!(
        (revenue[0], revenue[3], revenue[8]),
        ((1.0, 1.0), (4.0, 16.0), (10.0, 100.0))
    );
    let failed: Vec<_> = looks.iter().map(|look| look.totals[0].y).collect();
    assert_eq!(failed, [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 10.0]);
    let last = told(&lines, &question());
    assert_eq!(
        arm(&last, Treatment).looks[0],
        looks[8],
        "the last look has it all"
    );
}

#[test]
fn units_are_told_apart_by_an_attribute() {
    let from = |unit: &str, attributes: &str| {
        exposed(unit, "treatment", 0).replace(
            r#""version":1"#,
            &format!(r#""version":1,"attributes":{attributes}"#),
        )
    };
    let joined = told(
        &[
            from("a", r#"{"country":"CA","age":7}"#),
            from("b", r#"{"country":"AT"}"#),
            from("c", r#"{"age":8,"country":"CA"}"#),
            from("d", r#"{"country":null}"#),
            from("e", "{}"),
            exposed("f", "treatment", 0),
            event("a", "revenue", 1.0, 1),
            event("c", "revenue", 2.0, 1),
        ],
        &Question {
            segment: Some("country".to_owned()),
            ..question()
        },
    );
    let segments: Vec<_> = arm(&joined, Treatment)
        .segments
        .iter()
        .map(|(name, look)| (name.as_deref(), look.units, look.totals[1].y))
        .collect();
    assert_eq!(
        segments,
        [(None, 3, 0.0), (Some("AT"), 1, 0.0), (Some("CA"), 2, 3.0)]
    );
}

#[test]
fn units_of_different_kinds_are_not_mixed() {
    let by = |unit: &str, by: &str| {
        exposed(unit, "treatment", 0).replace("\"version\"", &format!("\"by\":\"{by}\",\"version\""))
    };
    let lines = [
        by("a", "accountId"),
        by("b", "targetingKey"),
        exposed("c", "treatment", 0),
    ];
    let error = read(vec![log("x.ndjson", lines.join("\n"))], &question()).unwrap_err();
    assert_eq!(error.code(), "units-differ");
    assert_eq!(
        error.to_string(),
        "exposures of different units cannot be joined: found accountId, targetingKey"
    );
    let joined = told(
        &lines,
        &Question {
            by: Some("targetingKey".to_owned()),
            ..question()
        },
    );
    assert_eq!(units(&joined, Treatment), 2);
}

#[test]
fn many_units_come_out_as_they_do_one_by_one_in_many_files_and_on_threads() {
    let mut lines = Vec::new();
    let mut failed = [0.0; 2];
    let mut revenue = [0.0; 2];
    for unit in 0..60_000u64 {
        let side = unit % 2;
        let name = format!("unit-{unit}");
        lines.push(exposed(
            &name,
            ["treatment", "control"][side as usize],
            unit as i64,
        ));
        if unit.is_multiple_of(7) {
            lines.push(event(&name, "failed-order", 1.0, unit as i64 + 5));
            failed[side as usize] += 1.0;
        }
        lines.push(event(&name, "revenue", (unit % 10) as f64, unit as i64 + 6));
        revenue[side as usize] += (unit % 10) as f64;
    }
    let whole = told(&lines, &question());
    let shuffled: Vec<_> = (0..7)
        .map(|file| {
            let lines: Vec<_> = lines.iter().skip(file).step_by(7).cloned().collect();
            log(&format!("{file}.ndjson"), lines.join("\n"))
        })
        .collect();
    let parts = read(shuffled, &question()).unwrap();
    assert_eq!(parts.groups, whole.groups);
    for (side, of) in [Treatment, Control].into_iter().enumerate() {
        assert_eq!(units(&whole, of), 30_000);
        assert_eq!(sum(&whole, of, 0), failed[side]);
        assert_eq!(sum(&whole, of, 1), revenue[side]);
    }
}

#[test]
fn nothing_asked_is_nothing_found() {
    let joined = told(&[], &question());
    assert_eq!(
        (joined.groups.len(), joined.latest_ms, joined.lines.lines),
        (0, None, 0)
    );
    let other = Question {
        flag: "search".to_owned(),
        ..question()
    };
    let joined = told(&[exposed("a", "treatment", 0)], &other);
    assert_eq!((joined.groups.len(), joined.lines.others), (0, 1));
    let kind = LoggedKind::Proportion {
        event: "x".to_owned(),
    };
    let joined = told(&[exposed("a", "treatment", 0)], &question());
    let [group] = joined.groups.as_slice() else {
        panic!("{:?}", joined.groups)
    };
    assert!(group.looks[0].sums(0, &kind).is_ok());
}
