use super::*;

fn outline(node: &Node, text: &str, lines: &mut Vec<String>, indent: usize) {
    let show = |place: &Place| {
        format!(
            "{}:{} {:?}",
            place.line,
            place.column,
            &text[place.start..place.end]
        )
    };
    let kind = match &node.kind {
        Kind::Null => "null".to_owned(),
        Kind::Boolean(value) => format!("boolean {value}"),
        Kind::Number(number) => format!("number {}", number.text()),
        Kind::Text(text) => format!("text {text:?}"),
        Kind::Sequence(_) => "list".to_owned(),
        Kind::Mapping(_) => "mapping".to_owned(),
    };
    lines.push(format!("{:indent$}{} = {kind}", "", show(&node.place)));
    match &node.kind {
        Kind::Sequence(items) => items
            .iter()
            .for_each(|item| outline(item, text, lines, indent + 2)),
        Kind::Mapping(entries) => {
            for Entry { key, value } in entries {
                lines.push(format!(
                    "{:indent$}- {} key {:?}",
                    "",
                    show(&key.place),
                    key.value
                ));
                outline(value, text, lines, indent + 2);
            }
        }
        _ => {}
    }
}

/// Every value with its place and the text that the place covers.
fn tree(path: &str, text: &str) -> Vec<String> {
    let (node, diagnostics) = parse(&path.into(), text);
    assert_eq!(diagnostics, [], "{text:?}");
    let mut lines = Vec::new();
    outline(&node.unwrap(), text, &mut lines, 0);
    lines
}

/// What is wrong, and whether there is a tree nevertheless.
fn refused(text: &str) -> (Vec<String>, bool) {
    let (node, diagnostics) = parse(&"f.yaml".into(), text);
    (
        diagnostics.iter().map(ToString::to_string).collect(),
        node.is_some(),
    )
}

