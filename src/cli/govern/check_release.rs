//! May the main branch be released as it is after a change? One report of all that has to hold.

mod changed;
mod code;
mod finding;
mod flags;
mod gate;
mod told;

use super::gate::{Base, Question};
use super::uses::Globs;
use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::input::project::{ProjectFiles, Sources};
use crate::report::{self, Reporter, count};
use changed::Changed;
use finding::{Code, Finding};
use tidegate::model::{Project, ReleaseRules, Severity, Spanned};

/// Check that a change leaves the main branch releasable: flags, tests, changelog, lint and gate in one report
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate check-release --against origin/main --project flags\n  tidegate check-release --against origin/main --project flags --markdown > comment.md\n\n\
    Changed files that `release.needFlag` names use a flag, or their commits say `Flag: KEY`; release flags and\n\
    experiments without `tested: true` are off outside of the segment `release.qa`; what `release.touch` asks for is\n\
    there; every flag has an owner; lint finds no error, and the gate is met. The rules are those from before the change.\n\n\
    Exit codes: 0 releasable, 1 not, or something went wrong, 2 the command was not understood."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    question: Question,
    /// Write Markdown, for a comment at the forge
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    /// Exit 0 whatever is found
    #[arg(long)]
    warn: bool,
}

/// One report of all checks.
struct Report {
    against: String,
    /// How many files differ.
    changed: usize,
    checks: Vec<Check>,
}

/// One thing that has to hold.
struct Check {
    name: &'static str,
    /// Why it was not asked, where it was not.
    unasked: Option<&'static str>,
    findings: Vec<Finding>,
}

impl Report {
    fn is_releasable(&self) -> bool {
        self.checks.iter().all(|check| check.findings.is_empty())
    }
}

impl Check {
    fn asked(name: &'static str, findings: Vec<Finding>) -> Self {
        Self {
            name,
            unasked: None,
            findings,
        }
    }

    fn unasked(name: &'static str, why: &'static str) -> Self {
        Self {
            name,
            unasked: Some(why),
            findings: Vec::new(),
        }
    }
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let report = check(arguments, reporter)?;
    match arguments.markdown {
        true => report::print(&told::markdown(&report))?,
        false => reporter.result(&told::text(&report), &told::json(&report))?,
    }
    match report.is_releasable() || arguments.warn {
        true => Ok(()),
        false => Err(Failure::Told),
    }
}

fn check(arguments: &Arguments, reporter: &Reporter) -> Outcome<Report> {
    let question = &arguments.question;
    let changed = Changed::read(&question.against, &question.project)?;
    let files = ProjectFiles::read(&question.project)?;
    let (project, problems) = files.check();
    let sources = files.sources();
    let mut checks = vec![Check::asked(
        "lint",
        problems
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
            .map(|problem| {
                let help = problem.help.as_deref();
                Finding::at(
                    Code::Lint,
                    (&changed.prefix, &problem.place),
                    format!("{} ({})", problem.message, problem.code),
                    help.unwrap_or("mend it: `tidegate lint` shows it"),
                )
            })
            .collect(),
    )];
    let sound = project.filter(|_| count(&problems, Severity::Error) == 0);
    match sound {
        Some(project) => {
            let base = Base::open(&question.against, &question.project, question.first, reporter)?;
            let rules = rules(base.project.as_ref(), &project);
            let now_ms = question.now.unwrap_or_else(clock::now_ms);
            let before = base.project.as_ref();
            checks.push(flags::owned(&project, &changed.prefix));
            checks.push(code::needs_flag(
                arguments, &changed, rules, before, &project, &sources, reporter,
            )?);
            checks.push(flags::tested(&project, &changed.prefix, rules, now_ms));
            checks.push(code::touches(&changed, rules, &sources, reporter)?);
            checks.push(gate::gate(question, reporter)?);
        }
        None => {
            let why = "the project has errors";
            let others = ["owners", "flags", "tested", "touch", "gate"];
            checks.extend(others.map(|name| Check::unasked(name, why)));
        }
    }
    Ok(Report {
        against: question.against.clone(),
        changed: changed.paths.len(),
        checks,
    })
}

/// The rules that hold are those from before the change, so that no change lets itself in.
fn rules<'p>(before: Option<&'p Project>, after: &'p Project) -> &'p ReleaseRules {
    let before = before.map(|project| &project.hygiene.release);
    // Whoever writes the first rules is held to them.
    let none = ReleaseRules::default();
    before
        .filter(|rules| **rules != none)
        .unwrap_or(&after.hygiene.release)
}

fn globs(globs: &[Spanned<String>], sources: &Sources, reporter: &Reporter) -> Outcome<Globs> {
    Globs::new(globs).map_err(|problem| super::uses::told(&problem, sources, reporter))
}
