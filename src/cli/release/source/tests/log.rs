use super::*;
use std::fs;

/// A moment so many seconds before now.
fn before(seconds: i64) -> String {
    crate::clock::written(NOW_MS - seconds * 1_000)
}

fn exposure(seconds: i64, unit: &str, arm: &str, stage: &str) -> String {
    let time = before(seconds);
    format!(
        "{{\"time\":\"{time}\",\"flag\":\"checkout\",\"variant\":\"{arm}\",\"arm\":\"{arm}\",\"stage\":\"{stage}\",\"unit\":\"{unit}\"}}\n"
    )
}

fn event(seconds: i64, unit: &str, metric: &str, value: f64) -> String {
    let time = before(seconds);
    format!("{{\"time\":\"{time}\",\"unit\":\"{unit}\",\"metric\":\"{metric}\",\"value\":{value}}}\n")
}

fn logs() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let exposures = [
        // Before the plan was started, and at an earlier stage of it.
        exposure(10_000, "old", "treatment", "s1"),
        exposure(8_000, "early", "treatment", "qa"),
        exposure(5_000, "a", "treatment", "s1"),
        exposure(5_000, "b", "treatment", "s1"),
        exposure(5_000, "early", "treatment", "s1"),
        exposure(4_000, "c", "control", "s1"),
        exposure(4_000, "twice", "control", "s1"),
    ];
    fs::create_dir(folder.path().join("logs")).unwrap();
    fs::write(folder.path().join("logs/exposures-1.ndjson"), exposures.concat()).unwrap();
    fs::write(
        folder.path().join("logs/exposures-2.ndjson"),
        exposure(3_900, "twice", "treatment", "s1"),
    )
    .unwrap();
    let events = [
        event(3_000, "a", "failed", 1.0),
        event(3_000, "c", "failed", 1.0),
        event(2_000, "a", "revenue", 20.0),
        event(1_000, "b", "revenue", 30.0),
        event(600, "b", "orders", 2.0),
    ];
    fs::write(folder.path().join("logs/events.ndjson"), events.concat()).unwrap();
    folder
}

const SOURCE: &str =
    "source: { log: { exposures: 'logs/exposures-*.ndjson', events: logs/events.ndjson } }\n";

#[test]
fn logs_are_joined_by_unit_for_all_metrics_at_once() {
    let folder = logs();
    let policy = format!(
        "{SOURCE}metrics:\n  failed: {{ type: proportion, harm: increase, log: {{}} }}\n  \
         money: {{ type: mean, harm: decrease, log: {{ metric: revenue }} }}\n  \
         basket: {{ type: ratio, harm: decrease, log: {{ metric: revenue, denominator: orders }} }}\n"
    );
    let measurements = measured_by(folder.path(), &policy, |_| {});
    let read = |name: &str| measurements.metric(name).read().unwrap().clone();
    let failed = read("failed");
    assert_eq!(
        (failed.treatment, failed.control),
        (proportion(2.0, 1.0), proportion(1.0, 1.0))
    );
    assert_eq!(failed.until_ms, NOW_MS - 600_000);
    let Some(Counts::Mean { units, values }) = read("money").treatment else {
        panic!("no mean")
    };
    assert_eq!((units, values.sum, values.squares), (2.0, 50.0, 1_300.0));
    let Some(Counts::Ratio {
        units,
        numerators,
        denominators,
        products,
    }) = read("basket").treatment
    else {
        panic!("no ratio")
    };
    assert_eq!(
        (units, numerators.sum, denominators.sum, products),
        (2.0, 50.0, 2.0, 60.0)
    );
    let exposures = measurements
        .exposures
        .as_ref()
        .and_then(Measurement::read)
        .unwrap();
    assert_eq!(
        (exposures.treatment, exposures.control, exposures.both),
        (2.0, 1.0, Some(1.0))
    );
}

#[test]
fn nobody_at_the_stage_is_no_data() {
    let folder = logs();
    let policy =
        format!("{SOURCE}metrics: {{ failed: {{ type: proportion, harm: increase, log: {{}} }} }}\n");
    let measurements = measured_by(folder.path(), &policy, |asking| asking.stage = "s2");
    assert_eq!(measurements.metric("failed"), &Measurement::Missing);
    assert_eq!(measurements.exposures, Some(Measurement::Missing));
}

#[test]
fn what_comes_after_now_does_not_count() {
    let folder = logs();
    let policy =
        format!("{SOURCE}metrics: {{ failed: {{ type: proportion, harm: increase, log: {{}} }} }}\n");
    let measurements = measured_by(folder.path(), &policy, |asking| asking.now_ms -= 3_500_000);
    let reading = measurements.metric("failed").read().unwrap();
    assert_eq!(
        (reading.treatment, reading.control),
        (proportion(2.0, 0.0), proportion(1.0, 0.0))
    );
}

#[test]
fn logs_that_cannot_be_read_are_a_failure() {
    let folder = logs();
    let metric = |log: &str| format!("type: proportion, harm: increase, log: {{ {log} }}");
    let why = |log: &str| match measured_in(folder.path(), &metric(log), |_| {})
        .metrics
        .remove(0)
        .1
    {
        Measurement::Failed(why) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        why("exposures: 'logs/nobody-*.ndjson', events: logs/events.ndjson"),
        "no file is called `logs/nobody-*.ndjson`"
    );
    let missing = why("exposures: logs/exposures-1.ndjson, events: logs/nowhere.ndjson");
    assert!(missing.contains("nowhere.ndjson"), "{missing}");
    let folderless = why("exposures: 'nowhere/*.ndjson', events: logs/events.ndjson");
    assert!(folderless.starts_with("cannot read `"), "{folderless}");
    fs::write(folder.path().join("logs/bad.ndjson"), "not a line\n".repeat(200)).unwrap();
    let bad = why("exposures: logs/exposures-1.ndjson, events: logs/bad.ndjson");
    assert!(bad.contains("lines cannot be read"), "{bad}");
}

#[cfg(unix)]
#[test]
fn a_log_that_nobody_goes_on_writing_to_is_not_waited_for() {
    let folder = logs();
    let made = std::process::Command::new("mkfifo")
        .arg(folder.path().join("logs/pipe.ndjson"))
        .status();
    assert!(made.unwrap().success());
    let metric = "type: proportion, harm: increase, timeout: 1s, \
                  log: { exposures: logs/pipe.ndjson, events: logs/events.ndjson }";
    let measurements = measured_in(folder.path(), metric, |_| {});
    let failed = Measurement::Failed("no answer within 1s".to_owned());
    assert_eq!(measurements.metric("m"), &failed);
}
