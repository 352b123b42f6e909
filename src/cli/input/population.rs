//! Populations from files, and how far one has come with asking about them.

use crate::failure::{Failure, Outcome};
use crate::input::file;
use crate::input::project::Sources;
use crate::report::Reporter;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal};
use std::path::Path;
use tidegate::model::{Population, SourceFile, read_population};

const LARGEST_POPULATION: u64 = 4 << 20;

/// Reads a population, and tells everything that is wrong with it.
pub(crate) fn population(path: &Path, reporter: &Reporter) -> Outcome<Population> {
    let text = file::read(path, LARGEST_POPULATION)?;
    let text = String::from_utf8(text)
        .map_err(|_| Failure::new("not-utf8", format!("`{}` is not UTF-8", path.display())).about(path))?;
    let source = SourceFile {
        path: path.display().to_string(),
        text,
    };
    let (population, problems) = read_population(&source);
    reporter.diagnostics(&problems, &Sources::of_text(&source.path, &source.text));
    population.ok_or(Failure::Told)
}

/// A bar on a terminal, nothing elsewhere.
pub(crate) fn bar(people: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let template = "{bar:40} {percent:>3}%  {human_pos} of {human_len} people  {eta} left";
    let bar = ProgressBar::with_draw_target(Some(people), ProgressDrawTarget::stderr_with_hz(10));
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
