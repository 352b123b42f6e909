use super::people::People;
use std::collections::BTreeSet;

/// Who is said to have written a change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Authors {
    /// Authors and co-authors of its commits, as git has them; anybody can write anything there.
    pub by_git: Vec<String>,
    /// As the pipeline says, or whoever asks.
    pub by_word: Vec<String>,
}

/// Who wrote a change, as far as the project knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Writers {
    /// By the project's names for them.
    pub known: BTreeSet<String>,
    /// Those whom the project has no name for, as they are called.
    pub strangers: Vec<String>,
    /// Is it known that nobody else wrote it? A name that the project does not know may be that of somebody it does.
    pub are_certain: bool,
}

impl Authors {
    /// Who they are. What the pipeline says makes certain, and then git may name strangers.
    pub(super) fn writers(&self, people: People<'_>) -> Writers {
        let mut writers = Writers::default();
        let known = |said: &String| {
            people
                .find(said)
                .or_else(|| people.find_here(said))
                .map(str::to_owned)
        };
        for (names, decide) in [(&self.by_word, true), (&self.by_git, self.by_word.is_empty())] {
            for said in names {
                match known(said) {
                    Some(name) => {
                        writers.known.insert(name);
                    }
                    None if writers.strangers.contains(said) => {}
                    None => writers.strangers.push(said.clone()),
                }
            }
            if decide {
                writers.are_certain = !names.is_empty() && names.iter().all(|said| known(said).is_some());
            }
        }
        writers
    }
}
