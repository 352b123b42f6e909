use super::approval::Approval;
use super::digest::{ChangeDigest, Texts, changed};
use super::people::People;
use crate::model::Project;
use crate::trust::Envelope;
use std::collections::{BTreeSet, HashMap};

/// That somebody agreed to a change that went in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// Who, by the project's name for them.
    pub by: String,
    /// To what.
    pub change: ChangeDigest,
    /// When, in epoch milliseconds, as they say.
    pub at_ms: i64,
    /// The flags whose files it changed.
    pub flags: BTreeSet<String>,
}

/// A project at one time.
#[derive(Debug)]
pub struct State<'s> {
    /// All that a change is of.
    pub texts: Texts<'s>,
    /// What it says, where that can be read.
    pub project: Option<Project>,
}

impl Agreement {
    /// What some files say of a change from one state of a project to any later one, each person's word once; the states
    /// are in the order of time. Whether that was enough, and in time, is for the gate to say.
    pub fn among(states: &[State<'_>], files: &[Vec<u8>]) -> Vec<Self> {
        let mut steps: HashMap<ChangeDigest, [&State<'_>; 2]> = HashMap::new();
        for (number, earlier) in states.iter().enumerate() {
            for later in states.iter().skip(number + 1) {
                if let Some(change) = ChangeDigest::between(&earlier.texts, &later.texts) {
                    steps.entry(change).or_insert([earlier, later]);
                }
            }
        }
        let mut agreed: Vec<Self> = Vec::new();
        for one in files.iter().filter_map(|file| Self::read(file, &steps)) {
            if !agreed.iter().any(|other| other.says_the_same_as(&one)) {
                agreed.push(one);
            }
        }
        agreed
    }

    /// What a file says, if it is of one of these steps, and signed by a key that the project as it was before gave to whom
    /// it names.
    fn read(file: &[u8], steps: &HashMap<ChangeDigest, [&State<'_>; 2]>) -> Option<Self> {
        let envelope = Envelope::read(file).ok()?;
        let approval = Approval::read(&envelope).ok()?;
        let [earlier, later] = steps.get(&approval.change)?;
        let before = earlier.project.as_ref()?;
        let mut keys = People::of(&before.governance).keys(&approval.by);
        let is_theirs = keys.any(|key| envelope.is_signed_by(key));
        (is_theirs && approval.project == before.name.value).then(|| Self {
            by: approval.by,
            change: approval.change,
            at_ms: approval.at_ms,
            flags: flags_between(&earlier.texts, &later.texts),
        })
    }

    fn says_the_same_as(&self, other: &Self) -> bool {
        (&self.by, self.change) == (&other.by, other.change)
    }
}

/// The flags whose files differ.
fn flags_between(earlier: &Texts<'_>, later: &Texts<'_>) -> BTreeSet<String> {
    let paths = changed(earlier, later).into_iter();
    let names = paths.filter_map(|path| path.strip_prefix("flags/")?.rsplit_once('.'));
    names.map(|(flag, _)| flag.to_owned()).collect()
}
