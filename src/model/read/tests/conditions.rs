use super::*;
use crate::model::Range;

#[test]
fn what_is_no_condition_is_refused() {
    expect(
        condition_problems,
        &[
            (
                "x",
                &["2:5: error[wrong-type]: expected a condition (a mapping), found the string `x`"],
            ),
            (
                "[]",
                &["2:5: error[wrong-type]: expected a condition (a mapping), found a list"],
            ),
            (
                "",
                &["2:3: error[wrong-type]: expected a condition (a mapping), found null"],
            ),
            (
                "{}",
                &[
                    "2:5: error[missing-key]: a condition needs one of the keys `all`, `any`, `not`, `segment`, `percentage`, `window` or `attribute`",
                ],
            ),
            (
                "{al: [x]}",
                &["2:6: error[unknown-key]: unknown key `al` in a condition | did you mean `all`?"],
            ),
            (
                "{in: [a]}",
                &["2:5: error[missing-key]: `in` needs the key `attribute` beside it"],
            ),
            (
                "{all: [], any: []}",
                &[
                    "2:15: error[conflicting-keys]: a condition is of one form, found `all` and `any` | put several conditions into `all: [ … ]` or `any: [ … ]`",
                ],
            ),
            (
                "{segment: a, attribute: b, exists: true}",
                &[
                    "2:18: error[conflicting-keys]: a condition is of one form, found `segment` and `attribute` | put several conditions into `all: [ … ]` or `any: [ … ]`",
                ],
            ),
            (
                "{not: {segment: a}, by: b}",
                &[
                    "2:25: error[unknown-key]: unknown key `by` in a `not` condition | the keys of a `not` condition are `not`",
                ],
            ),
        ],
    );
}

#[test]
fn empty_and_ill_formed_groups_are_refused() {
    expect(
        condition_problems,
        &[
            (
                "{all: []}",
                &["2:11: error[empty-list]: a list of conditions in `all` must not be empty"],
            ),
            (
                "{all: {}}",
                &["2:11: error[wrong-type]: expected a list of conditions in `all`, found a mapping"],
            ),
            (
                "{not: [{segment: a}]}",
                &["2:11: error[wrong-type]: expected a condition (a mapping), found a list"],
            ),
            (
                "{all: [{any: []}, {not: 5}, {segment: a}, {window: {}}]}",
                &[
                    "2:18: error[empty-list]: a list of conditions in `any` must not be empty",
                    "2:29: error[wrong-type]: expected a condition (a mapping), found the number `5`",
                    "2:56: error[missing-key]: a window needs the key `from`, `to` or both",
                ],
            ),
        ],
    );
}

#[test]
fn segments_percentages_and_windows_have_their_shape() {
    expect(
        condition_problems,
        &[
            (
                "{segment: 5}",
                &[
                    "2:15: error[wrong-type]: expected a string (a segment's name), found the number `5` | put it in quotes to make it a string",
                ],
            ),
            (
                "{segment: 'a b'}",
                &[
                    "2:15: error[invalid-name]: `a b` cannot be a segment's name | use 1 to 128 of the characters A-Z, a-z, 0-9, `.`, `_` and `-`, not only dots",
                ],
            ),
            (
                "{percentage: 10, by: a..b, salt: ''}",
                &[
                    "2:26: error[invalid-attribute]: a step of an attribute's path is empty or holds a control character | a name with a dot is written as a list: [\"a.b\", c]",
                    "2:38: error[invalid-salt]: `` cannot be a salt | use 1 to 64 of the characters A-Z, a-z, 0-9, `_` and `-`",
                ],
            ),
            (
                "{percentage: {from: 5}}",
                &["2:18: error[missing-key]: a range of percentages needs the key `to`"],
            ),
            (
                "{percentage: {from: 5, to: 5}}",
                &["2:18: error[runs-backwards]: a range must end after it starts"],
            ),
            (
                "{percentage: 10%}",
                &[
                    "2:18: error[wrong-type]: expected a percentage (a number from 0 to 100), found the string `10%`",
                ],
            ),
            (
                "{percentage: {from: 0.0005, to: 101}}",
                &[
                    "2:25: error[invalid-percentage]: `0.0005` has more than three decimals | the smallest share is 0.001 percent",
                    "2:37: error[invalid-percentage]: `101` is more than 100 percent",
                ],
            ),
            (
                "{window: {from: 2026-01-01T00:00:00Z, to: 2026-01-01T01:00:00+01:00}}",
                &["2:14: error[runs-backwards]: a window must end after it starts"],
            ),
            (
                "{window: {fro: 2026-01-01T00:00:00Z, to: 2026-13-01T00:00:00Z}}",
                &[
                    "2:15: error[unknown-key]: unknown key `fro` in a window | did you mean `from`?",
                    "2:46: error[invalid-time]: `2026-13-01T00:00:00Z` is not a date-time in RFC 3339 | write it like 2026-11-20T09:00:00Z or 2026-11-20T09:00:00+01:00",
                ],
            ),
        ],
    );
}

