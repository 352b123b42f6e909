use super::{alpha, stratum};
use statrs::distribution::{ContinuousCDF, Normal};
use tidegate::delivery::stats::{Alpha, Direction, Margin, Sequence, harm};

/// Robbins' mixture over effects above 0, at z after `scaled` = n ρ²: what may reach 1/alpha only with probability alpha.
fn mixture(z: f64, scaled: f64) -> f64 {
    let squared = z * z * scaled / (scaled + 1.0);
    2.0 / (scaled + 1.0).sqrt() * (squared / 2.0).exp() * Normal::standard().cdf(squared.sqrt())
}

/// The scale at alpha 0.05: the root of v = ln(1 + v) - 2 ln 0.1, solved by hand.
const SCALED: f64 = 6.638_352;

#[test]
fn the_bound_is_crossed_only_where_the_mixture_reaches_the_inverse_of_alpha() {
    let sequence = Sequence::new(alpha(0.05), 1_000.0).unwrap();
    for units in [1.0, 10.0, 100.0, 1_000.0, 1e4, 1e6] {
        let reached = mixture(sequence.radius(1.0, units), SCALED * units / 1_000.0);
        assert!((20.0..22.1).contains(&reached), "{reached} after {units} units");
    }
}

#[test]
fn a_sequence_is_tightest_where_it_is_tuned() {
    let tuned_at = |units| Sequence::new(alpha(0.05), units).unwrap().radius(1.0, 20_000.0);
    let here = tuned_at(20_000.0);
    assert!(here < tuned_at(5_000.0) && here < tuned_at(80_000.0));
    // Waudby-Smith and others choose the scale for the two-sided sequence: next to the best for one side.
    assert!(here < 1.001 * tuned_at(18_000.0) && here < 1.001 * tuned_at(22_000.0));
}

#[test]
fn a_bound_is_wider_than_that_of_a_single_look() {
    let sequence = Sequence::new(alpha(0.05), 20_000.0).unwrap();
    for units in [2.0, 2_000.0, 20_000.0, 1e9] {
        assert!(sequence.radius(1.0, units) > 1.645);
    }
}

#[test]
fn harm_is_called_once_the_bound_is_above_nothing() {
    let sequence = Sequence::new(alpha(0.05), 20_000.0).unwrap();
    let bound = |treated: f64| {
        let strata = [stratum((10_000.0, treated), (10_000.0, 300.0))];
        sequence.lower_bound(&harm(&strata, Direction::Increase, Margin::NONE).unwrap())
    };
    assert!(bound(300.0) < 0.0 && bound(350.0) < 0.0);
    assert!(bound(400.0) > 0.0 && bound(600.0) > bound(400.0));
}

#[test]
fn three_failures_of_three_are_not_certainty() {
    let sequence = Sequence::new(alpha(0.05), 20_000.0).unwrap();
    let bound = |units: f64| {
        let strata = [stratum((units, units), (units, 0.0))];
        sequence.lower_bound(&harm(&strata, Direction::Increase, Margin::NONE).unwrap())
    };
    assert!(bound(3.0) < 0.0);
    assert!(bound(1_000.0) > 0.5);
}

#[test]
fn what_cannot_be_alpha_or_a_tuning_is_refused() {
    for share in [0.0, -0.1, 0.5, 1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(Alpha::new(share).unwrap_err().code(), "alpha-out-of-range");
    }
    for units in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(
            Sequence::new(alpha(0.05), units).unwrap_err().code(),
            "tuning-invalid"
        );
    }
}

#[test]
fn metrics_share_alpha() {
    let part = Alpha::of_confidence(95.0).unwrap().split(4).unwrap();
    assert!((part.share() - 0.0125).abs() < 1e-12);
    assert_eq!(alpha(0.05).split(0).unwrap_err().code(), "nothing-to-split");
}
