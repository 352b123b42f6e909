pub(crate) mod approvals;
mod base;
mod commits;
mod json;
mod links;
mod markdown;
pub(crate) mod populations;
mod reach;
mod text;

pub(crate) use base::{Base, is_path};
pub(crate) use text::{described, faults, lasts, waiting};

use crate::author::compile::checked;
use crate::clock;
use crate::distribute::publish::roots;
use crate::failure::{Failure, Outcome};
use crate::govern::behind;
use crate::input::file;
use crate::input::project::ProjectFiles;
use crate::report::Reporter;
use base::Place;
use std::path::{Path, PathBuf};
use tidegate::delivery::audit::{Chain, Fault};
use tidegate::delivery::change;
use tidegate::delivery::govern::{
    Authors, Behind, Case, ChangeDigest, Reviews, Subject, Texts, Verdict, changed, subjects,
};
use tidegate::model::Project;
use tidegate::trust::Root;

/// Hold a change against the project's policy and approvals, and say what exactly is missing
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate gate --project shop --against origin/main\n\n\
    People, teams and policy are those of before the change, so that no change lets itself in. Approvals are files in \
    `approvals/`, made by `tidegate approve --change`, and what --reviews tells.\n\n\
    A branch that is behind what it goes into is not let in where there is a policy: merge that first, as what would go in \
    is not what is judged.\n\n\
    Exit codes: 0 the change may go in, 1 something is missing."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) question: Question,
    /// Write Markdown, for a comment at the forge
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
}

/// What is held against what.
#[derive(Debug, clap::Args)]
pub(crate) struct Question {
    /// What was before: the name of a commit, or a folder, which begins with `.` or `/`
    #[arg(long, value_name = "REF|DIR")]
    pub(crate) against: String,
    /// There was no project before the change, on purpose: nothing holds it
    #[arg(long)]
    pub(crate) first: bool,
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) project: PathBuf,
    /// What the pipeline knows of authors, reviews and trailers: a JSON file
    #[arg(long, value_name = "FILE")]
    pub(crate) reviews: Option<PathBuf>,
    /// Who wrote the change, beside those whom git and --reviews name; with it, git may name people whom nobody knows
    #[arg(long, value_name = "WHO")]
    pub(crate) author: Vec<String>,
    /// Who is asked about where a rule says how many may get another variant: a population as `simulate` reads it, or
    /// contexts as `.ndjson` or `.csv`
    #[arg(long, value_name = "FILE")]
    pub(crate) population: Option<PathBuf>,
    /// The root whose keys sign for production, to hold against `roles` and `signatures`; of a folder the newest
    #[arg(long, value_name = "FILE")]
    pub(crate) root: Option<PathBuf>,
    /// The time instead of the clock
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    pub(crate) now: Option<i64>,
}

/// What is larger is no list of reviews.
const LARGEST_REVIEWS: u64 = 16 << 20;

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let question = &arguments.question;
    let verdict = held(question, reporter)?;
    match arguments.markdown {
        true => crate::report::print(&markdown::markdown(&verdict, question))?,
        false => reporter.result(&text::text(&verdict, question), &json::json(&verdict, question))?,
    }
    match verdict.is_met() {
        true => Ok(()),
        false => Err(Failure::Told),
    }
}

/// Holds a change against what was before it.
pub(crate) fn held(question: &Question, reporter: &Reporter) -> Outcome<Verdict> {
    let change = Changed::read(&question.against, &question.project, question.first, reporter)?;
    judged(&change, question, reporter)
}

/// The verdict about a change that was read.
pub(crate) fn judged(change: &Changed, question: &Question, reporter: &Reporter) -> Outcome<Verdict> {
    let now_ms = question.now.unwrap_or_else(clock::now_ms);
    let [before, after] = change.texts();
    let reviews = reviews(question.reviews.as_deref())?;
    let git = commits::told(&change.base, &changed(&before, &after), &reviews)?;
    let by_word = question
        .author
        .iter()
        .map(String::as_str)
        .chain(reviews.authors());
    let authors = Authors {
        by_word: by_word.map(str::to_owned).collect(),
        by_git: git.authors,
    };
    let root = question.root.as_deref().map(newest).transpose()?;
    let (chain, faults) = log(&question.project)?;
    let (chain_before, _) = Chain::read(&change.base.log()?);
    let mut changes = change.changes();
    reach::seen(change, &mut changes, now_ms, reporter)?;
    let reach = question.population.as_deref();
    let reach = reach.map(|path| reach::reach(change, path, now_ms, reporter));
    let reach = reach.transpose()?;
    let approvals = approvals::read(&question.project, &change.base, change.digest().as_ref())?;
    let spent = change.base.spent()?;
    let behind = change.behind()?;
    let case = Case {
        before: change.base.project.as_ref(),
        after: &change.after,
        texts: [&before, &after],
        changes: &changes,
        authors: &authors,
        approvals: &approvals,
        spent: &spent,
        reviews: &reviews,
        head: git.head.as_deref(),
        behind: behind.as_ref(),
        chains: [&chain_before, &chain],
        faults: faults.len(),
        root: root.as_ref(),
        reach: reach.as_ref(),
        now_ms,
    };
    Ok(case.judge())
}

