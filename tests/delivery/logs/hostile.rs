use super::{Broken, event, exposed, log, question, read, sum, told, units};
use std::io::{Cursor, Write};
use tidegate::delivery::exposure::{BadLine, Log, Question};
use tidegate::engine::Arm::Treatment;

/// What is said of one line between two good ones, which count all the same.
fn complaint(line: &str) -> String {
    let joined = told(
        &[
            exposed("a", "treatment", 0),
            line.to_owned(),
            event("a", "revenue", 3.0, 1),
        ],
        &question(),
    );
    assert_eq!(
        (units(&joined, Treatment), sum(&joined, Treatment, 1)),
        (1, 3.0),
        "{line}"
    );
    match joined.bad.as_slice() {
        [] => String::new(),
        [bad] => {
            assert_eq!(
                (bad.file.as_str(), bad.line, joined.lines.bad),
                ("log.ndjson", 2, 1)
            );
            bad.message.clone()
        }
        more => panic!("{more:?}"),
    }
}

#[test]
fn each_bad_line_has_its_place_and_its_reason() {
    let happened = |value: &str| {
        format!(
            r#"{{"time":{},"unit":"a","metric":"failed-order","value":{value}}}"#,
            super::NOON
        )
    };
    let good = exposed("b", "treatment", 0);
    let without = |part: &str| good.replacen(part, "", 1);
    for (line, reason) in [
        (good[..good.len() / 2].to_owned(), "EOF while parsing"),
        (format!("{good}{good}"), "trailing characters"),
        ("not json".to_owned(), "expected ident"),
        ("[]".to_owned(), "invalid length 0"),
        ("null".to_owned(), "invalid type: null"),
        ("{}".to_owned(), "there is no `time`"),
        (without(r#","unit":"b""#), "there is no `unit`"),
        (without(r#","variant":"one-page""#), "there is no `variant`"),
        (
            without(r#""flag":"checkout","#),
            "there is neither a `flag` nor a `metric`",
        ),
        (
            good.replace("\"b\"", "true"),
            "invalid type: boolean `true`, expected a string or a whole number",
        ),
        (good.replace("\"b\"", "1.5"), "invalid type: floating point `1.5`"),
        (good.replace("\"b\"", "\"\""), "the unit has 0 bytes"),
        (
            good.replace("\"b\"", &format!("\"{}\"", "x".repeat(4_097))),
            "the unit has 4097 bytes",
        ),
        (
            good.replace("\"b\"", "\"\\ud800\""),
            "unexpected end of hex escape",
        ),
        (
            good.replace("\"checkout\"", &format!("\"{}\"", "x".repeat(257))),
            "the flag has 257 bytes",
        ),
        (good.replace("\"treatment\"", "\"both\""), "the arm is neither"),
        (good.replace("\"treatment\"", "7"), "invalid type: integer `7`"),
        (
            good.replace("1795262400000", "\"yesterday\""),
            "the time is not in RFC 3339",
        ),
        (
            good.replace("1795262400000", "1795262400"),
            "the time is not between 1990 and 2200",
        ),
        (
            good.replace("1795262400000", "1.5"),
            "expected a time in RFC 3339",
        ),
        (
            good.replace("1795262400000", "99999999999999999999"),
            "expected a time in RFC 3339",
        ),
        (happened("NaN"), "expected value"),
        (happened("\"1\""), "invalid type: string"),
        (happened("1e400"), "number out of range"),
        (
            happened("1e16"),
            "the value is 10000000000000000, expected at most 1e15",
        ),
        (
            happened("-1"),
            "the value of `failed-order` is -1, expected 0 or more",
        ),
        (happened("[]"), "invalid type: sequence"),
        (
            good.replace("\"flag\"", "\"flag\":\"x\",\"flag\""),
            "duplicate field `flag`",
        ),
        (
            format!("{{\"x\":\"{}\"}}", "x".repeat(70_000)),
            "the line has more than 65536 bytes",
        ),
        (
            format!("{{\"x\":\"{}\"}}", "x".repeat(3 << 20)),
            "the line has more than 65536 bytes",
        ),
        ("[".repeat(60_000), "invalid type: sequence"),
        (
            format!("{{\"x\":{}", "[".repeat(60_000)),
            "EOF while parsing a list",
        ),
    ] {
        let told = complaint(&line);
        assert!(told.contains(reason), "{}: {told}", &line[..line.len().min(200)]);
    }
    for line in ["", "   ", "\r"] {
        assert_eq!(complaint(line), "");
    }
}

#[test]
fn bytes_that_are_no_text_are_one_bad_line() {
    let mut bytes = exposed("a", "treatment", 0).into_bytes();
    bytes.extend_from_slice(
        b"\n{\"time\":1795262400000,\"unit\":\"\xff\xfe\",\"metric\":\"revenue\"}\n\0\0\0\n",
    );
    bytes.extend_from_slice(event("a", "revenue", 2.0, 1).as_bytes());
    let joined = read(vec![log("log", bytes)], &question()).unwrap();
    assert_eq!((units(&joined, Treatment), sum(&joined, Treatment, 1)), (1, 2.0));
    assert_eq!(joined.bad.iter().map(|bad| bad.line).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn a_torn_last_line_is_told_and_the_rest_counts() {
    let whole = [
        exposed("a", "treatment", 0),
        event("a", "revenue", 3.0, 1),
        exposed("b", "control", 0),
    ]
    .join("\n");
    let torn = &whole[..whole.len() - 10];
    let joined = read(vec![log("log.ndjson", torn)], &question()).unwrap();
    assert_eq!((units(&joined, Treatment), joined.lines.bad), (1, 1));
    assert_eq!(joined.bad[0].line, 3);
}

#[test]
fn half_a_compressed_file_counts_up_to_its_last_whole_line() {
    let lines: Vec<String> = (0..20_000)
        .map(|unit| exposed(&format!("u-{unit}-{}", unit * 7_919 % 10_007), "treatment", unit))
        .collect();
    let text = lines.join("\n");
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(text.as_bytes()).unwrap();
    let gzip = writer.finish().unwrap();
    let zstd =
        ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest);
    let mut brotli = Vec::new();
    brotli::CompressorWriter::new(&mut brotli, 4_096, 5, 20)
        .write_all(text.as_bytes())
        .unwrap();
    for (name, whole) in [("log.gz", gzip), ("log.zst", zstd), ("log.br", brotli)] {
        let half = &whole[..whole.len() / 2];
        let mut damaged = whole.clone();
        let middle = damaged.len() / 2;
        damaged[middle..middle + 40].fill(0x55);
        for bytes in [half.to_vec(), damaged] {
            // What was damaged may go on as nonsense for a while.
            let question = Question {
                most_bad_lines: Some(20_000),
                ..question()
            };
            let joined = read(vec![log(name, bytes)], &question).unwrap();
            let counted: u64 = joined.groups.iter().map(|group| group.looks[0].units).sum();
            assert!((1_000..20_000).contains(&counted), "{name}: {counted}");
            let told = |bad: &BadLine| bad.message.contains("damaged, or ends too soon");
            assert!(
                joined.bad.iter().any(told) || joined.lines.bad > 20,
                "{name}: {:?}",
                joined.bad
            );
        }
    }
}

#[test]
fn empty_files_are_no_news() {
    for name in ["log.ndjson", "log.csv", "log.csv.br", "log.gz"] {
        let joined = read(
            vec![log(name, ""), log("more", exposed("a", "treatment", 0))],
            &question(),
        )
        .unwrap();
        assert_eq!((units(&joined, Treatment), joined.lines.lines), (1, 1), "{name}");
    }
}

#[test]
fn a_few_bad_lines_are_allowed_and_many_are_refused() {
    let bad = |count: usize| {
        let mut lines = vec!["{".to_owned(); count];
        lines.push(exposed("a", "treatment", 0));
        vec![log("log.ndjson", lines.join("\n"))]
    };
    assert_eq!(read(bad(100), &question()).unwrap().lines.bad, 100);
    let error = read(bad(101), &question()).unwrap_err();
    assert_eq!(error.code(), "too-many-bad-lines");
    assert!(
        error
            .to_string()
            .starts_with("101 of 102 lines cannot be read; the first: log.ndjson:1: EOF"),
        "{error}"
    );
    let most = |most| Question {
        most_bad_lines: Some(most),
        ..question()
    };
    assert!(read(bad(1), &most(0)).is_err());
    let allowed = read(bad(5_000), &most(5_000)).unwrap();
    assert_eq!(allowed.bad.len(), 20, "the first are shown");
    assert_eq!(allowed.bad.last().unwrap().line, 20);
}

#[test]
fn bad_csv_is_told_by_line() {
    let text = "time,unit,metric,value\n\
        1795262400000,a,revenue,1\n\
        1795262400000,a,revenue\n\
        1795262400000,a,revenue,one\n\
        1795262400000,a,revenue,NaN\n\
        1795262400000,a,revenue,inf\n\
        1795262400000,\"a,revenue,1\n\
        ,a,revenue,1\n";
    let logs = vec![log("x.csv", text), log("e", exposed("a", "treatment", 0))];
    let joined = read(logs, &question()).unwrap();
    let told: Vec<_> = joined
        .bad
        .iter()
        .map(|bad| (bad.line, bad.message.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (3, "the line has 3 fields, expected 4"),
            (4, "the value is not a number"),
            (5, "the value is NaN, expected at most 1e15"),
            (6, "the value is inf, expected at most 1e15"),
            (7, "the line has 2 fields, expected 4"),
            (8, "there is no `time`"),
        ]
    );
    assert_eq!(sum(&joined, Treatment, 1), 1.0);
    let error = read(vec![log("x.csv", "a,b\n1,2\n")], &question()).unwrap_err();
    assert_eq!(error.code(), "cannot-read");
    assert!(error.to_string().contains("does not name the columns"), "{error}");
}

#[test]
fn what_cannot_be_opened_or_read_is_an_error() {
    let missing = Log::new("gone", || Err(std::io::ErrorKind::NotFound.into()));
    let error = read(vec![missing], &question()).unwrap_err();
    assert_eq!(error.code(), "cannot-read");
    let lines = exposed("a", "treatment", 0);
    let broken = Log::new("broken", || Ok(Box::new(Broken(Cursor::new(lines.into_bytes())))));
    let error = read(vec![broken], &question()).unwrap_err();
    assert_eq!(error.to_string(), "cannot read `broken`: the disk is gone");
}

#[test]
fn names_without_end_are_refused() {
    let lines: Vec<String> = (0..1_100)
        .map(|stage| super::in_stage("a", "treatment", &format!("s{stage}"), 0))
        .collect();
    let error = read(vec![log("log", lines.join("\n"))], &question()).unwrap_err();
    assert_eq!(error.code(), "too-many-groups");
}

#[test]
fn attributes_without_end_are_one_segment() {
    let lines: Vec<String> = (0..1_500)
        .map(|unit| {
            exposed(&format!("u{unit}"), "treatment", 0)
                .replace("\"version\":1", &format!("\"attributes\":{{\"id\":{unit}}}"))
        })
        .collect();
    let question = Question {
        segment: Some("id".to_owned()),
        ..question()
    };
    let joined = told(&lines, &question);
    let segments = &joined.groups[0].segments;
    assert_eq!(segments.len(), 1_001);
    assert_eq!(
        segments.last().map(|(name, look)| (name.as_deref(), look.units)),
        Some((Some("(others)"), 500))
    );
}
