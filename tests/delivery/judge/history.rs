//! What earlier looks mean for this one.

use super::bench::{Bench, HOUR_MS, MINUTE_MS, ORDERS};
use tidegate::delivery::judge::{Look, Verdict};

/// At a stage after one that ended with these numbers.
fn second_stage(treatment: (f64, f64), control: (f64, f64)) -> Bench {
    let mut bench = Bench::new(ORDERS).orders(treatment, control);
    bench.look(MINUTE_MS);
    bench.enter("s2");
    bench.now_ms += 2 * HOUR_MS;
    bench
}

const HARM: ((f64, f64), (f64, f64)) = ((2_000.0, 80.0), (2_000.0, 60.0));

#[test]
fn earlier_stages_count_as_strata() {
    let alone = Bench::new(ORDERS).orders(HARM.0, HARM.1);
    assert_eq!(alone.decide().verdict, Verdict::Promote);
    let bench = second_stage(HARM.0, HARM.1);
    let mut bench = bench.orders(HARM.0, HARM.1);
    let decision = bench.look(MINUTE_MS);
    assert_eq!(decision.comparisons[0].units, 8_000.0);
    bench.enter("all");
    bench.now_ms += 2 * HOUR_MS;
    let decision = bench.orders(HARM.0, HARM.1).decide();
    assert_eq!(decision.comparisons[0].units, 12_000.0);
    assert_eq!(decision.verdict, Verdict::RollBack);
}

#[test]
fn only_the_last_look_at_a_stage_counts() {
    let mut bench = Bench::new(ORDERS).orders((500.0, 15.0), (500.0, 15.0));
    bench.look(MINUTE_MS);
    let mut bench = bench.sound();
    bench.look(MINUTE_MS);
    bench.enter("s2");
    bench.now_ms += 2 * HOUR_MS;
    assert_eq!(bench.sound().decide().comparisons[0].units, 8_000.0);
}

#[test]
fn what_was_rolled_back_does_not_count_against_what_mended_it() {
    let mut bench = Bench::new(ORDERS).orders((2_000.0, 160.0), (2_000.0, 60.0));
    assert_eq!(bench.look(MINUTE_MS).verdict, Verdict::RollBack);
    bench.enter("s1");
    bench.now_ms += 2 * HOUR_MS;
    let mut bench = bench.sound();
    assert_eq!(bench.look(MINUTE_MS).verdict, Verdict::Promote);
    bench.enter("s2");
    bench.now_ms += 2 * HOUR_MS;
    assert_eq!(bench.sound().decide().comparisons[0].units, 8_000.0);
}

#[test]
fn what_was_rolled_back_does_not_count_at_a_later_stage_either() {
    let mut bench = Bench::new(ORDERS).orders((2_000.0, 160.0), (2_000.0, 60.0));
    assert_eq!(bench.look(MINUTE_MS).verdict, Verdict::RollBack);
    // Mended, and begun again at the stage behind it.
    bench.enter("s2");
    bench.now_ms += 2 * HOUR_MS;
    assert_eq!(bench.sound().decide().comparisons[0].units, 4_000.0);
}

#[test]
fn what_a_person_sent_back_does_not_count() {
    let mut bench = second_stage(HARM.0, HARM.1);
    bench = bench.orders(HARM.0, HARM.1);
    bench.look(MINUTE_MS);
    bench.enter("s1");
    bench.now_ms += 2 * HOUR_MS;
    assert_eq!(bench.sound().decide().comparisons[0].units, 4_000.0);
}

#[test]
fn counts_begin_again_with_the_stage() {
    let mut bench = Bench::new(ORDERS).sound();
    bench.look(MINUTE_MS);
    bench.enter("s1");
    bench.now_ms += 2 * HOUR_MS;
    let bench = bench.orders((1_200.0, 36.0), (1_200.0, 36.0));
    assert_eq!(bench.decide().verdict, Verdict::Promote);
}

#[test]
fn other_plans_are_nothing_to_this_one() {
    let mut bench = second_stage(HARM.0, HARM.1);
    for look in &mut bench.looks {
        look.plan = "another".to_owned();
    }
    assert_eq!(bench.sound().decide().comparisons[0].units, 4_000.0);
}

#[test]
fn a_look_at_a_stage_that_is_gone_ends_what_is_known() {
    let mut bench = second_stage(HARM.0, HARM.1);
    let gone = Look {
        stage: "renamed".to_owned(),
        ..bench.looks[0].clone()
    };
    bench.looks.push(gone);
    assert_eq!(bench.sound().decide().comparisons[0].units, 4_000.0);
}

#[test]
fn a_trial_that_would_have_rolled_back_goes_on() {
    let mut bench = Bench::new(&format!("dryRun: true\n{ORDERS}")).orders((2_000.0, 160.0), (2_000.0, 60.0));
    bench.look(MINUTE_MS);
    let bench = bench.orders((1_000.0, 80.0), (1_000.0, 30.0));
    let told = bench.decide().reasons;
    assert!(told.iter().any(|reason| reason.code.name() == "counts-fell"));
}

/// A roll-back halfway through many looks, with the lines before it that only held taken away or left.
#[test]
fn what_only_held_before_a_roll_back_decides_nothing_any_more() {
    let decided = |keeps_holds: bool, after: &dyn Fn(&mut Bench)| {
        let mut bench = Bench::new(ORDERS);
        bench.position.stage = "qa".to_owned();
        // The last of the looks before the roll-back has the most units, at the latest time.
        for (stage, units) in [("qa", 1_500.0), ("s1", 3_000.0), ("s2", 9_000.0)] {
            if stage != "qa" {
                bench.enter(stage);
            }
            for _ in 0..3 {
                bench = bench.orders((units, 50.0), (units, 50.0));
                bench.look(5 * MINUTE_MS);
            }
        }
        bench = bench.orders((9_500.0, 2_000.0), (9_500.0, 60.0));
        assert_eq!(bench.look(HOUR_MS).verdict, Verdict::RollBack);
        let all = bench.looks.len();
        if !keeps_holds {
            bench.looks.retain(|look| look.verdict != Verdict::Hold);
            assert!(
                bench.looks.len() < all / 2,
                "{} of {all} are left",
                bench.looks.len()
            );
        }
        after(&mut bench);
        let since_ms = bench.position.run_since_ms(&bench.looks);
        (bench.decide(), since_ms)
    };
    let entering = |stage: &'static str| {
        move |bench: &mut Bench| {
            bench.enter(stage);
            bench.now_ms += 2 * HOUR_MS;
            let sound = std::mem::replace(bench, Bench::new(ORDERS));
            *bench = sound.orders((2_000.0, 66.0), (2_000.0, 60.0));
            // A second look, so that there is one of the new run as well.
            bench.look(5 * MINUTE_MS);
        }
    };
    for stage in ["qa", "s1", "s2", "all"] {
        let after = entering(stage);
        assert_eq!(decided(true, &after), decided(false, &after), "{stage}");
    }
    // Where the clock goes back behind the roll-back, both know.
    let early = |bench: &mut Bench| {
        bench.enter("qa");
        bench.now_ms -= 2 * HOUR_MS;
    };
    let (decision, _) = decided(false, &early);
    assert_eq!(decided(true, &early).0, decision);
    assert_eq!(decision.verdict, Verdict::Hold);
}

#[test]
fn what_only_held_since_the_last_roll_back_decides() {
    let mut bench = second_stage(HARM.0, HARM.1).orders(HARM.0, HARM.1);
    let with = bench.decide();
    bench.looks.clear();
    assert_ne!(bench.decide().comparisons, with.comparisons);
}
