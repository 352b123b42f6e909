//! Semver ranges to what the engine compares with.
//!
//! The notation is npm's: `||` between alternatives, spaces or commas between comparators that must all hold,
//! `=`, `>`, `>=`, `<`, `<=`, `^`, `~`, x-ranges and hyphen ranges. The meaning is plain precedence: a pre-release is
//! an ordinary version below its release. Where a part of a version is left out,
//!
//! - a bound that begins or ends *before* it stands at zeros: `>=2.4` is `>=2.4.0`, `<2.4` is `<2.4.0`;
//! - a bound that begins or ends *after* it leaves no pre-release of the next version in: `2.4`, `<=2.4`, `~2.4` and
//!   `1 - 2.4` end at `<2.5.0-0`, and `>2.4` is `>=2.5.0-0`.

use crate::engine::version::{AFTER, VersionRange};
use semver::{BuildMetadata, Comparator, Prerelease, Version};
use std::fmt;

/// The longest pre-release that a bound may have, in bytes.
const MAX_PRE_RELEASE: usize = 127;

/// Compiles a range such as `>=1.2 <3 || ^4.1.0-rc.1` to the bytes of [`VersionRange`].
pub(crate) fn compile_version_range(range: &str) -> Result<Vec<u8>, String> {
    let mut spans = range
        .split("||")
        .map(read_alternative)
        .collect::<Result<Vec<_>, _>>()?;
    spans.sort_unstable();
    spans.dedup_by(|next, kept| {
        let touches = next.lower <= kept.upper;
        if touches && next.upper > kept.upper {
            std::mem::swap(&mut kept.upper, &mut next.upper);
        }
        touches
    });
    let mut bytes = vec![u8::from(spans.iter().any(|span| span.lower == Edge::Lowest))];
    for edge in spans.iter().flat_map(|span| [&span.lower, &span.upper]) {
        edge.encode(&mut bytes)?;
    }
    Ok(bytes)
}

/// A range that compiles to the same bytes: `>=1.2.0 <3.0.0 || 4.1.0`.
impl fmt::Display for VersionRange<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lower = self.begins_inside().then_some(None);
        let mut separator = "";
        for edge in self.edges() {
            let [major, minor, patch] = edge.version.numbers;
            let hyphen = if edge.version.pre.is_empty() { "" } else { "-" };
            let version = format!(
                "{major}.{minor}.{patch}{hyphen}{}",
                String::from_utf8_lossy(edge.version.pre)
            );
            let Some(begun) = lower.take() else {
                lower = Some(Some((version, edge.after)));
                continue;
            };
            formatter.write_str(separator)?;
            let upper = if edge.after { "<=" } else { "<" };
            match begun {
                None => write!(formatter, "{upper}{version}")?,
                Some((lower, false)) if edge.after && lower == version => formatter.write_str(&version)?,
                Some((lower, false)) => write!(formatter, ">={lower} {upper}{version}")?,
                Some((lower, true)) => write!(formatter, ">{lower} {upper}{version}")?,
            }
            separator = " || ";
        }
        match lower {
            None => Ok(()),
            Some(None) => formatter.write_str("*"),
            Some(Some((lower, false))) => write!(formatter, "{separator}>={lower}"),
            Some(Some((lower, true))) => write!(formatter, "{separator}>{lower}"),
        }
    }
}

/// A place between versions; the order is theirs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Edge {
    Lowest,
    /// Directly before the version, or if true directly after it.
    At(Version, bool),
    Highest,
}

impl Edge {
    fn encode(&self, bytes: &mut Vec<u8>) -> Result<(), String> {
        let Self::At(version, after) = self else {
            return Ok(());
        };
        for number in [version.major, version.minor, version.patch] {
            bytes.extend(number.to_le_bytes());
        }
        let pre = version.pre.as_str();
        let length = u8::try_from(pre.len())
            .ok()
            .filter(|_| pre.len() <= MAX_PRE_RELEASE);
        let length = length
            .ok_or_else(|| format!("the pre-release `{pre}` is longer than {MAX_PRE_RELEASE} bytes"))?;
        bytes.push(if *after { AFTER | length } else { length });
        bytes.extend(pre.bytes());
        Ok(())
    }
}

