//! No data is never good news, and neither is bad data.

use super::bench::{Bench, ENTERED_MS, HOUR_MS, MINUTE_MS, ORDERS, mean, proportion};
use tidegate::delivery::judge::{Code, Measurement, Verdict};

#[test]
fn no_data_holds() {
    let mut bench = Bench::new(ORDERS);
    bench.metric(Measurement::Missing);
    bench.comes_to(
        "hold",
        &[
            "data-missing: `orders`: there is no data",
            "minimum-sample: nothing tells how many units there are, of 1000 in each arm",
        ],
    );
    // A metric that nobody asked for is not there either.
    bench.measurements.metrics.clear();
    assert_eq!(bench.decide().first().unwrap().code, Code::DataMissing);
}

#[test]
fn data_of_one_arm_alone_holds() {
    let mut bench = Bench::new(ORDERS).sound();
    bench.position.gate.min_sample = None;
    bench.change(|reading| reading.control = None);
    bench.comes_to("hold", &[
        "sample-ratio-mismatch: 2000 units in the treatment and 0 in control, where 10 to 10 was designed: by chance with \
         a probability of 0",
        "data-missing: `orders`: there is no data of control",
    ]);
}

#[test]
fn data_that_need_not_be_there_does_not_hold() {
    let text = ORDERS.replace("harm: increase", "harm: increase, mustHaveData: false");
    let mut bench = Bench::new(&text);
    bench.position.gate.min_sample = None;
    bench.metric(Measurement::Missing);
    assert_eq!(bench.decide().verdict, Verdict::Promote);
    bench.metric(Measurement::Failed("it answered 500".to_owned()));
    assert_eq!(bench.decide().verdict, Verdict::Hold);
}

#[test]
fn a_failure_holds_and_too_many_in_a_row_do_what_the_policy_says() {
    let text = format!("errors: {{ atMost: 2, action: rollback }}\n{ORDERS}");
    let mut bench = Bench::new(&text).sound();
    bench.look(MINUTE_MS);
    bench.metric(Measurement::Failed("no answer within 10s".to_owned()));
    let told: Vec<String> = (0..3)
        .map(|_| bench.look(MINUTE_MS).first().unwrap().to_string())
        .collect();
    assert_eq!(
        told,
        [
            "`orders`: the source failed: no answer within 10s",
            "`orders`: the source failed 2 times in a row: no answer within 10s",
            "`orders`: the source failed 3 times in a row: no answer within 10s",
        ]
    );
    let verdicts: Vec<Verdict> = bench.looks.iter().map(|look| look.verdict).collect();
    assert_eq!(verdicts[1..], [Verdict::Hold, Verdict::Hold, Verdict::RollBack]);
    // One answer in between, and counting begins again.
    bench.looks.truncate(3);
    let mut bench = bench.sound();
    bench.look(MINUTE_MS);
    bench.metric(Measurement::Failed("no answer".to_owned()));
    assert_eq!(bench.decide().verdict, Verdict::Hold);
}

#[test]
fn numbers_that_cannot_be_hold() {
    for (treatment, message) in [
        (
            proportion((f64::NAN, 1.0)),
            "treatment: number of units is NaN, expected a finite number",
        ),
        (
            proportion((f64::INFINITY, 1.0)),
            "treatment: number of units is inf, expected a finite number",
        ),
        (
            proportion((2_000.0, -1.0)),
            "treatment: number of events is -1, expected 0 or more",
        ),
        (
            proportion((-5.0, 0.0)),
            "treatment: number of units is -5, expected 0 or more",
        ),
        (
            proportion((2_000.0, 2_001.0)),
            "treatment: 2001 events are more than the 2000 units that can have one",
        ),
        (
            mean(2_000.0, 1.0, 1.0),
            "treatment: the numbers are of another type than the metric",
        ),
    ] {
        let mut bench = Bench::new(ORDERS).sound();
        bench.position.gate.min_sample = None;
        bench.change(|reading| reading.treatment = Some(treatment));
        let decision = bench.decide();
        let found = decision
            .reasons
            .iter()
            .find(|reason| reason.code == Code::DataInvalid);
        assert_eq!(found.unwrap().to_string(), format!("`orders`: {message}"));
        assert_eq!(decision.verdict, Verdict::Hold);
        assert!(decision.comparisons.is_empty());
    }
}

