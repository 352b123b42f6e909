//! Where what is published comes from: the commit, and who agreed to what changed since the publication before.

use crate::clock;
use crate::govern::gate::populations;
use crate::input::file;
use crate::input::git::{Commit, Repository};
use crate::input::project::ProjectFiles;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;
use tidegate::delivery::audit::{Chain, Entry};
use tidegate::delivery::govern::{Agreement, ApprovalFile, ChangeDigest, Texts};
use tidegate::model::Project;

/// Where approvals are kept, in the project's folder.
const APPROVALS: &str = "approvals";
const LARGEST_APPROVAL: u64 = 64 << 10;

/// So many commits are looked at for what was approved.
const MOST_COMMITS: usize = 20;

/// Where a project's files come from, as far as git and signatures tell; what nobody knows is left out.
#[derive(Debug, Default)]
pub(super) struct Origin {
    commit: Option<String>,
    /// Are the project's files other ones than the commit's?
    is_dirty: bool,
    approvals: Vec<Agreement>,
    /// The flags whose files were changed by what was agreed to.
    agreed_flags: BTreeSet<String>,
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
        let now = State {
            files: files.clone(),
            populations: populations::here(folder).unwrap_or_default(),
        };
        let committed = State::of(folder, &repository, &head);
        let is_same = |committed: &State| committed.texts() == now.texts();
        let past = Past {
            folder,
            repository: &repository,
            earlier: publications(chain, environments),
        };
        let is_dirty = !committed.as_ref().is_some_and(is_same);
        let (approvals, agreed_flags) = past.approvals(now);
        Self {
            commit: Some(head.id),
            is_dirty,
            approvals,
            agreed_flags,
        }
    }

    /// Did somebody agree, before it came in, to a change of the flag's file? As far as the log knows: of reviews at a
    /// forge it does not.
    pub(super) fn is_agreed(&self, flag: &str) -> bool {
        self.agreed_flags.contains(flag)
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
    /// Who agreed to what came in since: to the change from any of the commits in between to any later one. And to
    /// which flags.
    fn approvals(&self, now: State) -> (Vec<Agreement>, BTreeSet<String>) {
        let found = approval_files(self.folder);
        if found.is_empty() {
            return Default::default();
        }
        let mut states = self.states();
        states.push(now);
        let mut before: HashMap<ChangeDigest, usize> = HashMap::new();
        let mut flags: HashMap<ChangeDigest, BTreeSet<String>> = HashMap::new();
        let all: Vec<Texts<'_>> = states.iter().map(State::texts).collect();
        for (number, earlier) in all.iter().enumerate() {
            for later in all.iter().skip(number + 1) {
                if let Some(digest) = ChangeDigest::between(earlier, later) {
                    before.entry(digest).or_insert(number);
                    flags
                        .entry(digest)
                        .or_insert_with(|| flags_between(earlier, later));
                }
            }
        }
        let mut projects: HashMap<usize, Project> = HashMap::new();
        for number in before.values() {
            if let Some(project) = states.get(*number).and_then(|state| state.files.check().0) {
                projects.insert(*number, project);
            }
        }
        let mut agreed: Vec<Agreement> = Vec::new();
        let mut agreed_flags = BTreeSet::new();
        for file in &found {
            let of = |change: &ChangeDigest| before.get(change).and_then(|number| projects.get(number));
            if let Some(one) = Agreement::read(file, of) {
                let is_told = agreed
                    .iter()
                    .any(|other| (&other.by, other.change) == (&one.by, one.change));
                if !is_told && !self.tells(&one) {
                    agreed_flags.extend(flags.remove(&one.change).unwrap_or_default());
                    agreed.push(one);
                }
            }
        }
        (agreed, agreed_flags)
    }

    /// The project as it was at the publication before, and at each commit since, the oldest first.
    fn states(&self) -> Vec<State> {
        let most = format!("--max-count={}", MOST_COMMITS + 1);
        let asked = self
            .repository
            .ask(["rev-list", "--first-parent", &most, "HEAD", "--"]);
        let listed = asked.and_then(|asked| asked.done()).unwrap_or_default();
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let last = self.earlier.iter().rev().find_map(|entry| entry.text("commit"));
        let mut states: Vec<State> = Vec::new();
        for id in listed.lines() {
            let commit = Commit {
                name: id.to_owned(),
                id: id.to_owned(),
            };
            states.extend(State::of(self.folder, self.repository, &commit));
            if last == Some(id) {
                break;
            }
        }
        states.reverse();
        states.dedup_by(|later, earlier| later.texts() == earlier.texts());
        states
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

/// The flags whose files differ.
fn flags_between(earlier: &Texts<'_>, later: &Texts<'_>) -> BTreeSet<String> {
    let paths = earlier.keys().chain(later.keys());
    let differing = paths.filter(|path| earlier.get(*path) != later.get(*path));
    let names = differing.filter_map(|path| path.strip_prefix("flags/")?.rsplit_once('.'));
    names.map(|(flag, _)| flag.to_owned()).collect()
}

/// The publications of some of these environments.
fn publications<'c>(chain: &'c Chain, environments: &BTreeSet<&str>) -> Vec<&'c Entry> {
    let is_here = |entry: &&Entry| environments.iter().any(|name| entry.published_in(name));
    let publications = chain.entries.iter().filter(|entry| entry.action == "publish");
    publications.filter(is_here).collect()
}

/// All that a change is of, at one time.
struct State {
    files: ProjectFiles,
    populations: Vec<(String, String)>,
}

impl State {
    fn of(folder: &Path, repository: &Repository, commit: &Commit) -> Option<Self> {
        Some(Self {
            files: ProjectFiles::of_commit(folder, repository, commit).ok()?,
            populations: populations::of_commit(repository, commit).ok()?,
        })
    }

    fn texts(&self) -> Texts<'_> {
        let populations = self.populations.iter();
        let populations = populations.map(|(path, text)| (path.as_str(), text.as_str()));
        self.files.texts().chain(populations).collect()
    }
}

/// What may be an approval; nothing of what cannot be read.
fn approval_files(project: &Path) -> Vec<ApprovalFile> {
    let entries = fs::read_dir(project.join(APPROVALS))
        .into_iter()
        .flatten()
        .flatten();
    let mut paths: Vec<_> = entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        Some(ApprovalFile {
            path: path.display().to_string(),
            bytes: file::read(path, LARGEST_APPROVAL).ok()?,
        })
    };
    paths.iter().filter_map(read).collect()
}
