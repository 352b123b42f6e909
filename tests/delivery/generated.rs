//! Projects that nobody wrote: the same seed makes the same ones.

use std::collections::BTreeMap;

/// A xorshift.
pub(super) struct Chance(u64);

/// What a flag's file is made of.
#[derive(Clone)]
struct Flag {
    number: u64,
    more: &'static str,
    default: String,
    coverage: u64,
    rules: Vec<(String, String)>,
    prerequisite: Option<u64>,
    target: Option<u64>,
    state: &'static str,
}

impl Chance {
    pub(super) fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }

    pub(super) fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len() as u64) as usize]
    }

    /// Two variants of a plan, which are not the same.
    pub(super) fn pair(&mut self) -> (String, String) {
        let pairs = ["off on", "off on", "off more", "on off", "on more", "more on"];
        let (from, to) = self.one_of(&pairs).split_once(' ').unwrap();
        (from.to_owned(), to.to_owned())
    }

    fn serve(&mut self) -> String {
        let share = 1 + self.below(99);
        match self.below(6) {
            0 => format!("{{ split: {{ off: {share}, on: {} }} }}", 100 - share),
            1 => format!(
                "{{ split: {{ more: {share}, on: {} }}, by: account }}",
                100 - share
            ),
            2 => format!("{{ rollout: {{ to: on, share: {share}, control: true }} }}"),
            3 => "{ experiment: e }".to_owned(),
            _ => self.one_of(&["off", "on", "more"]).to_owned(),
        }
    }

    fn condition(&mut self) -> String {
        match self.below(7) {
            0 => format!(
                "{{ attribute: country, in: [{}] }}",
                self.one_of(&["CA", "US", "MX"])
            ),
            1 => format!("{{ attribute: age, \"<\": {} }}", self.below(5)),
            2 => format!("{{ attribute: app, semver: \">=1.{}.0\" }}", self.below(3)),
            3 => format!(
                "{{ attribute: groups, anyOf: [{}] }}",
                self.one_of(&["qa", "beta"])
            ),
            4 => "{ segment: staff }".to_owned(),
            5 => format!("{{ percentage: {} }}", 1 + self.below(99)),
            _ => format!(
                "{{ attribute: mail, endsWith: [{}] }}",
                self.one_of(&["a.org", "b.org"])
            ),
        }
    }

    fn state(&mut self) -> &'static str {
        match self.below(8) {
            0 => "enabled: false",
            1 => "killed: true",
            _ => "enabled: true",
        }
    }

    /// A flag; `number` is that of a file, and flags may ask for those before theirs.
    fn flag(&mut self, number: u64) -> Flag {
        let mut rules: Vec<(String, String)> = Vec::new();
        for _ in 0..1 + self.below(3) {
            rules.push((self.condition(), self.serve()));
        }
        let never = "{ attribute: never, exists: true }";
        rules.push((never.to_owned(), "{ experiment: e }".to_owned()));
        Flag {
            number,
            more: if self.below(2) == 0 { "2" } else { "3" },
            default: self.serve(),
            coverage: 1 + self.below(100),
            rules,
            prerequisite: (number > 0 && self.below(3) == 0).then(|| self.below(number)),
            target: (self.below(3) == 0).then(|| self.below(50)),
            state: self.state(),
        }
    }

    /// Changes one thing about a flag.
    fn tweak(&mut self, flag: &mut Flag) {
        let last = flag.rules.len() as u64 - 1;
        let rule = self.below(last) as usize;
        match self.below(6) {
            0 => flag.default = self.serve(),
            1 => flag.coverage = 1 + self.below(100),
            2 => flag.state = self.state(),
            3 => flag.rules[rule].0 = self.condition(),
            4 => flag.target = (self.below(2) == 0).then(|| self.below(50)),
            _ => flag.rules[rule].1 = self.serve(),
        }
    }
}

impl Flag {
    fn text(&self) -> String {
        let number = self.number;
        let mut text = format!(
            "salt: s{number}\nvariants: {{ off: 0, on: 1, more: {} }}\noffVariant: off\ndefault: {}\n\
             experiments: {{ e: {{ arms: {{ off: 50, on: 50 }}, control: off, coverage: {} }} }}\nrules:\n",
            self.more, self.default, self.coverage
        );
        for (at, (condition, serve)) in self.rules.iter().enumerate() {
            text.push_str(&format!(
                "  - {{ name: r{at}, if: {condition}, serve: {serve} }}\n"
            ));
        }
        if let Some(flag) = self.prerequisite {
            text.push_str(&format!("prerequisites: {{ f{flag}: [on, more] }}\n"));
        }
        if let Some(unit) = self.target {
            text.push_str(&format!("targets: {{ more: [u-{unit}, vip] }}\n"));
        }
        text + &format!("environments: {{ production: {{ {} }} }}\n", self.state)
    }
}

type Files = Vec<(String, String)>;

fn files(flags: &BTreeMap<u64, Flag>, domain: &str) -> Files {
    let segment = format!("if: {{ attribute: mail, endsWith: [\"{domain}\"] }}\n");
    let mut files = vec![("segments/staff.yaml".to_owned(), segment)];
    let flags = flags.iter();
    files.extend(flags.map(|(number, flag)| (format!("flags/f{number}.yaml"), flag.text())));
    files
}

/// Two projects of which the second is the first with some flags in place of others.
pub(super) fn projects(seed: u64) -> [Files; 2] {
    let mut chance = Chance::of(seed);
    let before: BTreeMap<u64, Flag> = (0..6).map(|number| (number, chance.flag(number))).collect();
    let mut after = before.clone();
    for _ in 0..1 + chance.below(3) {
        let number = chance.below(6);
        after.insert(number, chance.flag(number));
    }
    if chance.below(3) == 0 {
        after.insert(6, chance.flag(6));
    }
    let domain = chance.one_of(&["a.org", "c.org"]);
    [files(&before, "a.org"), files(&after, domain)]
}

/// Two projects with many flags, of which each differs in one thing; none asks for another.
pub(super) fn tweaked(seed: u64) -> [Files; 2] {
    let mut chance = Chance::of(seed);
    let mut flags: BTreeMap<u64, Flag> = (0..25).map(|number| (number, chance.flag(number))).collect();
    flags.values_mut().for_each(|flag| flag.prerequisite = None);
    let before = files(&flags, "a.org");
    flags.values_mut().for_each(|flag| chance.tweak(flag));
    [before, files(&flags, "a.org")]
}
