use super::*;
use crate::model::HashedIds;

fn segment_problems(text: &str) -> Vec<String> {
    problems(&[
        ("segments/s.yaml", text),
        ("segments/empty.txt", "\n# nobody\n   \n"),
        ("segments/ids/bad.txt", "a\n\u{fffd}b\r\n  é\u{0}\n"),
        ("beta.txt", "u-1\n"),
        (
            "segments/digests.txt",
            "0123456789abcdef\n0123\n  xyz3456789abcdef\n",
        ),
    ])
}

#[test]
fn a_segment_has_one_form() {
    expect(
        segment_problems,
        &[
            (
                "",
                &["1:1: error[wrong-type]: expected a segment (a mapping), found null"],
            ),
            (
                "description: x",
                &[
                    "1:1: error[missing-key]: a segment needs one of the keys `if`, `ids`, `idsFile` or `hashed`",
                ],
            ),
            (
                "idFile: x",
                &["1:1: error[unknown-key]: unknown key `idFile` in a segment | did you mean `idsFile`?"],
            ),
            (
                "if: {segment: a}\nids: [a]",
                &["2:1: error[conflicting-keys]: a segment takes only one of the keys `if` and `ids`"],
            ),
            (
                "if: {segment: a}\nby: a",
                &["2:1: error[conflicting-keys]: `by` has no meaning beside `if`"],
            ),
            (
                "ids: [a]\nsalt: s",
                &["2:1: error[conflicting-keys]: `salt` has no meaning beside `ids`"],
            ),
            (
                "if:\n  any:\n    - not: { percentage: 5 }",
                &["3:12: error[missing-key]: a segment with a `percentage` inside needs the key `salt`"],
            ),
            ("if: {percentage: 5, salt: own}", &[]),
            ("if: {percentage: 5}\nsalt: s", &[]),
        ],
    );
}

#[test]
fn lists_are_checked_item_by_item() {
    expect(
        segment_problems,
        &[
            (
                "ids: []",
                &["1:6: error[empty-list]: a list of identifiers must not be empty"],
            ),
            (
                "ids: x",
                &["1:6: error[wrong-type]: expected a list of identifiers, found the string `x`"],
            ),
            (
                "ids:\n  - ok\n  - ''\n  - 1.5\n",
                &[
                    "3:5: error[invalid-unit]: an identifier must not be empty",
                    "4:5: error[invalid-unit]: `1.5` is not a whole number up to 2^53 - 1 | identifiers are strings or whole numbers",
                ],
            ),
            (
                "hashed: {ids: [a]}",
                &["1:9: error[missing-key]: a hashed list needs the key `salt`"],
            ),
            (
                "hashed: {salt: s}",
                &[
                    "1:9: error[missing-key]: a hashed list needs one of the keys `ids`, `idsFile`, `digests` or `digestsFile`",
                ],
            ),
            (
                "hashed: {salt: s, ids: [a], digests: []}",
                &[
                    "1:29: error[conflicting-keys]: a hashed list takes only one of the keys `ids` and `digests`",
                ],
            ),
            (
                "hashed: {salt: s, digests: [0123456789abcdeg, 123, 'é12345678901234', true, 0x23456789abcdef]}",
                &[
                    "1:29: error[invalid-digest]: `0123456789abcdeg` is not a digest of 16 hexadecimal digits",
                    "1:47: error[invalid-digest]: `123` is not a digest of 16 hexadecimal digits",
                    "1:52: error[invalid-digest]: `é12345678901234` is not a digest of 16 hexadecimal digits",
                    "1:71: error[wrong-type]: expected a digest (16 hexadecimal digits), found the boolean `true`",
                    "1:77: error[invalid-digest]: `0x23456789abcdef` is not a digest of 16 hexadecimal digits",
                ],
            ),
        ],
    );
}

