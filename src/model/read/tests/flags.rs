use super::*;
use crate::model::{FlagType, OnExpired, Risk, Serve};

fn whole(text: &str) -> Vec<String> {
    problems(&[("flags/f.yaml", text)])
}

#[test]
fn files_that_are_no_flag_are_refused() {
    expect(
        whole,
        &[
            (
                "",
                &["1:1: error[wrong-type]: expected a flag (a mapping), found null"],
            ),
            (
                "[]",
                &["1:1: error[wrong-type]: expected a flag (a mapping), found a list"],
            ),
            (
                "salt: s",
                &["1:1: error[missing-key]: a flag needs the key `default`"],
            ),
            (
                "default: on",
                &["1:1: error[missing-key]: a flag needs the key `salt`"],
            ),
            (
                "slat: s\ndefault: on",
                &["1:1: error[unknown-key]: unknown key `slat` in a flag | did you mean `salt`?"],
            ),
            (
                "salt: s\ndefault: on\nfoo: 1",
                &[
                    "3:1: error[unknown-key]: unknown key `foo` in a flag | the keys of a flag are `description`, `owner`, `type`, `risk`, `createdAt`, `expiresAt`, `tested`, `clientVisible`, `salt`, `variants`, `offVariant`, `default`, `targets`, `prerequisites`, `rules`, `rollouts`, `experiments`, `environments`, `schema`, `disableAt` and `onExpired`",
                ],
            ),
            (
                "salt: s\ndefault: on\nsalt: t",
                &["3:1: error[duplicate-key]: duplicate key `salt`, first written on line 1, column 1"],
            ),
            (
                "salt: 5\ndefault: true",
                &[
                    "1:7: error[wrong-type]: expected a string (a salt), found the number `5` | put it in quotes to make it a string",
                    "2:10: error[wrong-type]: expected a string (a variant's name), or a mapping with `split`, `rollout` or `experiment`, found the boolean `true` | put it in quotes to make it a string",
                ],
            ),
            (
                "salt: a.b\ndefault: ..",
                &[
                    "1:7: error[invalid-salt]: `a.b` cannot be a salt | use 1 to 64 of the characters A-Z, a-z, 0-9, `_` and `-`",
                    "2:10: error[invalid-name]: `..` cannot be a variant's name | use 1 to 64 of the characters A-Z, a-z, 0-9, `.`, `_` and `-`, not only dots",
                ],
            ),
        ],
    );
    let salt = "s".repeat(65);
    let quoted = format!("{}…", "s".repeat(40));
    assert_eq!(
        whole(&format!("salt: {salt}\ndefault: on")),
        [format!(
            "flags/f.yaml:1:7: error[invalid-salt]: `{quoted}` cannot be a salt | use 1 to 64 of the characters A-Z, a-z, 0-9, `_` and `-`"
        )]
    );
}

#[test]
fn plain_keys_have_their_types() {
    expect(
        flag_problems,
        &[(
            "type: releas\nclientVisible: yes\nonExpired: never\ndisableAt: 2026-01-01\ndescription: 5\nowner:\nschema: 3",
            &[
                "1:7: error[unknown-word]: expected a type of flag (`release`, `experiment`, `operational`, `kill-switch` or `permission`), found `releas` | did you mean `release`?",
                "2:16: error[wrong-type]: expected `true` or `false`, found the string `yes`",
                "3:12: error[unknown-word]: expected what to do (`serve` or `off`), found `never`",
                "4:12: error[invalid-time]: `2026-01-01` is not a date-time in RFC 3339 | write it like 2026-11-20T09:00:00Z or 2026-11-20T09:00:00+01:00",
                "5:14: error[wrong-type]: expected a string, found the number `5` | put it in quotes to make it a string",
                "6:6: error[wrong-type]: expected a string, found null",
                "7:9: error[wrong-type]: expected a JSON Schema (a mapping), found the number `3`",
            ],
        )],
    );
}

