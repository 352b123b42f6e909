use crate::failure::{Failure, Outcome};
use crate::input::anchor;
use crate::input::key;
use tidegate::trust::{Kind, Role, Signer, seal};

/// The keys that sign documents of one kind.
pub(crate) struct Signers {
    kind: Kind,
    keys: Vec<Box<dyn Signer>>,
}

impl Signers {
    /// Opens the sources of keys for production; the same key twice counts once.
    pub(crate) fn open(kind: Kind, sources: &[String]) -> Outcome<Self> {
        let mut keys: Vec<Box<dyn Signer>> = Vec::new();
        for source in sources {
            let signer = key::signer(source)?;
            if !keys.iter().any(|known| known.public_key() == signer.public_key()) {
                keys.push(signer);
            }
        }
        anchor::for_production(&keys)?;
        Ok(Self { kind, keys })
    }

    /// Opens those that sign heads: by default the keys that sign snapshots.
    pub(crate) fn of_heads(sources: &[String], snapshot_sources: &[String]) -> Outcome<Self> {
        let sources = if sources.is_empty() {
            snapshot_sources
        } else {
            sources
        };
        Self::open(Kind::Head, sources)
    }

    /// The public halves.
    pub(crate) fn public_keys(&self) -> Vec<[u8; 32]> {
        self.keys.iter().map(|key| key.public_key()).collect()
    }

    /// Refuses a set of keys that does not fill the role.
    pub(crate) fn fill(&self, role: &Role) -> Outcome {
        let given = self.public_keys();
        let trusted = given.iter().filter(|key| role.keys.contains(key)).count();
        if trusted >= usize::from(role.threshold) {
            return Ok(());
        }
        let kind = self.kind.name();
        let code = if trusted == 0 {
            "KEY_UNKNOWN"
        } else {
            "THRESHOLD_UNMET"
        };
        let message = match (role.threshold, trusted) {
            (1, _) => format!("no key that may sign a {kind} was given"),
            (threshold, _) => {
                format!("a {kind} must be signed by {threshold} keys, and {trusted} of them was given")
            }
        };
        let known: Vec<String> = role.keys.iter().map(anchor::id).collect();
        let given: Vec<String> = given.iter().map(anchor::id).collect();
        Err(Failure::new(code, message).with_help(format!(
            "the keys of the role are {}; given was {}",
            known.join(", "),
            given.join(", ")
        )))
    }

    /// Signs a payload with all of them.
    pub(crate) fn seal(&self, payload: &[u8]) -> Outcome<Vec<u8>> {
        let keys: Vec<&dyn Signer> = self.keys.iter().map(AsRef::as_ref).collect();
        seal(self.kind, payload, &keys).map_err(|error| Failure::new("signer-failed", error.to_string()))
    }
}