/// A project before and after a change.
pub(crate) struct Changed {
    pub(crate) base: Base,
    pub(crate) after: Project,
    files: ProjectFiles,
    /// Before and after.
    populations: [Vec<(String, String)>; 2],
}

impl Changed {
    /// Reads both; what is wrong with the project after the change is told.
    pub(crate) fn read(against: &str, project: &Path, first: bool, reporter: &Reporter) -> Outcome<Self> {
        let files = ProjectFiles::read(project)?;
        let after = checked(&files, reporter)?;
        let base = Base::open(against, project, first, reporter)?;
        let has_policy = |project: &Project| project.governance.policy.is_some();
        if has_policy(&after) || base.project.as_ref().is_some_and(has_policy) {
            links::refuse(project, &files)?;
            if let (Place::Folder(folder), Some(files)) = (&base.place, &base.files) {
                links::refuse(folder, files)?;
            }
        }
        let before = match base.files {
            Some(_) => populations::before(&base.place)?,
            None => Vec::new(),
        };
        Ok(Self {
            populations: [before, populations::here(project)?],
            base,
            after,
            files,
        })
    }

    /// What it is called by; nothing where no file differs.
    pub(crate) fn digest(&self) -> Option<ChangeDigest> {
        let [before, after] = self.texts();
        ChangeDigest::between(&before, &after)
    }

    /// What came into the base since, and is not here.
    pub(crate) fn behind(&self) -> Outcome<Option<Behind>> {
        match (&self.base.place, &self.base.files) {
            (Place::Commit(repository, commit), Some(files)) => {
                behind::behind(repository, commit, files, &[populations::FOLDER])
            }
            _ => Ok(None),
        }
    }

    /// Everything that the change does.
    pub(crate) fn subjects(&self) -> Vec<Subject> {
        let [before, after] = self.texts();
        subjects(
            &self.changes(),
            [self.base.project.as_ref(), Some(&self.after)],
            [&before, &after],
        )
    }

    fn changes(&self) -> Vec<change::Change> {
        change::between(&self.before(), &self.after)
    }

    fn texts(&self) -> [Texts<'_>; 2] {
        let [before, after] = &self.populations;
        [
            texts(self.base.files.as_ref(), before),
            texts(Some(&self.files), after),
        ]
    }

    /// The project before; one without flags where there was none.
    fn before(&self) -> Project {
        self.base.project.clone().unwrap_or_else(|| Project {
            flags: Vec::new(),
            segments: Vec::new(),
            ..self.after.clone()
        })
    }
}

/// All that a change is of, at one time.
pub(crate) fn texts<'t>(files: Option<&'t ProjectFiles>, populations: &'t [(String, String)]) -> Texts<'t> {
    let populations = populations
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    files
        .into_iter()
        .flat_map(ProjectFiles::texts)
        .chain(populations)
        .collect()
}

fn reviews(path: Option<&Path>) -> Outcome<Reviews> {
    let Some(path) = path else {
        return Ok(Reviews::default());
    };
    let bytes = file::read(path, LARGEST_REVIEWS)?;
    Reviews::read(&bytes).map_err(|reason| {
        let message = format!("`{}` does not tell reviews: {reason}", path.display());
        Failure::new("reviews-invalid", message)
            .about(path)
            .with_help(r#"like { "author": "LOGIN", "reviews": [{ "by": "LOGIN", "state": "approved", "commit": "SHA" }] }"#)
    })
}

/// The newest root of a place; enough of its own keys must have signed it.
fn newest(place: &Path) -> Outcome<Root> {
    let roots = roots::read(&[place.to_path_buf()])?;
    let Some((_, bytes)) = roots.last_key_value() else {
        return Err(Failure::new(
            "cannot-read",
            format!("there is no root in `{}`", place.display()),
        ));
    };
    let trust = tidegate::Trust::from_root(bytes.clone()).map_err(|error| {
        Failure::new(error.code(), format!("`{}`: {error}", place.display())).about(place)
    })?;
    Ok(trust.root())
}

/// The project's audit log, as far as there is one.
fn log(project: &Path) -> Outcome<(Chain, Vec<Fault>)> {
    Ok(Chain::read(&base::log_in(project)?))
}
