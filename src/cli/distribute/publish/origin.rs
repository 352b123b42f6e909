//! Where what is published comes from: the commit, and who agreed to what changed since the publication before.

use crate::clock;
use crate::govern::gate::{approvals, populations, texts};
use crate::input::git::{Commit, Repository};
use crate::input::project::ProjectFiles;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use tidegate::delivery::audit::{Chain, Entry};
use tidegate::delivery::govern::{Agreement, State, Texts};

/// So many commits are looked at for what was approved.
const MOST_COMMITS: usize = 20;

/// Where a project's files come from, as far as git and signatures tell; what nobody knows is left out.
#[derive(Debug, Default)]
pub(super) struct Origin {
    commit: Option<String>,
    /// Are the project's files other ones than the commit's?
    is_dirty: bool,
    /// Who agreed before it came in, as far as files tell: of reviews at a forge they do not.
    pub(super) approvals: Vec<Agreement>,
}

impl Origin {
    /// Asks git, where there is one. `environments` are those that are published.
    pub(super) fn of(
        folder: &Path,
        files: &ProjectFiles,
        chain: &Chain,
        environments: &BTreeSet<&str>,
    ) -> Self {
        let repository = Repository::of(folder).ok();
        let head = repository
            .as_ref()
            .and_then(|repository| repository.commit("HEAD").ok());
        let (Some(repository), Some(head)) = (repository, head) else {
            return Self::default();
        };
        let now = Held {
            files: files.clone(),
            populations: populations::here(folder).unwrap_or_default(),
        };
        let committed = Held::of(folder, &repository, &head);
        let is_same = |committed: &Held| committed.texts() == now.texts();
        let past = Past {
            folder,
            repository: &repository,
            earlier: publications(chain, environments),
        };
        let is_dirty = !committed.as_ref().is_some_and(is_same);
        Self {
            commit: Some(head.id),
            is_dirty,
            approvals: past.approvals(now),
        }
    }

    /// The entry of the publication, with what is known.
    pub(super) fn told(&self, mut entry: Entry) -> Entry {
        if let Some(commit) = &self.commit {
            entry = entry.with("commit", json!(commit));
        }
        if self.is_dirty {
            entry = entry.with("dirty", json!(true));
        }
        if self.approvals.is_empty() {
            return entry;
        }
        let one = |agreed: &Agreement| {
            json!({
                "by": agreed.by,
                "change": agreed.change.to_string(),
                "at": clock::written(agreed.at_ms),
            })
        };
        let approvals: Vec<Value> = self.approvals.iter().map(one).collect();
        entry.with("approvals", json!(approvals))
    }
}

/// The publications before.
struct Past<'p> {
    folder: &'p Path,
    repository: &'p Repository,
    earlier: Vec<&'p Entry>,
}

impl Past<'_> {
    /// Who agreed to what came in since, from any of the commits in between to any later one, and was not told of yet.
    fn approvals(&self, now: Held) -> Vec<Agreement> {
        let files = approval_files(self.folder);
        if files.is_empty() {
            return Vec::new();
        }
        let mut held = self.held();
        held.push(now);
        let states: Vec<State<'_>> = held.iter().map(Held::state).collect();
        let mut agreed = Agreement::among(&states, &files);
        agreed.retain(|one| !self.tells(one));
        agreed
    }

    /// The project as it was at the publication before, and at each commit since, the oldest first.
    fn held(&self) -> Vec<Held> {
        let most = format!("--max-count={}", MOST_COMMITS + 1);
        let asked = self
            .repository
            .ask(["rev-list", "--first-parent", &most, "HEAD", "--"]);
        let listed = asked.and_then(|asked| asked.done()).unwrap_or_default();
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let last = self.earlier.iter().rev().find_map(|entry| entry.text("commit"));
        let mut held: Vec<Held> = Vec::new();
        for id in listed.lines() {
            let commit = Commit {
                name: id.to_owned(),
                id: id.to_owned(),
            };
            held.extend(Held::of(self.folder, self.repository, &commit));
            if last == Some(id) {
                break;
            }
        }
        held.reverse();
        held.dedup_by(|later, earlier| later.texts() == earlier.texts());
        held
    }

    /// Was it told with a publication before?
    fn tells(&self, agreed: &Agreement) -> bool {
        let change = agreed.change.to_string();
        let mut told = self.earlier.iter().flat_map(|entry| entry.list("approvals"));
        told.any(|told| {
            let is = |name: &str, text: &str| told.get(name).and_then(Value::as_str) == Some(text);
            is("by", &agreed.by) && is("change", &change)
        })
    }
}

/// The publications of some of these environments.
fn publications<'c>(chain: &'c Chain, environments: &BTreeSet<&str>) -> Vec<&'c Entry> {
    let is_here = |entry: &&Entry| environments.iter().any(|name| entry.published_in(name));
    let publications = chain.entries.iter().filter(|entry| entry.action == "publish");
    publications.filter(is_here).collect()
}

/// All that a change is of, at one time.
struct Held {
    files: ProjectFiles,
    populations: Vec<(String, String)>,
}

impl Held {
    fn of(folder: &Path, repository: &Repository, commit: &Commit) -> Option<Self> {
        Some(Self {
            files: ProjectFiles::of_commit(folder, repository, commit).ok()?,
            populations: populations::of_commit(repository, commit).ok()?,
        })
    }

    fn state(&self) -> State<'_> {
        State {
            texts: self.texts(),
            project: self.files.check().0,
        }
    }

    fn texts(&self) -> Texts<'_> {
        texts(Some(&self.files), &self.populations)
    }
}

/// What may be approvals; nothing of what cannot be read.
fn approval_files(project: &Path) -> Vec<Vec<u8>> {
    let folder = project.join(approvals::FOLDER);
    let names = approvals::names(&folder, "json").unwrap_or_default();
    let read = |name: &String| approvals::bytes(&folder.join(name)).ok();
    names.iter().filter_map(read).collect()
}