#[test]
fn what_is_said_for_hygiene_is_checked() {
    expect(
        flag_problems,
        &[
            (
                "risk: extreme\ncreatedAt: 2026-02-30\nexpiresAt: 20261120\ntested: yes",
                &[
                    "1:7: error[unknown-word]: expected a risk (`low`, `medium` or `high`), found `extreme`",
                    "2:12: error[invalid-time]: `2026-02-30` is not a date | write it like 2026-11-20 or 2026-11-20T09:00:00Z",
                    "3:12: error[wrong-type]: expected a string (a date like 2026-11-20), found the number `20261120` | put it in quotes to make it a string",
                    "4:9: error[wrong-type]: expected `true` or `false`, found the string `yes`",
                ],
            ),
            (
                "createdAt: tomorrow\nexpiresAt: ééééé",
                &[
                    "1:12: error[invalid-time]: `tomorrow` is not a date-time in RFC 3339 | write it like 2026-11-20T09:00:00Z or 2026-11-20T09:00:00+01:00",
                    "2:12: error[invalid-time]: `ééééé` is not a date | write it like 2026-11-20 or 2026-11-20T09:00:00Z",
                ],
            ),
            (
                "createdAt: 2026-11-20\nexpiresAt: 2026-11-20T00:00:00Z",
                &["2:12: error[runs-backwards]: the flag expires before it is created"],
            ),
        ],
    );
}

#[test]
fn a_date_begins_at_midnight_in_utc() {
    let flag = flag(
        "salt: s\ndefault: on\ncreatedAt: 2026-11-20\nexpiresAt: 2026-11-20T01:00:00.5+01:00\nrisk: high\ntested: true",
    );
    assert_eq!(flag.created_at.unwrap().value, 1_795_132_800_000);
    assert_eq!(flag.expires_at.unwrap().value, 1_795_132_800_500);
    assert_eq!(flag.risk, Some(Risk::High));
    assert!(flag.tested.unwrap().value);
}

#[test]
fn variants_have_names_and_values_of_one_type() {
    expect(
        flag_problems,
        &[
            (
                "variants: {}\noffVariant: x",
                &["1:11: error[empty-list]: the variants of a flag must not be empty"],
            ),
            (
                "variants: [a]\noffVariant: x",
                &["1:11: error[wrong-type]: expected the variants of a flag (a mapping), found a list"],
            ),
            (
                "variants: {a: 1}",
                &["1:1: error[missing-key]: a flag needs the key `offVariant`"],
            ),
            (
                "variants: {a: 1, é: 2, b: x, c: true}\noffVariant: a",
                &[
                    "1:18: error[invalid-name]: `é` cannot be a variant's name | use 1 to 64 of the characters A-Z, a-z, 0-9, `.`, `_` and `-`, not only dots",
                ],
            ),
            (
                "variants: {a: 1, b: x, c: true}\noffVariant: a",
                &[
                    "1:21: error[mixed-types]: the values of a flag are of one type: `a` is a number, `b` is a string",
                ],
            ),
            (
                "variants: {a: [], b: {}, c: true}\noffVariant: a",
                &[
                    "1:29: error[mixed-types]: the values of a flag are of one type: `a` is an object, `c` is a boolean",
                ],
            ),
            (
                "variants: {a: ~, b: .nan, c: [-.inf], d: 9007199254740993, e: 1e400}\noffVariant: a",
                &[
                    "1:15: error[wrong-type]: expected a value (a boolean, string, number, list or mapping), found null",
                    "1:21: error[invalid-number]: `.nan` is not a finite number",
                    "1:31: error[invalid-number]: `-.inf` is not a finite number",
                    "1:42: error[invalid-number]: `9007199254740993` is a whole number beyond 2^53 - 1, which hosts round",
                    "1:63: error[invalid-number]: `1e400` is not a finite number",
                ],
            ),
        ],
    );
    let longest = "x".repeat(65_534);
    assert_eq!(
        flag_problems(&format!("variants: {{ a: {longest} }}\noffVariant: a")),
        [""; 0]
    );
    assert_eq!(
        flag_problems(&format!("variants: {{ a: {longest}x }}\noffVariant: a")),
        ["flags/f.yaml:1:16: error[value-too-long]: the value is 65537 bytes long as JSON, more than 65536"]
    );
    let many: String = (0..201).map(|number| format!("  v{number}: 1\n")).collect();
    assert_eq!(
        flag_problems(&format!("variants:\n{many}offVariant: v0")),
        ["flags/f.yaml:2:3: error[too-many]: 201 variants are more than 200"]
    );
}

