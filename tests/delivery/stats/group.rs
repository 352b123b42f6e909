use super::{alpha, stratum};
use tidegate::delivery::stats::{Direction, Group, Margin, Spending, harm};

/// Bounds at so many looks with the same number of units each.
fn even(share: f64, spending: Spending, looks: u32) -> Vec<f64> {
    let group = Group::new(alpha(share), spending, looks, f64::from(looks)).unwrap();
    let units: Vec<f64> = (1..=looks).map(f64::from).collect();
    group.bounds(&units).unwrap()
}

fn close(found: &[f64], published: &[f64], by: f64) {
    assert_eq!(found.len(), published.len());
    let near = found
        .iter()
        .zip(published)
        .all(|(found, published)| (found - published).abs() < by);
    assert!(near, "{found:?} instead of {published:?}");
}

/// Reboussin, DeMets, Kim and Lan (2000), which R's `ldbounds` reproduces, and gsDesign's `sfLDOF`.
#[test]
fn five_looks_of_the_obrien_fleming_type_are_those_published() {
    let found = even(0.025, Spending::ObrienFleming, 5);
    close(&found, &[4.8769, 3.3569, 2.6803, 2.2898, 2.0310], 2e-4);
}

/// The same; gsDesign's `sfLDPocock`.
#[test]
fn five_looks_of_the_pocock_type_are_those_published() {
    let found = even(0.025, Spending::Pocock, 5);
    close(&found, &[2.4380, 2.4268, 2.4101, 2.3966, 2.3859], 2e-4);
}

/// The example in the README of SeqBounds.jl.
#[test]
fn four_looks_at_another_alpha_are_those_published() {
    let found = even(0.05, Spending::ObrienFleming, 4);
    close(&found, &[3.74955, 2.53993, 2.01604, 1.72014], 1e-4);
}

/// `ldbounds` with t = 0.1, 0.33 and 1.
#[test]
fn looks_at_uneven_times_are_those_published() {
    let group = Group::new(alpha(0.025), Spending::ObrienFleming, 3, 100.0).unwrap();
    let found = group.bounds(&[10.0, 33.0, 100.0]).unwrap();
    close(&found, &[6.9913, 3.7308, 1.9605], 2e-4);
}

#[test]
fn one_look_is_the_z_test() {
    close(&even(0.05, Spending::Pocock, 1), &[1.644_853_6], 1e-6);
}

#[test]
fn a_bound_depends_on_no_later_look() {
    let group = Group::new(alpha(0.05), Spending::Pocock, 10, 1_000.0).unwrap();
    let all = group.bounds(&[100.0, 230.0, 400.0, 900.0]).unwrap();
    assert_eq!(group.bounds(&[100.0, 230.0]).unwrap(), all[..2]);
}

#[test]
fn looks_that_follow_too_closely_spend_nothing() {
    let group = Group::new(alpha(0.05), Spending::Pocock, 10, 1_000.0).unwrap();
    let sparse = group.bounds(&[100.0, 200.0]).unwrap();
    let dense = group.bounds(&[100.0, 101.0, 102.0, 124.0, 200.0]).unwrap();
    assert_eq!(dense[1..4], [f64::INFINITY; 3]);
    assert_eq!([dense[0], dense[4]], sparse[..]);
}

#[test]
fn nothing_is_left_once_the_planned_units_were_seen() {
    let group = Group::new(alpha(0.05), Spending::ObrienFleming, 2, 1_000.0).unwrap();
    let bounds = group.bounds(&[990.0, 1_200.0, 1_300.0, 9_000.0]).unwrap();
    assert!(bounds[0].is_finite() && bounds[1].is_finite());
    assert_eq!(bounds[2..], [f64::INFINITY; 2]);
}

#[test]
fn two_hundred_looks_spend_alpha_and_no_more() {
    let found = even(0.05, Spending::Pocock, 200);
    // More looks of the same spending cost little: the limit of continuous looking lies just above.
    assert!(found.iter().all(|bound| (2.0..3.6).contains(bound)), "{found:?}");
    assert!(found[199] > even(0.05, Spending::Pocock, 5)[4]);
}

#[test]
fn counts_are_corrected_by_half_a_step() {
    let compared = harm(
        &[stratum((1_000.0, 60.0), (1_000.0, 30.0))],
        Direction::Increase,
        Margin::NONE,
    )
    .unwrap();
    assert!((compared.continuity - 0.001).abs() < 1e-12);
    let group = Group::new(alpha(0.05), Spending::Pocock, 1, 2_000.0).unwrap();
    let bound = group.lower_bound(&compared, &[]).unwrap();
    let plain = compared.excess - 1.644_853_6 * compared.standard_error();
    assert!((plain - bound - 0.001).abs() < 1e-6);
}

#[test]
fn what_cannot_be_a_plan_is_refused() {
    let new = |looks, sample| Group::new(alpha(0.05), Spending::Pocock, looks, sample);
    assert_eq!(new(0, 100.0).unwrap_err().code(), "looks-out-of-range");
    assert_eq!(new(201, 100.0).unwrap_err().code(), "looks-out-of-range");
    for sample in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(new(5, sample).unwrap_err().code(), "sample-invalid");
    }
}

#[test]
fn units_that_fall_or_are_none_are_refused() {
    let group = Group::new(alpha(0.05), Spending::Pocock, 5, 100.0).unwrap();
    for units in [
        [50.0, 40.0],
        [f64::NAN, 40.0],
        [-1.0, 40.0],
        [40.0, f64::INFINITY],
    ] {
        assert_eq!(group.bounds(&units).unwrap_err().code(), "units-fell");
    }
    let error = group.bounds(&[50.0, 40.0]).unwrap_err();
    assert_eq!(error.to_string(), "units fell from 50 to 40 between two looks");
}
