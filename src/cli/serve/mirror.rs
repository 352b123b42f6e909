use super::metrics::{Metrics, Refresh};
use super::replica::Replica;
use super::shelf::{Place, Shelf, Shelves};
use super::vouch::Vouch;
use super::wake::Wake;
use crate::compile::Audience;
use crate::destination::Destination;
use crate::failure::{Failure, Outcome};
use crate::report::{Reporter, tell};
use clap::ValueEnum;
use futures_util::future::join_all;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tidegate::Trust;
use tidegate::compile;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// How long one look at the destination may take: what hangs is tried again.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often new places and new roots are looked for, which come seldom and cost more to find.
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

/// A copy of what is published at a destination, which follows it.
#[derive(Debug)]
pub(super) struct Mirror {
    source: Arc<Source>,
    replicas: Vec<Replica>,
    places: BTreeMap<String, Arc<Place>>,
}

/// What came of looking at one place: some of it may be new though something else is wrong.
struct Looked {
    name: String,
    news: Option<Place>,
    outcome: Outcome,
}

impl Mirror {
    /// Copies what is there; a place that cannot be copied is told, and tried again later.
    pub(super) async fn open(source: Source, metrics: &Metrics, reporter: &Reporter) -> Outcome<Self> {
        let mut mirror = Self {
            replicas: Vec::new(),
            places: BTreeMap::new(),
            source: Arc::new(source),
        };
        mirror.replicas = mirror.source.discover(&[]).await?;
        let looks = mirror
            .replicas
            .iter_mut()
            .map(|replica| mirror.source.look(replica, true));
        for looked in join_all(looks).await {
            metrics.refreshed(&looked.name, looked.refresh());
            if let Some(place) = looked.news {
                mirror.places.insert(looked.name, Arc::new(place));
            }
            if let Err(failure) = looked.outcome {
                reporter.failure(&failure);
            }
        }
        Ok(mirror)
    }

    pub(super) fn shelf(&self) -> Shelf {
        Shelf {
            places: self.places.clone(),
            problems: Vec::new(),
        }
    }

    /// Follows the destination until it is dropped. What fails or is half written leaves what was good.
    pub(super) async fn follow(
        mut self,
        shelves: Shelves,
        metrics: &Arc<Metrics>,
        reporter: &Reporter,
    ) -> Outcome {
        let mut wake = Wake::of(self.source.destination.folder(), reporter);
        let (tell_looked, mut looked) = mpsc::unbounded_channel();
        let mut followers = JoinSet::new();
        let mut names = Vec::new();
        let mut told = BTreeMap::new();
        let mut again = tokio::time::interval(THOROUGH);
        loop {
            for replica in self.replicas.drain(..) {
                names.push(replica.name().to_owned());
                followers.spawn(follow_one(
                    replica,
                    self.source.clone(),
                    wake.clone(),
                    tell_looked.clone(),
                    metrics.clone(),
                ));
            }
            tokio::select! {
                Some(looked) = looked.recv() => self.put(looked, &shelves, &mut told, reporter),
                () = async { tokio::select! { _ = again.tick() => {}, () = wake.change() => {} } } => {
                    match self.source.discover(&names).await {
                        Ok(replicas) => self.replicas = replicas,
                        Err(failure) => {
                            let looked = Looked { name: String::new(), news: None, outcome: Err(failure) };
                            self.put(looked, &shelves, &mut told, reporter);
                        }
                    }
                }
            }
        }
    }

    fn put(
        &mut self,
        looked: Looked,
        shelves: &Shelves,
        told: &mut BTreeMap<String, String>,
        reporter: &Reporter,
    ) {
        let Looked { name, news, outcome } = looked;
        if let Some(place) = news {
            if !reporter.is_json() {
                tell(&format!("{name}: version {}\n", place.version));
            }
            self.places.insert(name.clone(), Arc::new(place));
            shelves.put(self.shelf());
        }
        let Err(failure) = outcome else {
            told.remove(&name);
            return;
        };
        // Once, not every second.
        let message = failure.to_string();
        if told.get(&name) != Some(&message) {
            reporter.failure(&failure);
            told.insert(name, message);
        }
    }
}

impl Source {
    /// Copies, still empty, of the places that are not known yet.
    async fn discover(&self, known: &[String]) -> Outcome<Vec<Replica>> {
        let environments = match &self.environment {
            Some(environment) => vec![environment.clone()],
            None => self.destination.list("").await?.folders,
        };
        let mut replicas = Vec::new();
        for environment in environments {
            let folders = match self.audience {
                // What is named need not be listed, which not everybody who may read may do.
                Some(audience) => vec![compile::Audience::from(audience).to_string()],
                None => self.destination.list(&environment).await?.folders,
            };
            for audience in Audience::value_variants() {
                let audience = compile::Audience::from(*audience).to_string();
                let name = format!("{environment}/{audience}");
                if folders.contains(&audience) && !known.contains(&name) {
                    let vouch = self.trust.clone().map(Vouch::new);
                    replicas.push(Replica::new(name, vouch));
                }
            }
        }
        Ok(replicas)
    }

    async fn look(&self, replica: &mut Replica, thorough: bool) -> Looked {
        let name = replica.name().to_owned();
        let refresh = replica.refresh(&self.destination, thorough);
        let outcome = tokio::time::timeout(PATIENCE, refresh).await.unwrap_or_else(|_| {
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
    fn refresh(&self) -> Refresh {
        match (&self.outcome, &self.news) {
            (Err(_), _) => Refresh::Failed,
            (Ok(()), Some(_)) => Refresh::Changed,
            (Ok(()), None) => Refresh::Unchanged,
        }
    }
}

/// Follows one place by itself: one that hangs holds up no other.
async fn follow_one(
    mut replica: Replica,
    source: Arc<Source>,
    mut wake: Wake,
    tell: mpsc::UnboundedSender<Looked>,
    metrics: Arc<Metrics>,
) {
    let mut thorough = Instant::now();
    loop {
        let is_thorough = thorough.elapsed() >= THOROUGH;
        if is_thorough {
            thorough = Instant::now();
        }
        let looked = source.look(&mut replica, is_thorough).await;
        metrics.refreshed(&looked.name, looked.refresh());
        if tell.send(looked).is_err() {
            return;
        }
        // Systems do not tell of every change, and buckets of none.
        let _ = tokio::time::timeout(source.refresh, wake.change()).await;
    }
}
