mod html;
mod json;
mod metric;
mod plot;
mod text;

use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::input::file;
use crate::input::logs::Logs;
use crate::report::Reporter;
use metric::Metric;
use std::path::PathBuf;
use tidegate::delivery::analyze::{Analysis, Settings, analyze};
use tidegate::delivery::exposure::{Joined, Question};

/// Compare the variants of a flag by logs of who got what and who did what
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate analyze checkout --logs logs/ --metric failed-order:increase --html checkout.html\n\n\
    Logs are lines of JSON or CSV, compressed or not; the format is in src/delivery/exposure/FORMAT.md.\n\
    A metric is the name of an event: the share of units that had it, or with `:mean` its sum per unit; `A/B` is a ratio\n\
    of two such sums. `:increase` or `:decrease` says what is bad, and differences are then better or worse.\n\
    Intervals hold at all looks and for all metrics together: look as often as you like, and stop when it says enough."
)]
pub(crate) struct Arguments {
    /// The flag
    flag: String,
    /// Files, folders or patterns of logs; `-` for standard input
    #[arg(long, value_name = "PATH", required = true, num_args = 1..)]
    logs: Vec<String>,
    /// What is measured; without one, units are counted
    #[arg(long, value_name = "NAME", value_parser = str::parse::<Metric>)]
    metric: Vec<Metric>,
    /// The variant that the others are compared with, where exposures do not say it
    #[arg(long, value_name = "VARIANT")]
    control: Option<String>,
    /// How many units variants were designed to get, relative to each other: `one-page=1,classic=3`; all alike unless given
    #[arg(long, value_name = "VARIANT=NUMBER", value_delimiter = ',', value_parser = weight)]
    weights: Vec<(String, f64)>,
    /// The attribute of exposures by whose values units are told apart as well
    #[arg(long, value_name = "ATTRIBUTE")]
    segment: Option<String>,
    /// The attribute that is the unit, where exposures have different ones
    #[arg(long, value_name = "ATTRIBUTE")]
    by: Option<String>,
    /// From when on exposures count, in RFC 3339 or epoch milliseconds
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    from: Option<i64>,
    /// Until when exposures and events count
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    until: Option<i64>,
    /// How long after its exposure a unit's events count, like 7d; for ever unless given
    #[arg(long, value_name = "DURATION", value_parser = clock::duration)]
    window: Option<i64>,
    /// How many looks are shown
    #[arg(long, value_name = "NUMBER", default_value_t = 28, value_parser = clap::value_parser!(u16).range(1..=200))]
    looks: u16,
    /// How sure all intervals are together, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 95.0, value_parser = confidence)]
    confidence: f64,
    /// How many lines may be beyond reading; 100 and one in a thousand unless given
    #[arg(long, value_name = "NUMBER")]
    bad_lines: Option<u64>,
    /// Write a page with tables and plots, all in one file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// Below this a sample ratio is no accident.
const SAMPLE_RATIO_BELOW: f64 = 0.001;

/// All that is shown.
struct Findings<'f> {
    question: &'f Question,
    settings: &'f Settings,
    joined: &'f Joined,
    analysis: &'f Analysis,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let question = Question {
        metrics: arguments
            .metric
            .iter()
            .map(|metric| metric.logged.clone())
            .collect(),
        from_ms: arguments.from,
        until_ms: arguments.until,
        window_ms: arguments.window,
        segment: arguments.segment.clone(),
        by: arguments.by.clone(),
        looks: arguments.looks.into(),
        most_bad_lines: arguments.bad_lines,
        ..Question::new(arguments.flag.clone())
    };
    let settings = Settings {
        confidence: arguments.confidence,
        control: arguments.control.clone(),
        weights: arguments.weights.clone(),
        harms: arguments.metric.iter().map(|metric| metric.harm).collect(),
        sample_ratio_below: SAMPLE_RATIO_BELOW,
    };
    let joined = Logs::find(&arguments.logs)?.join(&question)?;
    warn_of_lines(&joined, reporter);
    let analysis = analyze(&joined, &question, &settings)
        .map_err(|error| explained(Failure::new(error.code(), error.to_string()), error.code()))?;
    if analysis.sample_ratio.is_mismatch {
        let message =
            "the sides have other numbers of units than they were designed to get: nothing is decided";
        reporter.warn(&Failure::new("sample-ratio-mismatch", message).with_help(
            "units are lost or told twice on one side, or `--weights` does not say how they were designed",
        ));
    }
    let findings = Findings {
        question: &question,
        settings: &settings,
        joined: &joined,
        analysis: &analysis,
    };
    if let Some(path) = &arguments.html {
        file::replace(path, html::page(&findings).as_bytes())?;
    }
    reporter.result(&text::report(&findings), &json::report(&findings))
}

fn warn_of_lines(joined: &Joined, reporter: &Reporter) {
    if let Some(first) = joined.bad.first() {
        let message = format!(
            "{} of {} lines cannot be read; the first: {first}",
            joined.lines.bad, joined.lines.lines
        );
        reporter.warn(&Failure::new("bad-lines", message));
    }
    if joined.lines.crowded > 0 {
        let message = format!(
            "{} lines are of units that have more than 100,000 each, and were left out",
            joined.lines.crowded
        );
        reporter.warn(&Failure::new("crowded-units", message));
    }
}

fn explained(failure: Failure, code: &str) -> Failure {
    match code {
        "no-control" | "control-unknown" => failure.with_help("name it with `--control`"),
        "no-exposures" => {
            failure.with_help("is the flag's key right, and do `--from` and `--until` leave any?")
        }
        _ => failure,
    }
}

fn weight(text: &str) -> Result<(String, f64), String> {
    let wrong = || "expected a variant and a number above 0, like one-page=1".to_owned();
    let (variant, number) = text.rsplit_once('=').ok_or_else(wrong)?;
    let weight: f64 = number.parse().map_err(|_| wrong())?;
    if variant.is_empty() || !weight.is_finite() || weight <= 0.0 {
        return Err(wrong());
    }
    Ok((variant.to_owned(), weight))
}

fn confidence(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(percent) if percent > 50.0 && percent < 100.0 => Ok(percent),
        _ => Err("expected percent between 50 and 100, like 95".to_owned()),
    }
}
