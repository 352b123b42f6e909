//! Semantic versions, and whether they lie in a compiled range.
//!
//! A range is a byte, 1 if it holds the lowest versions and else 0, and then the edges at which it begins and ends
//! in turn, rising. An edge lies directly before or after a version: three little-endian `u64` (major, minor,
//! patch), a byte of [`AFTER`] and the length of the pre-release, and the pre-release in ASCII.

use crate::cut::cut;
use core::cmp::Ordering;

/// Bytes of a version's text; a longer one is none. npm's limit as well.
const MOST_BYTES: usize = 256;

/// The bit of an edge that lies after its version; the other bits are the length of the pre-release.
pub(crate) const AFTER: u8 = 0x80;

/// A compiled range of versions, borrowed from a snapshot.
#[derive(Clone, Copy)]
pub(crate) struct VersionRange<'a> {
    begins_inside: bool,
    edges: &'a [u8],
}

impl<'a> VersionRange<'a> {
    /// The range of all versions: whatever it does not contain is not a version.
    #[cfg(feature = "compile")]
    pub(crate) const EVERY: Self = Self {
        begins_inside: true,
        edges: &[],
    };

    /// Takes the bytes of one range, in constant time; [`VersionRange::check`] looks inside.
    pub(crate) fn read(range: &'a [u8]) -> Option<Self> {
        let (&first, edges) = range.split_first()?;
        (first <= 1).then_some(Self {
            begins_inside: first == 1,
            edges,
        })
    }

    /// Whether all bytes are edges at versions.
    pub(crate) fn check(&self) -> bool {
        let mut edges = self.edges();
        edges
            .by_ref()
            .all(|edge| edge.version.pre.is_empty() || are_identifiers(edge.version.pre, true))
            && edges.rest.is_empty()
    }

    /// Whether the text is a semantic version that lies in the range; `2` and `2.4` count as `2.0.0` and `2.4.0`.
    ///
    /// Order is the precedence of semver.org 2.0.0, so a pre-release lies below its release and build metadata
    /// does not matter.
    pub(crate) fn contains(&self, version_text: &[u8]) -> bool {
        if version_text.len() > MOST_BYTES {
            return false;
        }
        let Some(version) = Version::parse(version_text) else {
            return false;
        };
        let mut inside = self.begins_inside;
        for edge in self.edges() {
            match version.compare(&edge.version) {
                Ordering::Greater => inside = !inside,
                Ordering::Equal if !edge.after => inside = !inside,
                _ => break,
            }
        }
        inside
    }

    /// Whether the lowest versions are in the range.
    #[cfg(feature = "compile")]
    pub(crate) fn begins_inside(&self) -> bool {
        self.begins_inside
    }

    /// Where the range begins and ends in turn, or the other way round if it begins inside.
    pub(crate) fn edges(&self) -> Edges<'a> {
        Edges { rest: self.edges }
    }
}

/// Reads one edge after the other, up to the first that is not one.
pub(crate) struct Edges<'a> {
    rest: &'a [u8],
}

/// A place between versions, directly before or after one.
pub(crate) struct Edge<'a> {
    pub(crate) version: Version<'a>,
    pub(crate) after: bool,
}

impl<'a> Iterator for Edges<'a> {
    type Item = Edge<'a>;

    #[inline(never)]
    fn next(&mut self) -> Option<Edge<'a>> {
        let mut rest = self.rest;
        let mut numbers = [0; 3];
        for number in &mut numbers {
            let (&digits, after) = rest.split_first_chunk()?;
            *number = u64::from_le_bytes(digits);
            rest = after;
        }
        let (&bits, rest) = rest.split_first()?;
        let (pre, rest) = rest.split_at_checked((bits & !AFTER).into())?;
        self.rest = rest;
        Some(Edge {
            version: Version { numbers, pre },
            after: bits & AFTER != 0,
        })
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
        let (major, minor) = cut(release, b'.');
        let (minor, patch) = minor.map_or((None, None), |rest| {
            let (minor, patch) = cut(rest, b'.');
            (Some(minor), patch)
        });
        let sound = (patch.is_some() || pre.or(build).is_none())
            && pre.is_none_or(|pre| are_identifiers(pre, true))
            && build.is_none_or(|build| are_identifiers(build, false));
        let numbers = [
            parse_number(major)?,
            parse_number(minor.unwrap_or(b"0"))?,
            parse_number(patch.unwrap_or(b"0"))?,
        ];
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

// What is called from several places stays out of line, for the size of the shipped code.

fn parse_number(digits: &[u8]) -> Option<u64> {
    if matches!(digits, [] | [b'0', _, ..]) {
        return None;
    }
    digits.iter().try_fold(0_u64, |number, &digit| {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        (number <= (u64::MAX - digit) / 10).then(|| number * 10 + digit)
    })
}

#[inline(never)]
fn is_numeric(identifier: &[u8]) -> bool {
    identifier.iter().all(u8::is_ascii_digit)
}

/// Whether the text is identifiers between dots; in a pre-release, numeric ones have no leading zero.
#[inline(never)]
fn are_identifiers(text: &[u8], pre_release: bool) -> bool {
    let mut rest = Some(text);
    while let Some(text) = rest {
        let (identifier, after) = cut(text, b'.');
        let zero_led = matches!(identifier, [b'0', _, ..]) && is_numeric(identifier);
        let letters = identifier
            .iter()
            .all(|&byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if identifier.is_empty() || !letters || pre_release && zero_led {
            return false;
        }
        rest = after;
    }
    true
}

fn compare_identifiers(left: &[u8], right: &[u8]) -> Ordering {
    let (mut left, mut right) = (Some(left), Some(right));
    // The side that runs out first is the lower one.
    while let (Some(ours), Some(theirs)) = (left, right) {
        let ((ours, our_rest), (theirs, their_rest)) = (cut(ours, b'.'), cut(theirs, b'.'));
        let order = match (is_numeric(ours), is_numeric(theirs)) {
            // Without leading zeros the longer number is the larger, of any length.
            (true, true) => ours.len().cmp(&theirs.len()).then_with(|| ours.cmp(theirs)),
            (false, false) => ours.cmp(theirs),
            (ours, theirs) => theirs.cmp(&ours),
        };
        if order != Ordering::Equal {
            return order;
        }
        (left, right) = (our_rest, their_rest);
    }
    left.is_some().cmp(&right.is_some())
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
        let edge = |after: u8, pre: &[u8]| {
            let mut range = vec![1];
            range.extend([0; 24]);
            range.push(after | u8::try_from(pre.len()).unwrap());
            range.extend(pre);
            range
        };
        assert!(passes(&[0]) && passes(&[1]) && passes(&edge(0, b"")) && passes(&edge(AFTER, b"rc.1")));
        assert!(!passes(&[]) && !passes(&[2]) && !passes(&[0, 1]));
        assert!(!passes(&edge(0, b"rc..1")) && !passes(&edge(0, b"01")) && !passes(&edge(1, b"rc")));
        assert!(!passes(&edge(0, b"rc")[..27]));
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
            first in 0_u8..3,
            version in "[0-9.]{0,5}(-[a.0]{0,3})?",
        ) {
            if let Some(byte) = range.first_mut() {
                *byte = first;
            }
            if let Some(length) = range.get_mut(25) {
                *length &= AFTER | 31;
            }
            if let Some(range) = VersionRange::read(&range) {
                range.check();
                range.contains(version.as_bytes());
                range.contains(range.edges);
            }
        }
    }
}
