//! The next root: one or some keys come, go, or take one another's place.

use super::RoleName;
use super::record::Log;
use super::report::{fillable, tell};
use crate::distribute::publish::roots;
use crate::distribute::publish::signers::Signers;
use crate::failure::{Failure, Outcome};
use crate::input::anchor;
use crate::input::file;
use crate::report::Reporter;
use crate::{clock, layout};
use std::path::{Path, PathBuf};
use tidegate::Trust;
use tidegate::trust::{Kind, Role, Root};

/// Make the next root, in which a key may sign more
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate root add-key oncall.pub --role head --from 1.root --key alice.key"
)]
pub(super) struct AddKey {
    /// The public key: `ed25519:…`, or its file
    public: String,
    /// What it may sign
    #[arg(long, required = true)]
    role: Vec<RoleName>,
    #[command(flatten)]
    next: Next,
}

/// Make the next root, in which a key may sign less or nothing
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate root remove-key oncall.pub --from 2.root --key alice.key\n\n\
    What it signed for a role that it loses is not taken any more: `tidegate publish --root` publishes anew."
)]
pub(super) struct RemoveKey {
    /// The public key: `ed25519:…`, its file, or its id
    public: String,
    /// What it may no longer sign; by default anything
    #[arg(long)]
    role: Vec<RoleName>,
    #[command(flatten)]
    next: Next,
}

/// Make the next root, in which a key takes the place of another
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate root rotate ci.pub new-ci.pub --from 2.root --key alice.key\n\n\
    Clients forget the versions of a role whose keys change, so that a stolen key cannot have used them up."
)]
pub(super) struct Rotate {
    /// The public key that goes: `ed25519:…`, its file, or its id
    old: String,
    /// The public key that comes: `ed25519:…`, or its file
    new: String,
    /// In which roles; by default in all that the old one has
    #[arg(long)]
    role: Vec<RoleName>,
    #[command(flatten)]
    next: Next,
}

/// From which root to which file, and who signs.
#[derive(Debug, clap::Args)]
struct Next {
    /// The last root
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// A private key that signs the new root now: its file, `env:NAME` or `exec:COMMAND`
    #[arg(long, value_name = "KEY", required = true)]
    key: Vec<String>,
    /// How many keys of the role must sign from now on
    #[arg(long, value_name = "NUMBER")]
    threshold: Option<u8>,
    /// How long a head may last at most from now on
    #[arg(long, value_name = "DURATION", value_parser = clock::duration)]
    head_lifetime: Option<i64>,
    /// Where the new root goes; by default beside the last one, named for its version
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    log: Log,
}

const ROLES: [RoleName; 3] = [RoleName::Root, RoleName::Snapshot, RoleName::Head];

impl AddKey {
    pub(super) fn run(&self, reporter: &Reporter) -> Outcome {
        let key = anchor::public_key(&self.public)?;
        self.next.make("add-key", reporter, &self.role, |name, role| {
            if role.keys.contains(&key) {
                let message = format!("key {} has the role {} already", anchor::id(&key), name.name());
                return Err(Failure::new("role-unchanged", message));
            }
            role.keys.push(key);
            Ok(())
        })
    }
}

impl RemoveKey {
    pub(super) fn run(&self, reporter: &Reporter) -> Outcome {
        let root = self.next.last()?.1;
        let key = known_key(&self.public, &root)?;
        let roles = roles_with(&self.role, &key, root)?;
        self.next.make("remove-key", reporter, &roles, |_, role| {
            role.keys.retain(|other| *other != key);
            Ok(())
        })
    }
}

