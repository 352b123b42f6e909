use super::generated::projects;
use super::support::{NOW_MS, key, options, project};
use std::collections::{BTreeMap, BTreeSet};
use tidegate::compile::compile;
use tidegate::delivery::impact::{Compared, Generated, Impact, Landing, examples, measure};
use tidegate::delivery::simulate::Crowd;
use tidegate::model::Project;
use tidegate::{Client, Context};

pub(super) fn client(files: &[(String, String)]) -> Client {
    client_of(&project_of(files))
}

pub(super) fn project_of(files: &[(String, String)]) -> Project {
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    project(&files)
}

pub(super) fn client_of(project: &Project) -> Client {
    let payload = compile(project, &options(1)).unwrap_or_else(|problems| panic!("{problems:?}"));
    let mut client = Client::new(key().trust(), None);
    client.load(key().sign(&payload), NOW_MS).unwrap();
    client
}

type Ends = (Landing, Landing);

/// Of one flag: other values, other arms, and people by where they were and are.
type Counted = (u64, u64, BTreeMap<Ends, u64>);

/// What asking everybody about every flag on both sides comes to.
fn by_hand(scope: &Compared<'_>, crowd: &impl Crowd) -> (u64, BTreeMap<String, Counted>) {
    let mut flags: BTreeMap<String, Counted> = BTreeMap::new();
    let (before, after) = (scope.before.unwrap(), scope.after.unwrap());
    // Of a flag that is new or gone only what it is not when it is off.
    let flags_of_both = before.flags().chain(after.flags()).collect::<BTreeSet<_>>();
    let keys: Vec<(&str, Option<String>)> = flags_of_both
        .into_iter()
        .map(|key| match (off(before, key), off(after, key)) {
            (Some(_), Some(_)) => (key, None),
            (here, there) => (key, here.or(there)),
        })
        .collect();
    let mut people = 0;
    let each = &mut |_: u64, context: &Context| {
        let mut is_moved = false;
        for (key, off) in &keys {
            let landing = |client: &Client| {
                let answer = client.evaluate(key, context, NOW_MS);
                let landing = Landing {
                    variant: answer.and_then(|answer| answer.variant().map(str::to_owned)),
                    rule: answer
                        .and_then(|answer| Some((answer.rule_index()?, answer.rule().map(str::to_owned)))),
                    exit: answer.map_or("absent", |answer| answer.exit().name()),
                };
                let value = answer.and_then(|answer| answer.value());
                (
                    landing,
                    value,
                    answer.map_or("none", |answer| answer.arm().name()),
                )
            };
            let ((was, old, arm), (is, new, arm_after)) = (landing(before), landing(after));
            let counted = flags.entry((*key).to_owned()).or_default();
            counted.1 += u64::from(arm != arm_after);
            if off.is_some() && was.variant.clone().or(is.variant.clone()) == *off {
                continue;
            }
            if was.variant != is.variant {
                is_moved = true;
                *counted.2.entry((was, is)).or_default() += 1;
            } else {
                counted.0 += u64::from(old != new);
            }
        }
        people += u64::from(is_moved);
    };
    crowd.meet(0..crowd.size(), each).unwrap_or_else(|_| panic!());
    flags.retain(|_, (revalued, arms, groups)| *revalued + *arms > 0 || !groups.is_empty());
    (people, flags)
}

/// What a flag gives when it is off, where there is such a flag.
fn off(client: &Client, key: &str) -> Option<String> {
    let snapshot = client.inspect().unwrap();
    Some(
        snapshot["flags"].get(key)?["offVariant"]
            .as_str()
            .unwrap()
            .to_owned(),
    )
}

fn told(impact: &Impact) -> (u64, BTreeMap<String, Counted>) {
    let flags = impact.flags.iter().map(|flag| {
        let groups = flag.groups.iter();
        let groups: BTreeMap<Ends, u64> = groups
            .map(|group| ((group.before.clone(), group.after.clone()), group.people))
            .collect();
        assert_eq!(flag.moved, groups.values().sum::<u64>() + flag.ungrouped);
        (flag.flag.clone(), (flag.revalued, flag.changed_arm, groups))
    });
    let mut flags: BTreeMap<_, _> = flags.collect();
    flags.retain(|_, (revalued, arms, groups)| *revalued + *arms > 0 || !groups.is_empty());
    (impact.moved, flags)
}

#[test]
fn it_is_what_asking_everybody_about_everything_comes_to() {
    let mut moved = 0;
    for seed in 1..=40 {
        let [before, after] = projects(seed).map(|files| client(&files));
        let scope = Compared {
            before: Some(&before),
            after: Some(&after),
        };
        let crowd = Generated::new(&[scope], 400, seed, NOW_MS).unwrap();
        let impact = measure(&[scope], &crowd, NOW_MS, &|_| {}).unwrap().remove(0);
        assert_eq!(impact.people, 400);
        assert_eq!(told(&impact), by_hand(&scope, &crowd), "seed {seed}");
        moved += impact.moved;
    }
    assert!(moved > 1_000, "only {moved} people moved in all projects");
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let [before, after] = projects(5).map(|files| client(&files));
    let scope = Compared {
        before: Some(&before),
        after: Some(&after),
    };
    let crowd = Generated::new(&[scope], 5_000, 1, NOW_MS).unwrap();
    let measured = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| measure(&[scope], &crowd, NOW_MS, &|_| {}).unwrap())
    };
    assert_eq!(measured(1), measured(3));
}

