use super::record::{FORMAT, Record, VERSION, digest_of};
use crate::failure::{Failure, Outcome};
use crate::input::file;
use crate::input::project::Sources;
use crate::report::Reporter;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use tidegate::delivery::change::{Change, Side, of_sides};
use tidegate::model::{Diagnostic, Place};

/// Larger files are no reports.
const LARGEST_BYTES: u64 = 256 << 20;

/// What the last successful build was.
#[derive(Debug)]
pub(super) struct Last {
    pub(super) build: Value,
    pub(super) time: String,
    scopes: BTreeMap<(String, String), Side>,
}

/// What changed in one environment for one audience.
#[derive(Debug)]
pub(super) struct Changed {
    pub(super) environment: String,
    pub(super) audience: String,
    pub(super) changes: Vec<Change>,
}

impl Last {
    /// Reads the report of a build of the same project; whatever else is there is told with its place.
    pub(super) fn read(path: &Path, project: &str, reporter: &Reporter) -> Outcome<Self> {
        let bytes = file::read(path, LARGEST_BYTES)?;
        let text = String::from_utf8_lossy(&bytes);
        let name = path.display().to_string();
        parsed(&name, &text, project).map_err(|problem| {
            reporter.diagnostic(&problem, &Sources::of_text(&name, &text));
            Failure::Told
        })
    }

    /// What is different in a build's flags.
    pub(super) fn changes(&self, record: &Record) -> Vec<Changed> {
        let nothing = Side::default();
        let mut gone: Vec<&(String, String)> = self.scopes.keys().collect();
        let mut found = Vec::new();
        for scope in &record.scopes {
            let place = (scope.environment.clone(), scope.audience.clone());
            gone.retain(|known| **known != place);
            let before = self.scopes.get(&place).unwrap_or(&nothing);
            found.push(Changed {
                changes: of_sides(&scope.environment, before, &scope.side),
                environment: place.0,
                audience: place.1,
            });
        }
        for place in gone {
            let before = self.scopes.get(place).unwrap_or(&nothing);
            found.push(Changed {
                changes: of_sides(&place.0, before, &nothing),
                environment: place.0.clone(),
                audience: place.1.clone(),
            });
        }
        found.retain(|changed| !changed.changes.is_empty());
        found
    }
}

fn parsed(name: &str, text: &str, project: &str) -> Result<Last, Box<Diagnostic>> {
    let foreign = |at: usize, message: String| {
        Box::new(Diagnostic::error(
            "report-foreign",
            &place(name, text, at),
            message,
        ))
    };
    let damaged = |at: usize, message: &str| {
        let problem = Diagnostic::error("report-damaged", &place(name, text, at), message);
        Box::new(
            problem
                .with_help("ask for the report of the last successful build again, or leave --last out once"),
        )
    };
    let json: Value = serde_json::from_str(text).map_err(|error| {
        let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
        let at = lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        damaged(at, &format!("the report is not whole: {message}"))
    })?;
    let at = |key: &str| text.find(&format!("\"{key}\"")).unwrap_or(0);
    let said = |key: &str| json.get(key).and_then(Value::as_str);
    if said("format") != Some(FORMAT) {
        let message = format!("this is no report: `format` is not `{FORMAT}`");
        return Err(foreign(at("format"), message));
    }
    match json.get("version").and_then(Value::as_u64) {
        Some(VERSION) => {}
        Some(newer) if newer > VERSION => {
            let tool = said("tool").unwrap_or("a newer one");
            let message =
                format!("the report has the form {newer}, made by tidegate {tool}; known here is {VERSION}");
            let place = place(name, text, at("version"));
            return Err(Box::new(Diagnostic::error("report-newer", &place, message)));
        }
        _ => {
            return Err(damaged(
                at("version"),
                "the report does not say which form it has",
            ));
        }
    }
    match said("project") {
        Some(other) if other != project => {
            let message = format!("the report is of the project `{other}`, not of `{project}`");
            return Err(foreign(at("project"), message));
        }
        Some(_) => {}
        None => {
            return Err(damaged(
                at("project"),
                "the report does not say of which project it is",
            ));
        }
    }
    let scopes = json.get("scopes").and_then(Value::as_array);
    let scopes = scopes.ok_or_else(|| damaged(at("scopes"), "the report has no `scopes`"))?;
    let mut sides = BTreeMap::new();
    for scope in scopes {
        let part = |key: &str| scope.get(key).and_then(Value::as_str).map(str::to_owned);
        let flags = scope.get("flags").and_then(Value::as_object).cloned();
        let (Some(environment), Some(audience), Some(flags)) = (part("environment"), part("audience"), flags)
        else {
            return Err(damaged(
                at("scopes"),
                "a scope of the report lacks its `environment`, `audience` or `flags`",
            ));
        };
        let flags: BTreeMap<String, Value> = flags.into_iter().collect();
        let digest = part("digest").unwrap_or_default();
        if digest != digest_of(&flags) {
            let at = text.find(&digest).unwrap_or(0);
            let message =
                format!("the flags of {environment}/{audience} are not those that the report was made of");
            return Err(damaged(at, &message));
        }
        sides.insert((environment, audience), Side::of_flags(flags));
    }
    Ok(Last {
        build: json.get("build").cloned().unwrap_or_default(),
        time: said("time").unwrap_or_default().to_owned(),
        scopes: sides,
    })
}

/// Where a byte of a text is.
fn place(name: &str, text: &str, at: usize) -> Place {
    let start = text.floor_char_boundary(at.min(text.len()));
    let before = text.get(..start).unwrap_or_default();
    Place {
        file: name.into(),
        start,
        end: start + 1,
        line: before.matches('\n').count() + 1,
        column: before.rsplit('\n').next().unwrap_or_default().chars().count() + 1,
    }
}
