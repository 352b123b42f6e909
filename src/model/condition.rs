use super::diagnostic::Spanned;

/// A share in thousandths of a percent, which is also a number of bucket slots: 0..=100_000.
pub type Percent = u32;

/// A half-open range of slots on a salt: `from..to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// First slot inside.
    pub from: Percent,
    /// First slot after it.
    pub to: Percent,
}

/// The steps to an attribute in the context: `plan.tier` is `["plan", "tier"]`.
pub type Path = Vec<String>;

/// What a condition compares with.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// A string.
    Text(String),
    /// A number; never NaN.
    Number(f64),
    /// A boolean.
    Boolean(bool),
}

/// The types that the `type` operator can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeName {
    /// A string.
    String,
    /// A number that is not NaN.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A `Date` object.
    Date,
    /// A list.
    Array,
    /// Any other object.
    Object,
}

/// Something that is true or false of a context.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Holds when every part holds.
    All(Vec<Spanned<Condition>>),
    /// Holds when at least one part holds.
    Any(Vec<Spanned<Condition>>),
    /// Holds when its part does not.
    Not(Box<Spanned<Condition>>),
    /// Holds for the members of a segment.
    Segment(Spanned<String>),
    /// Holds for units whose bucket lies in a range.
    Percentage {
        /// The slots that are in.
        range: Range,
        /// The unit, by default `targetingKey`.
        by: Option<Path>,
        /// Another salt than the flag's or segment's own.
        salt: Option<Spanned<String>>,
    },
    /// Holds from one moment up to another, in epoch milliseconds.
    Window {
        /// First moment inside.
        from: Option<i64>,
        /// First moment after it.
        to: Option<i64>,
    },
    /// Holds when an attribute passes a test.
    Attribute {
        /// Which attribute.
        path: Path,
        /// What it must pass.
        test: Spanned<Test>,
    },
}

/// A test of one attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// `in`, `=`; with `negated` `notIn`, `!=`.
    In {
        /// The literals.
        literals: Vec<Spanned<Scalar>>,
        /// True for `notIn` and `!=`.
        negated: bool,
        /// Compare ASCII letters without regard to case.
        ignore_case: bool,
    },
    /// `startsWith`, `endsWith`, `contains`: any of the needles.
    Text {
        /// Which of the three.
        operator: Operator,
        /// What is looked for.
        needles: Vec<Spanned<String>>,
        /// Compare ASCII letters without regard to case.
        ignore_case: bool,
    },
    /// `matches`: a regular expression is found.
    Matches {
        /// The expression.
        pattern: Spanned<String>,
        /// Compare ASCII letters without regard to case.
        ignore_case: bool,
    },
    /// `<`, `<=`, `>`, `>=`.
    Compare(Operator, f64),
    /// `before`, `after`: epoch milliseconds, exclusive.
    Moment(Operator, i64),
    /// `semver`: the version lies in a range.
    Semver(VersionRange),
    /// `cidr`: the address lies in one of the networks.
    Cidr(Vec<Spanned<String>>),
    /// `exists: true`.
    Exists,
    /// `type`.
    Type(TypeName),
    /// `anyOf`, `allOf`, `noneOf`: how an array meets the literals.
    List(Operator, Vec<Spanned<Scalar>>),
    /// `size`: the length of an array compared with a number.
    Size(Operator, u32),
}

/// A semver range as it was written.
pub type VersionRange = Spanned<String>;

/// The operators that share a shape with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `startsWith`
    StartsWith,
    /// `endsWith`
    EndsWith,
    /// `contains`
    Contains,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `=`
    Equal,
    /// `before`
    Before,
    /// `after`
    After,
    /// `anyOf`
    AnyOf,
    /// `allOf`
    AllOf,
    /// `noneOf`
    NoneOf,
}
