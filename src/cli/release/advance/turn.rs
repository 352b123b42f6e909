//! One plan's turn: look, decide, write down, act.

use super::looks::LookFile;
use super::report::Told;
use crate::audit;
use crate::failure::{Failure, Outcome};
use crate::release::source::{Asking, measure};
use crate::release::steer::{Helm, Move, Order, Seen};
use serde_json::{Value, json};
use tidegate::delivery::judge::{Case, Look, Measurements, Position, Verdict, judge};
use tidegate::delivery::plan::Plan;
use tidegate::model::{Flag, Policy};

const LONGEST_REASON: usize = 1_000;

/// A plan that is under way.
struct Turn<'t> {
    helm: &'t Helm<'t>,
    plan: Plan<'t>,
    position: Position,
}

/// Looks at a plan and does what is decided. What fails concerns this plan alone.
pub(super) async fn take(helm: &Helm<'_>, flag: &Flag, plan: &str, policies: &[Policy]) -> Told {
    let mut told = Told::new(&flag.key.value, plan);
    let outcome = decided(helm, flag, plan, policies, &mut told).await;
    told.failure = told.failure.or(outcome.err());
    told
}

async fn decided(helm: &Helm<'_>, flag: &Flag, plan: &str, policies: &[Policy], told: &mut Told) -> Outcome {
    let turn = Turn::new(helm, flag, plan)?;
    told.stage = turn.position.stage.clone();
    let seen = helm.look(&flag.key.value, Some(plan)).await?;
    let mut file = LookFile::read(helm.project, helm.environment, &flag.key.value)?;
    if let Some((reason, look)) = turn.left_undone(&file.looks) {
        // It was decided when there was harm to see; that nobody measures it any more is no reason to go on.
        told.verdict = Verdict::RollBack;
        let evidence = evidence(Some(&look.line()), Verdict::RollBack);
        return turn.act(Move::RollBack, &reason, &evidence, &seen, told).await;
    }
    if seen.is_killed() {
        told.is_killed = true;
        return Ok(());
    }
    let policy = turn.position.gate.policy.as_ref();
    let policy = policy.and_then(|name| policies.iter().find(|policy| policy.name.value == *name));
    let measurements = match policy {
        Some(policy) => measure(policy, &turn.asking(&file.looks)).await,
        None => Measurements::default(),
    };
    let decision = judge(&Case {
        position: &turn.position,
        policy,
        measurements: &measurements,
        looks: &file.looks,
        now_ms: helm.now_ms,
    });
    told.verdict = decision.verdict;
    told.decision = Some(decision.clone());
    let mut line = None;
    if !helm.dry_run {
        // Safe on the disk before anything follows from it.
        let place = (plan, turn.position.stage.as_str());
        let look = Look::of(
            place,
            turn.position.entered_at_ms,
            measurements,
            &decision,
            helm.now_ms,
        );
        line = Some(look.line());
        file.append(look)?;
    }
    let evidence = evidence(line.as_deref(), decision.verdict);
    let reason = decision.first().map(ToString::to_string).unwrap_or_default();
    match decision.verdict {
        _ if decision.dry_run => Ok(()),
        Verdict::Hold => Ok(()),
        Verdict::Promote => {
            turn.act(Move::Promote { to: None }, &reason, &evidence, &seen, told)
                .await
        }
        Verdict::RollBack => turn.act(Move::RollBack, &reason, &evidence, &seen, told).await,
    }
}

impl<'t> Turn<'t> {
    fn new(helm: &'t Helm<'t>, flag: &'t Flag, id: &str) -> Outcome<Self> {
        let plan = Plan::of(flag, Some(id), helm.environment)
            .map_err(|refusal| Failure::new(refusal.code(), refusal.to_string()))?;
        let position = Position::of(plan.id, plan.rollout, &plan.state).ok_or_else(|| {
            let message = format!(
                "the rollout `{id}` of `{}` does not say when it entered its stage",
                flag.key.value
            );
            Failure::new("stage-undated", message)
                .with_help("write `enteredAt` into its state, or roll it back and promote it again")
        })?;
        Ok(Self { helm, plan, position })
    }

    /// Why it was to be rolled back, at the last look, when that was not done.
    fn left_undone<'l>(&self, looks: &'l [Look]) -> Option<(String, &'l Look)> {
        let Position {
            plan,
            stage,
            entered_at_ms,
            ..
        } = &self.position;
        let last = looks.iter().rfind(|look| look.plan == *plan)?;
        let is_here = last.stage == *stage && last.entered_at_ms == *entered_at_ms;
        if !(is_here && last.verdict == Verdict::RollBack && !last.dry_run) {
            return None;
        }
        let first = last.reasons.first()?;
        let reason = match &first.metric {
            Some(metric) => format!("`{metric}`: {}", first.message),
            None => first.message.clone(),
        };
        Some((reason, last))
    }

    fn asking(&self, looks: &[Look]) -> Asking<'_> {
        Asking {
            folder: self.helm.project,
            flag: &self.plan.flag.key.value,
            plan: self.plan.id,
            environment: self.helm.environment,
            stage: &self.position.stage,
            to: &self.plan.rollout.to.value,
            from: &self.plan.rollout.from.value,
            since_ms: self.position.entered_at_ms,
            run_since_ms: self.position.run_since_ms(looks),
            now_ms: self.helm.now_ms,
            is_compared: self.position.lanes.control > 0.0,
        }
    }

    async fn act(
        &self,
        step: Move<'_>,
        reason: &str,
        evidence: &Value,
        seen: &Seen,
        told: &mut Told,
    ) -> Outcome {
        let order = Order {
            flag: &self.plan.flag.key.value,
            plan: Some(self.plan.id),
            step,
            reason: Some(&one_line(reason)),
            // Only a person's word lifts a kill.
            lifts: false,
            evidence: Some(evidence),
        };
        let done = self.helm.carry_out(&order, seen).await?;
        told.done(&order, self.helm, done);
        Ok(())
    }
}

/// What was seen, by the digest of the look's line without its newline, and what was decided.
fn evidence(look: Option<&str>, verdict: Verdict) -> Value {
    let metrics = look.map(|line| audit::digest(line.trim_end_matches('\n').as_bytes()));
    json!({ "metrics": metrics, "decision": verdict.name() })
}

/// A reason as people may give one too: what sources say of their failures can be long, and of several lines.
fn one_line(reason: &str) -> String {
    let spaced = reason.chars().map(|c| if c.is_control() { ' ' } else { c });
    spaced.take(LONGEST_REASON).collect()
}
