//! The part of an edit that is files of the project: deleted, the flag's own first, then what nothing uses any more.

use super::{Arguments, Findings, Found};
use crate::audit::{self, Deed, Hand, Log};
use crate::failure::{Failure, Outcome};
use crate::input::project::ProjectFiles;
use crate::report::{Reporter, number};
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use tidegate::delivery::hygiene::Removal;
use tidegate::model::{SourceFile, lists_named};

/// Deletes the files of all flags that are named, or of none.
pub(super) fn apply(
    arguments: &Arguments,
    findings: &Findings<'_>,
    files: &ProjectFiles,
    reporter: &Reporter,
) -> Outcome {
    let refusals: Vec<Failure> = findings
        .flags
        .iter()
        .flat_map(|found| refusals(found, &arguments.flags))
        .collect();
    if !arguments.force && !refusals.is_empty() {
        refusals.iter().for_each(|refusal| reporter.failure(refusal));
        return Err(Failure::Told);
    }
    refusals.iter().for_each(|refusal| reporter.warn(refusal));
    let mut deleted: Vec<String> = Vec::new();
    // A log that nothing can be written behind is to be known of while all files are still there.
    let mut log = match findings.flags.is_empty() {
        true => None,
        false => Some(Log::open(&arguments.project)?),
    };
    if let Some(log) = &log {
        log.tip()?;
    }
    for found in &findings.flags {
        let key = found.flag.key.value.as_str();
        let text = files.text(found.removal.file).unwrap_or_default();
        let deed = Deed {
            action: "remove",
            hand: Hand::Person,
            flag: Some(key),
            environment: None,
            reason: arguments.reason.as_deref(),
            at_ms: findings.now_ms,
        };
        let from = json!(audit::digest(text.as_bytes()));
        delete(&arguments.project, found.removal.file, &mut deleted)?;
        if let Some(log) = &mut log {
            log.append(deed.entry().with("from", from))?;
        }
        segments(&arguments.project, findings, found, &mut deleted)?;
    }
    let gone: Vec<&str> = arguments
        .flags
        .iter()
        .map(String::as_str)
        .filter(|key| findings.project.flags.iter().all(|flag| flag.key.value != *key))
        .collect();
    let mut text: String = deleted.iter().map(|file| format!("deleted {file}\n")).collect();
    for key in &gone {
        text.push_str(&format!("`{key}` is not there: nothing to do\n"));
    }
    let uses: usize = findings.flags.iter().map(|found| found.uses.len()).sum();
    if uses > 0 {
        text.push_str(&format!(
            "code still uses what was deleted: {}\n",
            number(uses, "use")
        ));
    }
    reporter.result(&text, &json!({ "deleted": deleted, "notThere": gone }))
}

/// Why a flag is not to be deleted; flags that go with it do not count.
fn refusals(found: &Found<'_>, going: &[String]) -> Vec<Failure> {
    let key = found.flag.key.value.as_str();
    let mut refusals = Vec::new();
    if found.verdict.reasons.is_empty() {
        let message = format!("`{key}` is not stale");
        refusals.push(Failure::new("not-stale", message).with_help("--force deletes it all the same"));
    }
    if let Some(first) = found.uses.first() {
        let message = format!(
            "code still uses `{key}`: {}, the first at {}:{}:{}",
            number(found.uses.len(), "use"),
            first.file,
            first.line,
            first.column
        );
        refusals.push(
            Failure::new("still-used", message)
                .with_help("`tidegate stale` without --apply shows what to change"),
        );
    }
    for dependant in &found.removal.dependants {
        if !going.iter().any(|flag| flag == dependant.flag) {
            let place = dependant.place;
            let message = format!(
                "`{}` has `{key}` as a prerequisite, at {}:{}",
                dependant.flag, place.file, place.line
            );
            refusals.push(Failure::new("still-needed", message));
        }
    }
    if let Some(place) = found.removal.named_at {
        let message = format!(
            "`references.names` names `{key}`, at {}:{}",
            place.file, place.line
        );
        refusals.push(Failure::new("still-needed", message));
    }
    refusals
}

/// Deletes the segments that nothing uses now, and the lists that only they name.
fn segments(folder: &Path, findings: &Findings<'_>, found: &Found<'_>, deleted: &mut Vec<String>) -> Outcome {
    // Others may have gone before this one, so what is there now decides.
    let files = ProjectFiles::read(folder)?;
    let (Some(project), _) = files.check() else {
        return Ok(());
    };
    let mut with_flag = project;
    with_flag.flags.push(found.flag.clone());
    let going: BTreeSet<String> = match with_flag.flags.last() {
        Some(flag) => Removal::of(&with_flag, flag, None)
            .segments
            .iter()
            .map(|file| (*file).to_owned())
            .collect(),
        None => BTreeSet::new(),
    };
    let source = |path: &str| {
        files.text(path).map(|text| SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        })
    };
    let all = findings
        .project
        .segments
        .iter()
        .map(|segment| segment.name.place.file.to_string());
    let (gone, kept): (Vec<String>, Vec<String>) = all.partition(|file| going.contains(file));
    let lists =
        |paths: &[String]| lists_named(&paths.iter().filter_map(|path| source(path)).collect::<Vec<_>>());
    let kept = lists(&kept);
    let lists = lists(&gone);
    for file in &gone {
        delete(folder, file, deleted)?;
    }
    for list in lists.iter().filter(|list| !kept.contains(list)) {
        if is_list(folder, list) {
            delete(folder, list, deleted)?;
        }
    }
    Ok(())
}

/// Is a file nothing but a list? Segments may name any file of the project; what lies elsewhere, or could be a document, is
/// left where it is.
fn is_list(folder: &Path, file: &str) -> bool {
    let path = Path::new(file);
    let may_be_document = path.extension().is_some_and(|ending| {
        let endings = ["yaml", "yml", "json"];
        endings.iter().any(|other| ending.eq_ignore_ascii_case(other))
    });
    let place = |path: &Path| folder.join(path).canonicalize().ok();
    let (segments, parent) = (place(Path::new("segments")), path.parent().and_then(place));
    let (root, lies_below) = match (segments, parent) {
        (Some(segments), Some(parent)) => (
            segments.parent() == place(Path::new("")).as_deref(),
            parent.starts_with(segments),
        ),
        _ => (false, false),
    };
    file.starts_with("segments/") && root && lies_below && !may_be_document
}

fn delete(folder: &Path, file: &str, deleted: &mut Vec<String>) -> Outcome {
    let path = folder.join(file);
    match fs::remove_file(&path) {
        Ok(()) => deleted.push(file.to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(Failure::file("write", &path, &error)),
    }
    Ok(())
}
