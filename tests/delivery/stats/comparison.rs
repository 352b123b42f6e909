use super::{alpha, moments, stratum};
use tidegate::delivery::stats::{
    Comparison, Direction, Estimate, Margin, Sequence, Stratum, Sums, harm, lift,
};

fn near(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-9 * expected.abs().max(1e-3),
        "{found} instead of {expected}"
    );
}

fn compare(direction: Direction, margin: Margin) -> Comparison {
    harm(&[stratum((1_000.0, 36.0), (1_000.0, 30.0))], direction, margin).unwrap()
}

#[test]
fn harm_is_what_goes_in_the_bad_direction() {
    near(compare(Direction::Increase, Margin::NONE).excess, 0.006);
    near(compare(Direction::Decrease, Margin::NONE).excess, -0.006);
}

#[test]
fn a_relative_margin_is_a_share_of_the_control() {
    let margin = Margin::relative(0.1).unwrap();
    let found = compare(Direction::Increase, margin);
    near(found.excess, 0.036 - 1.1 * 0.03);
    near(found.variance, 0.036 * 0.964 / 999.0 + 1.21 * 0.03 * 0.97 / 999.0);
    let found = compare(Direction::Decrease, margin);
    near(found.excess, 0.9 * 0.03 - 0.036);
    near(found.variance, 0.036 * 0.964 / 999.0 + 0.81 * 0.03 * 0.97 / 999.0);
}

#[test]
fn an_absolute_margin_is_taken_off() {
    let margin = Margin::absolute(0.002).unwrap();
    near(compare(Direction::Increase, margin).excess, 0.004);
    near(compare(Direction::Decrease, margin).excess, -0.008);
}

#[test]
fn a_relative_margin_of_a_loss_allows_more_loss() {
    let arm = |sum: f64| Sums::mean(100.0, moments(sum, 1e6)).unwrap();
    let strata = [Stratum {
        treatment: arm(-105.0),
        control: arm(-100.0),
    }];
    let margin = Margin::relative(0.1).unwrap();
    near(
        harm(&strata, Direction::Decrease, margin).unwrap().excess,
        0.05 - 0.1,
    );
}

#[test]
fn stages_of_another_share_and_another_day_do_not_pass_for_harm() {
    // Nobody is worse off in either stage, but most of the treatment came on the bad day.
    let strata = [
        stratum((1_000.0, 10.0), (9_000.0, 90.0)),
        stratum((9_000.0, 900.0), (1_000.0, 100.0)),
    ];
    let found = harm(&strata, Direction::Increase, Margin::NONE).unwrap();
    near(found.excess, 0.0);
    near(found.treatment, 0.055);
    near(found.units, 20_000.0);
    let together = [stratum((10_000.0, 910.0), (10_000.0, 190.0))];
    assert!(harm(&together, Direction::Increase, Margin::NONE).unwrap().z() > 20.0);
}

#[test]
fn strata_are_combined_by_their_size() {
    let (small, large) = (
        stratum((100.0, 10.0), (100.0, 5.0)),
        stratum((300.0, 30.0), (300.0, 45.0)),
    );
    let alone = |each| harm(&[each], Direction::Increase, Margin::NONE).unwrap();
    let both = harm(&[small, large], Direction::Increase, Margin::NONE).unwrap();
    near(both.excess, 0.25 * 0.05 - 0.75 * 0.05);
    near(
        both.variance,
        alone(small).variance / 16.0 + alone(large).variance * 9.0 / 16.0,
    );
}

#[test]
fn a_stratum_without_two_units_an_arm_says_nothing() {
    let empty = stratum((0.0, 0.0), (50.0, 1.0));
    assert_eq!(harm(&[empty], Direction::Increase, Margin::NONE), None);
    assert_eq!(harm(&[], Direction::Increase, Margin::NONE), None);
    let full = stratum((100.0, 10.0), (100.0, 5.0));
    assert_eq!(
        harm(&[empty, full], Direction::Increase, Margin::NONE),
        harm(&[full], Direction::Increase, Margin::NONE)
    );
}

#[test]
fn an_arm_whose_units_are_all_equal_has_the_spread_of_both() {
    let found = harm(
        &[stratum((10.0, 10.0), (10.0, 0.0))],
        Direction::Increase,
        Margin::NONE,
    )
    .unwrap();
    near(found.variance, 2.0 * (20.0 * 0.25 / 19.0) / 10.0);
    let still = harm(
        &[stratum((10.0, 0.0), (10.0, 0.0))],
        Direction::Increase,
        Margin::NONE,
    )
    .unwrap();
    near(still.z(), 0.0);
    let sequence = Sequence::new(alpha(0.05), 1_000.0).unwrap();
    assert!(sequence.lower_bound(&still) <= 0.0);
}

#[test]
fn rounding_is_neither_harm_nor_spread() {
    // So many equal values, added up one by one.
    let arm = |count: u32, value: f64| {
        let sum = |term: f64| (0..count).map(|_| term).sum::<f64>();
        Sums::mean(f64::from(count), moments(sum(value), sum(value * value))).unwrap()
    };
    let compared = |treatment: Sums, control: Sums| {
        harm(
            &[Stratum { treatment, control }],
            Direction::Increase,
            Margin::NONE,
        )
        .unwrap()
    };
    let sequence = Sequence::new(alpha(0.05), 1_000.0).unwrap();
    for count in [3, 7, 10, 1_000, 100_000] {
        let equal = compared(arm(count, 0.1), arm(2 * count + 1, 0.1));
        assert!(sequence.lower_bound(&equal) <= 0.0, "{count}: {equal:?}");
        let apart = compared(arm(count, 0.2), arm(count, 0.1));
        assert!(apart.variance * f64::from(count) > 0.004, "{count}: {apart:?}");
    }
}

#[test]
fn lift_is_relative_to_the_control() {
    let both = stratum((1_000.0, 36.0), (1_000.0, 30.0));
    let (treatment, control) = (
        Estimate::of(&both.treatment).unwrap(),
        Estimate::of(&both.control).unwrap(),
    );
    let (found, variance) = lift(&treatment, &control).unwrap();
    near(found, 0.2);
    near(
        variance,
        (0.036 * 0.964 / 999.0 + 1.44 * 0.03 * 0.97 / 999.0) / 0.0009,
    );
    let nothing = Estimate::of(&Sums::proportion(10.0, 0.0).unwrap()).unwrap();
    assert_eq!(lift(&treatment, &nothing), None);
}

#[test]
fn what_cannot_be_a_margin_is_refused() {
    for margin in [-0.1, f64::NAN, f64::INFINITY] {
        assert_eq!(Margin::relative(margin).unwrap_err().code(), "margin-invalid");
        assert_eq!(Margin::absolute(margin).unwrap_err().code(), "margin-invalid");
    }
}
