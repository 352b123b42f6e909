use super::digest::{Texts, changed};
use crate::delivery::change::{Change, Kind};
use crate::model::{ChangeRule, Flag, Percent, Project, Risk, says_the_same, says_the_same_beside};
use std::collections::BTreeSet;

/// One thing that a change does, which rules match or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// Where; in every environment, when left out.
    pub environment: Option<String>,
    /// Was that environment not there before, or is it gone after?
    pub is_new_or_gone: bool,
    /// The flag that it is about.
    pub flag: Option<String>,
    /// The file that it is about, where a snapshot does not show it.
    pub file: Option<String>,
    /// What kinds of change it is.
    pub kinds: BTreeSet<Kind>,
    /// The largest rise of exposure for anybody.
    pub step: Percent,
    /// The risk of the flag before and after; any, for what concerns more than one flag.
    pub risks: BTreeSet<Risk>,
    /// What stands there anew, by paths of the flag as an inspected snapshot shows it.
    pub(super) paths: Vec<String>,
}

/// What a flag without a `risk` counts as.
const UNSAID: Risk = Risk::High;

/// Everything that a change does: what snapshots will show of it, by flag and environment, and what they do not show, by
/// file, in every environment at once.
pub fn subjects(changes: &[Change], projects: [Option<&Project>; 2], texts: [&Texts<'_>; 2]) -> Vec<Subject> {
    let risks = |key: &str| -> BTreeSet<Risk> {
        let flags = projects
            .into_iter()
            .flatten()
            .filter_map(|project| flag(project, key));
        flags.map(|flag| flag.risk.unwrap_or(UNSAID)).collect()
    };
    let is_new_or_gone = |environment: &str| match projects {
        [Some(before), Some(after)] => {
            !(before.has_environment(environment) && after.has_environment(environment))
        }
        _ => false,
    };
    let shown = changes.iter().map(|change| Subject {
        is_new_or_gone: is_new_or_gone(&change.environment),
        environment: Some(change.environment.clone()),
        flag: Some(change.flag.clone()),
        file: None,
        kinds: change.kinds.clone(),
        step: change.step,
        risks: risks(&change.flag),
        paths: stand_anew(change),
    });
    let mut subjects: Vec<Subject> = shown.collect();
    let [before, after] = texts;
    for path in changed(before, after) {
        let key = key_of(path);
        let sides = match key {
            // The file may have got another ending.
            Some(key) => [of_key(before, key), of_key(after, key)],
            None => [before.get(path), after.get(path)].map(Option::<&&str>::copied),
        };
        let same = match (sides, key) {
            ([Some(old), Some(new)], Some(_)) => says_the_same_beside(old, new),
            // It is `new` or `delete`, and its gates come and go with it.
            (_, Some(_)) => true,
            // Segments are shown by the flags that use them.
            _ if path.starts_with("segments/") || !is_yaml(path) => true,
            ([Some(old), Some(new)], None) => says_the_same(old, new),
            _ => false,
        };
        if !same {
            subjects.push(Subject {
                environment: None,
                is_new_or_gone: false,
                flag: key.map(str::to_owned),
                file: Some(path.to_owned()),
                kinds: BTreeSet::from([Kind::Other]),
                step: 0,
                risks: key.map_or_else(|| Risk::ALL.into(), risks),
                paths: Vec::new(),
            });
        }
    }
    subjects
}

impl Subject {
    /// Is a rule about it?
    pub fn is_matched_by(&self, rule: &ChangeRule) -> bool {
        let matching = &rule.matching;
        let environment = matching.environments.as_ref();
        self.is_in(environment.map(|names| names.iter().map(|name| name.value.as_str())))
            && matching
                .risk
                .as_ref()
                .is_none_or(|risks| risks.iter().any(|risk| self.risks.contains(risk)))
            && matching
                .kinds
                .as_ref()
                .is_none_or(|kinds| kinds.iter().any(|kind| self.kinds.contains(kind)))
            && matching.step_above.is_none_or(|above| self.step > above)
    }

    /// Is it in one of some environments? What is in every environment is in each of them, and so is what is in one that
    /// is new or gone: it may be another by a new name.
    pub(super) fn is_in<'n>(&self, environments: Option<impl Iterator<Item = &'n str>>) -> bool {
        match (environments, &self.environment) {
            (Some(_), Some(_)) if self.is_new_or_gone => true,
            (Some(mut names), Some(environment)) => names.any(|name| name == environment),
            _ => true,
        }
    }

    /// Is it of some kinds alone?
    pub(super) fn is_only(&self, kinds: &[Kind]) -> bool {
        self.kinds.iter().all(|kind| kinds.contains(kind))
    }
}

fn stand_anew(change: &Change) -> Vec<String> {
    let differences = change.differences.iter();
    let anew = differences.filter(|difference| difference.after.is_some());
    anew.map(|difference| difference.path.clone()).collect()
}

fn flag<'p>(project: &'p Project, key: &str) -> Option<&'p Flag> {
    project.flags.iter().find(|flag| flag.key.value == key)
}

/// The text of a flag's file.
fn of_key<'t>(texts: &Texts<'t>, key: &str) -> Option<&'t str> {
    let mut endings = ["yaml", "yml", "json"].iter();
    endings.find_map(|ending| texts.get(format!("flags/{key}.{ending}").as_str()).copied())
}

/// The key of the flag whose file it is.
fn key_of(path: &str) -> Option<&str> {
    let name = path.strip_prefix("flags/")?;
    let (key, ending) = name.rsplit_once('.')?;
    matches!(ending, "yaml" | "yml" | "json").then_some(key)
}

/// Lists of units are read as they are; all else is YAML.
fn is_yaml(path: &str) -> bool {
    [".yaml", ".yml", ".json"]
        .iter()
        .any(|ending| path.ends_with(ending))
}