/// The versions between two edges.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    lower: Edge,
    upper: Edge,
}

impl Span {
    const ALL: Self = Self {
        lower: Edge::Lowest,
        upper: Edge::Highest,
    };

    fn intersect(self, other: Self) -> Self {
        Self {
            lower: self.lower.max(other.lower),
            upper: self.upper.min(other.upper),
        }
    }
}

fn read_alternative(text: &str) -> Result<Span, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("a version range is empty; `*` means every version".into());
    }
    let span = match text.split_once(" - ") {
        Some((from, to)) => read_hyphen(from.trim(), to.trim())?,
        None => {
            let mut span = Span::ALL;
            for part in text.split(',') {
                for comparator in comparators(part)? {
                    span = span.intersect(read_comparator(&comparator)?);
                }
            }
            span
        }
    };
    if span.lower >= span.upper {
        return Err(format!("no version is in `{text}`"));
    }
    Ok(span)
}

/// Splits at spaces, but not between an operator and its version.
fn comparators(text: &str) -> Result<Vec<String>, String> {
    let mut comparators = Vec::new();
    let mut operator = String::new();
    for word in text.split_whitespace() {
        operator.push_str(word);
        if !word.ends_with(['=', '>', '<', '^', '~']) {
            comparators.push(std::mem::take(&mut operator));
        }
    }
    if comparators.is_empty() || !operator.is_empty() {
        return Err(format!("a version is missing in `{}`", text.trim()));
    }
    Ok(comparators)
}

fn read_hyphen(from: &str, to: &str) -> Result<Span, String> {
    let lower = read_partial(from)?.map_or(Edge::Lowest, |from| Edge::At(floor(&from), false));
    let upper = match read_partial(to)? {
        Some(to) => end(&to)?,
        None => Edge::Highest,
    };
    Ok(Span { lower, upper })
}

fn read_comparator(text: &str) -> Result<Span, String> {
    let operator = [">=", "<=", ">", "<", "=", "^", "~"]
        .into_iter()
        .find(|operator| text.starts_with(operator));
    let operator = operator.unwrap_or("");
    let Some(partial) = read_partial(text.get(operator.len()..).unwrap_or(""))? else {
        return match operator {
            ">" | "<" => Err(format!("no version is in `{text}`")),
            _ => Ok(Span::ALL),
        };
    };
    let begin = Edge::At(floor(&partial), false);
    let (lower, upper) = match operator {
        ">=" => (begin, Edge::Highest),
        "<" => (Edge::Lowest, begin),
        ">" => (end(&partial)?, Edge::Highest),
        "<=" => (Edge::Lowest, end(&partial)?),
        "^" => (begin, Edge::At(after(&compatible(&partial))?, false)),
        "~" => (
            begin,
            Edge::At(
                after(&Comparator {
                    patch: None,
                    ..partial
                })?,
                false,
            ),
        ),
        _ => (begin, end(&partial)?),
    };
    Ok(Span { lower, upper })
}

/// The edge behind everything that a partial version stands for.
fn end(partial: &Comparator) -> Result<Edge, String> {
    match partial.patch {
        Some(_) => Ok(Edge::At(floor(partial), true)),
        None => Ok(Edge::At(after(partial)?, false)),
    }
}

/// One to three numbers, of which the last may be wildcards; none when the first is a wildcard.
fn read_partial(text: &str) -> Result<Option<Comparator>, String> {
    let wild = |part: &str| matches!(part, "*" | "x" | "X");
    if text.split('.').all(wild) && text.split('.').count() <= 3 {
        return Ok(None);
    }
    // With an operator of our own the crate reads no other: a bare version would be Cargo's caret range.
    match Comparator::parse(&format!("={text}")) {
        Ok(partial) => Ok(Some(partial)),
        Err(error) => Err(format!("`{text}` is not a version: {error}")),
    }
}

/// The lowest release that a partial version names.
fn floor(partial: &Comparator) -> Version {
    let (minor, patch) = (partial.minor.unwrap_or(0), partial.patch.unwrap_or(0));
    Version {
        pre: partial.pre.clone(),
        ..Version::new(partial.major, minor, patch)
    }
}

