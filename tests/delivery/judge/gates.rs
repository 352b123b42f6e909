use super::bench::{Bench, ENTERED_MS, HOUR_MS, MINUTE_MS, ORDERS};
use tidegate::delivery::judge::{Code, Gate, Verdict};

#[test]
fn too_small_a_sample_in_either_arm_holds() {
    Bench::new(ORDERS)
        .orders((999.0, 30.0), (1_010.0, 30.0))
        .comes_to("hold", &["minimum-sample: 999 units in an arm, of 1000"]);
    let bench = Bench::new(ORDERS).sound().exposed(1_010.0, 999.0, None);
    bench.comes_to("hold", &["minimum-sample: 999 units in an arm, of 1000"]);
}

#[test]
fn a_stage_is_held_for_as_long_as_its_gate_says() {
    let mut bench = Bench::new(ORDERS).sound();
    bench.position.gate.min_hold_ms = Some(24 * HOUR_MS);
    bench.comes_to(
        "hold",
        &["minimum-hold: the stage is held for 1d, of which 22h are left"],
    );
    bench.now_ms = ENTERED_MS + 24 * HOUR_MS - 1;
    assert_eq!(bench.decide().verdict, Verdict::Hold);
    bench.now_ms += 1;
    assert_eq!(bench.decide().verdict, Verdict::Promote);
}

#[test]
fn a_ramp_is_never_cut_short() {
    let mut bench = Bench::new(ORDERS).sound();
    bench.position.ramp_ends_ms = Some(bench.now_ms + MINUTE_MS);
    bench.comes_to("hold", &["ramp-under-way: the ramp ends at 2026-11-18T13:07:40Z"]);
    bench.position.ramp_ends_ms = Some(bench.now_ms);
    assert_eq!(bench.decide().verdict, Verdict::Promote);
}

#[test]
fn a_ceiling_that_somebody_lowered_is_not_jumped() {
    let mut bench = Bench::new(ORDERS).sound();
    bench.position.cut_off_at = Some(25.0);
    bench.comes_to(
        "hold",
        &["ceiling-reached: the ceiling of 25% is below the share of the stage: a person raises it, or enters \
           another stage"],
    );
}

#[test]
fn approvals_are_of_different_people() {
    let mut bench = Bench::new(ORDERS).sound();
    bench.position.gate.approvals = 2;
    bench.position.approvals = vec!["alice".to_owned(), "alice".to_owned()];
    bench.comes_to("hold", &["approval-missing: 1 of 2 people approved"]);
    bench.position.approvals.push("bob".to_owned());
    assert_eq!(bench.decide().verdict, Verdict::Promote);
}

#[test]
fn a_stage_without_a_gate_is_left_by_people_alone() {
    let mut bench = Bench::new(ORDERS);
    bench.policy = None;
    bench.position.gate = Gate::default();
    bench.comes_to(
        "hold",
        &["no-gate: nothing says when the stage may be left: `tidegate promote` leaves it by hand"],
    );
    bench.position.gate.approvals = 1;
    bench.position.approvals = vec!["alice".to_owned()];
    bench.comes_to("promote", &["gate-passed: all that the gate asks for is there"]);
}

#[test]
fn a_gate_with_a_sample_and_nothing_that_counts_holds() {
    let mut bench = Bench::new(ORDERS);
    bench.policy = None;
    bench.position.gate.policy = None;
    assert_eq!(bench.decide().first().unwrap().code, Code::MinimumSample);
}

#[test]
fn a_policy_that_does_not_exist_holds() {
    let mut bench = Bench::new(ORDERS).sound();
    bench.policy = None;
    bench.position.gate.min_sample = None;
    bench.comes_to("hold", &["policy-missing: the policy `p` does not exist"]);
}

#[test]
fn an_outage_never_jumps_a_gate() {
    // A week without a look: it is one stage, and its gate asks for all that it ever asked for.
    let mut bench = Bench::new(ORDERS).orders((10.0, 0.0), (10.0, 0.0));
    bench.look(7 * 24 * HOUR_MS);
    let bench = bench.orders((11.0, 0.0), (10.0, 0.0));
    assert_eq!(bench.decide().first().unwrap().code, Code::MinimumSample);
}
