//! Looks are remembered exactly, and a file that a crash cut off is mended.

use super::bench::{Bench, MINUTE_MS, ORDERS, mean, proportion};
use tidegate::delivery::judge::{Counts, Exposed, Look, Looks, Measurement};
use tidegate::delivery::stats::Moments;

fn some() -> Vec<Look> {
    let mut bench = Bench::new(ORDERS)
        .sound()
        .exposed(1e15 + 1.0, 0.1 + 0.2, Some(0.0));
    bench.change(|reading| reading.unit = Some("ratio".to_owned()));
    bench.look(MINUTE_MS);
    bench.metric(Measurement::Failed("it said \"no\"\nand a line more".to_owned()));
    bench.measurements.exposures = Some(Measurement::Missing);
    bench.look(MINUTE_MS);
    let mut bench = bench.sound();
    bench.change(|reading| {
        reading.treatment = Some(mean(3.0, -1.0 / 3.0, 7.5));
        reading.control = Some(Counts::Ratio {
            units: 2.0,
            numerators: Moments {
                sum: 1.0,
                squares: 2.0,
            },
            denominators: Moments {
                sum: 3.0,
                squares: 4.0,
            },
            products: -5.0,
        });
    });
    bench.look(MINUTE_MS);
    bench.looks[2].dry_run = true;
    bench.looks
}

fn text(looks: &[Look]) -> String {
    looks.iter().map(Look::line).collect()
}

#[test]
fn looks_are_read_as_they_were_written() {
    let looks = some();
    let text = text(&looks);
    let read = Looks::read(&text).unwrap();
    assert_eq!(read.looks, looks);
    assert_eq!(read.good_bytes, text.len());
    assert_eq!(Looks::read("").unwrap(), Looks::default());
}

#[test]
fn numbers_that_are_none_are_remembered_too() {
    let mut looks = some();
    looks.truncate(1);
    looks[0].measurements.exposures = Some(Measurement::Read(Exposed {
        treatment: f64::INFINITY,
        control: -1.0,
        both: None,
        until_ms: 0,
    }));
    assert_eq!(Looks::read(&text(&looks)).unwrap().looks, looks);
    looks[0].measurements.metrics[0].1 =
        Measurement::Read(Bench::new(ORDERS).reading((f64::NAN, 0.0), (0.0, 0.0)));
    let read = Looks::read(&text(&looks)).unwrap().looks;
    let reading = read[0].measurements.metric("orders").read().unwrap();
    assert!(reading.treatment.unwrap().units().is_nan());
    assert_eq!(reading.control, Some(proportion((0.0, 0.0))));
}

#[test]
fn a_last_line_that_was_cut_off_anywhere_is_left_out() {
    let looks = some();
    let whole = text(&looks);
    let good = text(&looks[..2]);
    for end in good.len()..whole.len() {
        let Some(torn) = whole.get(..end) else { continue };
        let read = Looks::read(torn).unwrap();
        assert_eq!((read.looks.len(), read.good_bytes), (2, good.len()), "{torn}");
    }
}

#[test]
fn damage_elsewhere_is_told_with_its_line() {
    let line = text(&some()[..1]);
    for (damaged, message) in [
        ("{}\n", "`metrics` is missing"),
        ("\n", "EOF while parsing a value at line 2 column 0"),
        ("[]\n", "a look is no object"),
        ("{\"metrics\":{}}\n", "`reasons` is missing"),
    ] {
        let error = Looks::read(&format!("{line}{damaged}{line}")).unwrap_err();
        assert_eq!((error.line, error.message.as_str()), (2, message), "{damaged}");
    }
    for (from, to, message) in [
        (
            "\"decision\":\"hold\"",
            "\"decision\":\"jump\"",
            "there is no decision `jump`",
        ),
        ("\"time\":\"2026", "\"time\":\"x", "`time` is no moment"),
        ("\"plan\":\"launch\"", "\"plan\":5", "`plan` is no string"),
        ("\"total\":2000", "\"total\":null", "`total` is no number"),
    ] {
        let damaged = line.replacen(from, to, 1);
        assert_ne!(damaged, line);
        assert_eq!(Looks::read(&damaged).unwrap_err().message, message, "{from}");
    }
}
