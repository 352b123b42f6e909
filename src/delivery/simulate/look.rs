use super::error::{SimulationError, kind};
use super::fate::Fates;
use super::simulation::Simulation;
use super::tally::{Arm, Arms};
use crate::delivery::judge::{
    Case, Decision, Exposed, Look, Measurement, Measurements, Position, Reading, judge,
};
use crate::model::{Harm, Outcome, Policy, Rollout, Spanned};

/// What a population says of metrics.
type Metrics = [(Spanned<String>, Outcome)];

/// What happens to people in each metric of the population, with the direction that the plan's policies take for harm.
///
/// Every metric that they watch must be one that the population describes, and of the same type.
pub(super) fn watched(simulation: &Simulation<'_>, rollout: &Rollout) -> Result<Fates, SimulationError> {
    let metrics = &simulation.population.metrics;
    let names = rollout
        .stages
        .iter()
        .filter(|stage| rollout.is_monitored(stage))
        .filter_map(|stage| Some(rollout.gate_of(stage).policy?.value));
    let policies: Vec<&Policy> = names.filter_map(|name| policy(simulation, &name)).collect();
    for policy in &policies {
        covers(metrics, policy)?;
    }
    if let Some((unknown, _)) = simulation
        .harm
        .iter()
        .find(|(name, _)| metrics.iter().all(|(metric, _)| metric.value != *name))
    {
        return Err(SimulationError::HarmUnknown {
            metric: unknown.clone(),
            known: metrics.iter().map(|(metric, _)| metric.value.clone()).collect(),
        });
    }
    let mut drawn = Vec::with_capacity(metrics.len());
    for (metric, outcome) in metrics {
        let name = &metric.value;
        let changes = simulation.harm.iter().filter(|(changed, _)| changed == name);
        let change = changes.map(|(_, change)| 1.0 + change).product::<f64>() - 1.0;
        if !possible(*outcome, change) {
            return Err(SimulationError::HarmImpossible {
                metric: name.clone(),
                change,
            });
        }
        let mut all = policies.iter().flat_map(|policy| &policy.metrics);
        let said = all.find(|watched| watched.name.value == *name);
        // What nobody watches is harmed by whatever changes it.
        let changed = if change < 0.0 {
            Harm::Decrease
        } else {
            Harm::Increase
        };
        drawn.push((*outcome, change, said.map_or(changed, |watched| watched.harm)));
    }
    Fates::new(simulation.population.seed, drawn).ok_or(SimulationError::NobodyComes)
}

/// Judges what was counted since the stage was entered, and adds that to the looks.
pub(super) fn look(
    simulation: &Simulation<'_>,
    position: &Position,
    arms: &Arms,
    looks: &mut Vec<Look>,
    now_ms: i64,
) -> Decision {
    let named = position.gate.policy.as_deref();
    let policy = named.and_then(|name| policy(simulation, name));
    let measurements = policy.map_or_else(Measurements::default, |policy| {
        measured(position, policy, &simulation.population.metrics, arms, now_ms)
    });
    let decision = judge(&Case {
        position,
        policy,
        measurements: &measurements,
        looks,
        freezes: &[],
        now_ms,
    });
    looks.push(Look {
        time_ms: now_ms,
        plan: position.plan.clone(),
        stage: position.stage.clone(),
        entered_at_ms: position.entered_at_ms,
        measurements,
        verdict: decision.verdict,
        reasons: Vec::new(),
        dry_run: decision.dry_run,
    });
    decision
}

fn policy<'s>(simulation: &Simulation<'s>, name: &str) -> Option<&'s Policy> {
    let mut policies = simulation.project.policies.iter();
    policies.find(|policy| policy.name.value == name)
}

fn covers(metrics: &Metrics, policy: &Policy) -> Result<(), SimulationError> {
    for watched in &policy.metrics {
        let name = &watched.name.value;
        match metrics.iter().find(|(metric, _)| metric.value == *name) {
            Some((_, described)) if kind(*described) != watched.kind => {
                return Err(SimulationError::MetricDiffers {
                    metric: name.clone(),
                    watched: watched.kind,
                    described: *described,
                });
            }
            None if watched.must_have_data => {
                return Err(SimulationError::MetricMissing {
                    metric: name.clone(),
                    policy: policy.name.value.clone(),
                });
            }
            Some(_) | None => {}
        }
    }
    Ok(())
}

fn possible(outcome: Outcome, change: f64) -> bool {
    let most = match outcome {
        Outcome::Rate(rate) | Outcome::Ratio { rate, .. } => rate * (1.0 + change),
        Outcome::Mean { .. } => 0.0,
    };
    change.is_finite() && change >= -1.0 && most <= 1.0
}

/// What the sources of a policy would tell.
fn measured(
    position: &Position,
    policy: &Policy,
    metrics: &Metrics,
    arms: &Arms,
    now_ms: i64,
) -> Measurements {
    let has_control = position.lanes.control > 0.0;
    let metrics = policy.metrics.iter().map(|watched| {
        let name = &watched.name.value;
        let described = metrics.iter().position(|(metric, _)| metric.value == *name);
        let counts = |arm: &Arm| arm.counts(described?, watched.kind);
        let measurement = match described {
            Some(_) => Measurement::Read(Reading {
                treatment: counts(&arms.treatment),
                control: counts(&arms.control).filter(|_| has_control),
                until_ms: now_ms,
                unit: None,
            }),
            None => Measurement::Missing,
        };
        (name.clone(), measurement)
    });
    Measurements {
        exposures: Some(Measurement::Read(Exposed {
            treatment: arms.treatment.units as f64,
            control: arms.control.units as f64,
            both: Some(0.0),
            until_ms: now_ms,
        })),
        metrics: metrics.collect(),
    }
}