impl Rotate {
    pub(super) fn run(&self, reporter: &Reporter) -> Outcome {
        let root = self.next.last()?.1;
        let (old, new) = (known_key(&self.old, &root)?, anchor::public_key(&self.new)?);
        let roles = roles_with(&self.role, &old, root)?;
        self.next.make("rotate", reporter, &roles, |name, role| {
            if role.keys.contains(&new) {
                let message = format!("key {} has the role {} already", anchor::id(&new), name.name());
                return Err(Failure::new("role-unchanged", message)
                    .with_help("`tidegate root remove-key` removes the other one"));
            }
            for key in role.keys.iter_mut().filter(|key| **key == old) {
                *key = new;
            }
            Ok(())
        })
    }
}

impl Next {
    /// The last root, which must be complete: nobody follows one that is not.
    fn last(&self) -> Outcome<(Vec<u8>, Root)> {
        let bytes = file::read(&self.from, layout::DOCUMENT_BYTES)?;
        let root = roots::decode(&self.from, &bytes)?;
        Trust::from_root(bytes.clone()).map_err(|error| {
            Failure::new(error.code(), format!("`{}`: {error}", self.from.display())).about(&self.from)
        })?;
        Ok((bytes, root))
    }

    fn make(
        &self,
        what: &str,
        reporter: &Reporter,
        roles: &[RoleName],
        change: impl Fn(RoleName, &mut Role) -> Outcome,
    ) -> Outcome {
        let (before, last) = self.last()?;
        let mut root = last.clone();
        root.version += 1;
        root.longest_head_lifetime_ms = self.head_lifetime.unwrap_or(root.longest_head_lifetime_ms);
        for name in roles {
            let role = name.of(&mut root);
            change(*name, role)?;
            role.threshold = self.threshold.unwrap_or(role.threshold);
        }
        fillable(&root)?;
        let signers = Signers::open(Kind::Root, &self.key)?;
        for key in signers.public_keys() {
            may_sign(&key, &root, Some(&last))?;
        }
        let frame = signers.seal(&root.encode())?;
        let beside = || {
            let folder = self.from.parent().unwrap_or(Path::new(""));
            folder.join(format!("{}.root", root.version))
        };
        let path = self.out.clone().unwrap_or_else(beside);
        file::create(&path, &frame, false)?;
        self.log.tell(what, &path, Some(&before), &frame, &root)?;
        tell(&path, &frame, Some(&last), reporter)
    }
}

/// Refuses a key whose signature would count for nothing.
pub(super) fn may_sign(key: &[u8; 32], root: &Root, before: Option<&Root>) -> Outcome {
    let mut roots = before.into_iter().chain([root]);
    if roots.any(|root| root.root.keys.contains(key)) {
        return Ok(());
    }
    let before = before.map_or_else(String::new, |before| format!(" or root {}", before.version));
    let message = format!(
        "key {} does not sign roots, as root {}{before} says",
        anchor::id(key),
        root.version
    );
    Err(Failure::new("key-refused", message))
}

/// A key of a root, by its public half or its id.
fn known_key(given: &str, root: &Root) -> Outcome<[u8; 32]> {
    let roles = [&root.root, &root.snapshot, &root.head];
    let mut keys = roles.iter().flat_map(|role| &role.keys);
    match keys.find(|key| anchor::id(key) == given) {
        Some(key) => Ok(*key),
        None => anchor::public_key(given),
    }
}

/// The roles that are named, or all that a key has.
fn roles_with(named: &[RoleName], key: &[u8; 32], mut root: Root) -> Outcome<Vec<RoleName>> {
    let mut has = |role: &RoleName| role.of(&mut root).keys.contains(key);
    let wanted = if named.is_empty() { &ROLES[..] } else { named };
    let (roles, others): (Vec<RoleName>, Vec<RoleName>) = wanted.iter().partition(|role| has(role));
    match others.first() {
        Some(other) if !named.is_empty() || roles.is_empty() => {
            let role = if named.is_empty() {
                "no role".to_owned()
            } else {
                format!("not the role {}", other.name())
            };
            let message = format!("key {} has {role}", anchor::id(key));
            Err(Failure::new("role-unchanged", message))
        }
        _ => Ok(roles),
    }
}