#[test]
fn values_are_kept_as_they_are_written() {
    let text = "salt: s\ndefault: a\noffVariant: a\nvariants: { a: { x: [1, 1.50, -015, ~, on, '1'], z: {}, b: \"\\0é\" }, b: [] }";
    let flag = flag(text);
    assert_eq!(
        flag.variants[0].value.value.to_string(),
        r#"{"x":[1,1.5,-15,null,"on","1"],"z":{},"b":"\u0000é"}"#
    );
    assert_eq!(flag.variants[1].value.value.to_string(), "[]");
}

#[test]
fn a_flag_without_variants_is_on_and_off() {
    let flag = flag("salt: s\ndefault: on\n");
    let variants: Vec<_> = flag
        .variants
        .iter()
        .map(|variant| (variant.name.value.as_str(), variant.value.value.clone()))
        .collect();
    assert_eq!(variants, [("on", true.into()), ("off", false.into())]);
    assert_eq!(flag.off_variant.value, "off");
    assert_eq!(flag.default.value, Serve::Variant("on".to_owned()));
    assert!(!flag.client_visible.value);
    assert_eq!(flag.on_expired, OnExpired::Serve);
    assert_eq!(
        (flag.key.place.line, flag.key.place.column, &*flag.key.place.file),
        (1, 1, "flags/f.yaml")
    );
}

#[test]
fn targets_are_units_by_variant() {
    expect(
        flag_problems,
        &[
            (
                "targets: {}",
                &["1:10: error[empty-list]: the targets of a flag must not be empty"],
            ),
            (
                "targets: {a: [], b: [''], d: {by: x}, e: {ids: [a], bye: q}, f: x, 'g h': [a]}",
                &[
                    "1:14: error[empty-list]: a list of identifiers must not be empty",
                    "1:22: error[invalid-unit]: an identifier must not be empty",
                    "1:30: error[missing-key]: a target needs the key `ids`",
                    "1:53: error[unknown-key]: unknown key `bye` in a target | did you mean `by`?",
                    "1:65: error[wrong-type]: expected a list of identifiers, found the string `x`",
                    "1:68: error[invalid-name]: `g h` cannot be a variant's name | use 1 to 64 of the characters A-Z, a-z, 0-9, `.`, `_` and `-`, not only dots",
                ],
            ),
            (
                "targets: {a: [1.5, 007, 0x1F, 9007199254740992, .inf, true, [], \"\\0\", \"\\uFFFD\"]}",
                &[
                    "1:15: error[invalid-unit]: `1.5` is not a whole number up to 2^53 - 1 | identifiers are strings or whole numbers",
                    "1:20: error[invalid-unit]: `007` would lose its notation as a number | put it in quotes to keep it as it is",
                    "1:25: error[invalid-unit]: `0x1F` would lose its notation as a number | put it in quotes to keep it as it is",
                    "1:31: error[invalid-unit]: `9007199254740992` is not a whole number up to 2^53 - 1 | identifiers are strings or whole numbers",
                    "1:49: error[invalid-unit]: `.inf` is not a whole number up to 2^53 - 1 | identifiers are strings or whole numbers",
                    "1:55: error[wrong-type]: expected an identifier (a string or a whole number), found the boolean `true`",
                    "1:61: error[wrong-type]: expected an identifier (a string or a whole number), found a list",
                    "1:65: error[forbidden-character]: the string holds U+0000, which never matches",
                    "1:71: error[forbidden-character]: the string holds U+FFFD, which never matches",
                ],
            ),
        ],
    );
    assert_eq!(
        flag_problems(&format!("targets: {{a: [{}]}}", "é".repeat(2_049))),
        ["flags/f.yaml:1:15: error[invalid-unit]: the identifier is 4098 bytes long, more than 4096"]
    );
    let flag = flag(
        "salt: s\ndefault: on\ntargets: { on: [42, 1.0, -0, -7, 1e3, '007', é], off: { by: a.b, ids: [x] } }",
    );
    assert_eq!(flag.targets[0].ids, ["42", "1", "0", "-7", "1000", "007", "é"]);
    assert_eq!(flag.targets[1].by.as_ref().unwrap().join("/"), "a/b");
}

