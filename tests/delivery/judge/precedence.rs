use super::bench::{Bench, ORDERS};
use tidegate::delivery::govern::Frozen;
use tidegate::delivery::judge::{Code, Measurement, Verdict};

const ALL: &str = "\
checks: { sampleRatio: { action: hold } }
metrics:
  orders: { type: proportion, harm: increase, catastrophic: { value: 0.05, minEvents: 5 }, file: { path: m.json } }
  delay: { type: proportion, harm: increase, role: signal, file: { path: m.json } }
  other: { type: proportion, harm: increase, file: { path: m.json } }
";

/// Everything at once: each thing that speaks for something speaks.
fn everything() -> Bench {
    let mut bench = Bench::new(ALL);
    bench.position.gate.min_sample = Some(1_000_000);
    bench.position.gate.approvals = 1;
    bench.freezes.push(Frozen {
        name: "sale".to_owned(),
        until_ms: None,
        end: "2026-11-21T12:00 in Mars/Olympus".to_owned(),
        subjects: Vec::new(),
    });
    let harmful = Measurement::Read(bench.reading((2_000.0, 160.0), (2_000.0, 60.0)));
    bench.measurements.metrics = vec![
        ("orders".to_owned(), harmful.clone()),
        ("delay".to_owned(), harmful),
        (
            "other".to_owned(),
            Measurement::Failed("it answered 500".to_owned()),
        ),
    ];
    bench.exposed(5_000.0, 2_000.0, None)
}

#[test]
fn the_first_in_the_order_of_precedence_decides() {
    let mut bench = everything();
    let order = [
        (Code::Catastrophic, Verdict::RollBack),
        (Code::GuardrailBreach, Verdict::RollBack),
        (Code::SampleRatioMismatch, Verdict::Hold),
        (Code::SignalBreach, Verdict::Hold),
        (Code::SourceFailed, Verdict::Hold),
        (Code::MinimumSample, Verdict::Hold),
        (Code::ApprovalMissing, Verdict::Hold),
        (Code::Frozen, Verdict::Hold),
        (Code::GatePassed, Verdict::Promote),
    ];
    for (number, (code, verdict)) in order.into_iter().enumerate() {
        let decision = bench.decide();
        let first = decision.first().unwrap();
        assert_eq!((first.code, decision.verdict), (code, verdict));
        // The rest is told as well, in the same order.
        let told: Vec<Code> = decision.reasons.iter().map(|reason| reason.code).collect();
        // That it passed is told where nothing else is.
        let last = (order.len() - 1).max(number + 1);
        let expected: Vec<Code> = order[number..last].iter().map(|(code, _)| *code).collect();
        assert_eq!(told, expected);
        let sound = Measurement::Read(bench.reading((2_000.0, 60.0), (2_000.0, 60.0)));
        match code {
            Code::Catastrophic => bench.policy.as_mut().unwrap().metrics[0].catastrophic = None,
            Code::GuardrailBreach => bench.measurements.metrics[0].1 = sound,
            Code::SampleRatioMismatch => bench = bench.exposed(5_000.0, 5_000.0, None),
            Code::SignalBreach => bench.measurements.metrics[1].1 = sound,
            Code::SourceFailed => bench.measurements.metrics[2].1 = sound,
            Code::MinimumSample => bench.position.gate.min_sample = Some(1_000),
            Code::ApprovalMissing => bench.position.approvals.push("alice".to_owned()),
            Code::Frozen => bench.freezes.clear(),
            _ => {}
        }
    }
}

#[test]
fn a_breach_that_holds_comes_before_a_mismatch_that_would_roll_back() {
    let text = format!(
        "checks: {{ sampleRatio: {{ action: rollback }} }}\n{}",
        ORDERS.replace("harm: increase", "harm: increase, onBreach: hold")
    );
    let bench = Bench::new(&text)
        .orders((2_000.0, 160.0), (2_000.0, 60.0))
        .exposed(5_000.0, 2_000.0, None);
    let decision = bench.decide();
    assert_eq!(decision.verdict, Verdict::Hold);
    assert_eq!(decision.first().unwrap().code, Code::GuardrailBreach);
}

#[test]
fn of_two_reasons_of_one_kind_the_graver_decides() {
    let text = "\
metrics:
  mild: { type: proportion, harm: increase, onBreach: hold, file: { path: m.json } }
  orders: { type: proportion, harm: increase, file: { path: m.json } }
";
    let mut bench = Bench::new(text);
    let harmful = Measurement::Read(bench.reading((2_000.0, 160.0), (2_000.0, 60.0)));
    bench.measurements.metrics = vec![
        ("mild".to_owned(), harmful.clone()),
        ("orders".to_owned(), harmful),
    ];
    assert_eq!(bench.decide().verdict, Verdict::RollBack);
}

#[test]
fn codes_are_in_order_and_their_names_are_stable() {
    assert!(Code::ALL.is_sorted());
    let names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    let documented = include_str!("../../../src/delivery/judge/PRECEDENCE.md");
    let rows: Vec<&str> = documented
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    assert_eq!(names, rows);
}
