//! Who wrote a change, and which commit was reviewed, as git has it.

use super::base::{Base, Place};
use crate::failure::{Failure, Outcome};
use crate::input::git::{Commit, Repository};
use tidegate::delivery::govern::Reviews;

/// So many paths are asked for at a time: command lines have an end.
const PATHS_AT_A_TIME: usize = 500;

/// What git has to say of the files that differ.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Authors and co-authors of the commits that lead from what was before to what is checked out, and whoever commits
    /// here, where something is not committed.
    pub(super) authors: Vec<String>,
    /// The commit that reviews are to be of; nothing where no commit holds what is judged.
    pub(super) head: Option<String>,
}

pub(super) fn told(base: &Base, changed: &[&str], reviews: &Reviews) -> Outcome<Told> {
    let Place::Commit(repository, since) = &base.place else {
        let last = reviews.commits.last().map(|commit| &commit.sha);
        return Ok(Told {
            authors: Vec::new(),
            head: reviews.head.as_ref().or(last).cloned(),
        });
    };
    let mut told = Told {
        authors: Vec::new(),
        head: Some(head(repository, since, changed, reviews)?),
    };
    for paths in changed.chunks(PATHS_AT_A_TIME) {
        told.authors.extend(committed(repository, since, paths)?);
        if let Some(person) = uncommitted(repository, paths)? {
            told.authors.push(person);
            told.head = None;
        }
    }
    if !changed.is_empty() && is_cut(repository, since)? {
        told.authors.push("whoever wrote what was not fetched".to_owned());
    }
    told.authors.sort_unstable();
    told.authors.dedup();
    Ok(told)
}

/// Does the history that is here end before it leads to what was before? Then the first commit looks as if its author had
/// written everything.
fn is_cut(repository: &Repository, since: &Commit) -> Outcome<bool> {
    if !repository.is_shallow()? {
        return Ok(false);
    }
    let range = format!("{}..HEAD", since.id);
    let first = repository
        .ask(["rev-list", "--max-parents=0", &range, "--"])?
        .done()?;
    Ok(!first.is_empty())
}

/// The commit that was reviewed, which is what is checked out, but for merges of it: those bring nothing that was not
/// reviewed, and hold each file that the change is of as it was reviewed. What of both sides is woven together into one file,
/// or is taken from an earlier commit, nobody has looked at.
fn head(repository: &Repository, since: &Commit, changed: &[&str], reviews: &Reviews) -> Outcome<String> {
    let here = repository.commit("HEAD")?;
    let Some(said) = &reviews.head else {
        return Ok(here.id);
    };
    let reviewed = repository.commit(said)?;
    let without = [format!("^{}", reviewed.id), format!("^{}", since.id)];
    let [reviewed_too, before_too] = &without;
    let more = [
        "rev-list",
        "--no-merges",
        &here.id,
        reviewed_too,
        before_too,
        "--",
    ];
    let unlike = |what: String| {
        let message = format!("the reviews are of `{said}`, and what is checked out has {what}");
        let help = "merge what it goes into in the branch itself, push that, and have it reviewed";
        Err(Failure::new("reviews-invalid", message).with_help(help))
    };
    let more = lines(&repository.ask(more)?.done()?).len();
    if more > 0 {
        return unlike(format!("{more} more commits"));
    }
    if here.id != reviewed.id {
        let paths: Vec<String> = changed.iter().map(|path| (*path).to_owned()).collect();
        let [here, reviewed] = [&here, &reviewed].map(|commit| repository.files(commit, &paths));
        let (here, reviewed) = (here?, reviewed?);
        let mut unlikes = here.iter().filter(|file| !reviewed.contains(file));
        let mut gone = reviewed.iter().filter(|file| !here.contains(file));
        if let Some(file) = unlikes.next().or_else(|| gone.next()) {
            return unlike(format!("another `{}`", file.path.escape_debug()));
        }
    }
    Ok(said.clone())
}

fn committed(repository: &Repository, since: &Commit, paths: &[&str]) -> Outcome<Vec<String>> {
    let range = format!("{}..HEAD", since.id);
    let format = "--format=%x01%an <%ae>%n%B%x02";
    let ask = |options: &[&str]| -> Outcome<String> {
        let arguments = [
            &["log", "--full-history", format][..],
            options,
            &[&range, "--"],
            paths,
        ];
        let said = repository.ask(arguments.concat())?.done()?;
        Ok(String::from_utf8_lossy(&said).into_owned())
    };
    let plain = ask(&["--no-merges"])?;
    // Of merges those that hold what neither side has: whoever merges writes that.
    let merges = ask(&["--merges", "--cc", "--name-only"])?;
    let plain = entries(&plain).map(|(authors, _)| authors);
    let merges = entries(&merges).filter(|(_, files)| !files.trim().is_empty());
    let authors = plain.chain(merges.map(|(authors, _)| authors));
    Ok(authors.flat_map(named).collect())
}

/// The author in the first line, and whom the message names as co-authors: commits that are squashed into one leave theirs in
/// its middle, where git sees no trailers.
fn named(text: &str) -> Vec<String> {
    let mut lines = lines(text.as_bytes()).into_iter();
    let author = lines.next();
    let co_author = |line: String| {
        let (key, value) = line.split_once(':')?;
        key.trim_end()
            .eq_ignore_ascii_case("Co-authored-by")
            .then(|| value.trim().to_owned())
    };
    author.into_iter().chain(lines.filter_map(co_author)).collect()
}

/// Authors and what stands behind them, of each commit.
fn entries(log: &str) -> impl Iterator<Item = (&str, &str)> {
    log.split('\u{1}').filter_map(|entry| entry.split_once('\u{2}'))
}

fn uncommitted(repository: &Repository, paths: &[&str]) -> Outcome<Option<String>> {
    let status = ["status", "--porcelain", "-z", "--untracked-files=all", "--"];
    let status = repository
        .ask(status.into_iter().chain(paths.iter().copied()))?
        .done()?;
    if status.is_empty() {
        return Ok(None);
    }
    // `Ana <ana@example.com> 1795262400 +0000`. Where git has no name for whoever commits here, nobody is certain.
    let identity = repository.ask(["var", "GIT_AUTHOR_IDENT"])?;
    let identity = lines(&identity.output).into_iter().next();
    let person = identity.and_then(|line| Some(format!("{}>", line.rsplit_once('>')?.0)));
    Ok(Some(
        person.unwrap_or_else(|| "whoever changed the files here".to_owned()),
    ))
}

fn lines(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(text);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}
