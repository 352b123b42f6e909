//! What is told of a root that was made or signed: above all, who has to sign it still.

use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::input::anchor;
use crate::report::Reporter;
use serde_json::{Map, Value, json};
use std::path::Path;
use tidegate::Trust;
use tidegate::snapshot::limits;
use tidegate::trust::{Document, Role, Root};

/// How many of the keys that must have signed did.
#[derive(Debug)]
struct Count {
    /// The root whose keys they are.
    version: u64,
    signed: Vec<[u8; 32]>,
    needed: u8,
}

/// Tells of a root's file. `before` is the root before it, which must have signed it as well.
pub(super) fn tell(path: &Path, frame: &[u8], before: Option<&Root>, reporter: &Reporter) -> Outcome {
    let refused = |error: tidegate::Error| Failure::new(error.code(), error.to_string());
    let documents = Document::all(frame).map_err(refused)?;
    let Some(document) = documents.first() else {
        return Err(Failure::new("ROOT_MALFORMED", "there is no root"));
    };
    let root = Root::decode(document.payload()).map_err(refused)?;
    let roots = before.into_iter().chain([&root]);
    let counts: Vec<Count> = roots
        .map(|root| Count {
            version: root.version,
            signed: document.signers(&root.root),
            needed: root.root.threshold,
        })
        .collect();
    let known = before.is_some() || root.version == 1;
    let complete = known && counts.iter().all(Count::is_met);
    let trust = Trust::from_root(frame.to_vec()).ok().filter(|_| complete);
    let json = json!({
        "file": path.display().to_string(),
        "project": root.project,
        "version": root.version,
        "complete": complete,
        "signatures": counts.iter().map(Count::json).collect::<Vec<_>>(),
        "roles": roles_json(&root),
        "longestHeadLifetime": clock::length(root.longest_head_lifetime_ms),
        "trust": trust.as_ref().map(ToString::to_string),
    });
    let mut text = format!("{}: root {} of {}\n", path.display(), root.version, root.project);
    for (name, role) in roles(&root) {
        let keys: Vec<String> = role.keys.iter().map(anchor::id).collect();
        text.push_str(&format!("  {name}: {} of {}\n", role.threshold, keys.join(", ")));
    }
    for count in &counts {
        text.push_str(&count.line());
    }
    if !known {
        let version = root.version.saturating_sub(1);
        text.push_str(&format!(
            "  `{version}.root` is not here: give it with --previous to see whether its keys signed\n"
        ));
    }
    if let Some(trust) = &trust {
        text.push_str(&format!("trust {trust}\n"));
    } else if known {
        text.push_str("not complete: `tidegate root sign` adds a signature\n");
    }
    reporter.result(&text, &json)
}

impl Count {
    fn is_met(&self) -> bool {
        self.signed.len() >= usize::from(self.needed)
    }

    fn line(&self) -> String {
        let ids: Vec<String> = self.signed.iter().map(anchor::id).collect();
        let ids = if ids.is_empty() {
            String::new()
        } else {
            format!(": {}", ids.join(", "))
        };
        format!(
            "  signed by {} of the {} keys that root {} asks for{ids}\n",
            self.signed.len(),
            self.needed,
            self.version
        )
    }

    fn json(&self) -> Value {
        let ids: Vec<String> = self.signed.iter().map(anchor::id).collect();
        json!({ "root": self.version, "signed": ids, "needed": self.needed })
    }
}

fn roles(root: &Root) -> [(&'static str, &Role); 3] {
    [
        ("root", &root.root),
        ("snapshot", &root.snapshot),
        ("head", &root.head),
    ]
}

/// Roles with their keys, for machines.
pub(crate) fn roles_json(root: &Root) -> Value {
    let roles = roles(root).into_iter().map(|(name, role)| {
        let keys = role
            .keys
            .iter()
            .map(|key| json!({ "id": anchor::id(key), "key": anchor::written(key) }));
        let role = json!({ "threshold": role.threshold, "keys": keys.collect::<Vec<_>>() });
        (name.to_owned(), role)
    });
    Value::Object(roles.collect::<Map<_, _>>())
}

/// Refuses roles that nobody can fill.
pub(super) fn fillable(root: &Root) -> Outcome {
    for (name, role) in roles(root) {
        let (threshold, count) = (role.threshold, role.keys.len());
        if threshold == 0 || usize::from(threshold) > count || count > limits::SIGNATURES {
            let message = match count {
                0 => format!("nobody could sign as {name}: the role has no key"),
                _ => format!(
                    "{threshold} of {count} keys for the role {name} is not from 1 to all, or they are more than {}",
                    limits::SIGNATURES
                ),
            };
            return Err(Failure::new("threshold-invalid", message));
        }
    }
    Ok(())
}
