use super::*;
use crate::model::read::read_population;
use crate::model::{Attribute, Outcome, Population, Scalar, Values};

/// With everything that can be said.
pub(super) const PEOPLE: &str = "seed: 7\nsize: 1000\nlasts: 2d\nevery: 30m\nattributes:\n\
    \x20 country: { oneOf: { US: 3, CA: 1 }, absent: 5 }\n\
    \x20 plan: { oneOf: [free, 2, true] }\n\
    \x20 staff: { chance: 0.5 }\n\
    \x20 groups: { listOf: { qa: 1, beta: 20 } }\n\
    \x20 age: { from: 18, to: 80 }\n\
    \x20 basket: { mean: 40, deviation: 12 }\n\
    \x20 account.id: { serial: acc- }\n\
    metrics:\n\
    \x20 failed: { rate: 3 }\n\
    \x20 value: { mean: 40, deviation: 12 }\n\
    \x20 errors: { rate: 1, trials: 12 }\n";

fn read_text(text: &str) -> (Option<Population>, Vec<String>) {
    let (population, problems) = read_population(&SourceFile {
        path: "p.yaml".to_owned(),
        text: text.to_owned(),
    });
    (population, problems.iter().map(ToString::to_string).collect())
}

#[test]
fn everything_that_a_population_says_is_read() {
    let (population, problems) = read_text(PEOPLE);
    assert_eq!(problems, [""; 0]);
    let population = population.unwrap();
    assert_eq!((population.seed, population.size), (7, Some(1_000)));
    assert_eq!(
        (population.lasts_ms, population.every_ms),
        (172_800_000, 1_800_000)
    );
    let values: Vec<&Values> = population
        .attributes
        .iter()
        .map(|(_, each)| &each.values)
        .collect();
    let text = |text: &str| Scalar::Text(text.to_owned());
    let expected = [
        Values::OneOf(vec![(text("US"), 3.0), (text("CA"), 1.0)]),
        Values::OneOf(vec![
            (text("free"), 1.0),
            (Scalar::Number(2.0), 1.0),
            (Scalar::Boolean(true), 1.0),
        ]),
        Values::Chance(0.005),
        Values::List(vec![("qa".to_owned(), 0.01), ("beta".to_owned(), 0.2)]),
        Values::Whole { from: 18, to: 80 },
        Values::Normal {
            mean: 40.0,
            deviation: 12.0,
        },
        Values::Serial("acc-".to_owned()),
    ];
    assert_eq!(values, expected.iter().collect::<Vec<_>>());
    assert_eq!(population.attributes[6].0, ["account", "id"]);
    let absent: Vec<f64> = population
        .attributes
        .iter()
        .map(|(_, Attribute { absent, .. })| *absent)
        .collect();
    assert_eq!(absent, [0.05, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    let outcomes: Vec<Outcome> = population.metrics.iter().map(|(_, outcome)| *outcome).collect();
    let (mean, deviation) = (40.0, 12.0);
    let ratio = Outcome::Ratio {
        rate: 0.01,
        trials: 12.0,
    };
    assert_eq!(
        outcomes,
        [Outcome::Rate(0.03), Outcome::Mean { mean, deviation }, ratio]
    );
}

#[test]
fn what_is_not_said_has_a_default() {
    let (population, problems) = read_text("metrics: { failed: { rate: 3 } }");
    assert_eq!(problems, [""; 0]);
    let population = population.unwrap();
    assert_eq!((population.seed, population.size), (1, None));
    assert_eq!(
        (population.lasts_ms, population.every_ms),
        (1_209_600_000, 3_600_000)
    );
}

#[test]
fn what_cannot_be_a_population_is_refused_with_its_place() {
    for (text, problem) in [
        (
            "size: 10",
            "p.yaml:1:1: error[missing-key]: a population needs the key `metrics`",
        ),
        (
            "metrics: { m: { rate: .nan } }",
            "p.yaml:1:23: error[invalid-number]: `.nan` is not a finite number",
        ),
        (
            "metrics: { m: { rate: 101 } }",
            "p.yaml:1:23: error[out-of-range]: a percentage is a number from 0 to 100",
        ),
        (
            "metrics: { m: { rate: -3 } }",
            "p.yaml:1:23: error[out-of-range]: a percentage is a number from 0 to 100",
        ),
        (
            "metrics: { m: { rate: 3, deviation: 1 } }",
            "p.yaml:1:26: error[conflicting-keys]: `deviation` has no meaning beside `rate`",
        ),
        (
            "metrics: { m: { mean: 3, deviation: 1, trials: 2 } }",
            "p.yaml:1:40: error[conflicting-keys]: `trials` has no meaning beside `mean`",
        ),
        (
            "metrics: { m: { mean: 3, deviation: -1 } }",
            "p.yaml:1:37: error[out-of-range]: a standard deviation is a number from 0 to 1000000000000",
        ),
        (
            "metrics: { m: { rate: 3, trials: 0.5 } }",
            "p.yaml:1:34: error[out-of-range]: the number of trials is a number from 1 to 1000",
        ),
        (
            "metrics: { m: {} }",
            "p.yaml:1:15: error[missing-key]: what happens to people needs one of the keys `rate` or `mean`",
        ),
        (
            "metrics: {}",
            "p.yaml:1:10: error[empty-list]: the metrics must not be empty",
        ),
        (
            "size: 0\nmetrics: { m: { rate: 3 } }",
            "p.yaml:1:7: error[out-of-range]: the number of people is a whole number from 1 to 1000000000",
        ),
        (
            "seed: -1\nmetrics: { m: { rate: 3 } }",
            "p.yaml:1:7: error[out-of-range]: a seed is a whole number from 0 to 9007199254740991",
        ),
        (
            "lasts: 1h\nevery: 2h\nmetrics: { m: { rate: 3 } }",
            "p.yaml:2:8: error[out-of-range]: there is one look at least before the last person came, and 10000 at most",
        ),
        (
            "every: 1s\nmetrics: { m: { rate: 3 } }",
            "p.yaml:1:8: error[out-of-range]: there is one look at least before the last person came, and 10000 at most",
        ),
        (
            "attributes: { a: { from: 2, to: 1 } }\nmetrics: { m: { rate: 3 } }",
            "p.yaml:1:18: error[runs-backwards]: a range must not end before it starts",
        ),
        (
            "attributes: { a: { from: 1.5, to: 2 } }\nmetrics: { m: { rate: 3 } }",
            "p.yaml:1:26: error[invalid-number]: a number with a fraction is not a whole one",
        ),
        (
            "attributes: { a: { chance: 2, to: 1 } }\nmetrics: { m: { rate: 3 } }",
            "p.yaml:1:31: error[conflicting-keys]: `to` has no meaning beside `chance`",
        ),
        (
            "attributes: { a: { oneOf: { x: 0 } } }\nmetrics: { m: { rate: 3 } }",
            "p.yaml:1:32: error[out-of-range]: a weight is a number from 0.000000001 to 1000000000",
        ),
        (
            "attributes: { a: { oneOf: [] } }\nmetrics: { m: { rate: 3 } }",
            "p.yaml:1:27: error[empty-list]: a list of values must not be empty",
        ),
        (
            "attributes: { a: { chance: 1, serial: x } }\nmetrics: { m: { rate: 3 } }",
            "p.yaml:1:31: error[conflicting-keys]: an attribute's values takes only one of the keys `chance` and `serial`",
        ),
        (
            "attributes: { a..b: { chance: 2 } }\nmetrics: { m: { rate: 3 } }",
            "p.yaml:1:15: error[invalid-attribute]: `a..b` is not the path of an attribute",
        ),
        (
            "attributes: { a.b: { chance: 2 }, a: { chance: 2 } }\nmetrics: { m: { rate: 3 } }",
            "p.yaml:1:15: error[invalid-attribute]: `a` has a value of its own, and nothing below it",
        ),
        (
            "population: 3",
            "p.yaml:1:1: error[unknown-key]: unknown key `population` in a population",
        ),
        (
            "[1, 2]",
            "p.yaml:1:1: error[wrong-type]: expected a population (a mapping), found a list",
        ),
        (
            "",
            "p.yaml:1:1: error[wrong-type]: expected a population (a mapping), found null",
        ),
        (
            "a: b: c",
            "p.yaml:1:5: error[syntax]: mapping values are not allowed in this context",
        ),
    ] {
        let (population, problems) = read_text(text);
        assert_eq!(population, None, "{text}");
        assert!(
            problems.iter().any(|found| found == problem),
            "{text}\n{problems:#?}"
        );
    }
}
