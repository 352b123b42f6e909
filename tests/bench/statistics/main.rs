//! How often the methods of `tidegate::delivery::stats` call harm: the tables of `METHODS.md`.
#![cfg(feature = "cli")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench ends by panicking"
)]

mod trial;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use trial::{ALPHA, BASE_RATE, LOOKS, METHODS, Tally, UNITS, run};

/// By how much the release raises the rate.
const EFFECTS: [f64; 4] = [0.0, 0.1, 0.2, 1.0];

/// Simulates releases that are looked at again and again, and prints what each method made of them as Markdown.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many releases for each effect
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..))]
    runs: u64,
    /// Where the seeds begin
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// What cargo adds
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let arguments = Arguments::parse();
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} effects, {eta} left").unwrap();
    let bar = ProgressBar::new(EFFECTS.len() as u64).with_style(style);
    let seeds = arguments.seed..arguments.seed.checked_add(arguments.runs).unwrap();
    let tallies = EFFECTS.map(|effect| {
        let tally = run(seeds.clone(), effect);
        bar.inc(1);
        tally
    });
    bar.finish_and_clear();
    println!(
        "{} runs each from seed {}: a base rate of {} %, {LOOKS} looks, {UNITS} units an arm between them, one-sided alpha {ALPHA}.\n",
        arguments.runs,
        arguments.seed,
        100.0 * BASE_RATE,
    );
    println!("| method | false alarms | +10 % harm: found, median look | +20 % | +100 % |");
    println!("| --- | --- | --- | --- | --- |");
    for (method, name) in METHODS.iter().enumerate() {
        let [none, effects @ ..] = &tallies;
        print!("| {name} | {:.1} % |", 100.0 * none.share(method));
        effects
            .iter()
            .for_each(|tally| print!(" {} |", found(tally, method)));
        println!();
    }
}

fn found(tally: &Tally, method: usize) -> String {
    let share = 100.0 * tally.share(method);
    match tally.median_look(method) {
        Some(look) => format!("{share:.1} %, {look}"),
        None => "0 %".to_owned(),
    }
}
