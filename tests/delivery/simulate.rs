use super::support::{NOW_MS, project};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use tidegate::Context;
use tidegate::delivery::judge::Verdict;
use tidegate::delivery::simulate::{Course, Crowd, Described, End, PIECE, Simulation, SimulationError, Stop};
use tidegate::model::{Population, Project, SourceFile, read_population};

const FLAG: &str = "salt: k3v9x2\nvariants: { classic: classic, one-page: one-page }\noffVariant: classic\n\
default: classic\nrules:\n  - { name: everyone, serve: { rollout: launch } }\nrollouts:\n  launch:\n    \
from: classic\n    to: one-page\n    control: true\n    gate: { minHold: 1d, minSample: 200, policy: orders }\n    \
stages:\n      - { name: qa, ring: internal-qa, gate: { minHold: 2h, approvals: 2 } }\n      \
- { name: s5, share: 5 }\n      - { name: s20, share: 20 }\n      - { name: s50, share: 50 }\n";
const SEGMENT: &str = "if: { attribute: groups, anyOf: [qa] }\n";
const POLICY: &str = "metrics:\n  failed:\n    role: guardrail\n    type: proportion\n    harm: increase\n    \
onBreach: rollback\n    file: { path: numbers.json }\n";
const PEOPLE: &str = "seed: 3\nsize: 24000\nlasts: 10d\nevery: 2h\nattributes:\n  \
country: { oneOf: { US: 3, CA: 1 } }\n  groups: { listOf: { qa: 1 } }\nmetrics:\n  failed: { rate: 5 }\n";

fn shop() -> Project {
    project(&[
        ("flags/checkout.yaml", FLAG),
        ("segments/internal-qa.yaml", SEGMENT),
        ("policies/orders.yaml", POLICY),
    ])
}

fn population(text: &str) -> Population {
    let (population, problems) = read_population(&SourceFile {
        path: "p.yaml".to_owned(),
        text: text.to_owned(),
    });
    assert_eq!(problems, []);
    population.unwrap()
}

/// What a test changes of the usual simulation.
struct Trial<'t> {
    project: Project,
    population: Population,
    harm: &'t [(String, f64)],
    approved: bool,
    flag: &'t str,
    plan: Option<&'t str>,
}

impl Default for Trial<'_> {
    fn default() -> Self {
        Self {
            project: shop(),
            population: population(PEOPLE),
            harm: &[],
            approved: true,
            flag: "checkout",
            plan: None,
        }
    }
}

impl Trial<'_> {
    fn run(&self) -> Result<Course, SimulationError> {
        self.on(&Described::new(&self.population).unwrap())
    }

    fn on(&self, crowd: &impl Crowd<Failure = Infallible>) -> Result<Course, SimulationError> {
        let simulation = Simulation {
            project: &self.project,
            flag: self.flag,
            plan: self.plan,
            environment: "production",
            population: &self.population,
            harm: self.harm,
            start_ms: NOW_MS,
            approved: self.approved,
        };
        simulation.run(crowd, &|_| ()).map_err(|stop| match stop {
            Stop::Refused(error) => error,
            Stop::Crowd(never) => match never {},
        })
    }
}

fn harm(metric: &str, change: f64) -> [(String, f64); 1] {
    [(metric.to_owned(), change)]
}

#[test]
fn harm_is_found_and_rolled_back_before_many_are_hurt() {
    let harm = harm("failed", 1.0);
    let course = Trial {
        harm: &harm,
        ..Trial::default()
    }
    .run()
    .unwrap();
    assert!(matches!(course.end, End::RolledBack { .. }), "{:?}", course.end);
    let last = course.looks.last().unwrap();
    assert_eq!(last.decision.verdict, Verdict::RollBack);
    let metric = &last.decision.comparisons[0];
    assert!(metric.lower_bound > 0.0 && metric.treatment > metric.control);
    // Nobody gets it any more once it was rolled back.
    assert_eq!(course.by_then.reached, course.in_all.reached);
    let (plan, at_once) = (course.in_all.reached, course.in_all.all_at_once);
    assert!(
        plan.hurt > 0 && plan.hurt * 6 < at_once.hurt,
        "{plan:?} {at_once:?}"
    );
    // Of 24,000 people 5% are hurt by a rate that doubles.
    assert_eq!(at_once.people, 24_000);
    assert!((1_050..1_350).contains(&at_once.hurt), "{at_once:?}");
}

