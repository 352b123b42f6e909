//! Where code uses flags, which flags it uses that are not there, and which are there that it does not use.

mod told;

use super::uses::{LookBack, Search, Settings, Use, Uses, look_back};
use crate::failure::{Failure, Outcome};
use crate::release::steer::Workspace;
use crate::report::Reporter;
use std::collections::BTreeMap;
use std::path::PathBuf;
use tidegate::model::Project;

/// Find where code uses flags: used but not defined, defined but not used
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate refs --project flags --context 2\n  tidegate refs checkout --project flags --json\n\n\
    A use is a string that is equal to a flag's key, or a name that `references` in tidegate.yaml gives it. What\n\
    .gitignore names is passed over; what cannot be looked through is told. For each flag that nothing uses,\n\
    git's history is searched for the commit that took the last use away.\n\
    Exits 1 where a flag is used but not defined, or defined but not used; with --warn it tells and exits 0."
)]
pub(crate) struct Arguments {
    /// Only these flags, also such that the project does not have; by default all
    #[arg(value_name = "FLAG")]
    flags: Vec<String>,
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// A folder with code, in place of those that the project names; may be given several times
    #[arg(long, value_name = "DIR")]
    root: Vec<PathBuf>,
    /// Show so many lines before and after each use
    #[arg(long, value_name = "LINES", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=100))]
    context: u16,
    /// Show only what is used but not defined, and what is defined but not used
    #[arg(long)]
    problems: bool,
    /// Look at so many commits for the last use of a flag; 0 looks at none
    #[arg(long, value_name = "COMMITS", default_value_t = 2_000)]
    look_back: usize,
    /// Pass over files larger than so many MiB
    #[arg(long, value_name = "MIB", default_value_t = 16, value_parser = clap::value_parser!(u64).range(1..=1_024))]
    largest: u64,
    /// Exit 0 whatever is found
    #[arg(long)]
    warn: bool,
}

/// What is told.
struct Findings<'p> {
    project: &'p Project,
    /// Only these keys; all where there are none.
    asked: Vec<&'p str>,
    uses: Uses,
    look_back: LookBack,
    problems_only: bool,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let Workspace { project, files, .. } = Workspace::read(&arguments.project, reporter)?;
    let settings = Settings {
        roots: &arguments.root,
        context: usize::from(arguments.context),
        largest_bytes: arguments.largest << 20,
    };
    let search = Search::new(&arguments.project, &project, &arguments.flags, settings);
    let finder = search.finder();
    let mut uses = search.run(&finder, &files.sources(), reporter)?;
    if !arguments.flags.is_empty() {
        uses.uses.retain(|found| arguments.flags.contains(&found.key));
    }
    let mut findings = Findings {
        project: &project,
        asked: arguments.flags.iter().map(String::as_str).collect(),
        uses,
        look_back: LookBack::default(),
        problems_only: arguments.problems,
    };
    let unused = findings.unused();
    findings.look_back = look_back(&search, &finder, &findings.uses, &unused, arguments.look_back)?;
    reporter.result(&told::text(&findings), &told::json(&findings))?;
    let is_clean = unused.is_empty() && findings.undefined().is_empty();
    match is_clean || arguments.warn {
        true => Ok(()),
        false => Err(Failure::Told),
    }
}

impl Findings<'_> {
    /// Is a flag among those that were asked for?
    fn is_asked(&self, key: &str) -> bool {
        self.asked.is_empty() || self.asked.contains(&key)
    }

    /// The flags that nothing uses, by number.
    fn unused(&self) -> Vec<usize> {
        let mut used = vec![false; self.project.flags.len()];
        for flag in self.uses.uses.iter().filter_map(|found| found.flag) {
            used.get_mut(flag).into_iter().for_each(|used| *used = true);
        }
        let flags = self.project.flags.iter().zip(used).enumerate();
        flags
            .filter(|(_, (flag, used))| !used && self.is_asked(&flag.key.value))
            .map(|(number, _)| number)
            .collect()
    }

    /// The uses of keys that no flag has, by key.
    fn undefined(&self) -> BTreeMap<&str, Vec<&Use>> {
        let mut keys: BTreeMap<&str, Vec<&Use>> = BTreeMap::new();
        for found in self.uses.uses.iter().filter(|found| found.flag.is_none()) {
            keys.entry(&found.key).or_default().push(found);
        }
        keys
    }

    /// The uses of the flags that there are, by number.
    fn used(&self) -> BTreeMap<usize, Vec<&Use>> {
        let mut flags: BTreeMap<usize, Vec<&Use>> = BTreeMap::new();
        for found in &self.uses.uses {
            if let Some(flag) = found.flag {
                flags.entry(flag).or_default().push(found);
            }
        }
        flags
    }
}
