mod unsound;

use super::workshop::{Run, Workshop};
use serde_json::Value;
use std::io::Write;

/// 2026-11-01T00:00:00Z.
const START_MS: i64 = 1_793_491_200_000;
const HOUR_MS: i64 = 3_600_000;
const UNITS: i64 = 4_000;

/// A thousandth of an hour apart, every other unit gets the new page; of them one in `worse` fails, of the others one in 20.
fn lines(worse: i64) -> Vec<String> {
    let mut lines = Vec::new();
    for unit in 0..UNITS {
        let (variant, arm, every) = match unit % 2 {
            0 => ("one-page", "treatment", worse),
            _ => ("classic", "control", 20),
        };
        let country = ["CA", "AT"][(unit / 2 % 2) as usize];
        let time = START_MS + unit * HOUR_MS / 20;
        lines.push(format!(
            r#"{{"time":{time},"flag":"checkout","variant":"{variant}","arm":"{arm}","stage":"s1","unit":"u-{unit}","version":1,"attributes":{{"country":"{country}"}}}}"#
        ));
        if unit / 2 % every == 0 {
            let time = time + 1_000;
            lines.push(format!(
                r#"{{"time":{time},"unit":"u-{unit}","metric":"failed-order"}}"#
            ));
        }
        let time = time + 2_000;
        let value = unit / 2 % 7;
        lines.push(format!(
            r#"{{"time":{time},"unit":"u-{unit}","metric":"revenue","value":{value}}}"#
        ));
    }
    lines
}

fn with(lines: &[String]) -> Workshop {
    let workshop = Workshop::new();
    workshop.write("log.ndjson", lines.join("\n"));
    workshop
}

fn analyze(workshop: &Workshop, more: &[&str]) -> Run {
    let mut arguments = vec!["analyze", "checkout", "--logs", "log.ndjson"];
    arguments.extend(more);
    workshop.run(&arguments)
}

fn found(run: Run) -> Value {
    run.succeeds().json()
}

#[test]
fn a_difference_is_found_and_named_by_what_is_bad() {
    let workshop = with(&lines(8));
    let metrics = [
        "--metric",
        "failed-order:increase",
        "--metric",
        "revenue:mean",
        "--json",
    ];
    let told = found(analyze(&workshop, &metrics));
    let sides = told["sides"].as_array().unwrap();
    assert_eq!(sides[0]["variant"], "classic", "the control stands first");
    assert_eq!(
        (&sides[0]["arm"], &sides[1]["arm"]),
        (&"control".into(), &"treatment".into())
    );
    assert_eq!(
        (&sides[0]["units"], &sides[1]["units"]),
        (&2_000.into(), &2_000.into())
    );
    assert_eq!(told["sampleRatio"]["mismatch"], false);
    assert_eq!(told["looks"].as_array().unwrap().len(), 28);

    let failed = &told["metrics"][0]["sides"];
    assert_eq!(failed[0]["estimate"]["value"], 0.05);
    assert_eq!(failed[1]["estimate"]["value"], 0.125);
    assert_eq!(failed[1]["difference"]["value"], 0.075);
    assert_eq!(failed[1]["decision"], "worse");
    assert!(failed[1]["difference"]["low"].as_f64().unwrap() > 0.0);
    assert_eq!(
        (failed[1]["lift"]["value"].as_f64().unwrap() * 1e9).round(),
        1.5e9
    );
    assert!(failed[0]["difference"].is_null());
    let looks = failed[1]["looks"].as_array().unwrap();
    let width = |look: &Value| look["high"].as_f64().unwrap() - look["low"].as_f64().unwrap();
    assert_eq!(looks[27], failed[1]["difference"]);
    assert!(width(&looks[2]) > 2.0 * width(&looks[27]), "intervals close in");

    let revenue = &told["metrics"][1]["sides"][1];
    assert_eq!(revenue["decision"], "undecided");
    let better = found(analyze(
        &workshop,
        &["--metric", "failed-order:decrease", "--json"],
    ));
    assert_eq!(better["metrics"][0]["sides"][1]["decision"], "better");
    let higher = found(analyze(&workshop, &["--metric", "failed-order", "--json"]));
    assert_eq!(higher["metrics"][0]["sides"][1]["decision"], "higher");
}

#[test]
fn people_get_tables_and_a_plot() {
    let run = analyze(
        &with(&lines(8)),
        &["--metric", "failed-order:increase", "--segment", "country"],
    )
    .succeeds();
    assert_eq!(run.err, "");
    for part in [
        "checkout, 28 looks until 2026-11-09T",
        "  classic   2,000     50.0%                   0  control\n",
        "sample ratio: as designed (p = 1.000)\n",
        "\nfailed-order (proportion)\n",
        " 5.00% ",
        " difference in points ",
        " +7.50 ",
        " +150.0% ",
        " worse\n",
        "  one-page: difference over the looks\n",
        "●",
        "\ncountry: AT\n",
        "8,350 lines: 4,000 exposures, 350 events, 4,000 about something else\n",
    ] {
        assert!(run.out.contains(part), "no `{part}` in:\n{}", run.out);
    }
}

