use super::*;
use crate::model::{Operator, Range, Scalar, Spanned, Test};

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
fn an_attribute_has_exactly_one_operator() {
    expect(
        condition_problems,
        &[
            (
                "{attribute: a}",
                &[
                    "2:5: error[missing-key]: an `attribute` condition needs one of the keys `in`, `notIn`, `=`, `!=`, `startsWith`, `endsWith`, `contains`, `matches`, `<`, `<=`, `>`, `>=`, `before`, `after`, `semver`, `cidr`, `exists`, `type`, `anyOf`, `allOf`, `noneOf` or `size`",
                ],
            ),
            (
                "{attribute: é, in: [a], notIn: [b]}",
                &[
                    "2:29: error[conflicting-keys]: an `attribute` condition takes only one of the keys `in` and `notIn`",
                ],
            ),
            (
                "{attribute: a, startswith: a}",
                &[
                    "2:20: error[unknown-key]: unknown key `startswith` in an `attribute` condition | did you mean `startsWith`?",
                ],
            ),
            (
                "{attribute: a, '==': b}",
                &[
                    "2:20: error[unknown-key]: unknown key `==` in an `attribute` condition | did you mean `=`?",
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
fn operands_of_another_type_are_refused() {
    for (operation, column, expected) in [
        (
            "in: a",
            24,
            "error[wrong-type]: expected a list of strings, numbers or booleans, found the string `a`",
        ),
        (
            "in: []",
            24,
            "error[empty-list]: a list of strings, numbers or booleans must not be empty",
        ),
        (
            "noneOf: []",
            28,
            "error[empty-list]: a list of strings, numbers or booleans must not be empty",
        ),
        (
            "notIn: [[]]",
            28,
            "error[wrong-type]: expected a string, number or boolean, found a list",
        ),
        (
            "anyOf: [{}]",
            28,
            "error[wrong-type]: expected a string, number or boolean, found a mapping",
        ),
        (
            "allOf: [~]",
            28,
            "error[wrong-type]: expected a string, number or boolean, found null",
        ),
        (
            "'=': [b]",
            25,
            "error[wrong-type]: expected a string, number or boolean, found a list",
        ),
        (
            "'!=': .inf",
            26,
            "error[invalid-number]: `.inf` is not a finite number",
        ),
        (
            "in: [9007199254740993]",
            25,
            "error[invalid-number]: `9007199254740993` is a whole number beyond 2^53 - 1, which hosts round",
        ),
        (
            "startsWith: 5",
            32,
            "error[wrong-type]: expected a string or a list of strings, found the number `5` | put it in quotes to make it a string",
        ),
        (
            "endsWith: [a, 5]",
            34,
            "error[wrong-type]: expected a string, found the number `5` | put it in quotes to make it a string",
        ),
        (
            "contains: []",
            30,
            "error[empty-list]: a list of strings must not be empty",
        ),
        (
            "matches: [a]",
            29,
            "error[wrong-type]: expected a string, found a list",
        ),
        (
            "'<': '5'",
            25,
            "error[wrong-type]: expected a number, found the string `5`",
        ),
        (
            "'>=': .nan",
            26,
            "error[invalid-number]: `.nan` is not a finite number",
        ),
        (
            "before: 1.5",
            28,
            "error[invalid-time]: `1.5` is not a whole number of milliseconds",
        ),
        (
            "after: tomorrow",
            27,
            "error[invalid-time]: `tomorrow` is not a date-time in RFC 3339 | write it like 2026-11-20T09:00:00Z or 2026-11-20T09:00:00+01:00",
        ),
        (
            "semver: 2.4",
            28,
            "error[wrong-type]: expected a string, found the number `2.4` | put it in quotes to make it a string",
        ),
        (
            "cidr: 10",
            26,
            "error[wrong-type]: expected a string or a list of strings, found the number `10` | put it in quotes to make it a string",
        ),
        (
            "cidr: []",
            26,
            "error[empty-list]: a list of networks must not be empty",
        ),
        (
            "exists: false",
            28,
            "error[exists-false]: `exists` can only be `true` | for an absent attribute write `not: { attribute: …, exists: true }`",
        ),
        (
            "exists: 1",
            28,
            "error[wrong-type]: expected `true` or `false`, found the number `1`",
        ),
        (
            "type: strng",
            26,
            "error[unknown-word]: expected a type (`string`, `number`, `boolean`, `date`, `array` or `object`), found `strng` | did you mean `string`?",
        ),
        (
            "type: 1",
            26,
            "error[wrong-type]: expected a type (`string`, `number`, `boolean`, `date`, `array` or `object`), found the number `1`",
        ),
        (
            "size: -1",
            26,
            "error[wrong-type]: expected a whole number from 0 to 4294967295, found the number `-1`",
        ),
        (
            "size: 4294967296",
            26,
            "error[wrong-type]: expected a whole number from 0 to 4294967295, found the number `4294967296`",
        ),
        (
            "size: {'<': 1, '>': 2}",
            35,
            "error[conflicting-keys]: a comparison of `size` takes only one of the keys `<` and `>`",
        ),
        (
            "size: {'!=': 1}",
            27,
            "error[unknown-key]: unknown key `!=` in a comparison of `size` | did you mean `=`?",
        ),
        (
            "size: {'<': 1.5}",
            32,
            "error[wrong-type]: expected a whole number from 0 to 4294967295, found the number `1.5`",
        ),
    ] {
        let found = condition_problems(&format!("{{attribute: a, {operation}}}"));
        assert_eq!(
            found,
            [format!("segments/s.yaml:2:{column}: {expected}")],
            "{operation}"
        );
    }
}

#[test]
fn ignore_case_stands_beside_text_only() {
    for operation in [
        "in: [x]",
        "notIn: [x]",
        "'=': x",
        "'!=': x",
        "startsWith: x",
        "endsWith: x",
        "contains: x",
        "matches: x",
    ] {
        let Condition::Attribute { test, .. } =
            condition(&format!("{{attribute: a, ignoreCase: true, {operation}}}"))
        else {
            panic!("not an attribute")
        };
        let set = match test.value {
            Test::In { ignore_case, .. }
            | Test::Text { ignore_case, .. }
            | Test::Matches { ignore_case, .. } => ignore_case,
            other => panic!("{other:?}"),
        };
        assert!(set, "{operation}");
    }
    for operation in [
        "'<': 1",
        "'<=': 1",
        "'>': 1",
        "'>=': 1",
        "before: 1",
        "after: 1",
        "semver: '1'",
        "cidr: x",
        "exists: true",
        "type: date",
        "anyOf: [x]",
        "allOf: [x]",
        "noneOf: [x]",
        "size: 1",
    ] {
        let found = condition_problems(&format!("{{attribute: a, ignoreCase: false, {operation}}}"));
        let operator = operation.split(':').next().unwrap().replace('\'', "");
        let expected = format!(
            "segments/s.yaml:2:20: error[ignore-case-without-text]: `ignoreCase` has no meaning for `{operator}`"
        );
        assert_eq!(found, [expected]);
    }
    expect(
        condition_problems,
        &[(
            "{attribute: a, in: [x], ignoreCase: yes}",
            &["2:41: error[wrong-type]: expected `true` or `false`, found the string `yes`"],
        )],
    );
}

#[test]
fn literals_that_never_match_are_refused() {
    for (literal, expected) in [
        (
            "\"\\0\"",
            "error[forbidden-character]: the string holds U+0000, which never matches",
        ),
        (
            "\"\\uFFFD\"",
            "error[forbidden-character]: the string holds U+FFFD, which never matches",
        ),
        (
            "x\u{fffd}",
            "error[forbidden-character]: the string holds U+FFFD, which never matches",
        ),
        (
            &"é".repeat(513),
            "error[literal-too-long]: the string is 1026 bytes long, more than 1024",
        ),
    ] {
        for operation in [
            "in: [",
            "'=': ",
            "startsWith: ",
            "contains: [",
            "matches: ",
            "semver: ",
            "cidr: ",
            "allOf: [",
        ] {
            let close = if operation.ends_with('[') { "]" } else { "" };
            let found = condition_problems(&format!("{{attribute: a, {operation}{literal}{close}}}"));
            let column = 20 + operation.chars().count();
            assert_eq!(
                found,
                [format!("segments/s.yaml:2:{column}: {expected}")],
                "{operation}"
            );
        }
    }
    condition(&format!("{{attribute: a, '=': {}}}", "é".repeat(512)));
}

#[test]
fn every_operator_is_read() {
    let test = |operation: &str| match condition(&format!("{{attribute: a, {operation}}}")) {
        Condition::Attribute { test, .. } => test.value,
        other => panic!("{other:?}"),
    };
    let values = |literals: Vec<Spanned<Scalar>>| {
        literals
            .into_iter()
            .map(|literal| literal.value)
            .collect::<Vec<_>>()
    };
    let Test::In {
        literals,
        negated: false,
        ..
    } = test("in: [x, 1.50, true, '1']")
    else {
        panic!("not in")
    };
    let text = |text: &str| Scalar::Text(text.to_owned());
    assert_eq!(
        values(literals),
        [text("x"), Scalar::Number(1.5), Scalar::Boolean(true), text("1")]
    );
    let Test::In {
        literals,
        negated: true,
        ..
    } = test("'!=': off")
    else {
        panic!("not in")
    };
    assert_eq!(values(literals), [text("off")]);
    assert!(matches!(test("notIn: [x]"), Test::In { negated: true, .. }));
    assert!(matches!(test("'=': x"), Test::In { negated: false, .. }));
    assert!(matches!(
        test("startsWith: x"),
        Test::Text {
            operator: Operator::StartsWith,
            ..
        }
    ));
    assert!(matches!(
        test("endsWith: [x]"),
        Test::Text {
            operator: Operator::EndsWith,
            ..
        }
    ));
    let Test::Text {
        operator: Operator::Contains,
        needles,
        ..
    } = test("contains: [x, '']")
    else {
        panic!("not text")
    };
    assert_eq!(needles.len(), 2);
    assert!(matches!(test("matches: '^a+$'"), Test::Matches { pattern, .. } if pattern.value == "^a+$"));
    for (sign, operator) in [
        ("<", Operator::Less),
        ("<=", Operator::LessOrEqual),
        (">", Operator::Greater),
        (">=", Operator::GreaterOrEqual),
    ] {
        assert_eq!(
            test(&format!("'{sign}': -1.5e1")),
            Test::Compare(operator, -15.0),
            "{sign}"
        );
    }
    assert_eq!(
        test("before: 1970-01-01T00:00:01Z"),
        Test::Moment(Operator::Before, 1_000)
    );
    assert_eq!(test("after: 12"), Test::Moment(Operator::After, 12));
    assert!(matches!(test("semver: '>=2.4'"), Test::Semver(range) if range.value == ">=2.4"));
    assert!(matches!(test("cidr: 10.0.0.0/8"), Test::Cidr(networks) if networks.len() == 1));
    assert_eq!(test("exists: true"), Test::Exists);
    assert!(matches!(test("anyOf: [1]"), Test::List(Operator::AnyOf, _)));
    assert!(matches!(test("allOf: [1]"), Test::List(Operator::AllOf, _)));
    assert!(matches!(test("noneOf: [1]"), Test::List(Operator::NoneOf, _)));
    assert_eq!(test("size: 3"), Test::Size(Operator::Equal, 3));
    assert_eq!(test("size: {'<=': 0}"), Test::Size(Operator::LessOrEqual, 0));
    assert_eq!(
        test("size: {'=': 4294967295}"),
        Test::Size(Operator::Equal, u32::MAX)
    );
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
