use super::trial::{ALPHA, run};

#[test]
fn without_an_effect_no_method_alarms_more_often_than_alpha() {
    let none = run(0..50_000, 0.0);
    let [sequence, obrien_fleming, pocock, naive] = [0, 1, 2, 3].map(|method| none.share(method));
    assert!(sequence <= ALPHA, "{sequence}");
    assert!(obrien_fleming <= ALPHA, "{obrien_fleming}");
    assert!(pocock <= ALPHA, "{pocock}");
    // The others are not quiet because nothing happens in these runs.
    assert!((0.22..0.26).contains(&naive), "{naive}");
    assert!(obrien_fleming > 0.04 && pocock > 0.04 && sequence > 0.01);
}

#[test]
fn a_rate_that_rises_by_a_fifth_is_nearly_always_found() {
    let fifth = run(0..1_000, 0.2);
    let [sequence, obrien_fleming, pocock] = [0, 1, 2].map(|method| fifth.share(method));
    assert!(sequence > 0.87, "{sequence}");
    assert!(obrien_fleming > 0.97, "{obrien_fleming}");
    assert!(pocock > 0.95, "{pocock}");
}
