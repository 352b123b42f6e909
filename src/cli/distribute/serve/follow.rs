use super::metrics::{Metrics, Refresh};
use super::replica::Replica;
use super::shelf::Place;
use super::vouch::Vouch;
use super::wake::Wake;
use crate::destination::Destination;
use crate::failure::{Failure, Outcome};
use crate::scopes::{self, Audience};
use std::future::pending;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tidegate::Trust;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long one look at the destination may take: what hangs is tried again.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often new places and new roots are looked for in a bucket: they come seldom, and each look is paid for.
const THOROUGH: Duration = Duration::from_secs(30);

/// What is to be served, and how.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) destination: Destination,
    pub(super) environment: Option<String>,
    pub(super) audience: Option<Audience>,
    pub(super) trust: Option<Trust>,
    /// How often each head is read.
    pub(super) refresh: Duration,
}

/// Looks at the destination again and again.
#[derive(Debug, Clone)]
pub(super) struct Follower {
    pub(super) source: Arc<Source>,
    pub(super) wake: Wake,
    pub(super) metrics: Arc<Metrics>,
    pub(super) tell: mpsc::UnboundedSender<Looked>,
}

/// What came of looking at one place: some of it may be new though something else is wrong.
#[derive(Debug)]
pub(super) struct Looked {
    /// The place; empty where it is about the destination as a whole.
    pub(super) name: String,
    pub(super) news: Option<Place>,
    pub(super) outcome: Outcome,
}

impl Source {
    /// Copies, still empty, of the places that are not known yet.
    pub(super) async fn discover(&self, known: &[String]) -> Outcome<Vec<Replica>> {
        let environments = match &self.environment {
            Some(environment) => vec![environment.clone()],
            None => self.destination.list("").await?.folders,
        };
        let mut replicas = Vec::new();
        for environment in environments {
            let places = scopes::published(&self.destination, &environment, self.audience).await?;
            for name in places.into_iter().filter(|name| !known.contains(name)) {
                let vouch = self.trust.clone().map(Vouch::new);
                replicas.push(Replica::new(name, vouch));
            }
        }
        Ok(replicas)
    }

    /// How often to look for more than new heads.
    fn thorough(&self) -> Duration {
        match self.destination.folder() {
            Some(_) => self.refresh,
            None => THOROUGH.max(self.refresh),
        }
    }

    pub(super) async fn look(&self, replica: &mut Replica, thorough: bool) -> Looked {
        let name = replica.name().to_owned();
        let refresh = replica.refresh(&self.destination, thorough);
        let outcome = timeout(PATIENCE, refresh).await.unwrap_or_else(|_| {
            let message = format!("no answer for `{name}` in {} seconds", PATIENCE.as_secs());
            Err(Failure::new("cannot-read", message))
        });
        Looked {
            name,
            news: replica.news(),
            outcome,
        }
    }
}

impl Looked {
    pub(super) fn refresh(&self) -> Refresh {
        match (&self.outcome, &self.news) {
            (Err(_), _) => Refresh::Failed,
            (Ok(()), Some(_)) => Refresh::Changed,
            (Ok(()), None) => Refresh::Unchanged,
        }
    }
}

impl Follower {
    /// Follows each place by itself, so that one that hangs holds up no other; and places that come later.
    pub(super) async fn follow(mut self, mut replicas: Vec<Replica>) {
        let mut places = JoinSet::new();
        let mut names = Vec::new();
        loop {
            for replica in replicas {
                names.push(replica.name().to_owned());
                places.spawn(self.clone().follow_one(replica));
            }
            tokio::select! {
                _ = timeout(self.source.thorough(), self.wake.change()) => {}
                () = breaks(&mut places) => {}
            }
            let discovered = self.source.discover(&names).await;
            let (found, outcome) = match discovered {
                Ok(found) => (found, Ok(())),
                Err(failure) => (Vec::new(), Err(failure)),
            };
            replicas = found;
            let name = String::new();
            let looked = Looked {
                name,
                news: None,
                outcome,
            };
            if self.tell.send(looked).is_err() {
                return;
            }
        }
    }

    async fn follow_one(mut self, mut replica: Replica) {
        let mut last = Instant::now();
        loop {
            let thorough = last.elapsed() >= self.source.thorough();
            if thorough {
                last = Instant::now();
            }
            let looked = self.source.look(&mut replica, thorough).await;
            self.metrics.refreshed(&looked.name, looked.refresh());
            if self.tell.send(looked).is_err() {
                return;
            }
            // Systems do not tell of every change, and buckets of none.
            let _ = timeout(self.source.refresh, self.wake.change()).await;
        }
    }
}

/// Waits until one of them panics, and panics with it: a place that nobody follows would be served as it was for ever,
/// whatever is killed.
async fn breaks(places: &mut JoinSet<()>) {
    while let Some(ended) = places.join_next().await {
        if let Err(broken) = ended {
            resume_unwind(broken.into_panic());
        }
    }
    pending().await
}

#[cfg(test)]
mod tests {
    use super::{JoinSet, breaks, pending, resume_unwind};

    #[tokio::test]
    async fn what_is_followed_no_more_ends_the_whole() {
        let ended = tokio::spawn(async {
            let mut places = JoinSet::new();
            places.spawn(pending());
            places.spawn(async {});
            places.spawn(async { resume_unwind(Box::new("broken")) });
            breaks(&mut places).await;
        });
        assert!(ended.await.unwrap_err().is_panic());
    }
}
