use super::variable::template;
use crate::model::diagnostic::Spanned;
use crate::model::document::{Entry, Node};
use crate::model::read::fields::{entries, every};
use crate::model::read::problems::{Problems, quote};
use crate::model::read::scalar::text;
use crate::model::source::Setting;

const PREFIX: &str = "env:";
const LONGEST_NAME: usize = 128;

/// Headers whose value is a secret, whatever it is.
const SECRET_HEADERS: &[&str] = &["authorization", "cookie", "proxy-authorization"];

/// Where HTTP is spoken: a URL, or the environment variable that holds it.
pub(in crate::model::read) fn url(node: &Node, problems: &mut Problems) -> Option<Spanned<Setting>> {
    let written = text(node, problems)?;
    if written.value.starts_with(PREFIX) {
        let name = environment(&written, problems)?;
        return Some(Spanned::new(Setting::Environment(name), node.place.clone()));
    }
    let url = template(node, problems)?.value;
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    match host {
        Some(host) if host.contains('@') => {
            let message = "a secret must not stand in a file";
            let help = "`url: env:NAME` takes the whole URL from an environment variable, `bearer: env:NAME` a token";
            problems.error_with_help("secret-in-file", &node.place, message, help);
            None
        }
        Some(host) if !host.is_empty() => Some(Spanned::new(Setting::Text(url), node.place.clone())),
        _ => {
            let message = format!("`{}` is not a URL of http or https", quote(&url));
            problems.error("invalid-url", &node.place, message);
            None
        }
    }
}

/// The environment variable with a secret, which never stands in a file.
pub(in crate::model::read) fn secret(node: &Node, problems: &mut Problems) -> Option<String> {
    let written = text(node, problems)?;
    if !written.value.starts_with(PREFIX) {
        // What stands there is not shown: it may be the secret.
        let message = "a secret must not stand in a file";
        let help = "`env:NAME` takes it from an environment variable";
        problems.error_with_help("secret-in-file", &node.place, message, help);
        return None;
    }
    environment(&written, problems)
}

/// Headers by name.
pub(in crate::model::read) fn headers(
    node: &Node,
    problems: &mut Problems,
) -> Option<Vec<(String, Setting)>> {
    every(
        entries(node, "a list of headers", problems)?,
        |Entry { key, value }| {
            let name = &key.value;
            let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
            if name.is_empty() || !name.bytes().all(token) {
                let message = format!("`{}` cannot be the name of a header", quote(name));
                problems.error("invalid-name", &key.place, message);
                return None;
            }
            let written = text(value, problems)?;
            let setting = if written.value.starts_with(PREFIX) {
                Setting::Environment(environment(&written, problems)?)
            } else if SECRET_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
                Setting::Environment(secret(value, problems)?)
            } else {
                Setting::Text(written.value)
            };
            Some((name.clone(), setting))
        },
    )
}

/// The name in `env:NAME`.
fn environment(written: &Spanned<String>, problems: &mut Problems) -> Option<String> {
    let name = written.value.strip_prefix(PREFIX)?;
    let mut characters = name.chars();
    let good = characters
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.len() <= LONGEST_NAME;
    if !good {
        let message = "what follows `env:` is not the name of an environment variable";
        problems.error("invalid-name", &written.place, message);
    }
    good.then(|| name.to_owned())
}
