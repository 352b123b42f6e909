//! Semantic versions, and whether they lie in a compiled range.
//!
//! A range is one or more intervals, one after the other; a version is in the range when one interval holds it.
//! An interval is a byte of the bits below, then the lower and the upper bound as far as they are there. A bound is
//! three little-endian `u64` (major, minor, patch), a byte with the length of the pre-release, and the
//! pre-release in ASCII.

use core::cmp::Ordering;

/// The bits that open an interval.
pub(crate) const HAS_LOWER: u8 = 1;
pub(crate) const LOWER_INCLUSIVE: u8 = 2;
pub(crate) const HAS_UPPER: u8 = 4;
pub(crate) const UPPER_INCLUSIVE: u8 = 8;

/// A compiled range of versions, borrowed from a snapshot.
#[derive(Clone, Copy)]
pub(crate) struct VersionRange<'a> {
    intervals: &'a [u8],
}

impl<'a> VersionRange<'a> {
    /// Takes the bytes of one range, in constant time; [`VersionRange::check`] looks inside.
    pub(crate) fn read(range: &'a [u8]) -> Option<Self> {
        (!range.is_empty()).then_some(Self { intervals: range })
    }

    /// Whether all bytes are intervals with bounds that are versions.
    pub(crate) fn check(&self) -> bool {
        let mut intervals = self.intervals();
        let sound = intervals.by_ref().all(|interval| {
            let bounds = [interval.lower, interval.upper];
            bounds
                .iter()
                .flatten()
                .all(|bound| bound.version.pre.is_empty() || are_identifiers(bound.version.pre, true))
        });
        sound && intervals.rest.is_empty()
    }

    /// Whether the text is a semantic version that lies in the range; `2` and `2.4` count as `2.0.0` and `2.4.0`.
    ///
    /// Order is the precedence of semver.org 2.0.0, so a pre-release lies below its release and build metadata
    /// does not matter.
    pub(crate) fn contains(&self, version_text: &[u8]) -> bool {
        Version::parse(version_text)
            .is_some_and(|version| self.intervals().any(|interval| interval.contains(&version)))
    }

    /// The alternatives in the order in which they were written.
    pub(crate) fn intervals(&self) -> Intervals<'a> {
        Intervals { rest: self.intervals }
    }
}

/// Reads one interval after the other, up to the first that is not one.
pub(crate) struct Intervals<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Intervals<'a> {
    type Item = Interval<'a>;

    fn next(&mut self) -> Option<Interval<'a>> {
        let (&bits, rest) = self.rest.split_first()?;
        let (lower, rest) = Bound::read(rest, bits, HAS_LOWER, LOWER_INCLUSIVE)?;
        let (upper, rest) = Bound::read(rest, bits, HAS_UPPER, UPPER_INCLUSIVE)?;
        if bits >= UPPER_INCLUSIVE << 1 {
            return None;
        }
        self.rest = rest;
        Some(Interval { lower, upper })
    }
}

/// The versions between two bounds; a bound that is absent holds back nothing.
pub(crate) struct Interval<'a> {
    pub(crate) lower: Option<Bound<'a>>,
    pub(crate) upper: Option<Bound<'a>>,
}

impl Interval<'_> {
    fn contains(&self, version: &Version<'_>) -> bool {
        let within = |bound: &Option<Bound<'_>>, outside: Ordering| {
            bound.as_ref().is_none_or(|bound| {
                let order = version.compare(&bound.version);
                order != outside && (bound.inclusive || order != Ordering::Equal)
            })
        };
        within(&self.lower, Ordering::Less) && within(&self.upper, Ordering::Greater)
    }
}

/// One end of an interval.
#[derive(Clone, Copy)]
pub(crate) struct Bound<'a> {
    pub(crate) version: Version<'a>,
    pub(crate) inclusive: bool,
}

impl<'a> Bound<'a> {
    fn read(bytes: &'a [u8], bits: u8, present: u8, inclusive: u8) -> Option<(Option<Self>, &'a [u8])> {
        if bits & present == 0 {
            return Some((None, bytes));
        }
        let mut numbers = [0; 3];
        let mut rest = bytes;
        for number in &mut numbers {
            let (&digits, after) = rest.split_first_chunk()?;
            *number = u64::from_le_bytes(digits);
            rest = after;
        }
        let (&length, rest) = rest.split_first()?;
        let (pre, rest) = rest.split_at_checked(length.into())?;
        Some((
            Some(Self {
                version: Version { numbers, pre },
                inclusive: bits & inclusive != 0,
            }),
            rest,
        ))
    }
}

