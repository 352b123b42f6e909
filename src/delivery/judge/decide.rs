use super::case::Case;
use super::decision::{Code, Decision, Reason, Standing, Verdict};
use super::history::History;
use super::judged::Judged;
use super::{exposure, gate};
use crate::model::{Method, Policy};
use std::cmp::Reverse;

/// Decides what is to be done with a running plan.
///
/// Total and pure: whatever the sources told, there is a decision, and the same for the same case. Of all that speaks for
/// something the first in the order of [`Code`] decides; the rest is told as well.
pub fn judge(case: &Case<'_>) -> Decision {
    let mut reasons = Vec::new();
    let mut comparisons = Vec::new();
    let mut units = None;
    if let Some(policy) = case.policy {
        let history = History::of(case.position, case.looks);
        for metric in &policy.metrics {
            let judged = Judged {
                case,
                policy,
                metric,
                history: &history,
            };
            comparisons.extend(judged.judge(&mut reasons));
        }
        units = exposure::check(case, policy, &history, &mut reasons);
        reasons.extend(horizon_passed(policy, &history));
    }
    gate::check(case, units, &mut reasons);
    if reasons.is_empty() {
        reasons.push(passed(&comparisons));
    }
    reasons.sort_by_key(|reason| (reason.code, Reverse(reason.verdict)));
    Decision {
        verdict: reasons.first().map_or(Verdict::Hold, |reason| reason.verdict),
        reasons,
        comparisons,
        dry_run: case.policy.is_some_and(|policy| policy.dry_run),
    }
}

/// What a stage's gate still asks for, besides metrics that do no harm: for whoever looks at a plan and measures nothing.
///
/// `measurements` are those of the last look. How many units there are is taken from them; what they say about harm was
/// judged then.
pub fn asked(case: &Case<'_>) -> Vec<Reason> {
    let units = case.policy.and_then(|policy| {
        let history = History::of(case.position, case.looks);
        exposure::check(case, policy, &history, &mut Vec::new())
    });
    let mut reasons = Vec::new();
    gate::check(case, units, &mut reasons);
    reasons.sort_by_key(|reason| reason.code);
    reasons
}

/// A stage that was entered when a group-sequential plan had no look left is watched by nothing.
fn horizon_passed(policy: &Policy, history: &History<'_>) -> Option<Reason> {
    let Method::GroupSequential { sample, .. } = policy.method else {
        return None;
    };
    let horizon = 2.0 * sample as f64;
    let spent = |name: &str| {
        let strata = history.strata(name);
        let units: f64 = strata
            .iter()
            .map(|stratum| stratum.treatment.units() + stratum.control.units())
            .sum();
        units >= horizon
    };
    let metric = policy.metrics.iter().find(|metric| spent(&metric.name.value))?;
    Some(Reason {
        code: Code::HorizonPassed,
        verdict: Verdict::Hold,
        metric: Some(metric.name.value.clone()),
        message: format!(
            "the {sample} units an arm that its looks were planned for were seen in earlier stages"
        ),
        numbers: vec![("sample", sample as f64)],
    })
}

fn passed(comparisons: &[Standing]) -> Reason {
    let message = match comparisons.len() {
        0 => "all that the gate asks for is there".to_owned(),
        1 => "all that the gate asks for is there, and no harm was found in 1 metric".to_owned(),
        count => format!("all that the gate asks for is there, and no harm was found in {count} metrics"),
    };
    Reason {
        code: Code::GatePassed,
        verdict: Verdict::Promote,
        metric: None,
        message,
        numbers: Vec::new(),
    }
}
