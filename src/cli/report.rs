//! What people and machines are told. Results go to standard output, problems to standard error: for people with the
//! source line marked, with `--json` as one JSON object a line.

use crate::failure::{Failure, Outcome};
use crate::input::key;
use crate::input::project::Sources;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use clap::{Args, ValueEnum};
use serde_json::{Map, Value, json};
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use tidegate::model::{Diagnostic, Place, Severity};

/// How results and problems are written.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Style {
    /// Write results as JSON to standard output and problems as JSON lines to standard error
    #[arg(long, global = true)]
    json: bool,
    /// Colour the output: `auto` means on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: ColorChoice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ColorChoice {
    Auto,
    Always,
    Never,
}

/// Tells people and machines what came of a command.
#[derive(Debug)]
pub(crate) struct Reporter {
    style: Style,
    renderer: Renderer,
}

impl Reporter {
    pub(crate) fn new(style: Style) -> Self {
        let renderer = if style.colored(&io::stderr()) {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        Self { style, renderer }
    }

    /// Is the output for machines?
    pub(crate) fn is_json(&self) -> bool {
        self.style.json
    }

    /// Is standard output to be coloured?
    pub(crate) fn colors_output(&self) -> bool {
        !self.style.json && self.style.colored(&io::stdout())
    }

    /// Writes the result: the text for people, or the JSON for machines.
    pub(crate) fn result(&self, text: &str, json: &Value) -> Outcome {
        print(&if self.style.json {
            format!("{json}\n")
        } else {
            text.to_owned()
        })
    }

    /// Tells every problem of a project, and how many there are.
    pub(crate) fn diagnostics(&self, diagnostics: &[Diagnostic], sources: &Sources) {
        let mut text = String::new();
        for diagnostic in diagnostics {
            if self.style.json {
                text.push_str(&diagnostic_json(diagnostic, sources).to_string());
            } else {
                text.push_str(&self.rendered(diagnostic, sources));
                text.push('\n');
            }
            text.push('\n');
        }
        if !self.style.json && !diagnostics.is_empty() {
            text.push_str(&counted(diagnostics));
            text.push('\n');
        }
        tell(&text);
    }

    /// Tells one problem where there is nothing more to say.
    pub(crate) fn diagnostic(&self, diagnostic: &Diagnostic, sources: &Sources) {
        let text = if self.style.json {
            diagnostic_json(diagnostic, sources).to_string()
        } else {
            self.rendered(diagnostic, sources)
        };
        tell(&format!("{text}\n"));
    }

    /// Tells why a command ended early.
    pub(crate) fn failure(&self, failure: &Failure) {
        self.problem(failure, Severity::Error);
    }

    /// Tells something that is worth a look.
    pub(crate) fn warn(&self, warning: &Failure) {
        self.problem(warning, Severity::Warning);
    }

    fn problem(&self, failure: &Failure, severity: Severity) {
        let Failure::Problem(problem) = failure else {
            return;
        };
        if self.style.json {
            let mut line = head_json(severity, problem.code, &problem.message, problem.help.as_deref());
            if let Some(file) = &problem.file {
                line.insert("file".into(), json!(file));
            }
            return tell(&format!("{}\n", Value::Object(line)));
        }
        let group = Group::with_title(
            level(severity)
                .primary_title(problem.message.as_str())
                .id(problem.code),
        );
        let group = match &problem.help {
            Some(help) => group.element(Level::HELP.message(help.as_str())),
            None => group,
        };
        tell(&format!("{}\n", self.renderer.render(&[group])));
    }

    /// The problem with its source line marked.
    fn rendered(&self, diagnostic: &Diagnostic, sources: &Sources) -> String {
        let Place { line, column, .. } = diagnostic.place;
        let path = sources.display(&diagnostic.place.file);
        let title = level(diagnostic.severity)
            .primary_title(diagnostic.message.as_str())
            .id(diagnostic.code);
        let group = match sources.excerpt(&diagnostic.place) {
            Some(excerpt) => title.element(
                Snippet::source(excerpt.line)
                    .line_start(line)
                    .path(path)
                    .annotation(AnnotationKind::Primary.span(excerpt.marked)),
            ),
            None => title.element(Origin::path(path).line(line).char_column(column)),
        };
        let group = match &diagnostic.help {
            Some(help) => group.element(Level::HELP.message(help.as_str())),
            None => group,
        };
        self.renderer.render(&[group])
    }
}

impl Style {
    fn colored(&self, stream: &impl IsTerminal) -> bool {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                stream.is_terminal()
                    && !set("NO_COLOR")
                    && std::env::var_os("TERM").is_none_or(|terminal| terminal != "dumb")
            }
        }
    }
}