#[test]
fn squares_that_no_values_have_hold() {
    let text = "metrics: { orders: { type: mean, harm: increase, file: { path: m.json } } }";
    let mut bench = Bench::new(text).sound();
    bench.change(|reading| {
        reading.treatment = Some(mean(2_000.0, 4_000.0, 1.0));
        reading.control = Some(mean(2_000.0, 2_000.0, 3_000.0));
    });
    let decision = bench.decide();
    assert_eq!(decision.verdict, Verdict::Hold);
    assert!(
        decision
            .reasons
            .iter()
            .any(|reason| reason.code == Code::DataInvalid)
    );
}

#[test]
fn old_data_holds_and_still_tells_of_harm() {
    let text = ORDERS.replace("harm: increase", "harm: increase, maxAge: 15m");
    let mut bench = Bench::new(&text).sound();
    bench.change(|reading| reading.until_ms -= 16 * MINUTE_MS);
    bench.comes_to(
        "hold",
        &["data-stale: `orders`: the data ends 16m ago, more than 15m"],
    );
    bench.change(|reading| reading.treatment = Some(proportion((2_000.0, 160.0))));
    assert_eq!(bench.decide().first().unwrap().code, Code::GuardrailBreach);
}

#[test]
fn data_from_the_future_holds() {
    let mut bench = Bench::new(ORDERS).sound();
    bench.change(|reading| reading.until_ms += 6 * MINUTE_MS);
    bench.comes_to(
        "hold",
        &["data-invalid: `orders`: the data ends at 2026-11-18T13:12:40Z, 6m after now"],
    );
}

#[test]
fn another_unit_than_before_or_than_expected_holds() {
    let mut bench = Bench::new(ORDERS).sound();
    bench.change(|reading| reading.unit = Some("ratio".to_owned()));
    assert_eq!(bench.look(MINUTE_MS).verdict, Verdict::Promote);
    let mut bench = bench.sound();
    bench.change(|reading| reading.unit = Some("percent".to_owned()));
    bench.comes_to(
        "hold",
        &["unit-changed: `orders`: the source tells `percent` where it must tell `ratio`"],
    );

    let text = ORDERS.replace("harm: increase", "harm: increase, unit: seconds");
    let mut bench = Bench::new(&text).sound();
    bench.change(|reading| reading.unit = Some("milliseconds".to_owned()));
    bench.comes_to(
        "hold",
        &["unit-changed: `orders`: the source tells `milliseconds` where it must tell `seconds`"],
    );
}

#[test]
fn counts_that_fall_hold_until_they_are_back() {
    let mut bench = Bench::new(ORDERS).sound();
    bench.look(MINUTE_MS);
    let mut bench = bench.orders((1_500.0, 45.0), (2_000.0, 60.0));
    let message = "counts-fell: `orders`: treatment: units fell from 2000 to 1500";
    super::bench::comes_to(
        &bench.look(MINUTE_MS),
        "hold",
        &[
            "sample-ratio-mismatch: 1500 units in the treatment and 2000 in control, where 10 to 10 was designed: by chance \
         with a probability of 0",
            message,
        ],
    );
    // What was refused is not what the next look is held against.
    let bench = bench.orders((1_600.0, 48.0), (1_600.0, 48.0));
    bench.comes_to(
        "hold",
        &["counts-fell: `orders`: treatment: units fell from 2000 to 1600"],
    );
    bench.sound().comes_to(
        "promote",
        &["gate-passed: all that the gate asks for is there, and no harm was found in 1 metric"],
    );
}

#[test]
fn events_that_fall_hold_too() {
    let mut bench = Bench::new(ORDERS).sound();
    bench.look(MINUTE_MS);
    bench.orders((2_000.0, 59.0), (2_000.0, 60.0)).comes_to(
        "hold",
        &["counts-fell: `orders`: treatment: events fell from 60 to 59"],
    );
}

