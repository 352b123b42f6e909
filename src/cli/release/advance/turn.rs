//! One plan's turn: look, measure, decide, write down, act.

use super::looks::LookFile;
use super::report::Told;
use crate::audit;
use crate::distribute::publish::published::Published;
use crate::failure::{Failure, Outcome};
use crate::release::source::{Asking, Desk, measure};
use crate::release::steer::{Helm, Move, Order, Seen};
use serde_json::{Value, json};
use tidegate::delivery::govern::{Frozen, People};
use tidegate::delivery::judge::{Case, Look, Measurements, Position, Verdict, judge};
use tidegate::delivery::plan::Plan;
use tidegate::model::{Flag, Policy, Project};

const LONGEST_REASON: usize = 1_000;

/// A plan that is under way, before its turn.
pub(super) struct Waiting<'t> {
    told: Told,
    turn: Option<Turn<'t>>,
}

/// What a plan's turn is based on.
struct Turn<'t> {
    helm: &'t Helm<'t>,
    plan: Plan<'t>,
    position: Position,
    policy: Option<&'t Policy>,
    freezes: Vec<Frozen>,
    seen: Seen,
    next: Next,
}

/// What is to be done.
enum Next {
    /// It was decided when there was harm to see; that nobody measures it any more is no reason to go on.
    RollBack {
        reason: String,
        evidence: Value,
    },
    /// It was turned off, and a person turns it on again.
    Nothing,
    /// The plan is under way since then.
    Measure {
        run_since_ms: i64,
    },
    Judge(Measurements),
}

impl<'t> Waiting<'t> {
    /// Sees where a plan stands. What fails concerns this plan alone, here and later.
    pub(super) async fn of(
        helm: &'t Helm<'t>,
        (flag, plan): (&'t Flag, &'t str),
        project: &'t Project,
    ) -> Self {
        let mut told = Told::new(&flag.key.value, plan);
        let turn = Turn::of(helm, flag, plan, project, &mut told).await;
        let turn = turn.map_err(|failure| told.failure = Some(failure)).ok();
        Self { told, turn }
    }

    /// Asks the sources, where that is to be done; nothing is changed, so that many may do it at once.
    pub(super) async fn measure(&mut self, desk: &Desk) {
        if let Some(turn) = &mut self.turn
            && let Next::Measure { run_since_ms } = turn.next
        {
            let measurements = match turn.policy {
                Some(policy) => measure(policy, &turn.asking(run_since_ms), desk).await,
                None => Measurements::default(),
            };
            turn.next = Next::Judge(measurements);
        }
    }

    /// Is it known without measuring that it is rolled back?
    pub(super) fn is_urgent(&self) -> bool {
        let next = self.turn.as_ref().map(|turn| &turn.next);
        matches!(next, Some(Next::RollBack { .. }))
    }

    /// Decides, writes down and acts; tells what came of it, and what it published.
    pub(super) async fn take(mut self) -> (Told, Vec<Published>) {
        let Some(turn) = self.turn else {
            return (self.told, Vec::new());
        };
        let done = turn.taken(&mut self.told).await;
        let published = done.unwrap_or_else(|failure| {
            self.told.failure = Some(failure);
            Vec::new()
        });
        (self.told, published)
    }

    /// What was published by a turn before this one is no reason to refuse it.
    pub(super) fn knows(&mut self, published: &[Published]) {
        if let Some(turn) = &mut self.turn {
            turn.seen.knows(published);
        }
    }
}

