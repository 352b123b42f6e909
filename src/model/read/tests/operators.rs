use super::*;
use crate::model::{Operator, Scalar, Spanned, Test};

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
