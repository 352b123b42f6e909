//! How long `tidegate analyze` takes over large logs, and how much memory: `npm run bench:logs -- --lines 50000000`.
//!
//! Writes logs as clients write them, of a rollout with a control lane and two metrics, and analyses them with the binary as it
//! is released. They stay in the folder that is given, so that a second run measures only.
#![cfg(feature = "cli")]
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench that cannot go on ends")]

mod writing;

use clap::Parser;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Measures `tidegate analyze` over logs that it writes first.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many lines the logs have
    #[arg(long, default_value_t = 5_000_000)]
    lines: u64,
    /// Where the logs are
    #[arg(long, default_value = "target/bench/logs")]
    folder: PathBuf,
    /// `ndjson`, or `ndjson.gz`
    #[arg(long, default_value = "ndjson")]
    ending: String,
    /// What cargo adds
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let options = Arguments::parse();
    fs::create_dir_all(&options.folder).unwrap();
    let logs = options
        .folder
        .join(format!("{}.{}", options.lines, options.ending));
    if !logs.exists() {
        let began = Instant::now();
        writing::write(&logs, options.lines).unwrap();
        println!(
            "wrote {} in {:.0} s",
            logs.display(),
            began.elapsed().as_secs_f64()
        );
    }
    let run = analyse(&logs);
    let bytes = fs::metadata(&logs).unwrap().len();
    let seconds = run.took.as_secs_f64();
    println!("| lines | file | seconds | lines a second | peak memory |");
    println!("| ---: | --- | ---: | ---: | ---: |");
    println!(
        "| {} | `.{}`, {:.2} GB | {seconds:.1} | {:.0} | {:.0} MB |",
        options.lines,
        options.ending,
        bytes as f64 / 1e9,
        options.lines as f64 / seconds,
        run.peak_bytes as f64 / 1e6
    );
    println!("\n{}", run.told);
}

struct Run {
    took: Duration,
    /// Of the process's own memory.
    peak_bytes: u64,
    told: String,
}

fn analyse(logs: &Path) -> Run {
    let began = Instant::now();
    let child = Command::new(env!("CARGO_BIN_EXE_tidegate"))
        .args([
            "analyze",
            "checkout",
            "--metric",
            "failed-order:increase",
            "--metric",
            "revenue:mean",
        ])
        .arg("--logs")
        .arg(logs)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let watching = std::thread::spawn(move || {
        let mut peak = 0;
        // The last figure is the highest one; there is none any more when the process has ended.
        while let Some(found) = fs::read_to_string(&status).ok().as_deref().and_then(peak_in) {
            peak = found;
            std::thread::sleep(Duration::from_millis(20));
        }
        peak
    });
    let output = child.wait_with_output().unwrap();
    let took = began.elapsed();
    assert!(output.status.success(), "the analysis fails");
    Run {
        took,
        peak_bytes: watching.join().unwrap(),
        told: String::from_utf8(output.stdout).unwrap(),
    }
}

fn peak_in(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1_024)
}
