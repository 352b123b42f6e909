//! Commands and files.
#![cfg(unix)]

use super::*;
use std::fs;
use std::time::{Duration, Instant};

fn command(run: &str) -> String {
    format!("type: proportion, harm: increase, command: {{ run: {run} }}")
}

const PRINTS: &str =
    r#"{"treatment":{"total":100,"events":3},"control":{"total":90,"events":4},"until":1794999600000}"#;

#[test]
fn what_a_command_prints_is_read() {
    let reading = reading(&command(&format!("[printf, '%s', '{PRINTS}']")));
    assert_eq!(
        (reading.treatment, reading.control),
        (proportion(100.0, 3.0), proportion(90.0, 4.0))
    );
    assert_eq!(reading.until_ms, 1_794_999_600_000);
}

#[test]
fn a_line_goes_through_the_shell_with_its_variables() {
    let line = "printf '{\"total\":%s,\"events\":%s}' $(echo $flag-$arm-$window | wc -c) 1";
    let metric = format!(
        "type: proportion, harm: increase, command: {{ run: \"{}\", pointers: {{ total: /total, events: /events }} }}",
        line.replace('"', "\\\"").replace("$(", "$$(")
    );
    let reading = reading(&metric);
    // `checkout-treatment-5400s` and `checkout-control-5400s`, each with the end of its line.
    assert_eq!(
        (reading.treatment, reading.control),
        (proportion(25.0, 1.0), proportion(23.0, 1.0))
    );
}

#[test]
fn a_command_that_fails_or_prints_nonsense_is_a_failure() {
    for (run, expected) in [
        ("'exit 3 # $arm'", "it failed with exit status: 3"),
        (
            "'echo no # $arm'",
            "it told no JSON: expected ident at line 1 column 2",
        ),
        (
            "'true # $arm'",
            "it told no JSON: EOF while parsing a value at line 1 column 0",
        ),
        (
            "[/nowhere/at/all, $arm]",
            "cannot be run: No such file or directory (os error 2)",
        ),
        ("'yes # $arm'", "it printed more than 4194304 bytes"),
    ] {
        assert_eq!(failure(&command(run)), expected, "{run}");
    }
}

#[test]
fn a_command_that_hangs_is_ended_with_all_that_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("alive");
    let line = format!(
        "(while sleep 0.05 && date > {}; do :; done) & wait # $arm",
        mark.display()
    );
    let why = failure(&format!("timeout: 1s, {}", command(&format!("'{line}'"))));
    assert_eq!(why, "no answer within 1s");
    // Whatever was being written then is written; after that nobody writes any more.
    let start = Instant::now();
    loop {
        let _ = fs::remove_file(&mark);
        std::thread::sleep(Duration::from_millis(300));
        if !mark.exists() {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "it lives on");
    }
}

#[test]
fn a_file_is_read_where_it_lies_in_the_project() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("production")).unwrap();
    fs::write(
        folder.path().join("production/checkout.json"),
        PRINTS.replace(",\"until\":1794999600000", ""),
    )
    .unwrap();
    fs::write(folder.path().join("late.json"), PRINTS).unwrap();
    let read = |path: &str| {
        let metric = format!("maxAge: 5m, type: proportion, harm: increase, file: {{ path: {path} }}");
        measured_in(folder.path(), &metric, |_| {}).metrics.remove(0).1
    };
    let Measurement::Read(reading) = read("$environment/$flag.json") else {
        panic!("nothing was read")
    };
    assert_eq!(reading.treatment, proportion(100.0, 3.0));
    // Without a word of its own it is of when it was written, long before the time of this test.
    assert!(reading.until_ms > 1_700_000_000_000 && reading.until_ms != NOW_MS);
    let Measurement::Read(reading) = read("late.json") else {
        panic!("nothing was read")
    };
    assert_eq!(reading.until_ms, 1_794_999_600_000);
}

#[test]
fn a_file_that_is_none_of_the_project_s_is_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("shop");
    fs::create_dir(&project).unwrap();
    fs::write(folder.path().join("outside.json"), PRINTS).unwrap();
    std::os::unix::fs::symlink("../outside.json", project.join("link.json")).unwrap();
    fs::create_dir(project.join("folder.json")).unwrap();
    fs::write(project.join("large.json"), vec![b' '; 4_194_305]).unwrap();
    fs::write(project.join("half.json"), &PRINTS[..40]).unwrap();
    for (path, expected) in [
        (
            "nowhere.json",
            "cannot read `nowhere.json`: No such file or directory (os error 2)",
        ),
        ("../outside.json", "`../outside.json` lies outside of the project"),
        ("link.json", "`link.json` lies outside of the project"),
        ("/dev/zero", "`/dev/zero` lies outside of the project"),
        ("folder.json", "`folder.json` is not a plain file"),
        ("large.json", "`large.json` is larger than 4194304 bytes"),
        (
            "half.json",
            "it told no JSON: EOF while parsing a string at line 1 column 40",
        ),
    ] {
        let metric = format!("type: proportion, harm: increase, file: {{ path: {path} }}");
        let found = measured_in(&project, &metric, |_| {}).metrics.remove(0).1;
        assert_eq!(found, Measurement::Failed(expected.to_owned()), "{path}");
    }
}
