//! Whatever sources tell, there is a decision, and none of it is good news but good numbers.

use super::bench::{Bench, ENTERED_MS, HOUR_MS, proportion};
use proptest::prelude::*;
use tidegate::delivery::judge::{Code, Counts, Exposed, Look, Measurement, Reading, Verdict};
use tidegate::delivery::stats::Moments;

const POLICIES: [&str; 3] = [
    "metrics:\n  orders: { type: proportion, harm: increase, maxAge: 15m, catastrophic: { value: 0.2, minEvents: 5 }, \
     file: { path: m.json } }\n",
    "method: { groupSequential: { looks: 5, sample: 2000 } }\nerrors: { atMost: 0, action: rollback }\nmetrics:\n  orders: \
     { type: proportion, harm: decrease, margin: { relative: 5 }, onBreach: hold, file: { path: m.json } }\n",
    "checks: { sampleRatio: { action: rollback }, noTraffic: { action: rollback, within: 1h } }\nmetrics:\n  orders: { \
     type: proportion, harm: increase, unit: ratio, file: { path: m.json } }\n  other: { type: mean, harm: increase, \
     file: { path: m.json } }\n",
];

/// Numbers as they come, and as they should not.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => (0_u32..3_000).prop_map(f64::from),
        1 => prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, -0.0, 1e308, 5e-324, 0.5]),
    ]
}

fn counts() -> impl Strategy<Value = Counts> {
    prop_oneof![
        5 => (number(), number()).prop_map(proportion),
        1 => (number(), number(), number())
            .prop_map(|(units, sum, squares)| Counts::Mean { units, values: Moments { sum, squares } }),
        1 => (number(), number(), number(), number()).prop_map(|(units, sum, squares, products)| {
            let moments = Moments { sum, squares };
            Counts::Ratio { units, numerators: moments, denominators: moments, products }
        }),
    ]
}

/// Moments around the time of the look, and some far away.
fn moment() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => (ENTERED_MS - HOUR_MS)..(ENTERED_MS + 3 * HOUR_MS),
        1 => prop::sample::select(vec![i64::MIN, i64::MAX, 0]),
    ]
}

fn unit() -> impl Strategy<Value = Option<String>> {
    prop::option::weighted(
        0.2,
        prop::sample::select(vec!["ratio".to_owned(), "percent".to_owned()]),
    )
}

fn measurement() -> impl Strategy<Value = Measurement<Reading>> {
    let arm = || prop::option::weighted(0.9, counts());
    let reading = (arm(), arm(), moment(), unit()).prop_map(|(treatment, control, until_ms, unit)| {
        Measurement::Read(Reading {
            treatment,
            control,
            until_ms,
            unit,
        })
    });
    let units = || 1_000_u32..1_040;
    let sound = (units(), units(), 20_u32..40).prop_map(|(treatment, control, events)| {
        let arm = |units: u32| Some(proportion((f64::from(units), f64::from(events))));
        Measurement::Read(Reading {
            treatment: arm(treatment),
            control: arm(control),
            until_ms: ENTERED_MS + HOUR_MS,
            unit: None,
        })
    });
    prop_oneof![
        6 => sound,
        8 => reading,
        1 => Just(Measurement::Missing),
        1 => Just(Measurement::Failed("it answered 500".to_owned())),
    ]
}

fn exposures() -> impl Strategy<Value = Option<Measurement<Exposed>>> {
    let exposed = (number(), number(), prop::option::of(number()), moment()).prop_map(
        |(treatment, control, both, until_ms)| {
            Measurement::Read(Exposed {
                treatment,
                control,
                both,
                until_ms,
            })
        },
    );
    prop::option::weighted(
        0.5,
        prop_oneof![
            6 => exposed,
            1 => Just(Measurement::Missing),
            1 => Just(Measurement::Failed("no answer".to_owned())),
        ],
    )
}

/// A stage, the time, and what was measured, now or before.
type Seen = (
    usize,
    i64,
    Vec<Measurement<Reading>>,
    Option<Measurement<Exposed>>,
);

fn seen() -> impl Strategy<Value = Seen> {
    (
        0_usize..4,
        moment(),
        prop::collection::vec(measurement(), 2),
        exposures(),
    )
}

fn bench(policy: usize, (stage, now_ms, metrics, exposures): &Seen) -> Bench {
    let mut bench = Bench::new(POLICIES[policy]);
    bench.position.stage = bench.position.stages[*stage].clone();
    bench.now_ms = *now_ms;
    let names = ["orders", "other"].map(str::to_owned);
    bench.measurements.metrics = names.into_iter().zip(metrics.clone()).collect();
    bench.measurements.exposures = exposures.clone();
    bench
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn there_is_always_a_decision_and_bad_data_never_promotes(
        policy in 0..POLICIES.len(),
        before in prop::collection::vec(seen(), 0..6),
        now in seen(),
        lane in prop::sample::select(vec![0.0, 1.0, 10.0, 99.0]),
    ) {
        let mut looks: Vec<Look> = Vec::new();
        for seen in &before {
            let mut bench = bench(policy, seen);
            bench.looks = looks;
            bench.look(0);
            looks = bench.looks;
        }
        let mut bench = bench(policy, &now);
        bench.position.lanes.control = lane;
        bench.looks = looks;
        let decision = bench.decide();

        prop_assert_eq!(&bench.decide(), &decision);
        let codes: Vec<Code> = decision.reasons.iter().map(|reason| reason.code).collect();
        prop_assert!(codes.is_sorted() && !codes.is_empty());
        prop_assert_eq!(decision.verdict, decision.reasons[0].verdict);
        prop_assert_eq!(decision.verdict == Verdict::Promote, codes == [Code::GatePassed]);
        if decision.verdict == Verdict::Promote {
            let metrics = &bench.policy.as_ref().unwrap().metrics;
            for (metric, (_, measurement)) in metrics.iter().zip(&bench.measurements.metrics) {
                let reading = measurement.read().unwrap();
                let arms = [Some(&reading.treatment), (lane > 0.0).then_some(&reading.control)];
                for counts in arms.into_iter().flatten() {
                    prop_assert!(counts.unwrap().sums().is_ok());
                    prop_assert_eq!(counts.unwrap().kind(), metric.kind);
                }
            }
            prop_assert!(bench.now_ms >= ENTERED_MS + HOUR_MS);
        }
        for reason in &decision.reasons {
            prop_assert!(!reason.message.is_empty());
        }
        // What was seen can be written down and read again, whatever it was.
        let line = Look::of(("launch", "s1"), ENTERED_MS, bench.measurements.clone(), &decision, 0).line();
        prop_assert!(Look::read(&line).is_ok(), "{}", line);
    }
}
