use crate::failure::{Failure, Outcome};
use crate::input::file;
use crate::input::key;
use crate::input::project::ProjectFiles;
use crate::report::{Reporter, count, counted, number};
use crate::scopes::Audience;
use crate::{clock, snapshot};
use serde_json::json;
use std::path::{Path, PathBuf};
use tidegate::compile::{Options, compile};
use tidegate::model::{Project, Severity};
use tidegate::trust::SigningKey;
use tidegate::{Client, Scope};

/// Make a signed snapshot of a project for one environment and audience
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate compile --project shop --environment production --audience client \\\n    \
    --key tidegate.key --out shop.tgf\n\n\
    The file is replaced all at once. What is there already must be an older snapshot of the same\n\
    scope and key, or --force must be given."
)]
pub(crate) struct Arguments {
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// One of the project's environments
    #[arg(long)]
    environment: String,
    /// Who it is for
    #[arg(long)]
    audience: Audience,
    /// The private key to sign with, as `tidegate keygen` makes it: its file, or `env:NAME`
    #[arg(long, value_name = "KEY")]
    key: String,
    /// Where the snapshot goes
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The version, which must rise; by default the time of issue in epoch milliseconds
    #[arg(long, value_name = "NUMBER")]
    version: Option<u64>,
    /// How long it lasts from its issue, like 12h or 30d; by default as the project says
    #[arg(long, value_name = "DURATION", value_parser = clock::duration, conflicts_with = "expires")]
    lifetime: Option<i64>,
    /// When it expires, in RFC 3339 or epoch milliseconds
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    expires: Option<i64>,
    /// From when on it may be used; by default from its issue
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    not_before: Option<i64>,
    /// The time of issue instead of the clock: the same project, key and time give the same bytes
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    now: Option<i64>,
    /// Replace whatever the file holds
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let key = key::read(&arguments.key)?;
    let files = ProjectFiles::read(&arguments.project)?;
    let project = checked(&files, reporter)?;
    let sources = files.sources();

    let issued_at_ms = arguments.now.unwrap_or_else(clock::now_ms);
    let options = Options {
        environment: arguments.environment.clone(),
        audience: arguments.audience.into(),
        version: version(arguments.version, issued_at_ms)?,
        issued_at_ms,
        not_before_ms: arguments.not_before.unwrap_or(issued_at_ms),
        expires_ms: arguments
            .lifetime
            .map(|lifetime_ms| issued_at_ms.saturating_add(lifetime_ms))
            .or(arguments.expires),
        head_keys: Vec::new(),
        kills: Vec::new(),
    };
    let payload = compile(&project, &options).map_err(|problems| {
        reporter.diagnostics(&problems, &sources);
        Failure::Told
    })?;
    let frame = key.sign(&payload);

    // What clients would refuse must not be written: the frame is taken back in before it goes out.
    let mut client = Client::new(key.trust(), None);
    client
        .load(frame.clone(), options.not_before_ms)
        .map_err(|error| snapshot::refused(&arguments.out, &error, &key.trust()))?;
    let header = client
        .header()
        .ok_or_else(|| Failure::new("SNAPSHOT_MALFORMED", "snapshot has no header"))?;
    if !arguments.force {
        may_replace(&arguments.out, &key, &header.scope, options.version, &frame)?;
    }
    file::replace(&arguments.out, &frame)?;

    let flags = client.flags().count();
    let mut json = snapshot::header_json(header);
    if let Some(fields) = json.as_object_mut() {
        fields.insert("flags".into(), json!(flags));
        fields.insert("bytes".into(), json!(frame.len()));
        fields.insert("file".into(), json!(arguments.out.display().to_string()));
        fields.insert("trust".into(), json!(key.trust().to_string()));
    }
    let text = format!(
        "{}: {} version {}, {}, {} bytes, expires {}\n",
        arguments.out.display(),
        header.scope.as_str(),
        header.version,
        number(flags, "flag"),
        frame.len(),
        clock::written(header.expires_ms),
    );
    reporter.result(&text, &json)
}

fn version(asked: Option<u64>, issued_at_ms: i64) -> Outcome<u64> {
    match asked {
        Some(version) => Ok(version),
        None => u64::try_from(issued_at_ms).map_err(|_| {
            Failure::misuse(
                "version-needed",
                "a time of issue before 1970 is no version, give --version",
            )
        }),
    }
}

/// The project, unless something is wrong with it; what is gets told. Of warnings alone people are told how many there are,
/// so that they do not bury what was asked for; machines get them all.
pub(crate) fn checked(files: &ProjectFiles, reporter: &Reporter) -> Outcome<Project> {
    let (project, problems) = files.check();
    let sound = project.filter(|_| count(&problems, Severity::Error) == 0);
    match &sound {
        Some(_) if problems.is_empty() => {}
        Some(_) if !reporter.is_json() => {
            let message = format!("{} in the project", counted(&problems));
            reporter.warn(&Failure::new("lint-warnings", message).with_help("`tidegate lint` shows them"));
        }
        _ => reporter.diagnostics(&problems, &files.sources()),
    }
    sound.ok_or(Failure::Told)
}

/// A file gives way only to a newer snapshot of its own scope.
fn may_replace(path: &Path, key: &SigningKey, scope: &Scope, version: u64, frame: &[u8]) -> Outcome {
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    let refuse = |message: String| {
        Err(Failure::new("not-replaced", message)
            .about(path)
            .with_help("write to another file, or give --force"))
    };
    let path_text = path.display();
    let old = snapshot::read(path)?;
    if old == frame {
        return Ok(());
    }
    let mut client = Client::new(key.trust(), None);
    if let Err(error) = client.load(old, i64::MAX) {
        return refuse(format!(
            "`{path_text}` is not a snapshot that this key signed: {error}"
        ));
    }
    match client.header() {
        Some(old) if old.scope != *scope => refuse(format!(
            "`{path_text}` is a snapshot for {}, not for {}",
            old.scope.as_str(),
            scope.as_str()
        )),
        Some(old) if old.version >= version => refuse(format!(
            "`{path_text}` has version {}, and {version} is not higher: clients that have it would refuse this one",
            old.version,
        )),
        _ => Ok(()),
    }
}
