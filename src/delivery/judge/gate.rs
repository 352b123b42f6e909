//! What must hold to leave a stage, whatever was measured.

use super::case::{Case, Gate};
use super::decision::{Code, Reason, Verdict};
use super::exposure::Units;
use crate::delivery::words::{length, moment, short};

/// Tells everything that the gate still asks for.
pub(super) fn check(case: &Case<'_>, units: Option<Units>, reasons: &mut Vec<Reason>) {
    let position = case.position;
    let Gate {
        min_hold_ms,
        min_sample,
        approvals,
        policy,
    } = &position.gate;
    let last_look_ms = case
        .looks
        .iter()
        .filter(|look| look.plan == position.plan)
        .map(|look| look.time_ms)
        .max();
    let seen_ms = last_look_ms.unwrap_or(i64::MIN).max(position.entered_at_ms);
    if case.now_ms < seen_ms {
        let message = format!(
            "the clock shows {}, and it was {} before",
            moment(case.now_ms),
            moment(seen_ms)
        );
        reasons.push(hold(Code::ClockWentBack, message, Vec::new()));
    }
    if let Some(name) = policy
        && case.policy.is_none()
    {
        let message = format!("the policy `{name}` does not exist");
        reasons.push(hold(Code::PolicyMissing, message, Vec::new()));
    }
    if let Some(least) = min_sample {
        sample(case, *least as f64, units, reasons);
    }
    let held_ms = case.now_ms.saturating_sub(position.entered_at_ms);
    if let Some(least_ms) = min_hold_ms.filter(|least_ms| held_ms < *least_ms) {
        let message = format!(
            "the stage is held for {}, of which {} are left",
            length(least_ms, 2),
            length(least_ms.saturating_sub(held_ms), 2)
        );
        let numbers = vec![("heldMs", held_ms as f64), ("minHoldMs", least_ms as f64)];
        reasons.push(hold(Code::MinimumHold, message, numbers));
    }
    if let Some(ends_ms) = position.ramp_ends_ms.filter(|ends_ms| case.now_ms < *ends_ms) {
        let message = format!("the ramp ends at {}", moment(ends_ms));
        reasons.push(hold(Code::RampUnderWay, message, Vec::new()));
    }
    if let Some(ceiling) = position.cut_off_at {
        let message = format!(
            "the ceiling of {}% is below the share of the stage: a person raises it, or enters another stage",
            short(ceiling)
        );
        reasons.push(hold(Code::CeilingReached, message, vec![("ceiling", ceiling)]));
    }
    let mut approved: Vec<&str> = position.approvals.iter().map(String::as_str).collect();
    approved.sort_unstable();
    approved.dedup();
    if approved.len() < *approvals as usize {
        let message = format!("{} of {approvals} people approved", approved.len());
        let numbers = vec![
            ("approvals", approved.len() as f64),
            ("needed", f64::from(*approvals)),
        ];
        reasons.push(hold(Code::ApprovalMissing, message, numbers));
    }
    for freeze in case.freezes {
        let until = freeze.until_ms.map(|until_ms| ("untilMs", until_ms as f64));
        reasons.push(hold(
            Code::Frozen,
            freeze.to_string(),
            until.into_iter().collect(),
        ));
    }
    let asks_nothing = min_hold_ms.is_none() && min_sample.is_none() && *approvals == 0 && policy.is_none();
    if asks_nothing && position.ramp_ends_ms.is_none() {
        let message = "nothing says when the stage may be left: `tidegate promote` leaves it by hand";
        reasons.push(hold(Code::NoGate, message.to_owned(), Vec::new()));
    }
}

fn sample(case: &Case<'_>, least: f64, units: Option<Units>, reasons: &mut Vec<Reason>) {
    let Some(units) = units else {
        let message = format!(
            "nothing tells how many units there are, of {} in each arm",
            short(least)
        );
        reasons.push(hold(Code::MinimumSample, message, vec![("needed", least)]));
        return;
    };
    let fewest = match case.position.lanes.control > 0.0 {
        true => units.treatment.min(units.control),
        false => units.treatment,
    };
    if fewest < least {
        let message = format!("{} units in an arm, of {}", short(fewest), short(least));
        let numbers = vec![("units", fewest), ("needed", least)];
        reasons.push(hold(Code::MinimumSample, message, numbers));
    }
}

fn hold(code: Code, message: String, numbers: Vec<(&'static str, f64)>) -> Reason {
    Reason {
        code,
        verdict: Verdict::Hold,
        metric: None,
        message,
        numbers,
    }
}