#[test]
fn segments_are_compared_each_for_itself() {
    let told = found(analyze(
        &with(&lines(8)),
        &["--metric", "failed-order", "--segment", "country", "--json"],
    ));
    let segments = told["segments"].as_array().unwrap();
    let values: Vec<&str> = segments
        .iter()
        .map(|segment| segment["value"].as_str().unwrap())
        .collect();
    assert_eq!(values, ["AT", "CA"]);
    for segment in segments {
        assert_eq!(segment["units"], serde_json::json!([1_000, 1_000]));
    }
    // Who fails has an even number: all of them are of one country.
    assert_eq!(segments[0]["metrics"][0]["sides"][1]["estimate"]["value"], 0.0);
    assert_eq!(segments[1]["metrics"][0]["sides"][1]["estimate"]["value"], 0.25);
}

#[test]
fn an_attribute_that_no_exposure_has_is_said_to_be_absent() {
    let workshop = with(&lines(8));
    let run = analyze(&workshop, &["--metric", "failed-order", "--segment", "planet"]);
    let told = run.succeeds().out;
    assert!(
        told.contains("\nplanet: no exposure has this attribute\n"),
        "{told}"
    );
    let known = analyze(&workshop, &["--metric", "failed-order", "--segment", "country"]);
    assert!(!known.succeeds().out.contains("no exposure has this attribute"));
}

#[test]
fn logs_are_files_folders_patterns_and_standard_input() {
    let lines = lines(8);
    let (first, second) = lines.split_at(lines.len() / 2);
    let workshop = with(&lines);
    workshop.write("logs/a.ndjson", first.join("\n"));
    workshop.write("logs/deep/b.ndjson.gz", gzip(second.join("\n").as_bytes()));
    workshop.write("logs/.hidden", "nonsense\n");
    let metric = ["--metric", "failed-order", "--json"];
    let expected = found(analyze(&workshop, &metric));
    let by = |logs: &[&str], input: &str| {
        let arguments = [&["analyze", "checkout", "--logs"], logs, &metric].concat();
        found(workshop.run_with(&arguments, input))
    };
    assert_eq!(by(&["logs"], ""), expected);
    assert_eq!(by(&["logs/*.ndjson", "logs/deep"], ""), expected);
    assert_eq!(by(&["logs/a.ndjson", "logs/**/*.gz"], ""), expected);
    assert_eq!(by(&["-"], &lines.join("\n")), expected);

    let fails = |logs: &str, why: &str| {
        workshop
            .run(&["analyze", "checkout", "--logs", logs])
            .fails(1, why);
    };
    fails("gone.ndjson", "error[cannot-read]: cannot read `gone.ndjson`");
    fails(
        "gone/*.ndjson",
        "error[no-logs]: there is no log in `gone/*.ndjson`",
    );
    fails("logs/[a", "error[pattern-invalid]");
    workshop.run(&["analyze", "checkout"]).fails(2, "--logs");
}

#[test]
fn a_sample_ratio_that_is_no_accident_decides_nothing() {
    let kept: Vec<String> = lines(8)
        .into_iter()
        .filter(|line| !line.contains("one-page") || !line.contains("00\",\"version"))
        .filter(|line| !line.contains("one-page") || !line.contains("2\",\"version"))
        .collect();
    let workshop = with(&kept);
    let run = analyze(&workshop, &["--metric", "failed-order:increase"]).succeeds();
    assert!(
        run.err.starts_with("warning[sample-ratio-mismatch]: "),
        "{}",
        run.err
    );
    assert!(
        run.out
            .contains("sample ratio: not as designed: nothing can be believed (p = "),
        "{}",
        run.out
    );
    assert!(run.out.contains("not to be believed\n"), "{}", run.out);
    let weights = [
        "--metric",
        "failed-order:increase",
        "--weights",
        "one-page=0.79,classic=1",
        "--json",
    ];
    let told = found(analyze(&workshop, &weights));
    assert_eq!(told["sampleRatio"]["mismatch"], false, "{}", told["sampleRatio"]);
    assert_eq!(told["metrics"][0]["sides"][1]["decision"], "worse");
    analyze(&workshop, &["--weights", "one-page=1"]).fails(1, "error[weight-missing]: `classic` was exposed");
    for wrong in ["one-page", "one-page=0", "one-page=-1", "=1", "one-page=NaN"] {
        analyze(&workshop, &["--weights", wrong]).fails(2, "expected a variant and a number above 0");
    }
}

#[test]
fn where_no_arm_is_marked_a_control_must_be_named() {
    let bare: Vec<String> = lines(8)
        .iter()
        .map(|line| {
            line.replace(r#""arm":"treatment","#, "")
                .replace(r#""arm":"control","#, "")
        })
        .collect();
    let workshop = with(&bare);
    analyze(&workshop, &[])
        .fails(1, "error[no-control]: nothing says which variant the others are compared with: found `classic`, `one-page`")
        .fails(1, "name it with `--control`");
    analyze(&workshop, &["--control", "gone"])
        .fails(1, "error[control-unknown]: nobody was exposed to `gone`");
    let told = found(analyze(
        &workshop,
        &[
            "--control",
            "one-page",
            "--metric",
            "failed-order:increase",
            "--json",
        ],
    ));
    assert_eq!(told["sides"][0]["variant"], "one-page");
    assert_eq!(told["metrics"][0]["sides"][1]["decision"], "better");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}
