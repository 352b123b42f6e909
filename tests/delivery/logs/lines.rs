use super::{event, exposed, log, question, read, sum, told, units};
use std::io::Write;
use tidegate::delivery::exposure::{Joined, Question};
use tidegate::engine::Arm::{Control, Treatment};

fn lines() -> Vec<String> {
    let mut lines = Vec::new();
    for unit in 0..500 {
        let name = format!("ü-{unit}");
        lines.push(exposed(
            &name,
            if unit % 3 == 0 { "treatment" } else { "control" },
            unit,
        ));
        lines.push(event(&name, "revenue", unit as f64, unit + 1));
    }
    lines
}

fn csv() -> String {
    let mut text =
        String::from("\u{feff}unit,time,flag,variant,arm,metric,value,attributes.country,more\r\n");
    for unit in 0..500i64 {
        let arm = if unit % 3 == 0 { "treatment" } else { "control" };
        let variant = if unit % 3 == 0 { "one-page" } else { "classic" };
        let time = super::NOON + unit;
        text += &format!("\"ü-{unit}\",{time},checkout,{variant},{arm},,,\"C,\"\"A\",x\r\n");
        text += &format!("ü-{unit},{},,,,revenue,{unit},,\r\n", time + 1);
    }
    text
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    brotli::CompressorWriter::new(&mut out, 4_096, 5, 20)
        .write_all(bytes)
        .unwrap();
    out
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn summary(joined: &Joined) -> (u64, u64, f64, f64, u64) {
    (
        units(joined, Treatment),
        units(joined, Control),
        sum(joined, Treatment, 1),
        sum(joined, Control, 1),
        joined.lines.bad,
    )
}

#[test]
fn every_form_comes_to_the_same() {
    let plain = lines().join("\n");
    let (first, second) = plain.split_at(plain[..plain.len() / 2].rfind('\n').unwrap() + 1);
    let twice =
        |compress: fn(&[u8]) -> Vec<u8>| [compress(first.as_bytes()), compress(second.as_bytes())].concat();
    let expected = (167, 333, 41_583.0, 83_167.0, 0);
    for (name, bytes) in [
        ("plain", plain.clone().into_bytes()),
        (
            "plain.ndjson",
            format!("\u{feff}\n{}\r\n\n", plain.replace('\n', "\r\n\n")).into_bytes(),
        ),
        ("gzip", gzip(plain.as_bytes())),
        ("gzip-twice", twice(gzip)),
        ("zstd", zstd(plain.as_bytes())),
        ("zstd-twice", twice(zstd)),
        ("log.ndjson.br", brotli(plain.as_bytes())),
        ("log.csv", csv().into_bytes()),
        ("log.csv.gz", gzip(csv().as_bytes())),
        ("log.csv.br", brotli(csv().as_bytes())),
        ("log.csv.zst", zstd(csv().as_bytes())),
    ] {
        let joined = read(vec![log(name, bytes)], &question()).unwrap();
        assert_eq!(summary(&joined), expected, "{name}: {:?}", joined.bad);
    }
    let halves = vec![log("a", gzip(first.as_bytes())), log("b", second)];
    assert_eq!(summary(&read(halves, &question()).unwrap()), expected);
}

#[test]
fn times_are_text_or_milliseconds_and_units_text_or_numbers() {
    let line = |time: &str, unit: &str| {
        format!(r#"{{"unit":{unit},"flag":"checkout","variant":"one-page","arm":"treatment","time":{time}}}"#)
    };
    let happened =
        |time: &str, unit: &str| format!(r#"{{"metric":"revenue","value":1,"unit":{unit},"time":{time}}}"#);
    let joined = told(
        &[
            line(r#""2026-11-21T12:00:00.000Z""#, "42"),
            line(r#""2026-11-21T13:00:00+01:00""#, r#""\u0061""#),
            line("1795262400000", r#""a \"quoted\" one""#),
            happened(r#""2026-11-21T12:00:00.001Z""#, r#""42""#),
            happened("1795262400001", r#""a""#),
            happened("1795262400001", r#""a \"quoted\" one""#),
        ],
        &question(),
    );
    assert_eq!((units(&joined, Treatment), sum(&joined, Treatment, 1)), (3, 3.0));
    assert_eq!(joined.bad, []);
}

#[test]
fn columns_may_be_in_any_order_and_carry_attributes() {
    let question = Question {
        segment: Some("country".to_owned()),
        ..question()
    };
    let joined = read(vec![log("log.csv", csv())], &question).unwrap();
    let segments: Vec<_> = joined.groups.iter().flat_map(|group| &group.segments).collect();
    assert!(
        !segments.is_empty() && segments.iter().all(|(name, _)| name.as_deref() == Some("C,\"A")),
        "{segments:?}"
    );
}

#[test]
fn what_others_write_beside_it_is_passed_over() {
    let joined = told(
        &[
            exposed("a", "treatment", 0).replace(
                "\"version\":1",
                r#""version":{"any":[1,"x",null]},"more":{"arm":7}"#,
            ),
            exposed("b", "treatment", 0).replace("\"checkout\"", "\"search\""),
            event("a", "another", 1.0, 5),
        ],
        &question(),
    );
    assert_eq!(
        (units(&joined, Treatment), joined.lines.others, joined.lines.bad),
        (1, 2, 0)
    );
}
