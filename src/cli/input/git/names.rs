//! What a name stands for, where only one thing may.

use super::Repository;
use crate::failure::{Failure, Outcome};

/// Where git looks for a name, besides its own folder.
const PLACES: [&str; 5] = [
    "refs/",
    "refs/tags/",
    "refs/heads/",
    "refs/remotes/",
    "refs/remotes/",
];

impl Repository {
    /// A name in full: that of the one branch or tag which is called so. Git itself takes the tag of two that share a name,
    /// so that whoever can push a tag could put it in a branch's place.
    pub(super) fn in_full(&self, name: &str) -> Outcome<String> {
        let end = ["~", "^", "@{", ":"]
            .iter()
            .filter_map(|sign| name.find(sign))
            .min();
        let (name, path) = name
            .split_at_checked(end.unwrap_or(name.len()))
            .unwrap_or((name, ""));
        let is_hexadecimal = name.bytes().all(|byte| byte.is_ascii_hexdigit());
        // The name of a commit for good is no other's, nor is that of what is checked out.
        if matches!(name, "" | "HEAD" | "@") || (is_hexadecimal && matches!(name.len(), 40 | 64)) {
            return Ok(format!("{name}{path}"));
        }
        let called = self.called(name)?;
        let known = match called.as_slice() {
            _ if name.starts_with("refs/") => match called.iter().any(|found| found == name) {
                true => return Ok(format!("{name}{path}")),
                // What is not there by its full name must not be found by a shorter one.
                false => return Err(self.unknown(name)?),
            },
            [] => return Ok(format!("{name}{path}")),
            [one] if !self.is_disguised(name, one, is_hexadecimal)? => one,
            several => {
                let message = format!("`{name}` can be several things: {}", several.join(", "));
                return Err(Failure::new("ref-ambiguous", message)
                    .with_help("write the whole name, such as `refs/remotes/origin/main`"));
            }
        };
        Ok(format!("{known}{path}"))
    }

    /// Everything that has a name, in full.
    fn called(&self, name: &str) -> Outcome<Vec<String>> {
        let mut full: Vec<String> = PLACES.iter().map(|place| format!("{place}{name}")).collect();
        if let Some(last) = full.last_mut() {
            last.push_str("/HEAD");
        }
        full.push(name.to_owned());
        let patterns = full.iter().map(String::as_str);
        let arguments = ["for-each-ref", "--format=%(refname)", "--"]
            .into_iter()
            .chain(patterns);
        let said = self.ask(arguments)?.done()?;
        let said = String::from_utf8_lossy(&said);
        // Patterns are those of folders too.
        let found = said.lines().filter(|found| full.iter().any(|full| full == found));
        Ok(found.map(str::to_owned).collect())
    }

    /// Is the one thing of a name another than the name says? A tag called like a branch of a remote that was not fetched,
    /// or like the beginning of a commit's name for good.
    fn is_disguised(&self, name: &str, found: &str, is_hexadecimal: bool) -> Outcome<bool> {
        if is_hexadecimal && name.len() >= 4 {
            let commits = self.ask(["rev-parse", &format!("--disambiguate={name}")])?;
            return Ok(!commits.output.is_empty());
        }
        if found.starts_with("refs/remotes/") {
            return Ok(false);
        }
        let remotes = self.ask(["remote"])?.done()?;
        let remotes = String::from_utf8_lossy(&remotes);
        let is_of = |remote: &str| {
            name.strip_prefix(remote)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        Ok(remotes.lines().any(is_of))
    }
}
