use crate::failure::{Failure, Outcome};
use crate::input::anchor;
use crate::input::context;
use crate::output::escape::plain;
use crate::report::{self, Reporter};
use crate::{clock, snapshot};
use serde_json::json;
use std::path::PathBuf;
use tidegate::engine::{Binding, Outcome as Found, Trace, Unverified};
use tidegate::{Scope, Trust};

/// Show how a flag is decided: which rule, which condition, which attribute, which bucket, and why not the others
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate explain shop.tgf checkout --context '{\"targetingKey\": \"u-17\", \"country\": \"CA\"}'\n\n\
    ✓ holds, ✗ does not hold, - was not reached. With --json: {\"evaluation\", \"trace\", \"signatureChecked\"},\n\
    a trace being {\"text\", \"outcome\": \"holds\"|\"fails\"|\"not-reached\"|\"info\", \"children\"}."
)]
pub(crate) struct Arguments {
    /// The snapshot
    file: PathBuf,
    /// The flag
    flag: String,
    /// Who is asking: a JSON object, or `-` to read it from standard input
    #[arg(long, value_name = "JSON")]
    context: Option<String>,
    /// Who must have signed the snapshot: `ed25519:…` or `root:…`, or a file with it; without it no signature is checked
    #[arg(long, value_parser = anchor::parse)]
    trust: Option<Trust>,
    /// What the snapshot must be for: `project/environment/audience`
    #[arg(long, value_parser = Scope::parse, requires = "trust")]
    scope: Option<Scope>,
    /// The moment to decide at, in RFC 3339 or epoch milliseconds, instead of the clock
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    now: Option<i64>,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let path = &arguments.file;
    let now_ms = arguments.now.unwrap_or_else(clock::now_ms);
    let context = context::argument(arguments.context.as_deref(), reporter)?;
    if let Some(trust) = &arguments.trust {
        let client = snapshot::load(path, trust, arguments.scope.as_ref(), now_ms)?;
        let known: Vec<&str> = client.flags().collect();
        let binding = client
            .bind(&context)
            .ok_or_else(|| Failure::new("SNAPSHOT_MALFORMED", "snapshot has no flags"))?;
        return show(&binding, &known, arguments, now_ms, reporter);
    }
    let snapshot = Unverified::read(snapshot::read(path)?)
        .map_err(|error| Failure::new(error.code(), format!("`{}`: {error}", path.display())).about(path))?;
    let known: Vec<&str> = snapshot.flags().collect();
    show(&snapshot.bind(&context), &known, arguments, now_ms, reporter)
}

fn show(
    binding: &Binding<'_>,
    known: &[&str],
    arguments: &Arguments,
    now_ms: i64,
    reporter: &Reporter,
) -> Outcome {
    if !known.contains(&arguments.flag.as_str()) {
        return Err(snapshot::unknown_flag(&arguments.flag, known));
    }
    let explanation = binding
        .explain(&arguments.flag, now_ms)
        .ok_or_else(|| Failure::new("SNAPSHOT_MALFORMED", "the snapshot's tables cannot be read"))?;
    let checked = arguments.trust.is_some();
    if reporter.is_json() {
        let json = json!({
            "evaluation": explanation.answer,
            "trace": explanation.trace,
            "signatureChecked": checked,
        });
        return report::print(&format!("{json}\n"));
    }
    let colored = reporter.colors_output();
    report::print(&tree(&explanation.trace, colored))?;
    if !checked {
        report::tell("the signature was not checked, as no --trust was given\n");
    }
    Ok(())
}

/// An explanation as a tree, for people.
pub(crate) fn tree(trace: &Trace, colored: bool) -> String {
    let mut text = format!("{}\n", plain(&trace.text));
    branches(&trace.children, "", colored, &mut text);
    text
}

fn branches(children: &[Trace], indent: &str, colored: bool, text: &mut String) {
    for (position, child) in children.iter().enumerate() {
        let last = position + 1 == children.len();
        let (branch, below) = if last {
            ("└─", "   ")
        } else {
            ("├─", "│  ")
        };
        let (mark, color) = match child.outcome {
            Found::Holds => ("✓ ", "\u{1b}[32m"),
            Found::Fails => ("✗ ", "\u{1b}[31m"),
            Found::NotReached => ("- ", "\u{1b}[2m"),
            Found::Info => ("", ""),
        };
        let line = format!("{mark}{}", plain(&child.text));
        let line = if colored && !color.is_empty() {
            format!("{color}{line}\u{1b}[0m")
        } else {
            line
        };
        text.push_str(&format!("{indent}{branch} {line}\n"));
        branches(&child.children, &format!("{indent}{below}"), colored, text);
    }
}
