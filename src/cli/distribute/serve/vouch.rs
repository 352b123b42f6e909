use super::edition::{Edition, refused};
use crate::failure::Outcome;
use crate::layout;
use tidegate::{Client, Trust};

/// Judges what is published as clients would, so that a forgery is not even passed on.
#[derive(Debug)]
pub(super) struct Vouch {
    trust: Trust,
    client: Option<Client>,
}

impl Vouch {
    pub(super) fn new(trust: Trust) -> Self {
        Self { trust, client: None }
    }

    /// Takes the next root of the chain; those before the one that is trusted change nothing.
    pub(super) fn root(&mut self, edition: &Edition, version: u64, frame: &[u8], now_ms: i64) -> Outcome {
        self.client(edition)
            .load(frame.to_vec(), now_ms)
            .map(drop)
            .map_err(|error| refused(&layout::root(version), &error))
    }

    /// Takes a head and its snapshot, under the roots that came before; says how many flags there are.
    pub(super) fn edition(&mut self, edition: &Edition, now_ms: i64) -> Outcome<usize> {
        let client = self.client(edition);
        client
            .load(edition.latest(), now_ms)
            .map_err(|error| refused(layout::LATEST, &error))?;
        Ok(client.flags().count())
    }

    fn client(&mut self, edition: &Edition) -> &mut Client {
        let scope = || Some(edition.scope.clone());
        self.client
            .get_or_insert_with(|| Client::new(self.trust.clone(), scope()))
    }
}
