use super::names;
use crate::model::diagnostic::Spanned;
use crate::model::document::{Kind, Node};
use crate::model::governance::Person;
use crate::model::read::fields::{Fields, every, items};
use crate::model::read::problems::{Problems, quote};
use crate::model::read::scalar::text;
use crate::trust::Trust;

pub(in crate::model::read) const PERSON_KEYS: &[&str] = &["email", "login", "keys"];

const LONGEST_LOGIN: usize = 100;

pub(super) fn person(node: &Node, problems: &mut Problems) -> Option<Person> {
    let fields = Fields::read(node, "a person", PERSON_KEYS, problems)?;
    let emails = fields.optional("email", problems, |node, problems| match &node.kind {
        Kind::Sequence(_) => every(items(node, "a list of addresses", problems)?, |item| {
            email(item, problems)
        }),
        _ => email(node, problems).map(|email| vec![email]),
    });
    let login = fields.optional("login", problems, login);
    let keys = fields.optional("keys", problems, |node, problems| {
        every(items(node, "a list of public keys", problems)?, |item| {
            key(item, problems)
        })
    });
    Some(Person {
        emails: emails?.unwrap_or_default(),
        login: login?,
        keys: keys?.unwrap_or_default(),
    })
}

/// The people of a team.
pub(super) fn members(node: &Node, problems: &mut Problems) -> Option<Vec<Spanned<String>>> {
    names(node, "a list of people", "a person's name", problems)
}

/// The people and teams that hold the keys of a role.
pub(super) fn holders(node: &Node, problems: &mut Problems) -> Option<Vec<Spanned<String>>> {
    names(
        node,
        "a list of people and teams",
        "the name of a person or team",
        problems,
    )
}

/// What a forge calls somebody by; those of its own machines have brackets.
fn login(node: &Node, problems: &mut Problems) -> Option<Spanned<String>> {
    let login = text(node, problems)?;
    let length = login.value.chars().count();
    let good = (1..=LONGEST_LOGIN).contains(&length)
        && login.value.chars().all(|c| !c.is_whitespace() && !c.is_control());
    if !good {
        let message = format!("`{}` cannot be a login", quote(&login.value));
        let help = format!("use 1 to {LONGEST_LOGIN} characters without spaces");
        problems.error_with_help("invalid-name", &node.place, message, help);
    }
    good.then_some(login)
}

fn email(node: &Node, problems: &mut Problems) -> Option<Spanned<String>> {
    let email = text(node, problems)?;
    let parts = email.value.split_once('@');
    let good = parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
        && email
            .value
            .chars()
            .all(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>'));
    if !good {
        let message = format!("`{}` is not an e-mail address", quote(&email.value));
        let help = "write it as git does, without a name: ana@example.com";
        problems.error_with_help("invalid-email", &node.place, message, help);
    }
    good.then_some(email)
}

/// The public half of a key for production.
fn key(node: &Node, problems: &mut Problems) -> Option<Spanned<[u8; 32]>> {
    let written = text(node, problems)?;
    let trust = Trust::parse(&written.value).ok();
    let root = trust
        .filter(|trust| !trust.is_development() && trust.frame().is_empty())
        .map(|trust| trust.root());
    let Some([key]) = root.as_ref().map(|root| root.root.keys.as_slice()) else {
        // What was pasted here may be the other half, and is not told again.
        let message = "this is not the public half of an Ed25519 key for production";
        let help = "write it like ed25519:BASE64, as `tidegate keygen` prints it";
        problems.error_with_help("invalid-key", &node.place, message, help);
        return None;
    };
    Some(Spanned::new(*key, node.place.clone()))
}
