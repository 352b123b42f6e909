//! Whoever got the off variant and gets something else is told of: projects that nobody wrote, and people who are asked
//! about on both sides.

mod pairs;
mod words;

use self::pairs::{FLAGS, Files, pair};
use super::impact::{client_of, project_of};
use super::support::NOW_MS;
use std::collections::BTreeMap;
use tidegate::delivery::change::{Change, Kind, between};
use tidegate::{Client, Context};

const PEOPLE: u64 = 150;
/// So many may get more by the luck of the draw: five deviations of as many coins.
const LUCK: f64 = 5.0 * 0.5 / 12.2;
const SEEDS: u64 = 50;
/// So many of the 24 kinds of people are asked about in each project.
const KINDS: u64 = 4;

/// Somebody of a few kinds: one kind alone may be all there are.
fn person(number: u64, kind: u64) -> Context {
    let mut context = Context::new(format!("u-{number}"));
    if kind & 1 == 1 {
        context = context.with("country", ["CA", "US"][(kind >> 1 & 1) as usize]);
    }
    if kind & 4 == 4 {
        context = context.with("account", format!("a-{number}"));
    }
    context.with("mail", ["x@a.org", "x@b.org", "x@c.org"][(kind >> 3) as usize])
}

/// Which kinds of people are asked about a flag.
fn kinds(seed: u64, flag: u64) -> impl Iterator<Item = u64> {
    (0..KINDS).map(move |at| (seed * 7 + flag + at * 5) % 24)
}

/// How many of each flag's people left its off variant: of the kind of which most did.
fn left(seed: u64, people: &[Vec<Context>], [before, after]: [&Client; 2]) -> Vec<u64> {
    let mut most = vec![0; FLAGS as usize];
    for (kind, people) in (0..).zip(people) {
        let asked = (0..FLAGS).filter(|flag| kinds(seed, *flag).any(|asked| asked == kind));
        let asked: Vec<(u64, String)> = asked.map(|flag| (flag, format!("f{flag}"))).collect();
        let mut left = vec![0; FLAGS as usize];
        // Packed once for all flags: packing takes longer than answering.
        for person in people {
            let [before, after] = [before, after].map(|client| client.bind(person).unwrap());
            for (flag, key) in &asked {
                let was = before.evaluate(key, NOW_MS);
                let Some(was) = was.filter(|answer| answer.variant() == Some("off")) else {
                    continue;
                };
                let is = after.evaluate(key, NOW_MS);
                let is = is.and_then(|answer| Some((answer.variant()?, answer.value())));
                left[*flag as usize] += u64::from(is != Some(("off", was.value())));
            }
        }
        for (most, left) in most.iter_mut().zip(left) {
            *most = left.max(*most);
        }
    }
    most
}

#[test]
fn whoever_leaves_the_off_variant_is_told_of() {
    let (mut cases, mut opening, mut closing) = (0, 0, 0);
    let mut wrong = Vec::new();
    let people: Vec<Vec<Context>> = (0..24)
        .map(|kind| (0..PEOPLE).map(|number| person(number, kind)).collect())
        .collect();
    for seed in 0..SEEDS {
        let [old, new] = pair(seed);
        let [before, after] = [&old, &new].map(|files| project_of(files));
        let changes = between(&before, &after);
        let [before, after] = [before, after].map(|project| client_of(&project));
        let by_flag: BTreeMap<&str, &Change> = changes
            .iter()
            .map(|change| (change.flag.as_str(), change))
            .collect();
        for (number, most) in (0..FLAGS).zip(left(seed, &people, [&before, &after])) {
            let key = format!("f{number}");
            cases += 1;
            let change = by_flag.get(key.as_str());
            let told = || {
                let file = |files: &Files| {
                    files
                        .iter()
                        .find(|(path, _)| *path == format!("flags/{key}.yaml"))
                        .unwrap()
                        .1
                        .clone()
                };
                format!(
                    "seed {seed}: {most} of {PEOPLE}\n{}\n{}\n{change:#?}",
                    file(&old),
                    file(&new)
                )
            };
            let opens = [Kind::Increase, Kind::Targeting, Kind::New, Kind::Salt];
            let is_told = change.is_some_and(|change| opens.iter().any(|kind| change.kinds.contains(kind)));
            closing += u64::from(change.is_some() && !is_told);
            if most == 0 {
                continue;
            }
            opening += 1;
            let step = change.map_or(0, |change| change.step);
            if !is_told || most as f64 / PEOPLE as f64 > f64::from(step) / 100_000.0 + LUCK {
                wrong.push(told());
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {cases}:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(3)].join("\n\n")
    );
    assert!(
        opening > cases / 5 && closing > cases / 20,
        "of {cases} {opening} open and {closing} close"
    );
    println!("of {cases} {opening} open and {closing} close");
}
