//! One flag, and 101 in a row, by Tidegate, by hand-written Rust, and by every other evaluator on the crate registry that takes
//! a ruleset in memory.

mod evaluator;
mod subject;
mod subjects;

use evaluator::Evaluator;
use serde_json::json;
use subject::{CASES, Subject, Timed};
use subjects::*;
use tidegate_native_bench::{Report, Result, Table, Timing, figure};

fn main() -> Result<()> {
    let flags = cases::ruleset();
    let subjects: [Box<dyn Timed>; 14] = [
        Box::new(Subject::<Floor>::new(&flags)?),
        Box::new(Subject::<TidegateFresh>::new(&flags)?),
        Box::new(Subject::<TidegateBound>::new(&flags)?),
        Box::new(Subject::<ConfigCat>::new(&flags)?),
        Box::new(Subject::<Eppo>::new(&flags)?),
        Box::new(Subject::<FeatureFlag>::new(&flags)?),
        Box::new(Subject::<FeatureProbe>::new(&flags)?),
        Box::new(Subject::<Flagd>::new(&flags)?),
        Box::new(Subject::<Flagsmith>::new(&flags)?),
        Box::new(Subject::<GrowthBook>::new(&flags)?),
        Box::new(Subject::<LaunchDarkly>::new(&flags)?),
        Box::new(Subject::<PostHog>::new(&flags)?),
        Box::new(Subject::<Statsig>::new(&flags)?),
        Box::new(Subject::<Yggdrasil>::new(&flags)?),
    ];
    for subject in &subjects {
        subject.check()?;
    }
    let mut timing = Timing::new("decide")?;
    for case in CASES {
        for round in timing.rounds() {
            for subject in &subjects {
                subject.time(&mut timing, case, round);
            }
        }
    }
    report(&timing, &subjects)
}

fn report(timing: &Timing, subjects: &[Box<dyn Timed>]) -> Result<()> {
    let mut said = Report::default();
    let mut section = json!({});
    for case in CASES {
        let floor = timing.nanoseconds(case, Floor::NAME)?;
        let mut table = Table::new(["", "ns", "against hand-written"]);
        for subject in subjects {
            let nanoseconds = timing.nanoseconds(case, subject.name())?;
            let ratio = nanoseconds.zip(floor).map(|(subject, floor)| subject / floor);
            table.row([subject.name().into(), figure(nanoseconds), figure(ratio)]);
            section[case][subject.name()] = json!({ "ns": nanoseconds, "ratio": ratio });
        }
        said.table(case, &table);
    }
    said.write("decide", section)
}
