use super::bench::{Bench, HOUR_MS, ORDERS, mean, proportion};
use tidegate::delivery::judge::{Code, Measurement, Verdict};

#[test]
fn a_sound_stage_whose_gate_is_open_is_promoted() {
    let bench = Bench::new(ORDERS).sound();
    bench.comes_to(
        "promote",
        &["gate-passed: all that the gate asks for is there, and no harm was found in 1 metric"],
    );
    let decision = bench.decide();
    assert_eq!(decision.comparisons.len(), 1);
    assert!(decision.comparisons[0].lower_bound < 0.0);
    assert!(!decision.dry_run);
}

#[test]
fn harm_beyond_the_margin_rolls_back() {
    Bench::new(ORDERS)
        .orders((2_000.0, 160.0), (2_000.0, 60.0))
        .comes_to(
            "rollback",
            &["guardrail-breach: `orders`: 0.08 in the treatment and 0.03 in control: worse than the margin allows by \
               0.02759 at least"],
        );
}

#[test]
fn harm_within_the_margin_is_borne() {
    let margin = ORDERS.replace("harm: increase", "harm: increase, margin: { absolute: 0.06 }");
    let decision = Bench::new(&margin)
        .orders((2_000.0, 160.0), (2_000.0, 60.0))
        .decide();
    assert_eq!(decision.verdict, Verdict::Promote);
    let relative = ORDERS.replace("harm: increase", "harm: increase, margin: { relative: 200 }");
    let decision = Bench::new(&relative)
        .orders((2_000.0, 160.0), (2_000.0, 60.0))
        .decide();
    assert_eq!(decision.verdict, Verdict::Promote);
}

#[test]
fn what_is_better_is_never_a_breach() {
    let fewer = ORDERS.replace("harm: increase", "harm: decrease");
    for (text, treatment, verdict) in [
        (ORDERS, 0.0, Verdict::Promote),
        (fewer.as_str(), 160.0, Verdict::Promote),
        (fewer.as_str(), 0.0, Verdict::RollBack),
    ] {
        let bench = Bench::new(text).orders((2_000.0, treatment), (2_000.0, 60.0));
        assert_eq!(bench.decide().verdict, verdict, "{text} {treatment}");
    }
}

#[test]
fn a_breach_that_is_to_hold_holds_and_so_does_a_signal() {
    for (more, code) in [
        ("onBreach: hold", Code::GuardrailBreach),
        ("role: signal", Code::SignalBreach),
    ] {
        let text = ORDERS.replace("harm: increase", &format!("harm: increase, {more}"));
        let decision = Bench::new(&text)
            .orders((2_000.0, 160.0), (2_000.0, 60.0))
            .decide();
        assert_eq!(decision.verdict, Verdict::Hold);
        assert_eq!(decision.first().unwrap().code, code);
    }
}

const CATASTROPHE: &str = "\
metrics:
  orders: { type: proportion, harm: increase, catastrophic: { value: 0.2, minEvents: 5 }, file: { path: m.json } }
";

#[test]
fn a_catastrophe_rolls_back_long_before_the_sample_is_there() {
    let mut bench = Bench::new(CATASTROPHE).orders((20.0, 5.0), (20.0, 0.0));
    bench.now_ms = bench.position.entered_at_ms + 1;
    bench.change(|reading| reading.until_ms = super::bench::ENTERED_MS + 1);
    let decision = bench.decide();
    assert_eq!(decision.verdict, Verdict::RollBack);
    let first = decision.first().unwrap();
    assert_eq!(first.code, Code::Catastrophic);
    assert_eq!(
        first.to_string(),
        "`orders`: 0.25 in the treatment, where 0.2 is not borne, with 5 events"
    );
}

#[test]
fn a_catastrophe_needs_its_events_and_no_control() {
    let few = Bench::new(CATASTROPHE).orders((16.0, 4.0), (20.0, 0.0)).decide();
    assert_eq!(few.verdict, Verdict::Hold);
    assert_eq!(few.first().unwrap().code, Code::MinimumSample);
    let mut alone = Bench::new(CATASTROPHE).orders((20.0, 5.0), (20.0, 0.0));
    alone.change(|reading| reading.control = None);
    assert_eq!(alone.decide().first().unwrap().code, Code::Catastrophic);
}

