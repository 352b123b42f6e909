use super::course::{Course, Known};
use super::history::{History, LastEntry};
use super::published::{Compared, Published, There};
use super::served::{Place, Served};
use super::state::{State, state};
use crate::delivery::audit::Chain;
use crate::delivery::hygiene;
use crate::delivery::judge::Look;
use crate::model::{Flag, FlagType, Project, Risk};
use std::collections::BTreeMap;

/// Everything that a matrix is made of.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'f> {
    /// What the files say.
    pub project: &'f Project,
    /// The looks so far, the oldest first, by environment and flag.
    pub looks: &'f BTreeMap<(String, String), Vec<Look>>,
    /// What is published, where somebody looked.
    pub published: &'f [Published],
    /// What was done so far.
    pub chain: &'f Chain,
    /// The time, in epoch milliseconds.
    pub now_ms: i64,
}

/// All flags in all environments.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    /// The project's name.
    pub project: String,
    /// The moment that it is of, in epoch milliseconds.
    pub now_ms: i64,
    /// In the order of the project.
    pub environments: Vec<String>,
    /// What is published, where somebody looked.
    pub published: Vec<Published>,
    /// Flags that are published somewhere, and that the project does not have.
    pub unknown: Vec<String>,
    /// In the order of their keys.
    pub rows: Vec<Row>,
}

/// A flag.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its key.
    pub key: String,
    /// What it is for.
    pub description: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// What kind of flag it is.
    pub kind: Option<FlagType>,
    /// How much harm a mistake in it can do.
    pub risk: Option<Risk>,
    /// Do clients see it?
    pub client_visible: bool,
    /// Since when there is the flag, as far as anything tells.
    pub age: Option<Age>,
    /// From when on it should be gone, by itself or its type, in epoch milliseconds.
    pub expires_at_ms: Option<i64>,
    /// Why it should go, as far as files and log tell; `tidegate stale` asks git and code as well.
    pub stale: Vec<String>,
    /// One for each environment of the matrix.
    pub cells: Vec<Cell>,
}

/// How old a flag is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age {
    /// Since when there is the flag, in epoch milliseconds.
    pub since_ms: i64,
    /// Its file says so; else it is when it was first told of.
    pub is_written: bool,
}

/// A flag in an environment.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The environment.
    pub environment: String,
    /// What it does there.
    pub state: State,
    /// Flags that must serve one of some variants first.
    pub requires: Vec<(String, Vec<String>)>,
    /// Who gets what, in the order in which it is asked.
    pub served: Vec<Served>,
    /// The plans that lead to that.
    pub plans: Vec<Course>,
    /// How it is published, for each audience; empty where nobody looked, or nothing is.
    pub published: Vec<There>,
    /// What was done to it last, as the audit log tells.
    pub last_entry: Option<LastEntry>,
}

impl Cell {
    /// Is anything else published than the files say, or turned off besides?
    pub fn differs(&self) -> bool {
        let mut published = self.published.iter();
        published.any(|there| there.killed || there.compared != Compared::Same)
    }
}

/// Puts the facts together.
pub fn matrix(facts: &Facts<'_>) -> Matrix {
    let project = facts.project;
    let environments: Vec<String> = project
        .environments
        .iter()
        .map(|environment| environment.value.clone())
        .collect();
    let history = History::of(facts.chain);
    let flags = project.flags.iter();
    let dates: Vec<hygiene::History> = flags.map(|flag| history.dates(&flag.key.value)).collect();
    let mut rows: Vec<Row> = project
        .flags
        .iter()
        .map(|flag| row(facts, &history, &dates, flag, &environments))
        .collect();
    rows.sort_by(|one, other| one.key.cmp(&other.key));
    let mut unknown: Vec<String> = facts
        .published
        .iter()
        .flat_map(|published| published.unknown(project).map(str::to_owned))
        .collect();
    unknown.sort();
    unknown.dedup();
    Matrix {
        project: project.name.value.clone(),
        now_ms: facts.now_ms,
        environments,
        published: facts.published.to_vec(),
        unknown,
        rows,
    }
}

fn row(
    facts: &Facts<'_>,
    history: &History<'_>,
    dates: &[hygiene::History],
    flag: &Flag,
    environments: &[String],
) -> Row {
    let key = &flag.key.value;
    let names: Vec<&str> = environments.iter().map(String::as_str).collect();
    let verdict = hygiene::judge(
        facts.project,
        flag,
        &hygiene::Facts {
            environments: &names,
            now_ms: facts.now_ms,
            uses: None,
            history: history.dates(key),
            prerequisites_changed_ms: hygiene::prerequisites_changed_ms(facts.project, flag, dates),
        },
    );
    Row {
        key: key.clone(),
        description: flag.description.clone(),
        owner: flag.owner.clone(),
        kind: flag.kind.as_ref().map(|kind| kind.value),
        risk: flag.risk,
        client_visible: flag.client_visible.value,
        age: verdict.age.created.map(|created| Age {
            since_ms: created.at_ms,
            is_written: created.source == hygiene::Source::CreatedAt,
        }),
        expires_at_ms: verdict.age.expires.map(|expires| expires.at_ms),
        stale: verdict
            .reasons
            .iter()
            .map(|reason| reason.word().to_owned())
            .collect(),
        cells: environments
            .iter()
            .map(|environment| Cell {
                last_entry: history.last(key, environment),
                ..cell(facts, flag, environment)
            })
            .collect(),
    }
}

fn cell(facts: &Facts<'_>, flag: &Flag, environment: &str) -> Cell {
    let key = &flag.key.value;
    let state = flag.state_in(environment);
    let place = Place {
        flag,
        state,
        now_ms: facts.now_ms,
    };
    let place_of_looks = (environment.to_owned(), key.clone());
    let known = Known {
        project: facts.project,
        looks: facts.looks.get(&place_of_looks).map_or(&[][..], Vec::as_slice),
    };
    let plans: Vec<Course> = place
        .plans()
        .into_iter()
        .filter_map(|id| Course::of(&place, id, environment, known))
        .collect();
    let published: Vec<There> = facts
        .published
        .iter()
        .filter(|published| published.environment == environment)
        .filter_map(|published| published.flag(key))
        .collect();
    let killed_there = published.iter().any(|there| there.killed);
    let state = self::state(flag, state, killed_there, &plans, facts.now_ms);
    Cell {
        environment: environment.to_owned(),
        state,
        requires: match state.is_closed() {
            true => Vec::new(),
            false => flag
                .prerequisites
                .iter()
                .map(|needed| {
                    let variants = needed.variants.iter().map(|variant| variant.value.clone());
                    (needed.flag.value.clone(), variants.collect())
                })
                .collect(),
        },
        served: match state.is_closed() {
            true => place.closed(),
            false => place.served(),
        },
        plans,
        published,
        last_entry: None,
    }
}
