use super::condition::Scalar;
use super::diagnostic::Spanned;

/// People that a plan is tried on, and what happens to them anyway: a file that `tidegate simulate` is given.
#[derive(Debug, Clone, PartialEq)]
pub struct Population {
    /// What all chance comes from: the same seed makes the same people.
    pub seed: u64,
    /// How many people there are; nothing where they come from a file of contexts.
    pub size: Option<u64>,
    /// How long it takes until the last of them came, in milliseconds; they come evenly.
    pub lasts_ms: i64,
    /// How often one looks, in milliseconds.
    pub every_ms: i64,
    /// What they are like, by the steps to the attribute, in the order of the file; none leads through another.
    pub attributes: Vec<(Vec<String>, Attribute)>,
    /// What happens to them without the release, by the metric's name, in the order of the file.
    pub metrics: Vec<(Spanned<String>, Outcome)>,
}

/// An attribute of everybody, or of nearly everybody.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// How its values are spread.
    pub values: Values,
    /// The share of people who do not have it, 0 to 1.
    pub absent: f64,
}

/// How the values of an attribute are spread.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// One of some values, by weights above 0.
    OneOf(Vec<(Scalar, f64)>),
    /// `true` for a share of people, 0 to 1.
    Chance(f64),
    /// A list of texts, each of which is in it for a share of people, 0 to 1.
    List(Vec<(String, f64)>),
    /// Whole numbers, evenly from the first to the last.
    Whole {
        /// The first.
        from: i64,
        /// The last.
        to: i64,
    },
    /// A normal distribution.
    Normal {
        /// Its mean.
        mean: f64,
        /// Its standard deviation, 0 or more.
        deviation: f64,
    },
    /// This text and the number of the person.
    Serial(String),
}

/// What happens to one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outcome {
    /// An event, with a probability from 0 to 1.
    Rate(f64),
    /// A value from a normal distribution.
    Mean {
        /// Its mean.
        mean: f64,
        /// Its standard deviation, 0 or more.
        deviation: f64,
    },
    /// Some trials, of which each has an event: one sum divided by another.
    Ratio {
        /// The probability of an event in a trial, 0 to 1.
        rate: f64,
        /// How many trials a person has on average, 1 or more.
        trials: f64,
    },
}
