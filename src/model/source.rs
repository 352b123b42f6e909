use super::diagnostic::{Place, Spanned};

/// Where numbers come from.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Where it is written.
    pub place: Place,
    /// After so many milliseconds without an answer it has failed.
    pub timeout_ms: i64,
    /// What is asked, and how.
    pub kind: SourceKind,
}

/// What is asked, and how.
#[derive(Debug, Clone, PartialEq)]
pub enum SourceKind {
    /// A query for each quantity, by Prometheus' HTTP API.
    Prometheus {
        /// Where it answers.
        server: Server,
        /// PromQL, one number each.
        queries: Vec<(Quantity, Spanned<String>)>,
        /// PromQL for the moment up to which there is data, in epoch seconds.
        until: Option<Spanned<String>>,
    },
    /// A JSON document at a URL.
    Http {
        /// Where it answers.
        server: Server,
        /// What stands where in it.
        answer: Answer,
    },
    /// A command that prints a JSON document.
    Command {
        /// The program and its arguments; one word alone is a line for the shell.
        words: Vec<String>,
        /// What stands where in what it prints.
        answer: Answer,
    },
    /// A JSON document in a file.
    File {
        /// Relative to the project's folder.
        path: String,
        /// What stands where in it.
        answer: Answer,
    },
    /// Tidegate's own logs of exposures and events, joined by unit.
    Log {
        /// The log of exposures, relative to the project's folder; `*` stands for any part of a name.
        exposures: String,
        /// What is joined to it; nothing where only the exposures are counted.
        events: Option<Events>,
    },
}

/// Events in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Events {
    /// The log, relative to the project's folder.
    pub path: String,
    /// The event's name; of a ratio, that of the numerator.
    pub metric: String,
    /// The name of a ratio's denominator.
    pub denominator: Option<String>,
}

/// Where HTTP is spoken.
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    /// The whole URL; of Prometheus, what stands before `/api/v1/query`.
    pub url: Spanned<Setting>,
    /// The environment variable with the bearer token.
    pub bearer: Option<String>,
    /// More headers.
    pub headers: Vec<(String, Setting)>,
}

/// Text, or the environment variable that holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// As it stands.
    Text(String),
    /// `env:NAME`.
    Environment(String),
}

/// Where things stand in a JSON document, as JSON pointers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The numbers.
    pub quantities: Vec<(Quantity, String)>,
    /// The moment up to which there is data, in RFC 3339 or epoch milliseconds.
    pub until: String,
    /// The unit of the numbers.
    pub unit: String,
}

/// One of the numbers that an arm is measured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantity {
    /// How many units there are.
    Total,
    /// How many units it happened to.
    Events,
    /// The sum of a value over units.
    Sum,
    /// The sum of its square.
    Squares,
    /// The sum of a ratio's numerator.
    Numerator,
    /// The sum of its square.
    NumeratorSquares,
    /// The sum of a ratio's denominator.
    Denominator,
    /// The sum of its square.
    DenominatorSquares,
    /// The sum of numerator times denominator.
    Product,
    /// How many units were in both arms.
    Both,
}

impl Quantity {
    /// As it is called in a policy.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Events => "events",
            Self::Sum => "sum",
            Self::Squares => "squares",
            Self::Numerator => "numerator",
            Self::NumeratorSquares => "numeratorSquares",
            Self::Denominator => "denominator",
            Self::DenominatorSquares => "denominatorSquares",
            Self::Product => "product",
            Self::Both => "both",
        }
    }
}

/// What may stand in a query, a URL, a path, a command or a pointer, after `$`.
pub const VARIABLES: [&str; 9] = [
    "flag",
    "plan",
    "environment",
    "stage",
    "arm",
    "variant",
    "since",
    "window",
    "now",
];

/// A text with its variables filled in; `$$` is a dollar sign, and so is one that no letter follows.
pub fn filled<'v>(
    text: &str,
    value: impl Fn(&str) -> Option<std::borrow::Cow<'v, str>>,
) -> Result<String, String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        filled.push_str(before);
        let end = after
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(after.len());
        let (name, behind) = after.split_at(end);
        rest = match (name.chars().next(), after.strip_prefix('$')) {
            (None, Some(behind)) => {
                filled.push('$');
                behind
            }
            (Some(first), _) if first.is_ascii_alphabetic() => {
                filled.push_str(&value(name).ok_or_else(|| name.to_owned())?);
                behind
            }
            _ => {
                filled.push('$');
                after
            }
        };
    }
    filled.push_str(rest);
    Ok(filled)
}

/// Which variables a text names.
pub(super) fn variables(text: &str) -> Vec<String> {
    let named = std::cell::RefCell::new(Vec::new());
    let _ = filled(text, |name| {
        named.borrow_mut().push(name.to_owned());
        Some("".into())
    });
    named.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_in_and_other_dollar_signs_stay() {
        let value = |name: &str| (name == "arm").then(|| "control".into());
        for (text, expected) in [
            ("a{arm=\"$arm\"}", Ok("a{arm=\"control\"}")),
            ("$arm$arm", Ok("controlcontrol")),
            ("code=~\"5..$\"", Ok("code=~\"5..$\"")),
            ("$$arm $1 $", Ok("$arm $1 $")),
            ("$arms", Err("arms")),
            ("ü$arm", Ok("ücontrol")),
        ] {
            let filled = filled(text, value);
            assert_eq!(filled.as_deref().map_err(String::as_str), expected, "{text}");
        }
        assert_eq!(variables("$arm/$stage$$x"), ["arm", "stage"]);
    }
}