#[test]
fn attributes_are_paths_of_at_most_eight_steps() {
    let step = "a step of an attribute's path is empty or holds a control character | a name with a dot is written as a list: [\"a.b\", c]";
    let cases = [
        ("''", 17, format!("error[invalid-attribute]: {step}")),
        (".a", 17, format!("error[invalid-attribute]: {step}")),
        ("\"a\\tb\"", 17, format!("error[invalid-attribute]: {step}")),
        ("\"a\\x1fb\"", 17, format!("error[invalid-attribute]: {step}")),
        ("[a, '']", 21, format!("error[invalid-attribute]: {step}")),
        ("a.b.c.d.e.f.g.h.i", 17, "error[invalid-attribute]: the path has 9 steps, more than 8".to_owned()),
        ("[]", 17, "error[empty-list]: a list of steps must not be empty".to_owned()),
        (
            "[a.b, 5]",
            23,
            "error[wrong-type]: expected a string, found the number `5` | put it in quotes to make it a string"
                .to_owned(),
        ),
        (
            "5",
            17,
            "error[wrong-type]: expected an attribute (a string like `plan.tier`, or a list of steps), found the number `5`"
                .to_owned(),
        ),
        ("[\"\u{fffd}\"]", 18, "error[forbidden-character]: the string holds U+FFFD, which never matches".to_owned()),
    ];
    for (attribute, column, expected) in cases {
        let found = condition_problems(&format!("{{attribute: {attribute}, exists: true}}"));
        assert_eq!(
            found,
            [format!("segments/s.yaml:2:{column}: {expected}")],
            "{attribute}"
        );
    }
    let path = |text: &str| match condition(&format!("{{attribute: {text}, exists: true}}")) {
        Condition::Attribute { path, .. } => path.join("/"),
        other => panic!("{other:?}"),
    };
    assert_eq!(path("a.b.c.d.e.f.g.h"), "a/b/c/d/e/f/g/h");
    assert_eq!(path("[plan.tier, '0']"), "plan.tier/0");
    assert_eq!(path("日本.é"), "日本/é");
}

#[test]
fn percentages_and_windows_are_read() {
    let Condition::Percentage { range, by, salt } = condition("{percentage: 12.5, by: plan.id, salt: q-1}")
    else {
        panic!("not a percentage")
    };
    assert_eq!(
        (range, by.unwrap().join("/"), salt.unwrap().value),
        (
            Range { from: 0, to: 12_500 },
            "plan/id".to_owned(),
            "q-1".to_owned()
        )
    );
    let range = match condition("{percentage: {from: 0.001, to: 100}}") {
        Condition::Percentage { range, .. } => range,
        other => panic!("{other:?}"),
    };
    assert_eq!(range, Range { from: 1, to: 100_000 });
    assert_eq!(
        condition("{window: {from: 2026-01-01T00:00:00.9999Z}}"),
        Condition::Window {
            from: Some(1_767_225_600_999),
            to: None
        }
    );
}

#[test]
fn only_rfc_3339_is_a_time() {
    for (text, epoch_ms) in [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01t00:00:00z", 0),
        ("1970-01-01 00:00:00Z", 0),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T23:59:59.9999Z", -1),
        ("2016-12-31T23:59:60Z", 1_483_228_799_000),
        ("2024-02-29T00:00:00-00:00", 1_709_164_800_000),
    ] {
        let found = condition(&format!("{{window: {{to: \"{text}\"}}}}"));
        assert_eq!(
            found,
            Condition::Window {
                from: None,
                to: Some(epoch_ms)
            },
            "{text}"
        );
    }
    for text in [
        "2026-01-01",
        "2026-01-01T00:00Z",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:00+0100",
        "2026-01-01T00:00:00+01",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00,5Z",
        "20260101T000000Z",
        "2026-02-29T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:61Z",
        "2026-01-01T00:00:00Z[UTC]",
        "+2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00+24:60",
        " 2026-01-01T00:00:00Z",
        "２026-01-01T00:00:00Z",
        "",
    ] {
        let found = condition_problems(&format!("{{window: {{to: \"{text}\"}}}}"));
        assert!(
            found[0].starts_with("segments/s.yaml:2:19: error[invalid-time]: "),
            "{text}: {found:?}"
        );
    }
}