#[test]
fn without_harm_nobody_is_hurt_and_the_plan_is_completed() {
    let course = Trial::default().run().unwrap();
    assert!(matches!(course.end, End::Completed { .. }), "{:?}", course.end);
    assert_eq!(
        (course.in_all.reached.hurt, course.in_all.all_at_once.hurt),
        (0, 0)
    );
    let stages: Vec<&str> = course.looks.iter().map(|look| look.stage.as_str()).collect();
    assert!(stages.is_sorted_by_key(|stage| ["qa", "s5", "s20", "s50"].iter().position(|at| at == stage)));
    // What is better is no harm either.
    let better = harm("failed", -0.5);
    let course = Trial {
        harm: &better,
        ..Trial::default()
    }
    .run()
    .unwrap();
    assert_eq!(course.in_all.all_at_once.hurt, 0);
}

#[test]
fn the_engine_decides_who_is_in_which_arm() {
    let course = Trial::default().run().unwrap();
    let glance = course.looks.iter().rfind(|glance| glance.stage == "s5").unwrap();
    // Looks with 200 people, of whom 5% are in each lane, until both have 200.
    assert!((200..400).contains(&glance.treatment), "{}", glance.treatment);
    assert!((200..400).contains(&glance.control), "{}", glance.control);
    assert_eq!(glance.share, 5.0);
    // The ring gets it in every stage, and is in no arm.
    let ring = &course.looks[0];
    assert_eq!((ring.treatment, ring.control), (0, 0));
    assert!(ring.people.reached.people > 0);
}

#[test]
fn who_has_it_anyway_is_neither_reached_nor_hurt() {
    let canada = "rules:\n  - { name: canada, if: { attribute: country, in: [CA] }, serve: one-page }\n";
    let project = project(&[
        ("flags/checkout.yaml", &FLAG.replace("rules:\n", canada)),
        ("segments/internal-qa.yaml", SEGMENT),
        ("policies/orders.yaml", POLICY),
    ]);
    let course = Trial {
        project,
        ..Trial::default()
    }
    .run()
    .unwrap();
    // One of four is in Canada.
    let reached = course.in_all.all_at_once.people;
    assert!((17_500..18_500).contains(&reached), "{reached}");
    assert!(course.in_all.reached.people < reached);
}

#[test]
fn nobody_approves_unless_it_is_said() {
    let course = Trial {
        approved: false,
        ..Trial::default()
    }
    .run()
    .unwrap();
    assert_eq!(course.end, End::UnderWay);
    let last = course.looks.last().unwrap();
    assert_eq!(last.stage, "qa");
    assert_eq!(
        last.decision.first().unwrap().to_string(),
        "0 of 2 people approved"
    );
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let harm = harm("failed", 0.3);
    let text = PEOPLE.replace("metrics:", "metrics:\n  seconds: { mean: 1.5, deviation: 0.3 }");
    let trial = Trial {
        harm: &harm,
        population: population(&text),
        ..Trial::default()
    };
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| trial.run()).unwrap()
    };
    let one = with(1);
    assert_eq!(one, with(2));
    assert_eq!(one, with(7));
    let other = population(&text.replace("seed: 3", "seed: 4"));
    let other = Trial {
        population: other,
        harm: &harm,
        ..Trial::default()
    };
    assert_ne!(one.in_all, other.run().unwrap().in_all);
}

#[test]
fn everybody_is_met_once_and_in_pieces() {
    struct Counting(Described, AtomicU64);
    impl Crowd for Counting {
        type Failure = Infallible;
        fn size(&self) -> u64 {
            self.0.size()
        }
        fn meet(&self, people: Range<u64>, each: &mut dyn FnMut(u64, &Context)) -> Result<(), Infallible> {
            assert_eq!(people.start / PIECE, (people.end - 1) / PIECE);
            self.1.fetch_add(people.end - people.start, Ordering::Relaxed);
            self.0.meet(people, each)
        }
    }
    let trial = Trial::default();
    let crowd = Counting(Described::new(&trial.population).unwrap(), AtomicU64::new(0));
    let course = trial.on(&crowd).unwrap();
    assert_eq!(crowd.1.load(Ordering::Relaxed), 24_000);
    assert_eq!(course.in_all.came, 24_000);
}

#[test]
fn people_are_as_they_are_described() {
    let crowd = Described::new(&population(
        "size: 20000\nattributes:\n  country: { oneOf: { US: 3, CA: 1 }, absent: 10 }\n  \
        staff: { chance: 2 }\n  plan.tier.name: { oneOf: [gold] }\n  plan.tier.since: { serial: t }\n  age: { from: 18, to: 21 }\n  basket: { mean: 40, deviation: 5 }\n\
        metrics: { failed: { rate: 3 } }",
    ))
    .unwrap();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    crowd
        .meet(0..20_000, &mut |number, context| {
            let text = format!("{context:?}");
            assert!(text.contains(&format!("u-{number}\"")), "{text}");
            for part in [
                "\"US\"",
                "\"CA\"",
                "Boolean(true)",
                "Number(18.0)",
                "Number(21.0)",
            ] {
                *seen.entry(part.to_owned()).or_default() += u32::from(text.contains(part));
            }
        })
        .unwrap();
    let near = |part: &str, expected: f64| {
        let found = f64::from(seen[part]);
        assert!(
            (found - expected).abs() < 5.0 * expected.sqrt(),
            "{part}: {found}"
        );
    };
    near("\"US\"", 13_500.0);
    near("\"CA\"", 4_500.0);
    near("Boolean(true)", 400.0);
    near("Number(18.0)", 5_000.0);
    near("Number(21.0)", 5_000.0);
}

