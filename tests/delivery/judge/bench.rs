use tidegate::delivery::govern::Frozen;
use tidegate::delivery::judge::{
    Case, Counts, Decision, Exposed, Gate, Lanes, Look, Measurement, Measurements, Position, Reading, judge,
};
use tidegate::delivery::stats::Moments;
use tidegate::model::{Policy, SourceFile, read};

pub(super) const MINUTE_MS: i64 = 60_000;
pub(super) const HOUR_MS: i64 = 60 * MINUTE_MS;
pub(super) const ENTERED_MS: i64 = 1_795_000_000_000;

/// A stage of a plan, and everything that is known of it; by default nothing is wrong and its gate is open.
pub(super) struct Bench {
    pub(super) position: Position,
    pub(super) policy: Option<Policy>,
    pub(super) measurements: Measurements,
    pub(super) looks: Vec<Look>,
    pub(super) freezes: Vec<Frozen>,
    pub(super) now_ms: i64,
}

pub(super) const ORDERS: &str = "\
metrics:
  orders: { type: proportion, harm: increase, file: { path: m.json } }
";

pub(super) fn policy(text: &str) -> Policy {
    let file = |path: &str, text: &str| SourceFile {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    let (project, problems) = read(&[
        file("tidegate.yaml", "project: shop\nenvironments: [production]\n"),
        file("policies/p.yaml", text),
    ]);
    assert_eq!(problems, [], "{text}");
    project.unwrap().policies.remove(0)
}

impl Bench {
    pub(super) fn new(policy_text: &str) -> Self {
        Self {
            position: Position {
                plan: "launch".to_owned(),
                stages: ["qa", "s1", "s2", "all"].map(str::to_owned).to_vec(),
                stage: "s1".to_owned(),
                entered_at_ms: ENTERED_MS,
                ramp_ends_ms: None,
                cut_off_at: None,
                lanes: Lanes {
                    treatment: 10.0,
                    control: 10.0,
                    steady: true,
                },
                gate: Gate {
                    min_hold_ms: Some(HOUR_MS),
                    min_sample: Some(1_000),
                    approvals: 0,
                    policy: Some("p".to_owned()),
                },
                approvals: Vec::new(),
            },
            policy: Some(policy(policy_text)),
            measurements: Measurements::default(),
            looks: Vec::new(),
            freezes: Vec::new(),
            now_ms: ENTERED_MS + 2 * HOUR_MS,
        }
    }

    /// Units and events of treatment and control, up to now.
    pub(super) fn orders(mut self, treatment: (f64, f64), control: (f64, f64)) -> Self {
        let reading = self.reading(treatment, control);
        self.measurements.metrics = vec![("orders".to_owned(), Measurement::Read(reading))];
        self
    }

    /// No harm and a good sample.
    pub(super) fn sound(self) -> Self {
        self.orders((2_000.0, 60.0), (2_000.0, 60.0))
    }

    pub(super) fn reading(&self, treatment: (f64, f64), control: (f64, f64)) -> Reading {
        Reading {
            treatment: Some(proportion(treatment)),
            control: Some(proportion(control)),
            until_ms: self.now_ms,
            unit: None,
        }
    }

    pub(super) fn metric(&mut self, measurement: Measurement<Reading>) {
        self.measurements.metrics = vec![("orders".to_owned(), measurement)];
    }

    /// Changes what was read.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Reading)) {
        let Measurement::Read(reading) = &mut self.measurements.metrics[0].1 else {
            panic!("nothing was read")
        };
        change(reading);
    }

    pub(super) fn exposed(mut self, treatment: f64, control: f64, both: Option<f64>) -> Self {
        self.measurements.exposures = Some(Measurement::Read(Exposed {
            treatment,
            control,
            both,
            until_ms: self.now_ms,
        }));
        self
    }

    pub(super) fn decide(&self) -> Decision {
        judge(&Case {
            position: &self.position,
            policy: self.policy.as_ref(),
            measurements: &self.measurements,
            looks: &self.looks,
            freezes: &self.freezes,
            now_ms: self.now_ms,
        })
    }

    /// Decides, remembers the look, and lets time pass.
    pub(super) fn look(&mut self, after_ms: i64) -> Decision {
        let decision = self.decide();
        let place = (self.position.plan.as_str(), self.position.stage.as_str());
        self.looks.push(Look::of(
            place,
            self.position.entered_at_ms,
            self.measurements.clone(),
            &decision,
            self.now_ms,
        ));
        self.now_ms += after_ms;
        decision
    }

    /// Enters another stage now.
    pub(super) fn enter(&mut self, stage: &str) {
        self.position.stage = stage.to_owned();
        self.position.entered_at_ms = self.now_ms;
    }

    /// Holds that the verdict and the reasons are these, each as `code: text`.
    #[track_caller]
    pub(super) fn comes_to(&self, verdict: &str, reasons: &[&str]) {
        comes_to(&self.decide(), verdict, reasons);
    }
}

#[track_caller]
pub(super) fn comes_to(decision: &Decision, verdict: &str, reasons: &[&str]) {
    let told: Vec<String> = decision
        .reasons
        .iter()
        .map(|reason| format!("{}: {reason}", reason.code.name()))
        .collect();
    assert_eq!(
        (decision.verdict.name(), told),
        (
            verdict,
            reasons.iter().map(|reason| (*reason).to_owned()).collect()
        )
    );
}

pub(super) fn proportion((units, events): (f64, f64)) -> Counts {
    Counts::Proportion { units, events }
}

pub(super) fn mean(units: f64, sum: f64, squares: f64) -> Counts {
    let values = Moments { sum, squares };
    Counts::Mean { units, values }
}