/// Tells that the command line was not understood, or shows the help that was asked for.
pub(crate) fn misuse(error: &clap::Error) -> ExitCode {
    // The message would show what was given, to logs as well.
    if error.render().to_string().contains("PRIVATE KEY") {
        let exposed = key::on_the_command_line();
        let style = Style {
            json: std::env::args_os().any(|argument| argument == "--json"),
            color: ColorChoice::Auto,
        };
        Reporter::new(style).failure(&exposed);
        return exposed.exit_code();
    }
    if error.use_stderr() && std::env::args_os().any(|argument| argument == "--json") {
        let message = error.render().to_string();
        let message = message.trim().trim_start_matches("error: ");
        tell(&format!(
            "{}\n",
            Value::Object(head_json(Severity::Error, "usage", message, None))
        ));
    } else if error.print().is_err() {
        return ExitCode::SUCCESS;
    }
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// Writes to standard output.
pub(crate) fn print(text: &str) -> Outcome {
    let mut output = io::stdout().lock();
    output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush())
        .map_err(|error| output_failed(&error))
}

/// Why standard output cannot be written to.
pub(crate) fn output_failed(error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::OutputClosed,
        _ => Failure::new(
            "cannot-write",
            format!("cannot write to standard output: {error}"),
        ),
    }
}

/// Writes to standard error; who closed it does not want to know.
pub(crate) fn tell(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// A problem of a project as JSON: `file`, `line` and `column` of its start, `endLine` and `endColumn` one past its
/// last character; lines and columns count from 1, columns in characters.
pub(crate) fn diagnostic_json(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let place = &diagnostic.place;
    let mut line = head_json(
        diagnostic.severity,
        diagnostic.code,
        &diagnostic.message,
        diagnostic.help.as_deref(),
    );
    let (end_line, end_column) = sources.end(place);
    line.insert("file".into(), json!(sources.display(&place.file)));
    line.insert("line".into(), json!(place.line));
    line.insert("column".into(), json!(place.column));
    line.insert("endLine".into(), json!(end_line));
    line.insert("endColumn".into(), json!(end_column));
    Value::Object(line)
}

/// How many errors and warnings there are: `2 errors, 1 warning`.
pub(crate) fn counted(diagnostics: &[Diagnostic]) -> String {
    let errors = count(diagnostics, Severity::Error);
    let warnings = count(diagnostics, Severity::Warning);
    match (errors, warnings) {
        (_, 0) => number(errors, "error"),
        (0, _) => number(warnings, "warning"),
        _ => format!("{}, {}", number(errors, "error"), number(warnings, "warning")),
    }
}

/// A number of things: `1 flag`, `2 flags`.
pub(crate) fn number(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

/// How many problems are that bad.
pub(crate) fn count(diagnostics: &[Diagnostic], severity: Severity) -> usize {
    diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == severity)
        .count()
}

fn head_json(severity: Severity, code: &str, message: &str, help: Option<&str>) -> Map<String, Value> {
    let severity = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut line = Map::new();
    line.insert("severity".into(), json!(severity));
    line.insert("code".into(), json!(code));
    line.insert("message".into(), json!(message));
    if let Some(help) = help {
        line.insert("help".into(), json!(help));
    }
    line
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    }
}
