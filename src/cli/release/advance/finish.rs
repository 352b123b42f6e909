//! What a run that was interrupted left half done.

use super::report::Told;
use crate::failure::Outcome;
use crate::release::steer::{Helm, Move, Order};
use tidegate::delivery::judge::Verdict;
use tidegate::model::Project;

/// Brings a promotion or roll-back whose file is written to its end; what was not written yet is decided anew.
///
/// A flag that is killed is left to whoever wants it open again: their order lifts the kill, and this one must not. In a
/// freeze a promotion is left for later.
pub(super) async fn what_was_left(helm: &Helm<'_>, project: &Project) -> Outcome<Option<Told>> {
    let Some(left) = helm.left()? else {
        return Ok(None);
    };
    let (step, verdict) = match left.action.as_str() {
        "promote" => (Move::Promote { to: None }, Verdict::Promote),
        "rollback" => (Move::RollBack, Verdict::RollBack),
        _ => return Ok(None),
    };
    let seen = helm.look(&left.flag, Some(&left.plan)).await?;
    let is_held = seen.is_killed() || !helm.freezes(project, &left.flag).is_empty();
    if is_held && verdict == Verdict::Promote {
        return Ok(None);
    }
    let mut told = Told::new(&left.flag, &left.plan);
    told.verdict = verdict;
    let order = Order {
        flag: &left.flag,
        plan: Some(&left.plan),
        step,
        reason: left.reason.as_deref(),
        lifts: false,
        during_freeze: false,
        evidence: None,
    };
    match helm.carry_out(&order, &seen).await {
        Ok(done) => drop(told.done(&order, helm, done)),
        Err(failure) => told.failure = Some(failure),
    }
    Ok(Some(told))
}
