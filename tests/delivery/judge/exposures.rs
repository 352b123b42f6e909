use super::bench::{Bench, HOUR_MS, MINUTE_MS, ORDERS};
use tidegate::delivery::judge::{Code, Measurement, Verdict};

fn codes(bench: &Bench) -> Vec<&'static str> {
    let reasons = bench.decide().reasons;
    reasons.iter().map(|reason| reason.code.name()).collect()
}

#[test]
fn arms_of_other_sizes_than_designed_hold() {
    let bench = Bench::new(ORDERS).sound().exposed(10_000.0, 9_000.0, None);
    let decision = bench.decide();
    assert_eq!(decision.verdict, Verdict::Hold);
    let first = decision.first().unwrap();
    assert_eq!(first.code, Code::SampleRatioMismatch);
    assert!(
        first
            .numbers
            .iter()
            .any(|&(name, value)| name == "pValue" && value < 1e-6)
    );
    let near = Bench::new(ORDERS).sound().exposed(10_000.0, 9_900.0, None);
    assert_eq!(near.decide().verdict, Verdict::Promote);
}

#[test]
fn a_mismatch_can_roll_back() {
    let text = format!("checks: {{ sampleRatio: {{ action: rollback }} }}\n{ORDERS}");
    let bench = Bench::new(&text).sound().exposed(10_000.0, 9_000.0, None);
    assert_eq!(bench.decide().verdict, Verdict::RollBack);
}

#[test]
fn lanes_of_different_width_are_compared_by_their_width() {
    let mut bench = Bench::new(ORDERS).sound().exposed(9_000.0, 1_000.0, None);
    (bench.position.lanes.treatment, bench.position.lanes.control) = (90.0, 10.0);
    assert_eq!(bench.decide().verdict, Verdict::Promote);
    // A ramp that passes half of the ruler has no one ratio.
    let mut bench = Bench::new(ORDERS).sound().exposed(9_000.0, 1_000.0, None);
    assert_eq!(bench.decide().verdict, Verdict::Hold);
    bench.position.lanes.steady = false;
    assert_eq!(bench.decide().verdict, Verdict::Promote);
}

#[test]
fn units_in_both_arms_hold_above_a_share() {
    let bench = Bench::new(ORDERS).sound().exposed(5_000.0, 5_000.0, Some(101.0));
    bench.comes_to(
        "hold",
        &["multiple-exposures: 1.01 percent of units were in both arms, more than 1"],
    );
    let bench = Bench::new(ORDERS).sound().exposed(5_000.0, 5_000.0, Some(100.0));
    assert_eq!(bench.decide().verdict, Verdict::Promote);
}

#[test]
fn exposures_that_cannot_be_hold() {
    for (treatment, control, both, message) in [
        (
            f64::NAN,
            1.0,
            None,
            "exposures: treatment is NaN, expected 0 or more",
        ),
        (1.0, -1.0, None, "exposures: control is -1, expected 0 or more"),
        (
            1.0,
            1.0,
            Some(3.0),
            "exposures: 3 units in both arms are more than the 2 in any",
        ),
    ] {
        let bench = Bench::new(ORDERS).sound().exposed(treatment, control, both);
        let decision = bench.decide();
        assert_eq!(decision.verdict, Verdict::Hold);
        assert_eq!(decision.first().unwrap().code, Code::DataInvalid);
        assert_eq!(decision.first().unwrap().to_string(), message);
    }
}

#[test]
fn exposures_that_are_missing_or_fail_hold() {
    let mut bench = Bench::new(ORDERS).sound();
    bench.measurements.exposures = Some(Measurement::Missing);
    assert_eq!(codes(&bench), ["no-traffic", "data-missing", "minimum-sample"]);
    bench.measurements.exposures = Some(Measurement::Failed("it answered 500".to_owned()));
    bench.comes_to(
        "hold",
        &[
            "source-failed: the source failed: exposures: it answered 500",
            "minimum-sample: nothing tells how many units there are, of 1000 in each arm",
        ],
    );
}

#[test]
fn nobody_coming_any_more_holds() {
    let mut bench = Bench::new(ORDERS).sound().exposed(5_000.0, 5_000.0, None);
    assert_eq!(bench.look(59 * MINUTE_MS).verdict, Verdict::Promote);
    // Not yet an hour, and nothing is known of an hour ago.
    let mut bench = bench.sound().exposed(5_000.0, 5_000.0, None);
    assert_eq!(bench.look(2 * MINUTE_MS).verdict, Verdict::Promote);
    let bench = bench.sound().exposed(5_000.0, 5_000.0, None);
    bench.comes_to("hold", &["no-traffic: no new unit came within 1h"]);
    let bench = bench.exposed(5_000.0, 5_001.0, None);
    assert_eq!(bench.decide().verdict, Verdict::Promote);
}

#[test]
fn nobody_having_come_at_all_is_no_mismatch() {
    let mut bench = Bench::new(ORDERS)
        .orders((0.0, 0.0), (0.0, 0.0))
        .exposed(0.0, 0.0, None);
    assert_eq!(codes(&bench), ["no-traffic", "minimum-sample"]);
    bench.now_ms = bench.position.entered_at_ms + HOUR_MS / 2;
    bench.change(|reading| reading.until_ms -= 2 * HOUR_MS);
    assert_eq!(codes(&bench), ["minimum-sample", "minimum-hold"]);
}

#[test]
fn without_exposures_the_metric_with_most_units_counts() {
    let bench = Bench::new(ORDERS).orders((2_000.0, 60.0), (1_500.0, 45.0));
    assert_eq!(codes(&bench), ["sample-ratio-mismatch"]);
}

#[test]
fn metrics_that_stand_still_hold_without_exposures() {
    let mut bench = Bench::new(ORDERS).sound();
    assert_eq!(bench.look(59 * MINUTE_MS).verdict, Verdict::Promote);
    bench.now_ms += 2 * MINUTE_MS;
    assert_eq!(codes(&bench), ["no-traffic"]);
    let bench = bench.orders((5_001.0, 150.0), (5_001.0, 150.0));
    assert_eq!(bench.decide().verdict, Verdict::Promote);
}

#[test]
fn nobody_coming_any_more_can_roll_back() {
    let text = format!("checks: {{ noTraffic: {{ action: rollback }} }}\n{ORDERS}");
    let mut bench = Bench::new(&text)
        .orders((0.0, 0.0), (0.0, 0.0))
        .exposed(0.0, 0.0, None);
    bench.now_ms = bench.position.entered_at_ms + 2 * HOUR_MS;
    assert_eq!(bench.decide().verdict, Verdict::RollBack);
}

#[test]
fn units_in_both_arms_can_roll_back() {
    let text = format!("checks: {{ multipleExposures: {{ action: rollback }} }}\n{ORDERS}");
    let bench = Bench::new(&text).sound().exposed(5_000.0, 5_000.0, Some(101.0));
    assert_eq!(bench.decide().verdict, Verdict::RollBack);
}