#[test]
fn prerequisites_are_variants_by_flag() {
    expect(
        flag_problems,
        &[(
            "prerequisites: {a: [], b: 1, 'c d': on, e: [on, 2]}",
            &[
                "1:20: error[empty-list]: a list of variants must not be empty",
                "1:27: error[wrong-type]: expected a string (a variant's name) or a list of them, found the number `1` | put it in quotes to make it a string",
                "1:30: error[invalid-name]: `c d` cannot be a flag's key | use 1 to 128 of the characters A-Z, a-z, 0-9, `.`, `_` and `-`, not only dots",
                "1:49: error[wrong-type]: expected a string (a variant's name), found the number `2` | put it in quotes to make it a string",
            ],
        )],
    );
}

#[test]
fn rules_serve_something() {
    expect(
        flag_problems,
        &[
            (
                "rules: {}",
                &["1:8: error[wrong-type]: expected a list of rules, found a mapping"],
            ),
            (
                "rules: [{name: '', if: x}, {serve: on, extra: 1}, x, {serv: on}, {name: \"\\0\", serve: on}]",
                &[
                    "1:9: error[missing-key]: a rule needs the key `serve`",
                    "1:16: error[invalid-name]: the name of a rule must not be empty",
                    "1:24: error[wrong-type]: expected a condition (a mapping), found the string `x`",
                    "1:40: error[unknown-key]: unknown key `extra` in a rule | the keys of a rule are `name`, `if` and `serve`",
                    "1:51: error[wrong-type]: expected a rule (a mapping), found the string `x`",
                    "1:55: error[unknown-key]: unknown key `serv` in a rule | did you mean `serve`?",
                    "1:73: error[forbidden-character]: the string holds U+0000, which never matches",
                ],
            ),
        ],
    );
    let rules = |count: usize| format!("rules:\n{}", "  - serve: on\n".repeat(count));
    assert_eq!(flag_problems(&rules(1_000)), [""; 0]);
    assert_eq!(
        flag_problems(&rules(1_001)),
        ["flags/f.yaml:2:3: error[too-many]: 1001 rules are more than 1000"]
    );
    assert_eq!(flag("salt: s\ndefault: on\nrules: []").rules, []);
}

#[test]
fn what_is_served_has_one_form() {
    let served = |text: &str| flag_problems(&format!("rules: [{{serve: {text}}}]"));
    expect(
        served,
        &[
            (
                "[]",
                &[
                    "1:17: error[wrong-type]: expected a string (a variant's name), or a mapping with `split`, `rollout` or `experiment`, found a list",
                ],
            ),
            (
                "{}",
                &[
                    "1:17: error[missing-key]: what is served needs one of the keys `split`, `rollout` or `experiment`",
                ],
            ),
            (
                "{splt: {a: 100}}",
                &["1:18: error[unknown-key]: unknown key `splt` in what is served | did you mean `split`?"],
            ),
            (
                "{split: {a: 100}, rollout: x}",
                &[
                    "1:35: error[conflicting-keys]: what is served takes only one of the keys `split` and `rollout`",
                ],
            ),
            (
                "{rollout: x, by: y}",
                &[
                    "1:30: error[unknown-key]: unknown key `by` in a served rollout | the keys of a served rollout are `rollout`",
                ],
            ),
            (
                "{experiment: {a: 1}}",
                &["1:30: error[wrong-type]: expected a string (an experiment's id), found a mapping"],
            ),
            (
                "{rollout: {to: a, shar: 5}}",
                &[
                    "1:35: error[unknown-key]: unknown key `shar` in a rollout written in place | did you mean `share`?",
                ],
            ),
            (
                "{rollout: {share: 100.5, control: 1}}",
                &[
                    "1:27: error[missing-key]: a rollout written in place needs the key `to`",
                    "1:35: error[invalid-percentage]: `100.5` is more than 100 percent",
                    "1:51: error[wrong-type]: expected `true` or `false`, found the number `1`",
                ],
            ),
        ],
    );
}