/// The leading numbers that `^` keeps: up to the first that is not zero, or all that are written.
fn compatible(partial: &Comparator) -> Comparator {
    let kept = |minor, patch| Comparator {
        minor,
        patch,
        ..partial.clone()
    };
    match (partial.major, partial.minor) {
        (1.., _) | (0, None) => kept(None, None),
        (0, Some(1..)) => kept(partial.minor, None),
        (0, Some(0)) => partial.clone(),
    }
}

/// The lowest version, a pre-release, above everything that begins with the numbers of a partial version.
fn after(partial: &Comparator) -> Result<Version, String> {
    let next = |number: u64| {
        number
            .checked_add(1)
            .ok_or("a number in the version is too large")
    };
    let (major, minor, patch) = match (partial.major, partial.minor, partial.patch) {
        (major, Some(minor), Some(patch)) => (major, minor, next(patch)?),
        (major, Some(minor), None) => (major, next(minor)?, 0),
        (major, None, _) => (next(major)?, 0, 0),
    };
    let pre = Prerelease::new("0").map_err(|error| error.to_string())?;
    Ok(Version {
        major,
        minor,
        patch,
        pre,
        build: BuildMetadata::EMPTY,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn normal(range: &str) -> String {
        let bytes = compile_version_range(range).unwrap();
        let range = VersionRange::read(&bytes).unwrap();
        assert!(range.check());
        range.to_string()
    }

    fn holds(range: &str, version: &str) -> bool {
        let bytes = compile_version_range(range).unwrap();
        VersionRange::read(&bytes).unwrap().contains(version.as_bytes())
    }

    #[test]
    fn ranges_are_lowered_to_intervals() {
        for (range, expected) in [
            ("1.2.3", "1.2.3"),
            ("=1.2.3", "1.2.3"),
            ("= 1.2.3+build", "1.2.3"),
            ("1.2", ">=1.2.0 <1.3.0-0"),
            ("=1", ">=1.0.0 <2.0.0-0"),
            ("1.x", ">=1.0.0 <2.0.0-0"),
            ("1.*.*", ">=1.0.0 <2.0.0-0"),
            ("1.2.X", ">=1.2.0 <1.3.0-0"),
            ("*", "*"),
            ("x.x.x", "*"),
            (">=*", "*"),
            ("^*", "*"),
            (">=1.2.3", ">=1.2.3"),
            (">=1.2", ">=1.2.0"),
            (">1.2.3", ">1.2.3"),
            (">1.2", ">=1.3.0-0"),
            (">1", ">=2.0.0-0"),
            ("<1.2.3", "<1.2.3"),
            ("<1.2", "<1.2.0"),
            ("<=1.2.3", "<=1.2.3"),
            ("<=1.2", "<1.3.0-0"),
            ("<=2.x", "<3.0.0-0"),
            ("~1.2.3", ">=1.2.3 <1.3.0-0"),
            ("~1.2", ">=1.2.0 <1.3.0-0"),
            ("~1", ">=1.0.0 <2.0.0-0"),
            ("~0.2.3", ">=0.2.3 <0.3.0-0"),
            ("~0", ">=0.0.0 <1.0.0-0"),
            ("~1.2.3-beta.2", ">=1.2.3-beta.2 <1.3.0-0"),
            ("^1.2.3", ">=1.2.3 <2.0.0-0"),
            ("^0.2.3", ">=0.2.3 <0.3.0-0"),
            ("^0.0.3", ">=0.0.3 <0.0.4-0"),
            ("^1.2.3-beta.2", ">=1.2.3-beta.2 <2.0.0-0"),
            ("^0.0.3-beta", ">=0.0.3-beta <0.0.4-0"),
            ("^1.2.x", ">=1.2.0 <2.0.0-0"),
            ("^0.0.x", ">=0.0.0 <0.1.0-0"),
            ("^0.0", ">=0.0.0 <0.1.0-0"),
            ("^1.x", ">=1.0.0 <2.0.0-0"),
            ("^0.x", ">=0.0.0 <1.0.0-0"),
            ("^0", ">=0.0.0 <1.0.0-0"),
            ("1.2.3 - 2.3.4", ">=1.2.3 <=2.3.4"),
            ("1.2 - 2.3.4", ">=1.2.0 <=2.3.4"),
            ("1.2.3 - 2.3", ">=1.2.3 <2.4.0-0"),
            ("1.2.3 - 2", ">=1.2.3 <3.0.0-0"),
            ("1.2.3-rc.1 - *", ">=1.2.3-rc.1"),
            ("* - 2.3.4", "<=2.3.4"),
            (">=1.2.7 <1.3.0", ">=1.2.7 <1.3.0"),
            (">= 1.2.7, < 1.3.0", ">=1.2.7 <1.3.0"),
            (">=1.2.7,<1.3.0", ">=1.2.7 <1.3.0"),
            (">1 >=1.2.3 <3 <=2.4.0", ">=2.0.0-0 <=2.4.0"),
            (">=1.0.0 >1.0.0 <=2.0.0 <2.0.0", ">1.0.0 <2.0.0"),
            (">=2.0.0 <=2.0.0", "2.0.0"),
            ("1.2.7 || >=1.2.9 <2.0.0", "1.2.7 || >=1.2.9 <2.0.0"),
            (
                "7.2.3||1.x||5.0.0 - 7.2.2",
                ">=1.0.0 <2.0.0-0 || >=5.0.0 <=7.2.2 || 7.2.3",
            ),
            ("1.x||>=2.5.0||5.0.0 - 7.2.3", ">=1.0.0 <2.0.0-0 || >=2.5.0"),
            (
                ">=1.0.0 <2.0.0 || 2.0.0 || >2.0.0 <2.5.0 || <0.1.0",
                "<0.1.0 || >=1.0.0 <2.5.0",
            ),
            ("<=1.0.0 || >1.0.0", "*"),
            ("<1.0.0 || >1.0.0", "<1.0.0 || >1.0.0"),
        ] {
            assert_eq!(normal(range), expected, "{range}");
            assert_eq!(normal(expected), expected, "what is printed compiles to itself");
        }
    }

    /// From the fixtures of npm's `semver`, read with `includePrerelease`.
    #[test]
    fn npm_ranges_hold_what_npm_says() {
        for (range, version) in [
            ("1.0.0 - 2.0.0", "1.2.3"),
            ("^1.2.3+build", "1.3.0"),
            ("1.2.3-pre+asdf - 2.4.3-pre+asdf", "1.2.3-pre.2"),
            ("1.2.3-pre+asdf - 2.4.3-pre+asdf", "2.4.3-alpha"),
            ("*", "1.2.3-foo"),
            (">=1.0.0", "1.1.0"),
            (">1.0.0", "1.0.1-alpha"),
            ("<=2.0.0", "0.2.9"),
            ("<2.0.0", "2.0.0-alpha"),
            ("0.1.20 || 1.2.4", "1.2.4"),
            ("1.2.x || 2.x", "2.1.3"),
            ("~2.4", "2.4.5"),
            ("~ 1.0", "1.0.2"),
            (">=0.2.3 || <0.0.1", "0.0.0"),
            ("^1.2 ^1", "1.4.2"),
            ("^0.0.1-alpha", "0.0.1-beta"),
            ("^0.1.2", "0.1.2"),
            ("2.x", "2.1.0-rc1"),
            ("1 - 2", "2.0.0-pre"),
            ("1 - 2", "2.9.9"),
            ("1.0 - 2.0", "2.0.9"),
            ("<=1.2.3", "1.2.3-beta"),
            ("^1.2.3", "1.8.9-rc.1"),
            (">=2.4.0", "2.4"),
        ] {
            assert!(holds(range, version), "{range} should hold {version}");
        }
        for (range, version) in [
            ("1.0.0 - 2.0.0", "2.2.3"),
            ("1.2.3+asdf - 2.4.3+asdf", "1.2.3-pre.2"),
            ("^1.2.3", "1.2.3-pre"),
            ("^1.2", "1.1.9"),
            ("^1.2.3", "2.0.0-pre"),
            ("1.x", "2.0.0-0"),
            ("~1.2.3", "1.3.0-alpha"),
            (">1.2", "1.2.8"),
            ("<=0.7.x", "0.8.0-alpha"),
            ("1 - 2", "3.0.0-pre"),
            ("^0.0.1", "0.0.2-alpha"),
            (">=2.4.0", "2.4.0-rc.1"),
            ("<1.2.3", "1.2.3+build"),
            ("=0.7.x", "0.8.2"),
            ("0.1.20 || 1.2.4", "1.2.3"),
            ("*", "v1.2.3"),
            ("*", "not a version"),
        ] {
            assert!(!holds(range, version), "{range} should not hold {version}");
        }
    }

    #[test]
    fn refusals_say_what_is_wrong() {
        for (range, part) in [
            ("", "a version range is empty; `*` means every version"),
            ("1.0.0 ||", "a version range is empty"),
            (">=", "a version is missing in `>=`"),
            ("1.2.3,", "a version is missing in ``"),
            ("1.2.3 >", "a version is missing in `1.2.3 >`"),
            (">2 <1", "no version is in `>2 <1`"),
            (">1.0.0 <=1.0.0", "no version is in"),
            ("<*", "no version is in `<*`"),
            ("2.0.0 - 1.0.0", "no version is in"),
            ("v1.2.3", "`v1.2.3` is not a version: unexpected character 'v'"),
            ("=>1.2.3", "`>1.2.3` is not a version"),
            ("!=1.2.3", "is not a version"),
            ("01.2.3", "leading zero"),
            ("1.x.3", "is not a version"),
            ("*.1", "is not a version"),
            ("1.2-beta", "is not a version"),
            ("1.2.3.4", "is not a version"),
            ("1 - 2 - 3", "is not a version"),
            ("latest", "is not a version"),
            ("99999999999999999999.0.0", "is not a version"),
            ("^18446744073709551615", "too large"),
        ] {
            let message = compile_version_range(range).unwrap_err();
            assert!(message.contains(part), "{range}: {message}");
        }
        assert!(compile_version_range(&format!("1.0.0-{}", "a".repeat(128))).is_err());
        assert!(compile_version_range(&format!("1.0.0-{}", "a".repeat(127))).is_ok());
    }

    proptest! {
        #[test]
        fn a_complete_comparator_is_precedence(
            operator in proptest::sample::select(vec!["<", "<=", "=", ">=", ">"]),
            bound in "[01]\\.[01]\\.[01](-[a01](\\.[01])?)?",
            version in "[01]\\.[01]\\.[01](-[a01](\\.[01])?)?",
        ) {
            let order = Version::parse(&version).unwrap().cmp_precedence(&Version::parse(&bound).unwrap());
            let expected = match operator {
                "<" => order.is_lt(),
                "<=" => order.is_le(),
                "=" => order.is_eq(),
                ">=" => order.is_ge(),
                _ => order.is_gt(),
            };
            prop_assert_eq!(holds(&format!("{operator}{bound}"), &version), expected);
        }

        #[test]
        fn a_union_holds_what_one_alternative_holds(
            alternatives in proptest::collection::vec("(>|>=|<|<=|~|\\^|)[0-2]\\.[0-2]\\.[0-2](-a)?", 1..5),
            version in "[0-3]\\.[0-2]\\.[0-2](-[0ab])?",
        ) {
            let expected = alternatives.iter().any(|range| holds(range, &version));
            prop_assert_eq!(holds(&alternatives.join(" || "), &version), expected, "{:?} {}", alternatives, version);
        }

        /// For releases, Cargo and npm agree on these operators.
        #[test]
        fn releases_agree_with_the_semver_crate(
            range in "(>|>=|<|<=|~|\\^|=)[0-2](\\.[0-2](\\.[0-2])?)?(,(>|>=|<|<=)[0-2](\\.[0-2])?)?",
            version in "[0-3]\\.[0-3]\\.[0-3]",
        ) {
            let expected = semver::VersionReq::parse(&range).unwrap().matches(&Version::parse(&version).unwrap());
            let held = compile_version_range(&range).is_ok_and(|bytes| {
                VersionRange::read(&bytes).unwrap().contains(version.as_bytes())
            });
            prop_assert_eq!(held, expected, "{} {}", range, version);
        }

        #[test]
        fn any_text_is_refused_or_printed_and_read_again(range in "[0-2.x*<>=^~|, a-]{0,24}") {
            if let Ok(bytes) = compile_version_range(&range) {
                let printed = VersionRange::read(&bytes).unwrap().to_string();
                prop_assert_eq!(compile_version_range(&printed), Ok(bytes), "{}", printed);
            }
        }
    }
}
