//! Whoever got the off variant and gets something else is told of: projects that nobody wrote, and people who are asked
//! about on both sides.

mod pairs;
mod words;

use self::pairs::{FLAGS, Files, pair};
use super::impact::client;
use super::support::{NOW_MS, project};
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

/// How many of some people left the off variant, and which share of them.
fn left(key: &str, off: &str, [before, after]: [&Client; 2], kind: u64) -> u64 {
    let left = (0..PEOPLE).filter(|number| {
        let person = person(*number, kind);
        let get = |client: &Client| {
            let answer = client.evaluate(key, &person, NOW_MS)?;
            Some((answer.variant()?.to_owned(), answer.value()))
        };
        let (was, is) = (get(before), get(after));
        was.as_ref().is_some_and(|(variant, _)| variant == off) && was != is
    });
    left.count() as u64
}

#[test]
fn whoever_leaves_the_off_variant_is_told_of() {
    let (mut cases, mut opening, mut closing) = (0, 0, 0);
    let mut wrong = Vec::new();
    for seed in 0..SEEDS {
        let [old, new] = pair(seed);
        let of = |files: &Files| {
            let files: Vec<(&str, &str)> = files
                .iter()
                .map(|(path, text)| (path.as_str(), text.as_str()))
                .collect();
            project(&files)
        };
        let changes = between(&of(&old), &of(&new));
        let [before, after] = [&old, &new].map(|files| client(files));
        let by_flag: BTreeMap<&str, &Change> = changes
            .iter()
            .map(|change| (change.flag.as_str(), change))
            .collect();
        for number in 0..FLAGS {
            let key = format!("f{number}");
            let most = (0..KINDS)
                .map(|at| left(&key, "off", [&before, &after], (seed * 7 + number + at * 5) % 24))
                .max()
                .unwrap();
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
