use super::follow::{Follower, Looked, Source};
use super::metrics::Metrics;
use super::replica::Replica;
use super::shelf::{Place, Shelf, Shelves};
use super::wake::Wake;
use crate::failure::Outcome;
use crate::report::{Reporter, tell};
use futures_util::future::join_all;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::mpsc;

/// A copy of what is published at a destination, which follows it.
#[derive(Debug)]
pub(super) struct Mirror {
    source: Arc<Source>,
    replicas: Vec<Replica>,
    places: BTreeMap<String, Arc<Place>>,
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
        let (tell, mut looked) = mpsc::unbounded_channel();
        let follower = Follower {
            wake: Wake::of(self.source.destination.folder(), reporter),
            source: self.source.clone(),
            metrics: metrics.clone(),
            tell,
        };
        let following = follower.follow(std::mem::take(&mut self.replicas));
        let putting = async {
            let mut told = BTreeMap::new();
            while let Some(looked) = looked.recv().await {
                self.put(looked, &shelves, &mut told, reporter);
            }
        };
        tokio::join!(following, putting);
        Ok(())
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
