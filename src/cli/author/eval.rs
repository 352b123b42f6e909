use crate::author::evaluation_line;
use crate::failure::{Failure, Outcome};
use crate::input::anchor;
use crate::input::context::{self, LARGEST_CONTEXT};
use crate::input::project::Sources;
use crate::report::{self, Reporter};
use crate::{clock, snapshot};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use tidegate::model::Diagnostic;
use tidegate::{Client, Context, Scope, Trust};

/// Decide flags from a snapshot, for one context or for many
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate eval shop.tgf --trust tidegate.pub \\\n    --contexts users.ndjson checkout\n\n\
    Prints one line a context, in the order of the input:\n  \
    {\"checkout\":{\"variant\":\"one-page\",\"value\":\"one-page\",\"reason\":\"SPLIT\",\"rule\":\"north-america\"}}\n\
    `errorCode` stands there for errors, `rule` where a rule decided (its index if it has no name).\n\
    At the first line that is not a context it stops and exits 1; what came before is printed.\n\
    An expired snapshot decides as it does in clients; a warning tells."
)]
pub(crate) struct Arguments {
    /// The snapshot
    file: PathBuf,
    /// The flags to decide; all when none is named
    #[arg(value_name = "FLAG")]
    flags: Vec<String>,
    /// Who must have signed the snapshot: `ed25519:…`, `ed25519-dev:…` or `root:…`, or a file with it
    #[arg(long, value_parser = anchor::parse)]
    trust: Trust,
    /// What the snapshot must be for: `project/environment/audience`
    #[arg(long, value_parser = Scope::parse)]
    scope: Option<Scope>,
    /// Who is asking: a JSON object, or `-` to read it from standard input
    #[arg(long, value_name = "JSON", conflicts_with = "contexts")]
    context: Option<String>,
    /// Many who are asking: a file with a JSON object a line, or `-` for standard input; blank lines are skipped
    #[arg(long, value_name = "FILE")]
    contexts: Option<PathBuf>,
    /// The moment to decide at, in RFC 3339 or epoch milliseconds, instead of the clock when the command starts
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    now: Option<i64>,
}

/// Bytes that are read and written at once.
const CHUNK: usize = 256 << 10;

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let now_ms = arguments.now.unwrap_or_else(clock::now_ms);
    let client = snapshot::load(
        &arguments.file,
        &arguments.trust,
        arguments.scope.as_ref(),
        now_ms,
    )?;
    snapshot::is_stale(&client, now_ms, reporter);
    let mut evaluating = Evaluating {
        flags: chosen(&client, &arguments.flags)?,
        all: arguments.flags.is_empty(),
        client: &client,
        now_ms,
        reporter,
        line: Vec::new(),
    };
    match (&arguments.contexts, arguments.context.as_deref()) {
        (Some(path), _) if path.as_os_str() == "-" => {
            evaluating.lines(io::stdin().lock(), "<stdin>", &ProgressBar::hidden())
        }
        (Some(path), _) => {
            let failed = |error: io::Error| Failure::file("read", path, &error);
            let file = File::open(path).map_err(failed)?;
            let metadata = file.metadata().map_err(failed)?;
            if metadata.is_dir() {
                return Err(failed(io::ErrorKind::IsADirectory.into()));
            }
            let progress = progress(metadata.len());
            let told = evaluating.lines(file, &path.display().to_string(), &progress);
            progress.finish_and_clear();
            told
        }
        (None, text) => evaluating.one(&context::argument(text, reporter)?),
    }
}

struct Evaluating<'c> {
    client: &'c Client,
    /// Keys as they are, and as JSON.
    flags: Vec<(String, String)>,
    all: bool,
    now_ms: i64,
    reporter: &'c Reporter,
    line: Vec<u8>,
}

