use tidegate::delivery::stats::sample_ratio::p_value;

fn near(found: f64, published: f64) {
    assert!(
        (found / published - 1.0).abs() < 1e-3,
        "{found} instead of {published}"
    );
}

/// Mendel's peas: χ² = 0.470 with 3 degrees of freedom.
#[test]
fn four_arms_of_unequal_weight_are_those_published() {
    near(
        p_value(&[315.0, 108.0, 101.0, 32.0], &[9.0, 3.0, 3.0, 1.0]).unwrap(),
        0.9254,
    );
}

/// Kohavi, Tang and Xu, Trustworthy Online Controlled Experiments (2020), chapter 21: p = 1.8e-6.
#[test]
fn a_mismatch_that_looks_small_is_found() {
    near(p_value(&[821_588.0, 815_482.0], &[50.0, 50.0]).unwrap(), 1.82e-6);
}

#[test]
fn weights_are_relative() {
    let observed = [900.0, 100.0];
    assert_eq!(
        p_value(&observed, &[9.0, 1.0]).unwrap(),
        p_value(&observed, &[90.0, 10.0]).unwrap()
    );
    assert_eq!(p_value(&observed, &[9.0, 1.0]).unwrap(), 1.0);
}

#[test]
fn what_cannot_be_arms_is_refused() {
    let code = |observed: &[f64], weights: &[f64]| p_value(observed, weights).unwrap_err().code();
    assert_eq!(code(&[1.0, 2.0], &[1.0]), "arms-differ");
    assert_eq!(code(&[1.0], &[1.0]), "arms-too-few");
    assert_eq!(code(&[], &[]), "arms-too-few");
    assert_eq!(code(&[f64::NAN, 2.0], &[1.0, 1.0]), "not-finite");
    assert_eq!(code(&[-1.0, 2.0], &[1.0, 1.0]), "negative");
    assert_eq!(code(&[0.0, 0.0], &[1.0, 1.0]), "no-units");
    for weight in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(code(&[1.0, 2.0], &[1.0, weight]), "weight-invalid");
    }
}