#[test]
fn splits_add_up_to_exactly_100() {
    let served = |text: &str| flag_problems(&format!("rules: [{{serve: {{split: {text}}}}}]"));
    expect(
        served,
        &[
            (
                "{}",
                &["1:25: error[empty-list]: the shares of a split must not be empty"],
            ),
            (
                "[a]",
                &["1:25: error[wrong-type]: expected the shares of a split (a mapping), found a list"],
            ),
            (
                "{a: 50, b: 49.999}",
                &["1:25: error[weights-sum]: the shares of a split must add up to 100 percent, found 99.999"],
            ),
            (
                "{a: 0, b: 0}",
                &["1:25: error[weights-sum]: the shares of a split must add up to 100 percent, found 0"],
            ),
            (
                "{a: 33.33, b: 33.33, c: 33.33}",
                &["1:25: error[weights-sum]: the shares of a split must add up to 100 percent, found 99.99"],
            ),
            (
                "{a: -1, b: 200, c: 99999999999999999999, d: half}",
                &[
                    "1:29: error[invalid-percentage]: `-1` is less than 0 percent",
                    "1:36: error[invalid-percentage]: `200` is more than 100 percent",
                    "1:44: error[invalid-percentage]: `99999999999999999999` is more than 100 percent",
                    "1:69: error[wrong-type]: expected a percentage (a number from 0 to 100), found the string `half`",
                ],
            ),
            (
                "{a: 100, b: 0}",
                &["1:34: warning[zero-weight]: nobody gets `b`: its share is 0"],
            ),
            ("{a: 33.333, b: 33.333, c: 33.334}", &[]),
        ],
    );
    let many: String = (0..199).map(|number| format!("v{number}: 100, ")).collect();
    let found = served(&format!("{{{many}}}"));
    assert!(
        found[0].ends_with("must add up to 100 percent, found 19900"),
        "{found:?}"
    );
}

#[test]
fn every_plain_key_is_read() {
    let flag = flag(
        "salt: s\ndefault: { rollout: { to: on, from: off, share: 12.5, by: account, control: true } }\ntype: kill-switch\nclientVisible: true\nonExpired: off\ndisableAt: 1970-01-01T00:00:01Z\nschema: { type: boolean }\nowner: team\nrules: [{ serve: { experiment: e } }, { serve: { rollout: r } }, { serve: { split: { on: 100 }, by: [a.b] } }]\n",
    );
    let Serve::Share {
        to,
        from,
        share: 12_500,
        by,
        control: true,
    } = &flag.default.value
    else {
        panic!("{:?}", flag.default)
    };
    assert_eq!(
        (
            &*to.value,
            &*from.as_ref().unwrap().value,
            by.as_ref().unwrap().len()
        ),
        ("on", "off", 1)
    );
    assert_eq!(flag.kind.as_ref().unwrap().value, FlagType::KillSwitch);
    assert!(flag.client_visible.value);
    assert_eq!((flag.on_expired, flag.disable_at), (OnExpired::Off, Some(1_000)));
    assert_eq!(
        flag.schema.as_ref().unwrap().value.to_string(),
        r#"{"type":"boolean"}"#
    );
    assert_eq!(flag.rules[0].value.serve.value, Serve::Experiment("e".to_owned()));
    assert_eq!(flag.rules[1].value.serve.value, Serve::Rollout("r".to_owned()));
    assert!(
        matches!(&flag.rules[2].value.serve.value, Serve::Split(split) if split.by.as_ref().unwrap() == &["a.b"])
    );
}
