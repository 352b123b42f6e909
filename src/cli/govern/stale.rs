//! Which flags should go, why, and the edit that takes each away.

mod apply;
mod dates;
mod told;

use super::uses::{Search, Settings, Use, Uses};
use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::input::environment::environments_asked;
use crate::input::project::Sources;
use crate::release::steer::{Lock, Workspace};
use crate::report::Reporter;
use crate::snapshot::no_flag;
use std::collections::BTreeMap;
use std::path::PathBuf;
use tidegate::delivery::hygiene::{Facts, Removal, Verdict, judge, prerequisites_changed_ms};
use tidegate::model::{Flag, Project};

/// Show flags that should go: expired, one-sided, unchanged, unreferenced; with the edit that removes each
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate stale --project flags --environment production\n  tidegate stale gift-cards --project flags --apply\n\n\
    Expired: older than `expiresAt`, or than the lifetime of its type. One-sided: everybody gets the same variant, which\n\
    is concluded from the file. Unchanged: for as long as its type lasts. Unreferenced: no code uses it. Unowned.\n\
    One-sided and unreferenced are only flags that have stood so for the project's `grace`, by default 7 days.\n\
    Exits 1 where a flag is stale; with --warn it tells and exits 0."
)]
pub(crate) struct Arguments {
    /// Only these flags; by default all
    #[arg(value_name = "FLAG")]
    flags: Vec<String>,
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// Everybody must get the same in this environment; may be given several times, by default in all of them
    #[arg(long)]
    environment: Vec<String>,
    /// A folder with code, in place of those that the project names; may be given several times
    #[arg(long, value_name = "DIR")]
    root: Vec<PathBuf>,
    /// Pass over files of code larger than so many MiB
    #[arg(long, value_name = "MIB", default_value_t = 16, value_parser = clap::value_parser!(u64).range(1..=1_024))]
    largest: u64,
    /// The time instead of the clock
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    now: Option<i64>,
    /// Delete the files of the flags that are named, and of segments that nothing uses without them
    #[arg(long, requires = "flags")]
    apply: bool,
    /// Delete them though they are used, needed by others, or not stale
    #[arg(long, requires = "apply")]
    force: bool,
    /// Why, for the audit log
    #[arg(long, requires = "apply", value_parser = crate::input::reason::reason)]
    reason: Option<String>,
    /// Exit 0 whatever is found
    #[arg(long)]
    warn: bool,
}

/// What is found about a project.
struct Findings<'p> {
    project: &'p Project,
    now_ms: i64,
    environments: &'p [&'p str],
    /// The flags that were asked about.
    flags: Vec<Found<'p>>,
    /// What keeps dates or uses from being known.
    limits: Vec<&'static str>,
}

/// What is found about a flag.
struct Found<'p> {
    flag: &'p Flag,
    verdict: Verdict<'p>,
    removal: Removal<'p>,
    uses: Vec<Use>,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let _lock = match arguments.apply {
        true => Some(Lock::take(&arguments.project, reporter)?),
        false => None,
    };
    let Workspace { project, files, .. } = Workspace::read(&arguments.project, reporter)?;
    let environments = environments_asked(&project, &arguments.environment)?;
    let findings = find(arguments, &project, &environments, &files.sources(), reporter)?;
    if arguments.apply {
        return apply::apply(arguments, &findings, &files, reporter);
    }
    reporter.result(&told::text(&findings), &told::json(&findings))?;
    let is_clean = findings
        .flags
        .iter()
        .all(|found| found.verdict.reasons.is_empty());
    match is_clean || arguments.warn {
        true => Ok(()),
        false => Err(Failure::Told),
    }
}

fn find<'p>(
    arguments: &'p Arguments,
    project: &'p Project,
    environments: &'p [&'p str],
    sources: &Sources,
    reporter: &Reporter,
) -> Outcome<Findings<'p>> {
    let known: Vec<&str> = project.flags.iter().map(|flag| flag.key.value.as_str()).collect();
    // A flag that is gone has been removed already.
    let missing = arguments.flags.iter().find(|key| !known.contains(&key.as_str()));
    if let Some(key) = missing.filter(|_| !arguments.apply) {
        return Err(no_flag("the project", key, &known));
    }
    let settings = Settings {
        roots: &arguments.root,
        context: 0,
        largest_bytes: arguments.largest << 20,
    };
    let search = Search::new(&arguments.project, project, &[], settings);
    let uses = search.run(&search.finder(), sources, reporter)?;
    let (histories, mut limits) = dates::histories(&arguments.project, project)?;
    // Where nothing is used, the code is elsewhere.
    let is_code = uses.uses.iter().any(|found| found.flag.is_some());
    let is_told =
        !(arguments.root.is_empty() && project.hygiene.references.roots.is_empty()) && uses.files > 0;
    if !(is_code || is_told) {
        limits.push("no code was found that uses any flag, so none is called unreferenced: `references.roots` says where it is");
    }
    let mut by_flag = by_flag(uses);
    let now_ms = arguments.now.unwrap_or_else(clock::now_ms);
    let mut flags = Vec::new();
    for (number, (flag, history)) in project.flags.iter().zip(&histories).enumerate() {
        let uses = by_flag.remove(&number).unwrap_or_default();
        if !(arguments.flags.is_empty() || arguments.flags.contains(&flag.key.value)) {
            continue;
        }
        let facts = Facts {
            environments,
            now_ms,
            uses: (is_code || is_told).then_some(uses.len()),
            history: *history,
            prerequisites_changed_ms: prerequisites_changed_ms(project, flag, &histories),
        };
        let verdict = judge(project, flag, &facts);
        let variant = verdict.one_sided.map(|one_sided| one_sided.variant);
        flags.push(Found {
            flag,
            removal: Removal::of(project, flag, variant),
            verdict,
            uses,
        });
    }
    Ok(Findings {
        project,
        now_ms,
        environments,
        flags,
        limits,
    })
}

fn by_flag(uses: Uses) -> BTreeMap<usize, Vec<Use>> {
    let mut flags: BTreeMap<usize, Vec<Use>> = BTreeMap::new();
    for found in uses.uses {
        if let Some(flag) = found.flag {
            flags.entry(flag).or_default().push(found);
        }
    }
    flags
}