impl Evaluating<'_> {
    fn one(&mut self, context: &Context) -> Outcome {
        self.decide(context)?;
        let mut output = io::stdout().lock();
        output
            .write_all(&self.line)
            .and_then(|()| output.flush())
            .map_err(|error| report::output_failed(&error))
    }

    /// One line of answers for each line of input; what is decided is written even where a later line is wrong.
    fn lines(&mut self, input: impl Read, name: &str, progress: &ProgressBar) -> Outcome {
        let mut input = BufReader::with_capacity(CHUNK, input);
        let mut output = io::stdout().lock();
        let told = self.all_lines(&mut input, &mut output, name, progress);
        let written = output.write_all(&self.line).and_then(|()| output.flush());
        if let Err(error) = written {
            return Err(report::output_failed(&error));
        }
        // The bar goes before problems are told below it.
        progress.finish_and_clear();
        told.map_err(|stop| match stop {
            Stop::Failed(failure) => failure,
            Stop::Wrong(problem, text) => {
                let sources = Sources::of_text(name, &String::from_utf8_lossy(&text));
                self.reporter.diagnostic(&problem, &sources);
                Failure::Told
            }
        })
    }

    fn all_lines(
        &mut self,
        input: &mut BufReader<impl Read>,
        output: &mut impl Write,
        name: &str,
        progress: &ProgressBar,
    ) -> Result<(), Stop> {
        let mut text = Vec::new();
        for number in 1.. {
            // Nothing waits here while somebody may wait for it.
            if self.line.len() >= CHUNK || input.buffer().is_empty() {
                output
                    .write_all(&self.line)
                    .and_then(|()| output.flush())
                    .map_err(|error| Stop::Failed(report::output_failed(&error)))?;
                self.line.clear();
            }
            text.clear();
            let length = input
                .by_ref()
                .take(LARGEST_CONTEXT + 1)
                .read_until(b'\n', &mut text)
                .map_err(|error| Stop::Failed(Failure::file("read", Path::new(name), &error)))?;
            if length == 0 {
                break;
            }
            progress.inc(length as u64);
            if length as u64 > LARGEST_CONTEXT {
                let message = format!("{name}:{number}: the line is longer than {LARGEST_CONTEXT} bytes");
                return Err(Stop::Failed(Failure::new("context-too-large", message)));
            }
            if text.trim_ascii().is_empty() {
                continue;
            }
            let unmarked = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&text);
            match context::read(unmarked, name, number) {
                Ok(context) => self.decide(&context).map_err(Stop::Failed)?,
                Err(problem) => return Err(Stop::Wrong(problem, unmarked.trim_ascii_end().to_vec())),
            }
        }
        Ok(())
    }

    /// Adds the answers for a context to the line.
    fn decide(&mut self, context: &Context) -> Outcome {
        let Some(binding) = self.client.bind(context) else {
            return Ok(());
        };
        let written = if self.all {
            let answers = binding.evaluate_all(self.now_ms);
            let keys = self.flags.iter().map(|(_, json)| json.as_str());
            evaluation_line::write(&mut self.line, keys.zip(answers))
        } else {
            let answers = self
                .flags
                .iter()
                .filter_map(|(key, json)| Some((json.as_str(), binding.evaluate(key, self.now_ms)?)));
            evaluation_line::write(&mut self.line, answers)
        };
        written.map_err(|error| report::output_failed(&error))
    }
}

/// Why bulk evaluation stops before its input does.
enum Stop {
    Failed(Failure),
    /// A line that is not a context.
    Wrong(Box<Diagnostic>, Vec<u8>),
}

/// The flags that were asked for, or all; each must be in the snapshot, and asked for once.
fn chosen(client: &Client, asked: &[String]) -> Outcome<Vec<(String, String)>> {
    let known: Vec<&str> = client.flags().collect();
    let written = |key: &str| Ok((key.to_owned(), serde_json::Value::from(key).to_string()));
    if asked.is_empty() {
        return known.into_iter().map(written).collect();
    }
    let mut seen = HashSet::new();
    asked
        .iter()
        .map(|key| {
            if !known.contains(&key.as_str()) {
                Err(snapshot::unknown_flag(key, &known))
            } else if seen.insert(key) {
                written(key)
            } else {
                // A line holds each flag once.
                Err(Failure::misuse(
                    "flag-repeated",
                    format!("the flag `{key}` is named twice"),
                ))
            }
        })
        .collect()
}

/// A bar on a terminal, nothing elsewhere.
fn progress(bytes: u64) -> ProgressBar {
    if bytes == 0 || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {percent:>3}%  {bytes}/{total_bytes}  {eta} left");
    let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr_with_hz(10));
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
