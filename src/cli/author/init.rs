use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::input::file;
use crate::input::key;
use crate::report::Reporter;
use serde_json::json;
use std::path::{Path, PathBuf};
use tidegate::model::{STANDARD_TEMPLATE, schema};

/// Make a small project that works
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tidegate init shop\n\n\
    Nothing that is there is overwritten.")]
pub(crate) struct Arguments {
    /// The project's folder, which also names the project; made when it is not there
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

const PROJECT_FILE: &str = "tidegate.yaml";
const FLAG_FILE: &str = "flags/welcome-banner.yaml";
const SEGMENT_FILE: &str = "segments/internal-qa.yaml";
const TEMPLATE_FILE: &str = "rollouts/standard.yaml";

/// What git is to leave out, and to leave alone.
const IGNORE: (&str, &str) = (
    ".gitignore",
    ".tidegate.lock\n/audit/.lock\n/looks/*/.lock\n\
    # Reports of a build, and logs of who got what: kept elsewhere.\n/build.json\n/status.html\n/logs/*.ndjson\n",
);
const ATTRIBUTES: (&str, &str) = (
    ".gitattributes",
    "# Digests are over the bytes that stand there.\n/audit/*.jsonl -text\n",
);

const FILES: [&str; 4] = [PROJECT_FILE, FLAG_FILE, SEGMENT_FILE, TEMPLATE_FILE];

/// The schemas for editors, which the first line of each file points at.
const SCHEMA_FOLDER: &str = ".schema";
const SCHEMAS: [(&str, &str); 7] = [
    ("project.schema.json", schema::PROJECT),
    ("flag.schema.json", schema::FLAG),
    ("segment.schema.json", schema::SEGMENT),
    ("policy.schema.json", schema::POLICY),
    ("rollout.schema.json", schema::ROLLOUT),
    ("population.schema.json", schema::POPULATION),
    ("parts.schema.json", schema::PARTS),
];

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let folder = &arguments.folder;
    let names = ["tidegate.yaml", "tidegate.yml", "tidegate.json"];
    let taken = names
        .iter()
        .chain(&[FLAG_FILE, SEGMENT_FILE, TEMPLATE_FILE])
        .map(|name| folder.join(name))
        .find(|path| path.symlink_metadata().is_ok());
    if let Some(path) = taken {
        return Err(file::exists(&path));
    }
    let schemas = folder.join(SCHEMA_FOLDER);
    for made in ["flags", "segments", "rollouts"]
        .map(|name| folder.join(name))
        .iter()
        .chain([&schemas])
    {
        std::fs::create_dir_all(made).map_err(|error| Failure::file("write", made, &error))?;
    }
    for (name, text) in SCHEMAS {
        file::replace(&schemas.join(name), text.as_bytes())?;
    }
    let name = name_of(folder);
    file::create(&folder.join(PROJECT_FILE), project(&name).as_bytes(), false)?;
    file::create(&folder.join(SEGMENT_FILE), segment().as_bytes(), false)?;
    file::create(&folder.join(TEMPLATE_FILE), template().as_bytes(), false)?;
    file::create(
        &folder.join(FLAG_FILE),
        flag(&salt()?, &today()).as_bytes(),
        false,
    )?;
    for (name, text) in [IGNORE, ATTRIBUTES] {
        let path = folder.join(name);
        // A repository may have its own.
        if path.symlink_metadata().is_err() {
            file::create(&path, text.as_bytes(), false)?;
        }
    }

    let shown = folder.display();
    let next = [
        (
            format!("tidegate lint --project {shown}"),
            "check it after every edit",
        ),
        (
            format!("tidegate serve --project {shown}"),
            "serve it to a page on this machine",
        ),
        (
            "tidegate keygen --out KEYS".to_owned(),
            "make the key that signs for production, outside of the repository",
        ),
    ];
    let width = next
        .iter()
        .map(|(command, _)| command.chars().count())
        .max()
        .unwrap_or(0);
    let next: String = next
        .iter()
        .map(|(command, what)| format!("  {command:width$}  {what}\n"))
        .collect();
    let text = format!(
        "made the project `{name}`: {}, and schemas for editors in {}\n\n\
        next:\n{next}",
        FILES
            .map(|name| folder.join(name).display().to_string())
            .join(", "),
        schemas.display(),
    );
    reporter.result(&text, &json!({ "project": name, "files": FILES }))
}

/// The folder's own name, as far as it can name a project.
fn name_of(folder: &Path) -> String {
    let full = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    let name: String = full
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
        .chars()
        .map(|c| match c {
            'A'..='Z' | 'a'..='z' | '0'..='9' | '.' | '_' | '-' => c,
            _ => '-',
        })
        .take(64)
        .collect();
    if name.chars().any(|c| c.is_ascii_alphabetic()) {
        name
    } else {
        "my-project".to_owned()
    }
}

/// Eight random letters and digits, first a letter, so that YAML never takes them for a number.
fn salt() -> Outcome<String> {
    const CHARACTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let seed = key::random_seed()?;
    Ok(seed
        .iter()
        .take(8)
        .enumerate()
        .filter_map(|(position, byte)| {
            let choices = if position == 0 { 26 } else { CHARACTERS.len() };
            CHARACTERS
                .get(usize::from(*byte) % choices)
                .copied()
                .map(char::from)
        })
        .collect())
}

fn project(name: &str) -> String {
    let schema = editor_line("", "project");
    format!("{schema}project: \"{name}\"\nenvironments: [production, staging]\nrequired: [owner]\n")
}

/// What YAML language servers read to check and complete a file.
fn editor_line(way_up: &str, kind: &str) -> String {
    format!("# yaml-language-server: $schema={way_up}{SCHEMA_FOLDER}/{kind}.schema.json\n")
}

/// Who tries things first: the ring of the template.
fn segment() -> String {
    let schema = editor_line("../", "segment");
    format!(
        "{schema}description: Our own people, who try things first
owner: web
if: {{ attribute: groups, anyOf: [qa, staff] }}
"
    )
}

fn template() -> String {
    format!("{}{STANDARD_TEMPLATE}", editor_line("../", "rollout"))
}

/// Since when there is the flag: `tidegate stale` counts from then.
fn today() -> String {
    let now = clock::written(clock::now_ms());
    now.get(.."2026-11-20".len()).unwrap_or_default().to_owned()
}

fn flag(salt: &str, today: &str) -> String {
    let schema = editor_line("../", "flag");
    format!(
        "{schema}description: A banner that greets visitors
owner: web
type: release
createdAt: {today}
clientVisible: true
salt: {salt}        # decides who is in; it never changes
variants: {{ on: true, off: false }}
offVariant: off
default: off
rules:
  - name: canada
    if: {{ attribute: country, in: [CA] }}
    serve: on
  - name: everyone
    serve: {{ split: {{ on: 25, off: 75 }} }}
environments:
  production: {{ enabled: true }}
  staging: {{ enabled: true, default: on, rules: [] }}
"
    )
}
