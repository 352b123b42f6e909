use super::base::{Base, Place};
use crate::failure::Outcome;
use crate::git::{Commit, Repository};

/// So many paths are asked for at a time: command lines have an end.
const PATHS_AT_A_TIME: usize = 500;

/// Who changed some files of the project, as git has it: authors and co-authors of the commits that lead from what was
/// before to what is checked out, and whoever commits here, where something of them is not committed yet.
pub(super) fn of(base: &Base, changed: &[&str]) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    if let Place::Commit(repository, commit) = &base.place {
        for paths in changed.chunks(PATHS_AT_A_TIME) {
            found.extend(committed(repository, commit, paths)?);
            found.extend(uncommitted(repository, paths)?);
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

fn committed(repository: &Repository, since: &Commit, paths: &[&str]) -> Outcome<Vec<String>> {
    let range = format!("{}..HEAD", since.id);
    let format = "--format=%an <%ae>%n%(trailers:key=Co-authored-by,valueonly)";
    let log = ["log", "--no-merges", "--full-history", format, &range, "--"];
    let said = repository
        .ask(log.into_iter().chain(paths.iter().copied()))?
        .done()?;
    Ok(lines(&said))
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
