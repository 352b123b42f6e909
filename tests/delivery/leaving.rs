//! Whoever got the off variant and gets something else is told of: projects that nobody wrote, and people who are asked
//! about on both sides.

use super::generated::Chance;
use super::impact::client;
use super::support::{NOW_MS, project};
use std::collections::BTreeMap;
use tidegate::delivery::change::{Change, Kind, between};
use tidegate::{Client, Context};

const PEOPLE: u64 = 150;
/// So many may get more by the luck of the draw: five deviations of as many coins.
const LUCK: f64 = 5.0 * 0.5 / 12.2;
const FLAGS: u64 = 20;
const SEEDS: u64 = 50;
/// So many of the 24 kinds of people are asked about in each project.
const KINDS: u64 = 4;

/// A flag's file, part by part.
#[derive(Clone)]
struct Parts {
    salt: u64,
    off: String,
    values: String,
    default: String,
    arms: String,
    control: String,
    from: String,
    coverage: u64,
    held: String,
    plan: (String, String, u64, String, String),
    state: String,
    rules: Vec<(String, String)>,
    targets: String,
    asks: String,
    window: String,
}

fn variant(chance: &mut Chance) -> String {
    chance.one_of(&["off", "off", "on", "more"]).to_owned()
}

fn share(chance: &mut Chance) -> u64 {
    match chance.below(5) {
        0 => 100,
        1 => 0,
        _ => chance.below(101),
    }
}

fn unit(chance: &mut Chance) -> &'static str {
    chance.one_of(&["", "", ", by: account"])
}

fn serve(chance: &mut Chance) -> String {
    let part = 1 + chance.below(99);
    let unit = unit(chance);
    match chance.below(8) {
        0 => format!("{{ split: {{ off: {part}, on: {} }}{unit} }}", 100 - part),
        1 => format!("{{ split: {{ more: {part}, off: {} }}{unit} }}", 100 - part),
        2 => {
            let (from, to) = chance.pair();
            format!(
                "{{ rollout: {{ from: {from}, to: {to}, share: {} }} }}",
                share(chance)
            )
        }
        3 => "{ experiment: e }".to_owned(),
        4 => "{ rollout: p }".to_owned(),
        _ => variant(chance),
    }
}

fn percentage(chance: &mut Chance) -> String {
    let unit = chance.one_of(&["", "", ", by: account", ", salt: other"]);
    let from = chance.below(60);
    match chance.below(2) {
        0 => format!("{{ percentage: {}{unit} }}", share(chance)),
        _ => format!(
            "{{ percentage: {{ from: {from}, to: {} }}{unit} }}",
            from + 1 + chance.below(40)
        ),
    }
}

fn attribute(chance: &mut Chance) -> String {
    match chance.below(4) {
        0 => "{ attribute: country, exists: true }".to_owned(),
        1 => "{ not: { attribute: country, in: [CA] } }".to_owned(),
        2 => "{ segment: staff }".to_owned(),
        _ => format!(
            "{{ attribute: country, in: [{}] }}",
            chance.one_of(&["CA", "US", "CA, US"])
        ),
    }
}

fn condition(chance: &mut Chance) -> String {
    let group = chance.one_of(&["all", "any"]).to_owned();
    match chance.below(5) {
        0 => attribute(chance),
        1 | 2 => percentage(chance),
        3 => format!("{{ {group}: [{}, {}] }}", attribute(chance), percentage(chance)),
        _ => format!("{{ {group}: [{}, {}] }}", percentage(chance), percentage(chance)),
    }
}

fn window(chance: &mut Chance) -> String {
    chance
        .one_of(&[
            "",
            "",
            "start: 2026-11-20T00:00:00Z",
            "start: 2026-12-20T00:00:00Z",
            "end: 2026-11-20T00:00:00Z",
            "end: 2026-12-20T00:00:00Z",
        ])
        .to_owned()
}

impl Parts {
    fn of(chance: &mut Chance, number: u64) -> Self {
        let mut parts = Self {
            salt: number,
            off: "off".into(),
            values: "{ off: 0, on: 1, more: 2 }".into(),
            default: serve(chance),
            arms: String::new(),
            control: String::new(),
            from: String::new(),
            coverage: 0,
            held: String::new(),
            plan: Default::default(),
            state: String::new(),
            rules: Vec::new(),
            targets: String::new(),
            asks: String::new(),
            window: String::new(),
        };
        for part in [2, 3, 4, 5, 6, 10, 11] {
            parts.change(chance, part);
        }
        for _ in 0..chance.below(4) {
            parts.rules.push((condition(chance), serve(chance)));
        }
        parts
    }

