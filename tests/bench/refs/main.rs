//! How long `tidegate refs` takes over a large code base: `npm run bench:refs`.
//!
//! Writes code in several languages and a project of flags, and looks through it with the binary as it is released. Both
//! stay in the folder that is given, so that a second run measures only.
#![cfg(feature = "cli")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench that cannot go on ends"
)]

mod code;

use clap::Parser;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// What the budget is for.
const LINES: usize = 1_000_000;
const FLAGS: usize = 1_000;
const BUDGET: Duration = Duration::from_secs(5);

/// Measures `tidegate refs` over code that it writes first.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many lines the code has
    #[arg(long, default_value_t = LINES)]
    lines: usize,
    /// How many flags the project has; each is used five times
    #[arg(long, default_value_t = FLAGS)]
    flags: usize,
    /// How often it is measured
    #[arg(long, default_value_t = 9)]
    runs: usize,
    /// Where the code is
    #[arg(long, default_value = "target/bench/refs")]
    folder: PathBuf,
    /// What cargo adds
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let options = Arguments::parse();
    let has_budget = (options.lines, options.flags) == (LINES, FLAGS);
    let mut exit = ExitCode::SUCCESS;
    let folder = options
        .folder
        .join(format!("{}x{}", options.lines, options.flags));
    if !folder.exists() {
        let unfinished = folder.with_extension("unfinished");
        let _ = fs::remove_dir_all(&unfinished);
        code::write(&unfinished, options.lines, options.flags).unwrap();
        fs::rename(&unfinished, &folder).unwrap();
    }
    println!("| names | lines | files | bytes | flags | uses | median s | best s | worst s |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for project in ["keys", "aliases"] {
        let told: Value = serde_json::from_slice(&look(&folder, project).0).unwrap();
        let uses: usize = told["flags"]
            .as_array()
            .unwrap()
            .iter()
            .map(|flag| flag["uses"].as_array().unwrap().len())
            .sum();
        assert!(uses >= options.flags * 5, "{uses} uses are too few");
        assert_eq!(told["notUsed"].as_array().unwrap().len(), 0);
        let mut took: Vec<Duration> = (0..options.runs.max(1))
            .map(|_| look(&folder, project).1)
            .collect();
        took.sort_unstable();
        let median = took.get(took.len() / 2).unwrap();
        if has_budget && *median > BUDGET {
            eprintln!("{project}: {median:.2?} are more than {BUDGET:?}");
            exit = ExitCode::FAILURE;
        }
        let seconds = |at: usize| took.get(at).unwrap().as_secs_f64();
        println!(
            "| {project} | {} | {} | {} | {} | {uses} | {:.2} | {:.2} | {:.2} |",
            told["lines"],
            told["files"],
            bytes(&folder.join("code")),
            options.flags,
            seconds(took.len() / 2),
            seconds(0),
            seconds(took.len() - 1),
        );
    }
    exit
}

/// Looks through the code once; what is told, and how long it took from start to end of the process.
fn look(folder: &Path, project: &str) -> (Vec<u8>, Duration) {
    let began = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_tidegate"))
        .args(["refs", "--json", "--warn", "--look-back", "0", "--root"])
        .arg(folder.join("code"))
        .arg("--project")
        .arg(folder.join(project))
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success());
    (output.stdout, began.elapsed())
}

fn bytes(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| match entry.file_type().unwrap().is_dir() {
            true => bytes(&entry.path()),
            false => entry.metadata().unwrap().len(),
        })
        .sum()
}