/// A semantic version without its build metadata.
#[derive(Clone, Copy)]
pub(crate) struct Version<'a> {
    pub(crate) numbers: [u64; 3],
    /// Without the hyphen; empty for a release.
    pub(crate) pre: &'a [u8],
}

impl<'a> Version<'a> {
    /// Strict semver 2.0.0 with numbers up to 2^64 - 1, but a lone `2` or `2.4` is filled with zeros.
    fn parse(text: &'a [u8]) -> Option<Self> {
        let (version, build) = cut(text, b'+');
        let (release, pre) = cut(version, b'-');
        let mut numbers = [0; 3];
        let mut parts = release.split(|&byte| byte == b'.');
        let mut missing = 3;
        for (number, digits) in numbers.iter_mut().zip(parts.by_ref()) {
            *number = parse_number(digits)?;
            missing -= 1;
        }
        let suffixed = pre.is_some() || build.is_some();
        let sound = parts.next().is_none()
            && !(suffixed && missing > 0)
            && pre.is_none_or(|pre| are_identifiers(pre, true))
            && build.is_none_or(|build| are_identifiers(build, false));
        sound.then_some(Self {
            numbers,
            pre: pre.unwrap_or_default(),
        })
    }

    /// Precedence, semver.org 2.0.0 item 11.
    fn compare(&self, other: &Version<'_>) -> Ordering {
        self.numbers
            .cmp(&other.numbers)
            .then_with(|| match (self.pre, other.pre) {
                ([], _) | (_, []) => self.pre.is_empty().cmp(&other.pre.is_empty()),
                _ => compare_identifiers(self.pre, other.pre),
            })
    }
}

/// What stands before the first separator, and what behind it if there is one.
fn cut(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    let mut halves = text.splitn(2, |&byte| byte == separator);
    (halves.next().unwrap_or_default(), halves.next())
}

