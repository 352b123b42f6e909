use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt;

/// What a change is called by: no other change of a project's files has the same, whatever is made of it later.
///
/// SHA-256 over each file that differs, in the order of paths: the path, a zero byte, and the SHA-256 of what it held before
/// and of what it holds after; 32 zero bytes stand for a file that is not there. What does not change is no part of it, so
/// that approvals stay good when others change other files meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChangeDigest([u8; 32]);

/// The files of a project by path: what they hold.
pub type Texts<'t> = BTreeMap<&'t str, &'t str>;

impl ChangeDigest {
    /// The digest of the change from some files to others; nothing where none differs.
    pub fn between(before: &Texts<'_>, after: &Texts<'_>) -> Option<Self> {
        let changed = changed(before, after);
        if changed.is_empty() {
            return None;
        }
        let of = |text: Option<&&str>| text.map_or([0; 32], |text| Sha256::digest(text.as_bytes()).into());
        let mut hash = Sha256::new();
        for path in changed {
            hash.update(path.as_bytes());
            hash.update([0]);
            hash.update(of(before.get(path)));
            hash.update(of(after.get(path)));
        }
        Some(Self(hash.finalize().into()))
    }

    /// Reads one as it is written.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("sha256:")?;
        let bytes = HEXLOWER.decode(digits.as_bytes()).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The first 16 digits, which approvals are filed under.
    pub fn short(&self) -> String {
        HEXLOWER.encode(self.0.get(..8).unwrap_or_default())
    }
}

impl fmt::Display for ChangeDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "sha256:{}", HEXLOWER.encode(&self.0))
    }
}

/// The paths of the files that differ, in order.
pub fn changed<'t>(before: &Texts<'t>, after: &Texts<'t>) -> Vec<&'t str> {
    let mut paths: Vec<&str> = before.keys().chain(after.keys()).copied().collect();
    paths.sort_unstable();
    paths.dedup();
    paths.retain(|path| before.get(path) != after.get(path));
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_can_be_recomputed_by_others() {
        // (printf 'flags/a.yaml\0'; head -c 32 /dev/zero; printf 'x' | sha256sum | xxd -r -p) | sha256sum
        let digest = ChangeDigest::between(&Texts::new(), &Texts::from([("flags/a.yaml", "x")]));
        let expected = "sha256:49b6eaf4150250d33de3a7d58f068e458c70fb0fa2bb5caeecfd545febb83b24";
        assert_eq!(digest.map(|digest| digest.to_string()).as_deref(), Some(expected));
        assert_eq!(digest, ChangeDigest::parse(expected));
    }

    #[test]
    fn it_is_of_what_differs_and_of_nothing_else() {
        let of = |before: &[(&'static str, &'static str)], after: &[(&'static str, &'static str)]| {
            let texts = |files: &[(&'static str, &'static str)]| files.iter().copied().collect();
            ChangeDigest::between(&texts(before), &texts(after))
        };
        let change = of(&[("a", "1")], &[("a", "2")]);
        assert!(change.is_some());
        assert_eq!(change, of(&[("a", "1"), ("b", "x")], &[("a", "2"), ("b", "x")]));
        assert_eq!(of(&[("a", "1")], &[("a", "1")]), None);
        for other in [
            of(&[("a", "2")], &[("a", "1")]),
            of(&[("a", "1")], &[("a", "3")]),
            of(&[("b", "1")], &[("b", "2")]),
            of(&[("a", "1")], &[]),
            of(&[("a", "1")], &[("a", "2"), ("b", "")]),
        ] {
            assert_ne!(change, other);
        }
        // An empty file is not one that is missing.
        assert_ne!(of(&[("a", "1")], &[("a", "")]), of(&[("a", "1")], &[]));
    }

    #[test]
    fn what_is_no_digest_is_not_read_as_one() {
        for text in ["", "sha256:", "sha256:00", "SHA256:00", "md5:00"] {
            assert_eq!(ChangeDigest::parse(text), None, "{text}");
        }
        assert_eq!(ChangeDigest::parse(&format!("sha256:{}", "AB".repeat(32))), None);
    }
}