#[test]
fn generated_people_meet_every_rule_and_every_listed_unit() {
    let flag = "salt: s\nvariants: { off: 0, on: 1 }\noffVariant: off\ndefault: off\ntargets: { on: [vip] }\nrules:\n  \
        - { name: pattern, if: { attribute: mail, startsWith: [ana] }, serve: on }\n  \
        - { name: older, if: { attribute: \"plan.age\", \">\": 40 }, serve: on }\n  \
        - { name: app, if: { attribute: app, semver: \"^2.4.0\" }, serve: on }\n  \
        - { name: net, if: { attribute: ip, cidr: [10.0.0.0/8] }, serve: on }\n  \
        - { name: day, if: { attribute: born, before: 2000-01-01T00:00:00Z }, serve: on }\n  \
        - { name: all, if: { attribute: groups, allOf: [a, b] }, serve: on }\nenvironments: { production: {} }\n";
    let off = flag
        .replace("serve: on", "serve: off")
        .replace("on: [vip]", "off: [vip]");
    let [before, after] = [off, flag.to_owned()].map(|text| client(&[("flags/f.yaml".to_owned(), text)]));
    let scope = Compared {
        before: Some(&before),
        after: Some(&after),
    };
    let crowd = Generated::new(&[scope], 4_000, 1, NOW_MS).unwrap();
    let impact = measure(&[scope], &crowd, NOW_MS, &|_| {}).unwrap().remove(0);
    let mut by: Vec<&str> = impact.flags[0]
        .groups
        .iter()
        .map(|group| match &group.after.rule {
            Some((_, name)) => name.as_deref().unwrap(),
            None => group.after.exit,
        })
        .collect();
    by.sort_unstable();
    assert_eq!(by, ["all", "app", "day", "net", "older", "pattern", "target"]);
}

#[test]
fn examples_are_the_first_of_the_largest_groups_with_what_the_flag_asks_about() {
    let flag = "salt: s\nvariants: { off: 0, on: 1 }\noffVariant: off\ndefault: off\nrules:\n  \
        - { name: ca, if: { attribute: country, in: [CA] }, serve: on }\nenvironments: { production: {} }\n";
    let other = flag.replace("[CA]", "[CA, US]");
    let [before, after] = [flag.to_owned(), other].map(|text| client(&[("flags/f.yaml".to_owned(), text)]));
    let scope = Compared {
        before: Some(&before),
        after: Some(&after),
    };
    let crowd = Generated::new(&[scope], 600, 1, NOW_MS).unwrap();
    let impact = measure(&[scope], &crowd, NOW_MS, &|_| {}).unwrap().remove(0);
    let found = examples(&scope, &impact, &crowd, NOW_MS, 3, 10).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].context, serde_json::json!({ "country": "US" }));
    assert_eq!(found[0].before.as_ref().unwrap().text, "f serves `off` (DEFAULT)");
    assert_eq!(
        found[0].after.as_ref().unwrap().text,
        "f serves `on` (TARGETING_MATCH, rule 0 `ca`)"
    );
    assert!(
        examples(&scope, &impact, &crowd, NOW_MS, 3, 0)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_flag_that_is_new_or_gone_moves_those_whom_it_does_not_give_what_it_is_when_off() {
    let closed = "salt: s\nvariants: { off: 0, on: 1 }\noffVariant: off\ndefault: off\nenvironments: { production: {} }\n";
    let open = closed.replace("default: off", "default: on");
    let disabled = open.replace("production: {}", "production: { enabled: false }");
    let some = closed.replace(
        "environments",
        "rules: [{ name: ca, if: { attribute: country, in: [CA] }, serve: on }]\nenvironments",
    );
    for (flag, expected) in [
        (closed, 0..1),
        (disabled.as_str(), 0..1),
        (open.as_str(), 100..101),
        (some.as_str(), 20..80),
    ] {
        let there = client(&[("flags/f.yaml".to_owned(), flag.to_owned())]);
        let new = Compared {
            before: None,
            after: Some(&there),
        };
        let gone = Compared {
            before: Some(&there),
            after: None,
        };
        let crowd = Generated::new(&[new], 100, 1, NOW_MS).unwrap();
        let impacts = measure(&[new, gone], &crowd, NOW_MS, &|_| {}).unwrap();
        for (impact, is_new) in impacts.iter().zip([true, false]) {
            assert!(expected.contains(&impact.moved), "{flag}: {impact:?}");
            assert_eq!(impact.flags[0].moved, impact.moved, "{flag}");
            let groups = impact.flags[0].groups.iter();
            let ends = groups.map(|group| match is_new {
                true => (group.before.exit, group.after.variant.as_deref()),
                false => (group.after.exit, group.before.variant.as_deref()),
            });
            assert!(ends.clone().all(|ends| ends == ("absent", Some("on"))), "{flag}");
            assert_eq!(ends.count() > 0, impact.moved > 0, "{flag}");
        }
    }
}
