//! Projects that nobody wrote, with whatever decides who gets what: the same seed makes the same ones.

use super::super::generated::Chance;
use super::words::{condition, serve, variant, window};
use std::collections::BTreeMap;

/// How many flags there are in each.
pub(super) const FLAGS: u64 = 20;

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

pub(super) type Files = Vec<(String, String)>;

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

/// Two projects, of which each flag differs in one thing or two.
pub(super) fn pair(seed: u64) -> [Files; 2] {
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
