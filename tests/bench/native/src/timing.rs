use crate::Result;
use criterion::{BenchmarkId, Criterion, SamplingMode};
use rustix::time::{ClockId, clock_gettime};
use std::fs;
use std::hint::black_box;
use std::path::PathBuf;
use std::time::Duration;

/// Rounds in which all subjects of a case take turns, so that what disturbs the machine disturbs them alike.
const ROUNDS: usize = 9;

/// Times subjects in turns, and reads what Criterion estimated.
pub struct Timing {
    criterion: Criterion,
    folder: PathBuf,
    rounds: usize,
}

impl Timing {
    /// Estimates are kept in a folder of this section; those of the last run go.
    pub fn new(section: &str) -> Result<Self> {
        let folder = super::results::folder().join("criterion").join(section);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let criterion = Criterion::default()
            .output_directory(&folder)
            .sample_size(10)
            .nresamples(1_001)
            .warm_up_time(Duration::from_millis(5))
            .measurement_time(Duration::from_millis(25))
            .configure_from_args();
        Ok(Self {
            criterion,
            folder,
            rounds: ROUNDS,
        })
    }

    /// For what takes long.
    #[must_use]
    pub fn in_rounds(mut self, rounds: usize) -> Self {
        self.rounds = rounds;
        self
    }

    /// The numbers of the rounds.
    pub fn rounds(&self) -> std::ops::Range<usize> {
        0..self.rounds
    }

    /// Times a routine.
    pub fn time<O>(&mut self, case: &str, subject: &str, round: usize, mut routine: impl FnMut() -> O) {
        self.run(case, subject, round, |iterations| {
            let start = busy();
            for _ in 0..iterations {
                black_box(routine());
            }
            busy() - start
        });
    }

    /// Times a routine that uses up its input.
    pub fn time_with<I, O>(
        &mut self,
        case: &str,
        subject: &str,
        round: usize,
        mut input: impl FnMut() -> I,
        mut routine: impl FnMut(I) -> O,
    ) {
        self.run(case, subject, round, |iterations| {
            let mut whole = Duration::ZERO;
            for _ in 0..iterations {
                let input = input();
                let start = busy();
                let output = black_box(routine(input));
                whole += busy() - start;
                drop(output);
            }
            whole
        });
    }

    fn run(&mut self, case: &str, subject: &str, round: usize, mut timed: impl FnMut(u64) -> Duration) {
        let mut group = self.criterion.benchmark_group(case);
        group.sampling_mode(SamplingMode::Flat);
        group.bench_function(BenchmarkId::new(subject, round), |bencher| {
            bencher.iter_custom(&mut timed)
        });
        group.finish();
    }

    /// The quickest sample of all rounds, in nanoseconds: what the machine allows when nothing else runs on it. Nothing, when a
    /// filter left the subject out.
    pub fn nanoseconds(&self, case: &str, subject: &str) -> Result<Option<f64>> {
        let folder = self.folder.join(case).join(file_name(subject));
        let mut quickest: Option<f64> = None;
        for round in self.rounds() {
            let path = folder.join(round.to_string()).join("new/sample.json");
            if !path.exists() {
                continue;
            }
            let sample: serde_json::Value = serde_json::from_str(&fs::read_to_string(&path)?)?;
            let figures = |name: &str| {
                let figures = sample.get(name).and_then(serde_json::Value::as_array);
                figures
                    .into_iter()
                    .flatten()
                    .filter_map(serde_json::Value::as_f64)
            };
            for (time, iterations) in figures("times").zip(figures("iters")) {
                let each = time / iterations;
                quickest = Some(quickest.map_or(each, |quickest| quickest.min(each)));
            }
        }
        Ok(quickest)
    }
}

/// For how long this thread had a processor: what else runs on the machine does not count.
fn busy() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        time.tv_sec.unsigned_abs(),
        u32::try_from(time.tv_nsec).unwrap_or(0),
    )
}

/// A subject as Criterion names its folder.
fn file_name(subject: &str) -> String {
    subject.replace('>', "_")
}
