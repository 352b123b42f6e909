//! What every subject is given, and who asks: 101 flags, each with ordered rules. The first rule that matches decides, and
//! none serves off. Each subject writes this in its own format.

/// The flag with one rule, which most cases ask for.
pub const FLAG: &str = "checkout";

/// A flag and its rules.
#[derive(Debug, Clone)]
pub struct Flag {
    /// What the flag is asked for by.
    pub key: String,
    /// What is hashed with the unit.
    pub salt: String,
    /// The first that matches decides.
    pub rules: Vec<Rule>,
}

/// Serves on to a share of those who pass a test, and off to the others.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Who the rule is for.
    pub test: Test,
    /// The share, in percent.
    pub percent: u32,
}

/// A comparison of one attribute.
#[derive(Debug, Clone)]
pub enum Test {
    /// The attribute is one of these strings.
    In(&'static str, Vec<String>),
    /// The attribute is a number greater than this.
    Above(&'static str, u32),
}

/// Who asks.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The unit.
    pub key: String,
    /// `US`, `CA`, `DE` or `FR`.
    pub country: &'static str,
    /// `free`, but for those whom an earlier rule decides for.
    pub plan: &'static str,
    /// In years.
    pub age: u32,
}

impl Visitor {
    /// Is the visitor in a country that the share is for?
    pub fn is_eligible(&self) -> bool {
        matches!(self.country, "US" | "CA")
    }
}

/// A hundred flags with three rules, and one with one in the middle of them, for whoever searches a list.
pub fn ruleset() -> Vec<Flag> {
    let checkout = Flag {
        key: FLAG.into(),
        salt: salt(0),
        rules: vec![north_america()],
    };
    (1..=50)
        .map(three_rules)
        .chain([checkout])
        .chain((51..=100).map(three_rules))
        .collect()
}

/// A flag with three rules, of which the third decides for most visitors.
pub fn three_rules(number: u32) -> Flag {
    let plans = vec!["enterprise".into(), format!("partner-{}", number % 10)];
    Flag {
        key: format!("feature-{number:03}"),
        salt: salt(number),
        rules: vec![
            Rule {
                test: Test::In("plan", plans),
                percent: 100,
            },
            Rule {
                test: Test::Above("age", 60 + number % 10),
                percent: 100,
            },
            north_america(),
        ],
    }
}

/// Visitors for whom the hash decides in every flag.
pub fn timed_visitors() -> Vec<Visitor> {
    (0..1_000).map(|number| visitor(number, ["US", "CA"])).collect()
}

/// As many of these as of visitors from elsewhere.
pub fn checked_visitors() -> Vec<Visitor> {
    (0..4_000)
        .map(|number| visitor(number, ["US", "DE", "CA", "FR"]))
        .collect()
}

/// Two from elsewhere for whom an earlier rule decides: every flag of three rules is on for them.
pub fn certain_visitors() -> [Visitor; 2] {
    [
        Visitor {
            plan: "enterprise",
            ..visitor(1, ["DE"])
        },
        Visitor {
            age: 75,
            ..visitor(2, ["FR"])
        },
    ]
}

fn north_america() -> Rule {
    Rule {
        test: Test::In("country", vec!["US".into(), "CA".into()]),
        percent: 50,
    }
}

fn visitor<const N: usize>(number: u32, countries: [&'static str; N]) -> Visitor {
    Visitor {
        key: format!("user-{:08}", mix(number) % 100_000_000),
        country: countries
            .iter()
            .cycle()
            .nth(number as usize % N)
            .copied()
            .unwrap_or("US"),
        plan: "free",
        age: 20 + number % 35,
    }
}

/// Six characters, as the command line tool makes them.
fn salt(number: u32) -> String {
    let mut rest = mix(number + 1);
    std::iter::repeat_with(|| {
        let digit = char::from_digit(rest % 36, 36).unwrap_or('0');
        rest /= 36;
        digit
    })
    .take(6)
    .collect()
}

/// Spreads consecutive numbers over 32 bits.
fn mix(number: u32) -> u32 {
    let mixed = (number ^ 0x5bd1_e995).wrapping_mul(0x9e37_79b1);
    let mixed = (mixed ^ mixed >> 15).wrapping_mul(0x85eb_ca6b);
    mixed ^ mixed >> 13
}
