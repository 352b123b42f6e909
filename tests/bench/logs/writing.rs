use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Events of a unit, on average.
const EVENTS: u64 = 4;
/// 2026-11-01T00:00:00Z, and the milliseconds of the twenty days from then on.
const START_MS: i64 = 1_793_491_200_000;
const SPAN_MS: u64 = 20 * 86_400_000;

/// Writes so many lines: one in five is an exposure, the others are what units did, in the order of time.
///
/// Of the treatment 3.3% fail, of the control 3%.
pub(super) fn write(path: &Path, lines: u64) -> io::Result<()> {
    let file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    if path.extension().is_some_and(|ending| ending == "gz") {
        let mut gzip = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
        each(&mut gzip, lines)?;
        return gzip.finish()?.flush();
    }
    let mut plain = file;
    each(&mut plain, lines)?;
    plain.flush()
}

fn each(out: &mut impl Write, lines: u64) -> io::Result<()> {
    let units = lines / (EVENTS + 1);
    let mut random = Random(1);
    let mut clock = Clock::default();
    for line in 0..lines {
        let time = clock.at(START_MS + (line as u128 * u128::from(SPAN_MS) / u128::from(lines)) as i64);
        let newest = line / (EVENTS + 1);
        if line % (EVENTS + 1) == 0 {
            let (variant, arm) = side(newest);
            writeln!(
                out,
                "{{\"time\":\"{time}\",\"flag\":\"checkout\",\"variant\":\"{variant}\",\"arm\":\"{arm}\",\"rule\":\"everyone\",\"stage\":\"s1\",\"unit\":\"{}\",\"version\":1793491200000}}",
                name(newest)
            )?;
            continue;
        }
        // Most do something soon.
        let reach = 1 + random.below(newest + 1).min(units);
        let back = random.below(reach);
        let unit = newest - back.min(newest);
        let (variant, _) = side(unit);
        let worse = if variant == "one-page" { 33 } else { 30 };
        let fails = Random(unit + 7).below(1_000) < worse;
        match random.below(4) {
            0 if fails => writeln!(
                out,
                "{{\"time\":\"{time}\",\"unit\":\"{}\",\"metric\":\"failed-order\",\"value\":1}}",
                name(unit)
            )?,
            _ => writeln!(
                out,
                "{{\"time\":\"{time}\",\"unit\":\"{}\",\"metric\":\"revenue\",\"value\":{}.{:02}}}",
                name(unit),
                random.below(200),
                random.below(100)
            )?,
        }
    }
    Ok(())
}

fn side(unit: u64) -> (&'static str, &'static str) {
    match Random(unit).below(2) {
        0 => ("one-page", "treatment"),
        _ => ("classic", "control"),
    }
}

/// As long as a UUID.
fn name(unit: u64) -> String {
    let mut random = Random(unit ^ 0x5bd1_e995);
    format!("{:016x}-{:016x}", random.next(), unit)
}

/// SplitMix64: the same for the same seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }
}

/// Writes the date of a moment once for all that follow in its second.
#[derive(Default)]
struct Clock {
    second: i64,
    text: String,
}

impl Clock {
    fn at(&mut self, moment_ms: i64) -> String {
        let second = moment_ms / 1_000;
        if second != self.second || self.text.is_empty() {
            self.second = second;
            let moment = jiff::Timestamp::from_second(second).unwrap();
            self.text = format!("{moment:.0}").trim_end_matches('Z').to_owned();
        }
        format!("{}.{:03}Z", self.text, moment_ms % 1_000)
    }
}
