use super::context::{clock, context};
use super::{NOW_MS, publisher, take};
use arbitrary::Unstructured;
use tidegate::compile::{Audience, compile, lint};
use tidegate::model::{Diagnostic, Project, Severity, SourceFile, read, read_population};

/// Files as somebody might write them, from reading to deciding: what lint lets pass compiles, and what compiles can be
/// read, every flag of it.
///
/// Each file begins with a line of `== ` and its path; `tidegate.yaml` is added where it is not among them.
pub fn model(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let files = files(&text);
    for file in files.iter().filter(|file| file.path.starts_with("populations/")) {
        let (population, problems) = read_population(file);
        are_told(&problems, std::slice::from_ref(file));
        assert_ne!(population.is_some(), is_refused(&problems));
    }
    let (project, problems) = read(&files);
    are_told(&problems, &files);
    let Some(project) = project else {
        assert!(is_refused(&problems), "there is no project, and nobody says why");
        return;
    };
    let found = lint(&project);
    are_told(&found, &files);
    if is_refused(&problems) {
        // Good for further checks only.
        return;
    }
    let environments: Vec<&str> = project
        .environments
        .iter()
        .map(|environment| environment.value.as_str())
        .take(2)
        .collect();
    for environment in environments {
        for audience in [Audience::Client, Audience::Server] {
            is_decided(&project, environment, audience, is_refused(&found), data);
        }
    }
}

fn is_decided(project: &Project, environment: &str, audience: Audience, refused: bool, data: &[u8]) {
    let payload = match compile(project, &publisher::options(environment, audience)) {
        Ok(payload) => payload,
        Err(problems) => return assert!(is_refused(&problems) && refused, "lint let it pass: {problems:?}"),
    };
    assert!(!refused, "lint refused it");
    let client = take::taken(&payload, NOW_MS).expect("what was compiled can be read");
    let mut choices = Unstructured::new(data);
    let (now_ms, context) = (clock(&mut choices), context(&mut choices));
    for answer in take::decided(&client, &context, now_ms) {
        assert!(answer.variant().is_some(), "{} cannot be read", answer.flag());
        assert!(answer.value().is_some(), "{} is no JSON", answer.flag());
    }
    take::agrees(&client, &context, now_ms, data.len());
    assert!(client.inspect().is_some());
}

fn files(text: &str) -> Vec<SourceFile> {
    let mut files = Vec::new();
    for part in text.split("== ").skip(1) {
        let (path, text) = part.split_once('\n').unwrap_or((part, ""));
        files.push(SourceFile {
            path: path.into(),
            text: text.into(),
        });
    }
    if !files.iter().any(|file| file.path.starts_with("tidegate.")) {
        files.push(SourceFile {
            path: "tidegate.yaml".into(),
            text: "project: shop\nenvironments: [production, staging]\n".into(),
        });
    }
    files
}

fn is_refused(problems: &[Diagnostic]) -> bool {
    problems.iter().any(|problem| problem.severity == Severity::Error)
}

/// Has every problem a place in a file, and a text?
fn are_told(problems: &[Diagnostic], files: &[SourceFile]) {
    for problem in problems {
        assert!(
            !problem.message.is_empty() && !problem.to_string().contains('\n'),
            "{problem}"
        );
        let place = &problem.place;
        assert!(
            place.start <= place.end && place.line > 0 && place.column > 0,
            "{problem}"
        );
        let named = |file: &&SourceFile| *file.path == *place.file;
        if let Some(file) = files.iter().rev().find(named) {
            assert!(place.end <= file.text.len(), "{problem}: {place:?}");
        }
    }
}