impl<'t> Turn<'t> {
    async fn of(
        helm: &'t Helm<'t>,
        flag: &'t Flag,
        id: &str,
        project: &'t Project,
        told: &mut Told,
    ) -> Outcome<Self> {
        let plan = Plan::of(flag, Some(id), helm.environment)
            .map_err(|refusal| Failure::new(refusal.code(), refusal.to_string()))?;
        let mut position = Position::of(plan.id, plan.rollout, &plan.state).ok_or_else(|| {
            let message = format!(
                "the rollout `{id}` of `{}` does not say when it entered its stage",
                flag.key.value
            );
            Failure::new("stage-undated", message)
                .with_help("write `enteredAt` into its state, or roll it back and promote it again")
        })?;
        position.approvals = People::of(&project.governance).different(&position.approvals);
        told.stage = position.stage.clone();
        let seen = helm.look(&flag.key.value, Some(plan.id)).await?;
        let looks = LookFile::read(helm.project, helm.environment, &flag.key.value)?.looks;
        let next = match left_undone(&position, &looks) {
            Some((reason, look)) => {
                told.verdict = Verdict::RollBack;
                let evidence = evidence(Some(&look.line()), Verdict::RollBack);
                Next::RollBack { reason, evidence }
            }
            None if seen.is_killed() => {
                told.is_killed = true;
                Next::Nothing
            }
            None => Next::Measure {
                run_since_ms: position.run_since_ms(&looks),
            },
        };
        let policy = position.gate.policy.as_ref();
        let policy = policy.and_then(|name| {
            let mut policies = project.policies.iter();
            policies.find(|policy| policy.name.value == *name)
        });
        Ok(Self {
            helm,
            freezes: helm.freezes(project, &flag.key.value),
            plan,
            position,
            policy,
            seen,
            next,
        })
    }

    async fn taken(mut self, told: &mut Told) -> Outcome<Vec<Published>> {
        let next = std::mem::replace(&mut self.next, Next::Nothing);
        let measurements = match next {
            Next::RollBack { reason, evidence } => {
                return self.act(Move::RollBack, &reason, &evidence, told).await;
            }
            Next::Nothing | Next::Measure { .. } => return Ok(Vec::new()),
            Next::Judge(measurements) => measurements,
        };
        // Read again rather than kept while others were waited for: those of many flags are large.
        let mut file = LookFile::read(self.helm.project, self.helm.environment, &told.flag)?;
        let decision = judge(&Case {
            position: &self.position,
            policy: self.policy,
            measurements: &measurements,
            looks: &file.looks,
            freezes: &self.freezes,
            now_ms: self.helm.now_ms,
        });
        told.verdict = decision.verdict;
        told.decision = Some(decision.clone());
        let mut line = None;
        if !self.helm.dry_run {
            // Safe on the disk before anything follows from it.
            let place = (self.plan.id, self.position.stage.as_str());
            let look = Look::of(
                place,
                self.position.entered_at_ms,
                measurements,
                &decision,
                self.helm.now_ms,
            );
            line = Some(look.line());
            file.append(look)?;
        }
        let evidence = evidence(line.as_deref(), decision.verdict);
        let reason = decision.first().map(ToString::to_string).unwrap_or_default();
        match decision.verdict {
            _ if decision.dry_run => Ok(Vec::new()),
            Verdict::Hold => Ok(Vec::new()),
            Verdict::Promote => {
                let step = Move::Promote { to: None };
                self.act(step, &reason, &evidence, told).await
            }
            Verdict::RollBack => self.act(Move::RollBack, &reason, &evidence, told).await,
        }
    }

    fn asking(&self, run_since_ms: i64) -> Asking<'_> {
        Asking {
            folder: self.helm.project,
            flag: &self.plan.flag.key.value,
            plan: self.plan.id,
            environment: self.helm.environment,
            stage: &self.position.stage,
            to: &self.plan.rollout.to.value,
            from: &self.plan.rollout.from.value,
            since_ms: self.position.entered_at_ms,
            run_since_ms,
            now_ms: self.helm.now_ms,
            is_compared: self.position.lanes.control > 0.0,
        }
    }

    async fn act(
        &self,
        step: Move<'_>,
        reason: &str,
        evidence: &Value,
        told: &mut Told,
    ) -> Outcome<Vec<Published>> {
        let order = Order {
            flag: &self.plan.flag.key.value,
            plan: Some(self.plan.id),
            step,
            reason: Some(&one_line(reason)),
            // Only a person's word lifts a kill.
            lifts: false,
            during_freeze: false,
            evidence: Some(evidence),
        };
        let done = self.helm.carry_out(&order, &self.seen).await?;
        Ok(told.done(&order, self.helm, done))
    }
}

/// Why it was to be rolled back, at the last look, when that was not done.
fn left_undone<'l>(position: &Position, looks: &'l [Look]) -> Option<(String, &'l Look)> {
    let last = looks.iter().rfind(|look| look.plan == position.plan)?;
    let is_here = last.stage == position.stage && last.entered_at_ms == position.entered_at_ms;
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