#[test]
fn a_catastrophic_fall_counts_units_and_not_events() {
    let text = "\
metrics:
  orders: { type: proportion, harm: decrease, catastrophic: { value: 0.01, minEvents: 50 }, file: { path: m.json } }
";
    for (units, code) in [(50.0, Code::Catastrophic), (49.0, Code::MinimumSample)] {
        let decision = Bench::new(text).orders((units, 0.0), (50.0, 20.0)).decide();
        assert_eq!(decision.first().unwrap().code, code, "{units}");
    }
}

#[test]
fn means_are_compared_like_shares() {
    let text = "metrics: { orders: { type: mean, harm: increase, file: { path: m.json } } }";
    let mut bench = Bench::new(text).sound();
    bench.change(|reading| {
        reading.treatment = Some(mean(2_000.0, 3_000.0, 5_000.0));
        reading.control = Some(mean(2_000.0, 2_000.0, 3_000.0));
    });
    assert_eq!(bench.decide().verdict, Verdict::RollBack);
}

#[test]
fn risk_is_shared_by_all_metrics() {
    let one = Bench::new(ORDERS).orders((2_000.0, 110.0), (2_000.0, 60.0));
    let bound = |bench: &Bench| bench.decide().comparisons[0].lower_bound;
    let many: String = (0..20)
        .map(|number| format!("  m{number}: {{ type: proportion, harm: increase, mustHaveData: false, file: {{ path: m.json }} }}\n"))
        .collect();
    let shared = Bench::new(&format!("{ORDERS}{many}")).orders((2_000.0, 110.0), (2_000.0, 60.0));
    assert!(bound(&shared) < bound(&one));
}

#[test]
fn a_group_sequential_plan_pays_for_the_looks_that_were_made() {
    let text =
        format!("method: {{ groupSequential: {{ looks: 4, sample: 4000, spending: pocock }} }}\n{ORDERS}");
    let mut bench = Bench::new(&text);
    let harmful = [(1_000.0, 40.0), (2_000.0, 90.0), (3_000.0, 150.0)];
    let mut bounds = Vec::new();
    for (units, events) in harmful {
        bench = bench.orders((units, events), (units, units * 0.03));
        bounds.push(bench.look(HOUR_MS).comparisons[0].lower_bound);
    }
    assert!(bounds[0] < 0.0 && bounds[2] > 0.0, "{bounds:?}");
    // The same numbers again are no new look, and are not paid for twice.
    let again = bench.orders((3_000.0, 150.0), (3_000.0, 90.0));
    assert_eq!(again.decide().comparisons[0].lower_bound, bounds[2]);
}

#[test]
fn a_stage_after_the_horizon_is_held() {
    let text = format!("method: {{ groupSequential: {{ looks: 4, sample: 2000 }} }}\n{ORDERS}");
    let mut bench = Bench::new(&text).sound();
    assert_eq!(bench.look(HOUR_MS).verdict, Verdict::Promote);
    bench.enter("s2");
    bench.now_ms += 2 * HOUR_MS;
    let bench = bench.sound();
    bench.comes_to(
        "hold",
        &["horizon-passed: `orders`: the 2000 units an arm that its looks were planned for were seen in earlier stages"],
    );
}

#[test]
fn a_policy_on_trial_decides_the_same_and_says_so() {
    let decision = Bench::new(&format!("dryRun: true\n{ORDERS}"))
        .orders((2_000.0, 160.0), (2_000.0, 60.0))
        .decide();
    assert_eq!((decision.verdict, decision.dry_run), (Verdict::RollBack, true));
}

#[test]
fn without_a_lane_for_control_only_catastrophes_and_earlier_stages_speak() {
    let mut bench = Bench::new(CATASTROPHE).sound();
    bench.position.lanes.control = 0.0;
    bench.metric(Measurement::Read(bench.reading((2_000.0, 60.0), (0.0, 0.0))));
    bench.change(|reading| reading.control = None);
    assert_eq!(bench.decide().verdict, Verdict::Promote);
    bench.change(|reading| reading.treatment = Some(proportion((2_000.0, 500.0))));
    assert_eq!(bench.decide().first().unwrap().code, Code::Catastrophic);
}