#[test]
fn files_of_lists_stay_in_the_project() {
    let help = "write it relative to this file, with forward slashes";
    for path in [
        "../../beta.txt",
        "/beta.txt",
        "..",
        "ids/../../../beta.txt",
        "c:beta.txt",
        "..\\\\beta.txt",
        "",
    ] {
        let found = segment_problems(&format!("idsFile: \"{path}\""));
        let plain = path.replace("\\\\", "\\");
        // A path that ends at the project's own folder is inside it, but it is no file.
        let expected = match path {
            ".." => "segments/s.yaml:1:10: error[missing-file]: there is no file ``".to_owned(),
            _ => format!(
                "segments/s.yaml:1:10: error[path-outside-project]: `{plain}` is not a path inside the project | {help}"
            ),
        };
        assert_eq!(found, [expected], "{path}");
    }
    expect(
        segment_problems,
        &[
            (
                "idsFile: beta.txt",
                &["1:10: error[missing-file]: there is no file `segments/beta.txt`"],
            ),
            (
                "idsFile: 5",
                &[
                    "1:10: error[wrong-type]: expected a string, found the number `5` | put it in quotes to make it a string",
                ],
            ),
            (
                "idsFile: empty.txt",
                &["1:10: error[empty-list]: the file `segments/empty.txt` must not be empty"],
            ),
            ("idsFile: ./../beta.txt", &[]),
            (
                "idsFile: ids/bad.txt",
                &[
                    "segments/ids/bad.txt:2:1: error[forbidden-character]: the string holds U+FFFD, which never matches",
                    "segments/ids/bad.txt:3:3: error[forbidden-character]: the string holds U+0000, which never matches",
                ],
            ),
            (
                "hashed: {salt: s, digestsFile: digests.txt}",
                &[
                    "segments/digests.txt:2:1: error[invalid-digest]: `0123` is not a digest of 16 hexadecimal digits",
                    "segments/digests.txt:3:3: error[invalid-digest]: `xyz3456789abcdef` is not a digest of 16 hexadecimal digits",
                ],
            ),
        ],
    );
}

#[test]
fn lists_are_read_from_files() {
    let ids = "\u{feff}u-1\r\n# comment\n\n  42  \n日本 x\n#42\n";
    let digests = "0123456789abcdef\nFEDCBA9876543210";
    let (project, diagnostics) = read_with(&[
        ("segments/a.yaml", "idsFile: ids/a.txt\nby: account.id"),
        (
            "segments/b.yaml",
            "hashed: { salt: h, by: account, digestsFile: b.hex }",
        ),
        (
            "segments/c.yml",
            "hashed: { salt: h, digests: [1234567890123456, 12345678901234e5, '00000000000000ff'] }",
        ),
        (
            "segments/d.json",
            "{\"hashed\": {\"salt\": \"h\", \"ids\": [\"a\", 7]}}",
        ),
        ("segments/ids/a.txt", ids),
        ("segments/b.hex", digests),
    ]);
    assert_eq!(diagnostics, []);
    let kinds: Vec<_> = project
        .unwrap()
        .segments
        .into_iter()
        .map(|segment| (segment.name.value, segment.kind))
        .collect();
    assert!(
        matches!(&kinds[0].1.value, SegmentKind::Ids { by: Some(by), ids } if by.len() == 2 && ids == &["u-1", "42", "日本 x"])
    );
    let hashed = |position: usize| match &kinds[position].1.value {
        SegmentKind::Hashed { ids, .. } => ids.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        hashed(1),
        HashedIds::Digests(vec![0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210])
    );
    assert_eq!(
        hashed(2),
        HashedIds::Digests(vec![0x1234_5678_9012_3456, 0x1234_5678_9012_34e5, 0xff])
    );
    assert_eq!(hashed(3), HashedIds::Plain(vec!["a".to_owned(), "7".to_owned()]));
    assert_eq!((kinds[1].1.place.line, kinds[1].1.place.column), (1, 1));
}

#[test]
fn lists_in_files_may_be_longer_than_other_files() {
    let ids: String = (0..400_000).map(|number| format!("user-{number}\n")).collect();
    assert!(ids.len() > 4 * 1_024 * 1_024);
    let (project, diagnostics) =
        read_with(&[("segments/a.yaml", "idsFile: a.txt"), ("segments/a.txt", &ids)]);
    assert_eq!(diagnostics, []);
    assert!(
        matches!(&project.unwrap().segments[0].kind.value, SegmentKind::Ids { ids, .. } if ids.len() == 400_000)
    );
}

#[test]
fn no_other_part_of_a_project_is_a_list() {
    for (path, names) in [
        ("../tidegate.yaml", "tidegate.yaml"),
        ("../flags/f.yml", "flags/f.yml"),
        ("s.yaml", "segments/s.yaml"),
        ("../policies/p.json", "policies/p.json"),
        ("../audit/2026-11.jsonl", "audit/2026-11.jsonl"),
        ("../approvals/a.json", "approvals/a.json"),
    ] {
        let found = segment_problems(&format!("idsFile: \"{path}\""));
        let message = format!("`{names}` is another part of the project, and no list");
        let expected = format!("segments/s.yaml:1:10: error[list-is-document]: {message}");
        assert_eq!(found, [expected]);
    }
    let found = segment_problems("idsFile: ../lists/a.json");
    assert_eq!(
        found,
        ["segments/s.yaml:1:10: error[missing-file]: there is no file `lists/a.json`"]
    );
}
