//! Files of exposures and events: found by path, folder or pattern, and joined.

use crate::failure::{Failure, Outcome};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fs::{self, File};
use std::io::{self, IsTerminal, Read};
use std::path::Path;
use tidegate::delivery::exposure::{self, Joined, Log, Progress, Question};

/// Logs that were found, not opened yet.
#[derive(Debug, Default)]
pub(crate) struct Logs {
    files: Vec<Log>,
    /// Of all that have a size; 0 for unknown.
    bytes: u64,
}

impl Logs {
    /// The files that some places name: files, folders with all that is in them, patterns with `*`, or `-` for standard input.
    pub(crate) fn find(places: &[String]) -> Outcome<Self> {
        let mut logs = Self::default();
        for place in places {
            let before = logs.files.len();
            let path = Path::new(place);
            if place == "-" {
                logs.files.push(Log::new("<stdin>", || {
                    Ok(Box::new(io::stdin()) as Box<dyn Read + Send>)
                }));
            } else if path.exists() {
                logs.add(path)?;
            } else if place.contains(['*', '?', '[']) {
                let refused = |error: &dyn std::error::Error| {
                    Failure::new(
                        "pattern-invalid",
                        format!("`{place}` is no pattern of files: {error}"),
                    )
                };
                for found in glob::glob(place).map_err(|error| refused(&error))? {
                    let found = found.map_err(|error| Failure::file("read", error.path(), error.error()))?;
                    logs.add(&found)?;
                }
            } else {
                return Err(Failure::file("read", path, &io::ErrorKind::NotFound.into()));
            }
            if logs.files.len() == before {
                let message = format!("there is no log in `{place}`");
                return Err(Failure::new("no-logs", message).about(path));
            }
        }
        Ok(logs)
    }

    /// Reads them all and joins what they tell by unit, with a bar where there is a terminal.
    pub(crate) fn join(self, question: &Question) -> Outcome<Joined> {
        let scratch = tempfile::tempfile().map_err(|error| {
            Failure::new("cannot-write", format!("cannot make a temporary file: {error}"))
        })?;
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let bar = bar(self.bytes);
        let joined = exposure::join(
            self.files,
            question,
            scratch,
            threads,
            &|progress| match progress {
                Progress::Read(bytes) => bar.inc(bytes),
                Progress::Joined { of } => {
                    if bar.length() != Some(of as u64) {
                        bar.set_style(style("joining  {bar:40} {percent:>3}%"));
                        bar.set_length(of as u64);
                        bar.set_position(0);
                    }
                    bar.inc(1);
                }
            },
        );
        bar.finish_and_clear();
        joined.map_err(|error| Failure::new(error.code(), error.to_string()))
    }

    /// A file, or all files of a folder and those below it, in the order of their names; hidden ones are left alone.
    fn add(&mut self, path: &Path) -> Outcome {
        let failed = |error: io::Error| Failure::file("read", path, &error);
        let metadata = fs::metadata(path).map_err(failed)?;
        if !metadata.is_dir() {
            self.bytes += metadata.len();
            let opened = path.to_path_buf();
            let open = move || Ok(Box::new(File::open(opened)?) as Box<dyn Read + Send>);
            self.files.push(Log::new(path.display().to_string(), open));
            return Ok(());
        }
        let mut entries = fs::read_dir(path)
            .and_then(Iterator::collect::<io::Result<Vec<_>>>)
            .map_err(failed)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let is_link = entry.file_type().map_err(failed)?.is_symlink();
            // A link may lead around in circles.
            if !is_link && !entry.file_name().to_string_lossy().starts_with('.') {
                self.add(&entry.path())?;
            }
        }
        Ok(())
    }
}

fn bar(bytes: u64) -> ProgressBar {
    if bytes == 0 || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr_with_hz(10)).with_style(style(
        "{bar:40} {percent:>3}%  {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left",
    ))
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
