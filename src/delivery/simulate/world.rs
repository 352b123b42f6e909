use super::error::SimulationError;
use super::simulation::Simulation;
use crate::compile::{Audience, Options, compile};
use crate::engine::{Arm, Client, Context, Exit};
use crate::model::{EnvironmentState, Place, Project, RolloutState, Spanned};
use crate::trust::SigningKey;

/// Longer than any population lasts: nothing in here is ever stale.
const LIFETIME_MS: i64 = 20 * 365 * 86_400_000;

/// A flag as clients see it while its plan is in one state.
#[derive(Debug)]
pub(super) struct World {
    client: Client,
    flag: String,
    new_variant: String,
}

/// What somebody gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    /// What is new, by whatever rule.
    pub(super) is_new: bool,
    /// The side of the plan that they are on.
    pub(super) arm: Arm,
}

impl World {
    /// Compiles the project with the plan in a state, and takes the snapshot as a client does.
    pub(super) fn new(
        simulation: &Simulation<'_>,
        plan: &str,
        state: RolloutState,
        now_ms: i64,
    ) -> Result<Self, SimulationError> {
        let mut project = simulation.project.clone();
        let new_variant = set(&mut project, simulation, plan, state);
        let options = Options {
            environment: simulation.environment.to_owned(),
            audience: Audience::Server,
            version: 1,
            issued_at_ms: now_ms,
            not_before_ms: now_ms,
            expires_ms: Some(now_ms.saturating_add(LIFETIME_MS)),
            head_keys: Vec::new(),
            kills: Vec::new(),
        };
        let payload = compile(&project, &options).map_err(SimulationError::Refused)?;
        // Nobody else ever sees what this key signs.
        let key = SigningKey::from_seed(&[0; 32], true);
        let mut client = Client::new(key.trust(), None);
        client
            .load(key.sign(&payload), now_ms)
            .map_err(SimulationError::Unreadable)?;
        Ok(Self {
            client,
            flag: simulation.flag.to_owned(),
            new_variant,
        })
    }

    /// What somebody gets at a moment.
    pub(super) fn see(&self, context: &Context, now_ms: i64) -> Seen {
        let Some(answer) = self.client.evaluate(&self.flag, context, now_ms) else {
            return Seen {
                is_new: false,
                arm: Arm::None,
            };
        };
        Seen {
            is_new: answer.variant() == Some(self.new_variant.as_str()),
            // Experiments of the flag have arms, too.
            arm: match answer.exit() {
                Exit::Rollout => answer.arm(),
                _ => Arm::None,
            },
        }
    }
}

/// Puts a plan of a flag into a state in one environment, and tells its new variant.
fn set(project: &mut Project, simulation: &Simulation<'_>, plan: &str, state: RolloutState) -> String {
    let mut flags = project.flags.iter_mut();
    let Some(flag) = flags.find(|flag| flag.key.value == simulation.flag) else {
        return String::new();
    };
    let environment = simulation.environment;
    let rollout = flag.rollouts.iter().find(|(id, _)| id.value == plan);
    let new_variant = rollout.map_or_else(String::new, |(_, rollout)| rollout.to.value.clone());
    let named = |name: &str| Spanned::new(name.to_owned(), Place::default());
    let at = match flag
        .environments
        .iter()
        .position(|(name, _)| name.value == environment)
    {
        Some(at) => at,
        None => {
            flag.environments.push((named(environment), nothing_said()));
            flag.environments.len() - 1
        }
    };
    if let Some((_, there)) = flag.environments.get_mut(at) {
        there.rollouts.retain(|(id, _)| id.value != plan);
        there.rollouts.push((named(plan), state));
    }
    new_variant
}

/// What an environment says that the flag's file does not name.
fn nothing_said() -> EnvironmentState {
    EnvironmentState {
        place: Place::default(),
        enabled: true,
        killed: false,
        default: None,
        rules: None,
        rollouts: Vec::new(),
        experiments: Vec::new(),
    }
}
