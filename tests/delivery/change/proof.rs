//! Projects that nobody wrote, and people who are asked about on both sides of a change.

use super::super::generated::tweaked;
use super::super::impact::{client_of, project_of};
use super::super::support::NOW_MS;
use tidegate::delivery::change::{Change, Kind, between};
use tidegate::delivery::impact::{Compared, Generated};
use tidegate::delivery::simulate::Crowd;
use tidegate::{Binding, Client, Context};

/// Of each flag, how many people asked about got the off variant, and get another.
fn opened(changes: &[Change], [before, after]: [&Client; 2], crowd: &Generated) -> Vec<u64> {
    let mut opened = vec![0; changes.len()];
    let each = &mut |_: u64, context: &Context| {
        let [before, after] = [before, after].map(|client| client.bind(context).unwrap());
        for (opened, change) in opened.iter_mut().zip(changes) {
            let is_off = |person: &Binding<'_>| {
                let answer = person.evaluate(&change.flag, NOW_MS);
                answer.unwrap().variant() == Some("off")
            };
            *opened += u64::from(is_off(&before) && !is_off(&after));
        }
    };
    crowd
        .meet(0..crowd.size(), each)
        .unwrap_or_else(|never| match never {});
    opened
}

#[test]
fn nobody_gets_more_than_the_kinds_and_the_step_say() {
    const PEOPLE: u64 = 400;
    // So many may get more by the luck of the draw: four deviations of as many coins.
    const LUCK: f64 = 4.0 * 0.5 / 20.0;
    let (mut closing, mut opening) = (0, 0);
    for seed in 1..=30 {
        let [before, after] = tweaked(seed);
        let [before, after] = [before, after].map(|files| project_of(&files));
        let changes = between(&before, &after);
        let [before, after] = [before, after].map(|project| client_of(&project));
        let scope = Compared {
            before: Some(&before),
            after: Some(&after),
        };
        let crowd = Generated::new(&[scope], PEOPLE, seed, NOW_MS).unwrap();
        let opened = opened(&changes, [&before, &after], &crowd);
        for (change, opened) in changes.iter().zip(opened) {
            let told = || format!("seed {seed}: {opened} of {PEOPLE} by {change:#?}");
            if change
                .kinds
                .iter()
                .all(|kind| matches!(kind, Kind::Kill | Kind::Decrease))
            {
                assert_eq!(opened, 0, "{}", told());
                closing += 1;
            }
            let share = opened as f64 / PEOPLE as f64;
            assert!(share <= f64::from(change.step) / 100_000.0 + LUCK, "{}", told());
            assert!(change.step > 0 || opened == 0, "{}", told());
            opening += u64::from(opened > 0);
        }
    }
    assert!(
        closing > 30 && opening > 100,
        "only {closing} close and {opening} open"
    );
}