#[test]
fn the_population_that_is_shown_is_one() {
    let page = include_str!("../../src/delivery/simulate/SIMULATION.md");
    let (_, rest) = page.split_once("```yaml\n").unwrap();
    let shown = population(rest.split("```").next().unwrap());
    let crowd = Described::new(&shown).unwrap();
    assert_eq!(
        (crowd.size(), shown.attributes.len(), shown.metrics.len()),
        (200_000, 7, 3)
    );
}

#[test]
fn means_and_ratios_are_judged_as_well() {
    let policy = POLICY.replace("failed", "seconds").replace("proportion", "mean")
        + "  faults:\n    role: guardrail\n    type: ratio\n    harm: increase\n    onBreach: rollback\n    \
        file: { path: numbers.json }\n";
    let project = project(&[
        ("flags/checkout.yaml", FLAG),
        ("segments/internal-qa.yaml", SEGMENT),
        ("policies/orders.yaml", &policy),
    ]);
    let text = PEOPLE.replace(
        "failed: { rate: 5 }",
        "seconds: { mean: 2, deviation: 0.5 }\n  faults: { rate: 2, trials: 8 }",
    );
    let harm = harm("faults", 1.0);
    let course = Trial {
        project,
        population: population(&text),
        harm: &harm,
        ..Trial::default()
    }
    .run()
    .unwrap();
    assert!(matches!(course.end, End::RolledBack { .. }), "{:?}", course.end);
    let last = course.looks.last().unwrap();
    assert_eq!(last.decision.first().unwrap().metric.as_deref(), Some("faults"));
    let [seconds, faults] = &last.decision.comparisons[..] else {
        panic!("{last:?}")
    };
    assert!((seconds.treatment - 2.0).abs() < 0.1 && seconds.lower_bound < 0.0);
    assert!((faults.control - 0.02).abs() < 0.005 && (faults.treatment - 0.04).abs() < 0.01);
}

#[test]
fn what_cannot_be_simulated_is_refused() {
    let code = |trial: Trial<'_>| trial.run().unwrap_err().code();
    let unknown = Trial {
        flag: "chekout",
        ..Trial::default()
    };
    assert_eq!(
        unknown.run().unwrap_err().to_string(),
        "flag `chekout` does not exist, expected `checkout`"
    );
    let plan = Trial {
        plan: Some("lunch"),
        ..Trial::default()
    };
    assert_eq!(code(plan), "unknown-plan");
    let no_plan = project(&[(
        "flags/checkout.yaml",
        "salt: s\nvariants: { a: a }\noffVariant: a\ndefault: a\n",
    )]);
    let no_plan = Trial {
        project: no_plan,
        ..Trial::default()
    };
    assert_eq!(code(no_plan), "no-plan");
    let nobody = Trial {
        population: population("metrics: { failed: { rate: 3 } }"),
        ..Trial::default()
    };
    assert_eq!(code(nobody), "nobody-comes");
    let missing = Trial {
        population: population(&PEOPLE.replace("failed", "other")),
        ..Trial::default()
    };
    assert_eq!(
        missing.run().unwrap_err().to_string(),
        "the policy `orders` watches `failed`, and the population does not say what happens there"
    );
    let differs = Trial {
        population: population(&PEOPLE.replace("rate: 5", "rate: 5, trials: 3")),
        ..Trial::default()
    };
    assert_eq!(
        differs.run().unwrap_err().to_string(),
        "the policy watches `failed` as a proportion, and the population describes a ratio"
    );
}

#[test]
fn harm_that_cannot_be_is_refused() {
    for (metric, change, expected) in [
        ("faild", 0.2, "harm-unknown"),
        ("failed", 20.0, "harm-impossible"),
        ("failed", -1.5, "harm-impossible"),
        ("failed", f64::NAN, "harm-impossible"),
        ("failed", f64::INFINITY, "harm-impossible"),
    ] {
        let harm = harm(metric, change);
        let trial = Trial {
            harm: &harm,
            ..Trial::default()
        };
        assert_eq!(trial.run().unwrap_err().code(), expected, "{metric} {change}");
    }
}