    fn change(&mut self, chance: &mut Chance, part: u64) {
        match part {
            0 => self.default = serve(chance),
            1 if !self.rules.is_empty() => {
                let rule = chance.below(self.rules.len() as u64) as usize;
                match chance.below(4) {
                    0 => self.rules[rule].0 = condition(chance),
                    1 => self.rules[rule].1 = serve(chance),
                    2 => drop(self.rules.remove(rule)),
                    _ => self.rules.insert(rule, (condition(chance), serve(chance))),
                }
            }
            2 => {
                let [one, other] = chance
                    .one_of(&["off on", "on more", "more off"])
                    .split(' ')
                    .collect::<Vec<_>>()[..]
                else {
                    panic!("two arms");
                };
                let part = 1 + chance.below(99);
                self.arms = format!("{{ {one}: {part}, {other}: {} }}", 100 - part);
                self.control = chance.one_of(&[one, other]).to_owned();
            }
            3 => self.coverage = 1 + chance.below(100),
            4 => self.from = variant(chance),
            5 => {
                self.held = chance
                    .one_of(&[
                        "",
                        "",
                        "layer: l#, slots: { from: 0, to: 30 }",
                        "layer: l#, slots: { from: 50, to: 90 }",
                        "layer: m#, slots: { from: 0, to: 30 }",
                    ])
                    .to_owned();
            }
            6 => {
                let (from, to) = chance.pair();
                let stage = chance.one_of(&["qa", "tenth", "half", "climb"]).to_owned();
                let status = chance
                    .one_of(&["running", "running", "completed", "rolled_back", "draft"])
                    .to_owned();
                self.plan = (from, to, 1 + chance.below(9), stage, status);
            }
            7 => {
                self.state = chance
                    .one_of(&["", "", "killed: true", "enabled: false"])
                    .to_owned()
            }
            8 => {
                self.targets = chance
                    .one_of(&["", "on: [u-1, u-2]", "off: [u-3]", "more: [u-1]"])
                    .to_owned()
            }
            9 => self.off = chance.one_of(&["off", "on"]).to_owned(),
            10 => self.window = window(chance),
            11 => {
                let asked = chance.below(4);
                self.asks = match (self.salt > 3, chance.below(3)) {
                    (true, 0) => format!("f{asked}: {}", chance.one_of(&["on", "off", "[on, more]"])),
                    _ => String::new(),
                };
            }
            12 => {
                self.values = chance
                    .one_of(&["{ off: 0, on: 1, more: 2 }", "{ off: 1, on: 0, more: 2 }"])
                    .to_owned()
            }
            _ => self.salt += 100,
        }
    }

    /// What of the parts above is small beside what else is in the file.
    fn text(&self) -> String {
        let (from, to, tenth, stage, status) = &self.plan;
        let under_way = match status.as_str() {
            "running" => format!("status: running, stage: {stage}, enteredAt: 2026-11-20T09:00:00Z"),
            other => format!("status: {other}"),
        };
        let comma = |text: &str| {
            if text.is_empty() {
                String::new()
            } else {
                format!(", {text}")
            }
        };
        let mut text = format!(
            "salt: s{}\nvariants: {}\noffVariant: {}\ndefault: {}\n\
             experiments: {{ e: {{ arms: {}, control: {}, from: {}, coverage: {}{}{} }} }}\n\
             rollouts: {{ p: {{ from: {from}, to: {to}{}, stages: [{{ name: qa, ring: staff }}, {{ name: tenth, share: {tenth} }}, \
             {{ name: half, share: 50 }}, {{ name: climb, ramp: {{ to: 80, start: 2026-11-20T00:00:00Z, end: 2026-12-03T00:00:00Z }} }}] }} }}\n",
            self.salt,
            self.values,
            self.off,
            self.default,
            self.arms,
            self.control,
            self.from,
            self.coverage,
            comma(&self.held.replace('#', &(self.salt % 100).to_string())),
            comma(&self.window),
            comma(&self.window),
        );
        text.push_str("rules:\n");
        // What nobody asks for must be asked for somewhere.
        let never = "{ attribute: never, exists: true }".to_owned();
        let both = ["{ experiment: e }", "{ rollout: p }"].map(|serve| (never.clone(), serve.to_owned()));
        for (at, (condition, serve)) in self.rules.iter().chain(&both).enumerate() {
            text.push_str(&format!(
                "  - {{ name: r{at}, if: {condition}, serve: {serve} }}\n"
            ));
        }
        if !self.targets.is_empty() {
            text.push_str(&format!("targets: {{ {} }}\n", self.targets));
        }
        if !self.asks.is_empty() {
            text.push_str(&format!("prerequisites: {{ {} }}\n", self.asks));
        }
        text + &format!(
            "environments: {{ production: {{ rollouts: {{ p: {{ {under_way} }} }}{} }} }}\n",
            comma(&self.state)
        )
    }
}

type Files = Vec<(String, String)>;

fn files(flags: &BTreeMap<u64, Parts>, settings: (&str, &str)) -> Files {
    let (salt, domain) = settings;
    let layers = (0..FLAGS)
        .map(|number| format!("l{number}: {{ salt: {salt}{number} }}, m{number}: {{ salt: m{number} }}"));
    let layers: Vec<String> = layers.collect();
    let mut files = vec![
        (
            "tidegate.yaml".to_owned(),
            format!(
                "project: shop\nenvironments: [production]\nlayers: {{ {} }}\n\
                 holdouts: {{ h: {{ salt: h{salt}, share: 50, layers: [l1, l2, m3, l4] }}, \
                 i: {{ salt: i, share: 20, by: account, layers: [l2, l5, m6] }} }}\n",
                layers.join(", ")
            ),
        ),
        (
            "segments/staff.yaml".to_owned(),
            format!("if: {{ attribute: mail, endsWith: [\"{domain}\"] }}\n"),
        ),
    ];
    files.extend(
        flags
            .iter()
            .map(|(number, flag)| (format!("flags/f{number}.yaml"), flag.text())),
    );
    files
}

fn pair(seed: u64) -> [Files; 2] {
    let mut chance = Chance::of(seed + 5_000);
    let flags: BTreeMap<u64, Parts> = (0..FLAGS)
        .map(|number| (number, Parts::of(&mut chance, number)))
        .collect();
    let mut after = flags.clone();
    for flag in after.values_mut() {
        for _ in 0..1 + chance.below(2) {
            let part = chance.below(14);
            flag.change(&mut chance, part);
        }
    }
    let salt = chance.one_of(&["a", "a", "b"]).to_owned();
    let domain = chance.one_of(&["a.org", "a.org", "b.org"]).to_owned();
    [files(&flags, ("a", "a.org")), files(&after, (&salt, &domain))]
}

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
