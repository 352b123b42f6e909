//! Flags turned off by the head alone.

use super::current::Current;
use super::make::NextHead;
use super::rehead::{Reheaded, rehead};
use super::session::Session;
use super::signers::Signers;
use crate::failure::Outcome;
use tidegate::trust::Head;

/// A flag, and who turns it off for how long at a time.
#[derive(Clone, Copy)]
pub(crate) struct Kill<'k> {
    pub(crate) flag: &'k str,
    pub(crate) session: &'k Session,
    pub(crate) signers: &'k Signers,
    pub(crate) head_lifetime_ms: Option<i64>,
    pub(crate) dry_run: bool,
}

impl Kill<'_> {
    /// Writes a head for each folder where the kill is not told yet.
    pub(crate) async fn everywhere(&self, folders: &[String]) -> Outcome<Vec<Reheaded>> {
        let mut done = Vec::new();
        for folder in folders {
            let next = |current: &Current, newest: &Head| self.next(current, newest);
            done.push(rehead(self.session, folder, self.signers, self.dry_run, next).await?);
        }
        Ok(done)
    }

    /// The folders whose snapshot has the flag, and the flags of the others; an audience that does not see it need not
    /// be told.
    pub(crate) async fn those_with(&self, folders: Vec<String>) -> Outcome<(Vec<String>, Vec<String>)> {
        let (mut found, mut known) = (Vec::new(), Vec::new());
        for folder in folders {
            let current = self.session.current(&folder).await?;
            current.head(&folder)?;
            if current.client.flags().any(|known| known == self.flag) {
                found.push(folder);
            } else {
                known.extend(current.client.flags().map(str::to_owned));
            }
        }
        Ok((found, known))
    }

    fn next(&self, current: &Current, newest: &Head) -> Option<NextHead> {
        let mut kills = current.kills.clone();
        if !kills.iter().any(|kill| kill == self.flag) {
            kills.push(self.flag.to_owned());
            kills.sort();
        }
        let told = kills.iter().all(|kill| newest.kills.contains(kill));
        (!told || current.unfinished.is_some()).then_some(NextHead {
            kills,
            lifetime_ms: self.head_lifetime_ms,
            minimum_version: None,
            now_ms: self.session.now_ms,
        })
    }
}