fn sole_refusal(text: &str) -> String {
    match refused(text) {
        (list, false) if list.len() == 1 => list[0].clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    let most = |part: &str| part.repeat(LARGEST_FILE / part.len());
    let deep = "lists and mappings stand more than 64 deep";
    for (bomb, refusal) in [
        (most("["), format!("f.yaml:1:256: error[too-deep]: {deep}")),
        (most("{a: "), format!("f.yaml:1:1021: error[too-deep]: {deep}")),
        (most("- "), format!("f.yaml:1:129: error[too-deep]: {deep}")),
        (
            most("- |\n"),
            "f.yaml:200001:1: error[too-many-values]: the file holds more than 200000 values".to_owned(),
        ),
        (
            format!("- {}", "\n- ".repeat(MOST_NODES)),
            "f.yaml:200000:3: error[too-many-values]: the file holds more than 200000 values".to_owned(),
        ),
        (
            format!("{} ", most("x")),
            "f.yaml:1:1: error[file-too-large]: the file is larger than 4194304 bytes".to_owned(),
        ),
    ] {
        assert_eq!(sole_refusal(&bomb), refusal, "{:?}…", &bomb[..8]);
    }
}

#[test]
fn doubling_aliases_are_refused_each_at_its_place() {
    let (list, sound) = refused("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n");
    assert!(!sound);
    let alias = "error[alias]: aliases are not part of the language, write the value itself";
    let anchor = "error[anchor]: anchors are not part of the language, write the value where it is used";
    let expected = [
        format!("f.yaml:1:4: {anchor}"),
        format!("f.yaml:2:4: {anchor}"),
        format!("f.yaml:2:8: {alias}"),
        format!("f.yaml:2:12: {alias}"),
        format!("f.yaml:3:5: {alias}"),
        format!("f.yaml:3:9: {alias}"),
    ];
    assert_eq!(list, expected);
}

#[test]
fn what_is_no_plain_yaml_is_refused_at_its_place() {
    for (text, refusal) in [
        ("a: !!str 3", "1:4: error[tag]: tags are not part of the language"),
        (
            "{ attribute: é, !=: 18 }",
            "1:17: error[tag]: tags are not part of the language",
        ),
        (
            "a: 1\n---\nb: 2\n",
            "2:1: error[multiple-documents]: a file holds one document, found a second",
        ),
        (
            "? [k]\n: v\n",
            "1:3: error[syntax]: expected a string as key, found a list or mapping",
        ),
        (
            "a:\n\tb: 1\n",
            "2:2: error[syntax]: tabs disallowed within this context (block indentation)",
        ),
        (
            "é: 'x\n\n",
            "1:4: error[syntax]: while scanning a quoted scalar, found unexpected end of stream",
        ),
        (
            "é: [1, 2\n\n\n",
            "1:9: error[syntax]: while parsing a flow sequence, expected ',' or ']'",
        ),
        (
            "a: b: c",
            "1:5: error[syntax]: mapping values are not allowed in this context",
        ),
        ("a: @x", "1:4: error[syntax]: unexpected character: `@'"),
        (
            "semver: >=2.4.0\n",
            "1:9: error[syntax]: while scanning a block scalar, did not find expected comment or line break",
        ),
        (
            "é: \"\u{e9}\0\"",
            "1:6: error[syntax]: the character U+0000 may not stand in a file",
        ),
        (
            "a: *b",
            "1:4: error[syntax]: while parsing node, found unknown anchor",
        ),
        (
            "\"\\ud83d\\ude00\"",
            "1:1: error[syntax]: while parsing a quoted scalar, found invalid unicode character escape code",
        ),
    ] {
        assert_eq!(sole_refusal(text), format!("f.yaml:{refusal}"), "{text:?}");
    }
}

#[test]
fn special_characters_without_quotes_come_with_help() {
    for text in ["a: >=2", "a: @x", "a: %x", "a: `x", "a: !"] {
        let (_, diagnostics) = parse(&"f.yaml".into(), text);
        let help = diagnostics[0].help.as_deref().unwrap_or("");
        assert!(
            help.starts_with("put a string that begins with"),
            "{text}: {help}"
        );
    }
}

#[test]
fn duplicate_keys_are_told_and_the_first_stays() {
    let text = "é: 1\nb: { é: 2, c: 3, \"é\": {x: [y]} }\né: 4\n";
    let (list, sound) = refused(text);
    assert!(sound);
    let expected = [
        "f.yaml:2:18: error[duplicate-key]: duplicate key `é`, first written on line 2, column 6",
        "f.yaml:3:1: error[duplicate-key]: duplicate key `é`, first written on line 1, column 1",
    ];
    assert_eq!(list, expected);
    let (list, _) = refused("1: a\n\"1\": b\n");
    assert_eq!(
        list,
        ["f.yaml:2:1: error[duplicate-key]: duplicate key `1`, first written on line 1, column 1"]
    );
}

#[test]
fn places_hold_in_any_script_and_line_ending() {
    let expected = [
        "1:1 \"é: ü\" = mapping",
        "- 1:1 \"é\" key \"é\"",
        "  1:4 \"ü\" = text \"ü\"",
        "- 2:1 \"日本\" key \"日本\"",
        "  2:5 \"[\\\"x😀\\\", y]\" = list",
        "    2:6 \"\\\"x😀\\\"\" = text \"x😀\"",
        "    2:12 \"y\" = text \"y\"",
        "- 3:1 \"z\" key \"z\"",
        "  4:3 \"- 1\" = list",
        "    4:5 \"1\" = number 1",
        "    5:5 \"q: ~\" = mapping",
        "    - 5:5 \"q\" key \"q\"",
        "      5:8 \"~\" = null",
    ];
    let text = "é: ü\n日本: [\"x😀\", y]\nz:\n  - 1\n  - q: ~\n";
    assert_eq!(tree("f.yaml", text), expected);
    assert_eq!(tree("f.yaml", &text.replace('\n', "\r\n")), expected);
    assert_eq!(tree("f.yaml", &text.replace('\n', "\r")), expected);
    assert_eq!(tree("f.yaml", &format!("\u{feff}{text}")), expected);
    assert_eq!(
        tree("f.yaml", &format!("\u{feff}{}", text.replace('\n', "\r\n"))),
        expected
    );
}

#[test]
fn places_hold_at_the_end_of_a_long_line() {
    let many = "\"é\", ".repeat(100_000);
    let text = format!("[{many}end]");
    let (node, _) = parse(&"f.yaml".into(), &text);
    let Kind::Sequence(items) = node.unwrap().kind else {
        panic!("not a list")
    };
    let last = &items[100_000].place;
    assert_eq!((last.column, &text[last.start..last.end]), (500_002, "end"));
}

#[test]
fn scalars_over_several_lines_keep_their_text() {
    let text = "a:\nb: |\n  x\n   y\nc: >-\n  folded\n  text\nd: plain\n  more\ne: \"1\n  2\"\n";
    let expected = [
        "1:1 \"a:\" = mapping",
        "- 1:1 \"a\" key \"a\"",
        "  1:2 \"\" = null",
        "- 2:1 \"b\" key \"b\"",
        "  3:3 \"x\\n   y\" = text \"x\\n y\\n\"",
        "- 5:1 \"c\" key \"c\"",
        "  6:3 \"folded\\n  text\" = text \"folded text\"",
        "- 8:1 \"d\" key \"d\"",
        "  8:4 \"plain\\n  more\" = text \"plain more\"",
        "- 10:1 \"e\" key \"e\"",
        "  10:4 \"\\\"1\\n  2\\\"\" = text \"1 2\"",
    ];
    assert_eq!(tree("f.yaml", text), expected);
}

#[test]
fn json_is_read_with_tabs_and_its_own_escapes() {
    let text =
        "{\n\t\"a\\/\\u00e9\": 1.50,\n\t\"b\": [\"\\ud83d\\ude00\", \"\\\\ud83d\\\\ude00\", null]\n}\n";
    let expected = [
        "1:1 \"{\" = mapping",
        "- 2:2 \"\\\"a\\\\/\\\\u00e9\\\"\" key \"a/é\"",
        "  2:15 \"1.50\" = number 1.50",
        "- 3:2 \"\\\"b\\\"\" key \"b\"",
        "  3:7 \"[\\\"\\\\ud83d\\\\ude00\\\", \\\"\\\\\\\\ud83d\\\\\\\\ude00\\\", null]\" = list",
        "    3:8 \"\\\"\\\\ud83d\\\\ude00\\\"\" = text \"😀\"",
        "    3:24 \"\\\"\\\\\\\\ud83d\\\\\\\\ude00\\\"\" = text \"\\\\ud83d\\\\ude00\"",
        "    3:42 \"null\" = null",
    ];
    assert_eq!(tree("f.json", text), expected);
}

#[test]
fn half_a_surrogate_pair_is_refused_in_json_too() {
    for text in [
        "[\"\\ud83d\"]",
        "[\"\\ude00\\ud83d\"]",
        "[\"\\ud83dx\\ude00\"]",
        "[\"\\ud83d\\u0041\"]",
    ] {
        let (node, diagnostics) = parse(&"f.json".into(), text);
        assert!(node.is_none(), "{text}");
        assert_eq!(diagnostics[0].code, "syntax", "{text}");
    }
}

#[test]
fn scalars_follow_the_core_schema() {
    for word in [
        "on",
        "off",
        "yes",
        "no",
        "y",
        "On",
        "NO",
        "tRUE",
        "nUll",
        "1_000",
        "0b1",
        "1:30",
        "2026-11-20",
        "=",
        "<<",
    ] {
        assert_eq!(plain(word), Kind::Text(word.to_owned()), "{word}");
    }
    for word in ["", "~", "null", "Null", "NULL"] {
        assert_eq!(plain(word), Kind::Null, "{word}");
    }
    for (word, value) in [
        ("true", true),
        ("True", true),
        ("TRUE", true),
        ("false", false),
        ("FALSE", false),
    ] {
        assert_eq!(plain(word), Kind::Boolean(value), "{word}");
    }
    for word in [
        "0", "-1", "0o17", "0xfF", ".5", "1.", "1e9", ".inf", "-.Inf", ".NaN",
    ] {
        assert!(
            matches!(plain(word), Kind::Number(number) if number.text() == word),
            "{word}"
        );
    }
    assert_eq!(
        tree("f.yaml", "[\"1\", 'true']")[1..],
        [
            "  1:2 \"\\\"1\\\"\" = text \"1\"",
            "  1:7 \"'true'\" = text \"true\""
        ]
    );
}

#[test]
fn empty_files_are_null() {
    for text in ["", "\n\n", "# only a comment\n", "---\n", "\u{feff}"] {
        let (node, diagnostics) = parse(&"f.yaml".into(), text);
        assert_eq!(
            (node.unwrap().kind, diagnostics),
            (Kind::Null, vec![]),
            "{text:?}"
        );
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[-\\[\\]{}:,?&*!|>'\"%@`#a1é😀 \t\r\n\\\\u{feff}]{0,60}") {
        for file in ["f.yaml", "f.json"] {
            let (node, diagnostics) = parse(&file.into(), &text);
            proptest::prop_assert!(node.is_some() || !diagnostics.is_empty());
            for diagnostic in diagnostics {
                let Place { start, end, line, column, .. } = diagnostic.place;
                proptest::prop_assert!(text.get(start..end).is_some() && line > 0 && column > 0);
            }
        }
    }
}