fn parse_number(digits: &[u8]) -> Option<u64> {
    if matches!(digits, [] | [b'0', _, ..]) {
        return None;
    }
    digits.iter().try_fold(0_u64, |number, &digit| {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

fn is_numeric(identifier: &[u8]) -> bool {
    identifier.iter().all(u8::is_ascii_digit)
}

/// Whether the text is identifiers between dots; in a pre-release, numeric ones have no leading zero.
fn are_identifiers(text: &[u8], pre_release: bool) -> bool {
    text.split(|&byte| byte == b'.').all(|identifier| {
        let zero_led = matches!(identifier, [b'0', _, ..]) && is_numeric(identifier);
        !identifier.is_empty()
            && identifier
                .iter()
                .all(|&byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !(pre_release && zero_led)
    })
}

fn compare_identifiers(left: &[u8], right: &[u8]) -> Ordering {
    let dot = |&byte: &u8| byte == b'.';
    let (mut left, mut right) = (left.split(dot), right.split(dot));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(left), Some(right)) => match (is_numeric(left), is_numeric(right)) {
                // Without leading zeros the longer number is the larger, of any length.
                (true, true) => left.len().cmp(&right.len()).then_with(|| left.cmp(right)),
                (false, false) => left.cmp(right),
                (left_numeric, _) => {
                    if left_numeric {
                        Ordering::Less
                    } else {
                        Ordering::Greater
                    }
                }
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn compare(left: &str, right: &str) -> Ordering {
        let [left, right] = [left, right].map(|text| Version::parse(text.as_bytes()).unwrap());
        left.compare(&right)
    }

    #[test]
    fn versions_rise_as_semver_org_says() {
        let rising = [
            "0.0.0-0",
            "0.0.0",
            "0.0.1",
            "0.1.0",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.9.0",
            "1.10.0",
            "1.11.0",
            "2.0.0-0",
            "2.0.0-0.0",
            "2.0.0-1",
            "2.0.0-10",
            "2.0.0-99999999999999999999999",
            "2.0.0-100000000000000000000000",
            "2.0.0--",
            "2.0.0-0a",
            "2.0.0-A",
            "2.0.0-a",
            "2.0.0-a.0",
            "2.0.0-aa",
            "2.0.0",
            "2.1.0",
            "2.1.1",
            "18446744073709551615.0.0",
        ];
        for (index, left) in rising.iter().enumerate() {
            for (other, right) in rising.iter().enumerate() {
                assert_eq!(compare(left, right), index.cmp(&other), "{left} {right}");
            }
        }
        assert_eq!(compare("1.0.0+a", "1.0.0+b"), Ordering::Equal);
        assert_eq!(compare("2", "2.0.0"), Ordering::Equal);
        assert_eq!(compare("2.4", "2.4.0"), Ordering::Equal);
    }

    #[test]
    fn only_semantic_versions_are_versions() {
        for text in [
            "1.2.3",
            "1.2.3-a.1.-",
            "1.2.3--",
            "1.2.3-0a",
            "1.2.3+001.0",
            "1.2.3-a+b-c",
            "0",
            "2.4",
            "1.2.3+-",
        ] {
            assert!(Version::parse(text.as_bytes()).is_some(), "{text}");
        }
        for text in [
            "",
            ".",
            "1.",
            "1.2.",
            "1..2",
            ".1.2",
            "1.2.3.4",
            "v1.2.3",
            "V1",
            "=1.2.3",
            " 1.2.3",
            "1.2.3 ",
            "01.2.3",
            "1.02.3",
            "1.2.03",
            "1.2.3-",
            "1.2.3-a..b",
            "1.2.3-01",
            "1.2.3-a.01",
            "1.2.3-.a",
            "1.2.3-a.",
            "1.2.3-a_b",
            "1.2.3+",
            "1.2.3+a..b",
            "1.2.3+a+b",
            "1.2.3-é",
            "1.2-a",
            "1-a",
            "1.2+a",
            "-1.2.3",
            "+1.2.3",
            "1.x",
            "*",
            "x",
            "18446744073709551616.0.0",
            "1.2.99999999999999999999999",
            "1,2,3",
            "٣.0.0",
            "1.2.3\n",
            "latest",
        ] {
            assert!(Version::parse(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn what_is_out_of_shape_does_not_pass() {
        let passes = |range: &[u8]| VersionRange::read(range).is_some_and(|range| range.check());
        let bound = |bits: u8, pre: &[u8]| {
            let mut range = vec![bits];
            range.extend([0; 24]);
            range.push(u8::try_from(pre.len()).unwrap());
            range.extend(pre);
            range
        };
        assert!(passes(&[0]) && passes(&bound(1, b"")) && passes(&bound(4 | 8, b"rc.1")));
        assert!(!passes(&[]) && !passes(&[16]) && !passes(&[1, 2, 3]));
        assert!(!passes(&bound(1, b"rc..1")) && !passes(&bound(1, b"01")) && !passes(&bound(5, b"rc")));
        assert!(!passes(&bound(1, b"rc")[..27]));
    }

    proptest! {
        #[test]
        fn versions_agree_with_the_semver_crate(
            left in "[0-9]{1,3}\\.[0-9]{1,2}\\.[01](-[ab0-2-]{0,3}(\\.[a0-9]{1,2})?)?(\\+[a0.]{1,3})?",
            right in "[0-9]{1,3}\\.[0-9]\\.[01](-[ab0-2-]{0,3}(\\.[a0-9]{1,2})?)?",
        ) {
            let (ours, other) = (Version::parse(left.as_bytes()), Version::parse(right.as_bytes()));
            let (theirs, their_other) = (semver::Version::parse(&left), semver::Version::parse(&right));
            prop_assert_eq!(ours.is_some(), theirs.is_ok(), "{}", left);
            if let (Some(ours), Some(other), Ok(theirs), Ok(their_other)) = (ours, other, theirs, their_other) {
                prop_assert_eq!(ours.compare(&other), theirs.cmp_precedence(&their_other), "{} {}", left, right);
            }
        }

        #[test]
        fn arbitrary_bytes_never_panic(
            mut range in proptest::collection::vec(any::<u8>(), 0..120),
            bits in 0_u8..20,
            version in "[0-9.]{0,5}(-[a.0]{0,3})?",
        ) {
            if let Some(first) = range.first_mut() {
                *first = bits;
            }
            for at in [25, 26] {
                if let Some(length) = range.get_mut(at) {
                    *length %= 40;
                }
            }
            if let Some(range) = VersionRange::read(&range) {
                range.check();
                range.contains(version.as_bytes());
                range.contains(&range.intervals);
            }
        }
    }
}