#[test]
fn what_prometheus_makes_up_at_the_ends_of_a_window_may_vary() {
    let text = ORDERS.replace(
        "file: { path: m.json }",
        "prometheus: { url: 'http://p', total: '$arm$stage', events: '$arm$stage' }",
    );
    let mut bench = Bench::new(&text).sound();
    bench.look(MINUTE_MS);
    let mut bench = bench.orders((1_990.0, 59.9), (2_000.0, 60.0));
    assert_eq!(bench.look(MINUTE_MS).verdict, Verdict::Promote);
    let bench = bench.orders((1_900.0, 57.0), (2_000.0, 60.0));
    assert_eq!(bench.decide().first().unwrap().code, Code::CountsFell);
}

#[test]
fn late_data_holds() {
    let mut bench = Bench::new(ORDERS).sound();
    bench.look(MINUTE_MS);
    bench.change(|reading| reading.until_ms -= HOUR_MS);
    bench.comes_to("hold", &[
        "data-late: `orders`: the data ends at 2026-11-18T12:06:40Z, and did at 2026-11-18T13:06:40Z before",
    ]);
}

#[test]
fn duplicated_data_holds() {
    let mut bench = Bench::new(ORDERS).sound();
    bench.look(MINUTE_MS);
    // The same moment, and every unit counted twice.
    bench.change(|reading| {
        reading.treatment = Some(proportion((4_000.0, 120.0)));
        reading.control = Some(proportion((4_000.0, 120.0)));
    });
    bench.comes_to("hold", &[
        "data-rewritten: `orders`: two looks tell different numbers of the same moment, 2026-11-18T13:06:40Z",
    ]);
}

#[test]
fn the_same_data_again_changes_nothing() {
    let mut bench = Bench::new(ORDERS).sound();
    let before = bench.look(MINUTE_MS);
    assert_eq!(bench.decide(), before);
}

#[test]
fn data_that_was_there_and_is_gone_holds() {
    let text = ORDERS.replace("harm: increase", "harm: increase, mustHaveData: false");
    let mut bench = Bench::new(&text).sound();
    bench.position.gate.min_sample = None;
    bench.look(MINUTE_MS);
    let mut bench = bench.sound();
    bench.change(|reading| {
        (reading.treatment, reading.control) = (None, None);
    });
    let codes: Vec<Code> = bench.decide().reasons.iter().map(|reason| reason.code).collect();
    assert_eq!(codes, [Code::NoTraffic, Code::CountsFell]);
}

#[test]
fn a_clock_that_went_back_holds() {
    let mut bench = Bench::new(ORDERS).sound();
    bench.look(-2 * HOUR_MS + MINUTE_MS);
    bench.position.gate.min_hold_ms = None;
    let bench = bench.sound();
    let decision = bench.decide();
    assert_eq!(decision.verdict, Verdict::Hold);
    let first = decision.first().unwrap();
    assert_eq!(first.code, Code::ClockWentBack);
    assert_eq!(
        first.to_string(),
        "the clock shows 2026-11-18T11:07:40Z, and it was 2026-11-18T13:06:40Z before"
    );
}

#[test]
fn a_stage_that_is_entered_in_the_future_holds() {
    let mut bench = Bench::new(ORDERS);
    bench.now_ms = ENTERED_MS - HOUR_MS;
    let bench = bench.sound();
    assert_eq!(bench.decide().first().unwrap().code, Code::ClockWentBack);
}

#[test]
fn a_clock_that_jumped_ahead_finds_its_data_stale() {
    let text = ORDERS.replace("harm: increase", "harm: increase, maxAge: 15m");
    let mut bench = Bench::new(&text).sound();
    bench.position.gate.min_hold_ms = Some(24 * HOUR_MS);
    bench.now_ms += 365 * 24 * HOUR_MS;
    bench.comes_to(
        "hold",
        &["data-stale: `orders`: the data ends 365d ago, more than 15m"],
    );
}
