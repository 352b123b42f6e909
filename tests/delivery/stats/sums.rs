use super::moments;
use tidegate::delivery::stats::{Estimate, Sums};

fn near(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-9 * expected.abs(),
        "{found} instead of {expected}"
    );
}

fn code(found: Result<Sums, tidegate::delivery::stats::StatisticsError>) -> &'static str {
    found.unwrap_err().code()
}

#[test]
fn a_proportion_has_the_variance_of_its_zeros_and_ones() {
    let estimate = Estimate::of(&Sums::proportion(1_000.0, 30.0).unwrap()).unwrap();
    near(estimate.value, 0.03);
    near(estimate.variance, 0.03 * 0.97 * 1_000.0 / 999.0);
}

#[test]
fn a_mean_has_the_variance_of_a_sample() {
    // 2, 4, 4, 4, 5, 5, 7 and 9: mean 5, squared deviations 32.
    let estimate = Estimate::of(&Sums::mean(8.0, moments(40.0, 232.0)).unwrap()).unwrap();
    near(estimate.value, 5.0);
    near(estimate.variance, 32.0 / 7.0);
    near(estimate.standard_error(), (32.0_f64 / 56.0).sqrt());
}

/// By hand, for numerators 1, 3, 2, 4 and denominators 2, 5, 4, 6, with the formula of Deng, Knoblich and Lu (2018):
/// (s²y - 2 R sxy + R² s²x) / (n x̄²), where R = 10/17, s²y = 5/3, sxy = 13/6 and s²x = 35/12.
#[test]
fn a_ratio_has_the_variance_of_the_delta_method() {
    let sums = Sums::ratio(4.0, moments(10.0, 30.0), moments(17.0, 81.0), 49.0).unwrap();
    let estimate = Estimate::of(&sums).unwrap();
    let ratio: f64 = 10.0 / 17.0;
    near(estimate.value, ratio);
    let bracket = 5.0 / 3.0 - 2.0 * ratio * 13.0 / 6.0 + ratio * ratio * 35.0 / 12.0;
    near(estimate.standard_error().powi(2), bracket / (4.0 * 4.25 * 4.25));
}

#[test]
fn a_ratio_whose_denominators_are_one_is_a_mean() {
    let mean = Sums::mean(8.0, moments(40.0, 232.0)).unwrap();
    let ratio = Sums::ratio(8.0, moments(40.0, 232.0), moments(8.0, 8.0), 40.0).unwrap();
    assert_eq!(mean, ratio);
}

#[test]
fn nothing_is_estimated_before_two_units_or_without_a_denominator() {
    assert_eq!(Estimate::of(&Sums::proportion(0.0, 0.0).unwrap()), None);
    assert_eq!(Estimate::of(&Sums::proportion(1.0, 1.0).unwrap()), None);
    let without = Sums::ratio(5.0, moments(3.0, 9.0), moments(0.0, 0.0), 0.0).unwrap();
    assert_eq!(Estimate::of(&without), None);
}

#[test]
fn counts_may_have_fractions() {
    let estimate = Estimate::of(&Sums::proportion(1_000.5, 30.25).unwrap()).unwrap();
    near(estimate.value, 30.25 / 1_000.5);
}

#[test]
fn what_is_no_number_is_refused() {
    for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(code(Sums::proportion(wrong, 1.0)), "not-finite");
        assert_eq!(code(Sums::proportion(10.0, wrong)), "not-finite");
        assert_eq!(code(Sums::mean(10.0, moments(wrong, 1.0))), "not-finite");
        assert_eq!(code(Sums::mean(10.0, moments(1.0, wrong))), "not-finite");
        let whole = moments(10.0, 10.0);
        assert_eq!(code(Sums::ratio(10.0, whole, whole, wrong)), "not-finite");
    }
    // Finite, but not once they are multiplied.
    assert_eq!(code(Sums::mean(1e200, moments(1e200, 1e200))), "not-finite");
}

#[test]
fn what_is_negative_is_refused() {
    assert_eq!(code(Sums::proportion(-1.0, 0.0)), "negative");
    assert_eq!(code(Sums::proportion(10.0, -1.0)), "negative");
    assert_eq!(code(Sums::mean(10.0, moments(1.0, -1.0))), "negative");
    let denominators = moments(-3.0, 9.0);
    assert_eq!(
        code(Sums::ratio(10.0, moments(1.0, 1.0), denominators, 0.0)),
        "negative"
    );
    let error = Sums::proportion(10.0, -1.0).unwrap_err();
    assert_eq!(error.to_string(), "number of events is -1, expected 0 or more");
}

#[test]
fn a_loss_is_a_value() {
    let estimate = Estimate::of(&Sums::mean(10.0, moments(-20.0, 100.0)).unwrap()).unwrap();
    near(estimate.value, -2.0);
}

#[test]
fn more_events_than_units_are_refused() {
    let error = Sums::proportion(10.0, 11.0).unwrap_err();
    assert_eq!(error.code(), "more-events-than-units");
    assert_eq!(
        error.to_string(),
        "11 events are more than the 10 units that can have one"
    );
}

#[test]
fn squares_that_cannot_be_are_refused() {
    assert_eq!(code(Sums::mean(10.0, moments(20.0, 39.0))), "squares-impossible");
    assert_eq!(code(Sums::mean(0.0, moments(1.0, 1.0))), "squares-impossible");
    let ones = moments(10.0, 10.0);
    assert_eq!(
        code(Sums::ratio(10.0, moments(3.0, 3.0), ones, 9.0)),
        "squares-impossible"
    );
    assert_eq!(
        code(Sums::ratio(10.0, ones, moments(20.0, 39.0), 1.0)),
        "squares-impossible"
    );
    // Equal values leave no room, and rounding must not refuse them.
    let tenths: f64 = (0..10).map(|_| 0.1_f64).sum();
    let squares: f64 = (0..10).map(|_| 0.1_f64 * 0.1).sum();
    assert!(Sums::mean(10.0, moments(tenths, squares)).is_ok());
}
