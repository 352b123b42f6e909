use super::freeze::with_freezes;
use super::helm::Helm;
use super::intent::Intent;
use super::lock::Lock;
use super::order::{Move, Order};
use super::seen::Seen;
use super::withheld::{Withheld, with_withheld};
use super::workspace::Workspace;
use crate::audit;
use crate::distribute::publish::batch::Batch;
use crate::distribute::publish::kills::Kill;
use crate::distribute::publish::rehead::Reheaded;
use crate::distribute::publish::{published::Published, scope::Demands};
use crate::failure::{Failure, Outcome};
use crate::input::environment::known_environment;
use serde_json::Value;
use tidegate::delivery::govern::People;
use tidegate::delivery::judge::Position;
use tidegate::delivery::plan::{Plan, Refusal};
use tidegate::model::RolloutState;

/// What came of an order.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) plan: String,
    /// The flag's file, from the project's folder on.
    pub(crate) file: String,
    pub(crate) before: RolloutState,
    pub(crate) after: RolloutState,
    /// How many people must agree before the stage is left.
    pub(crate) approvals: u32,
    /// How many do, of those who count.
    pub(crate) agreed: usize,
    pub(crate) kills: Vec<Reheaded>,
    pub(crate) published: Vec<Published>,
    /// Why nothing was published but kills, where that is so.
    pub(super) withheld: Option<Withheld>,
    /// What an interrupted run of the same order had begun was brought to its end.
    pub(crate) resumed: bool,
    /// What the audit log is told.
    pub(crate) entry: Value,
    /// Why it came to no end; run again, it goes on from there.
    pub(crate) failure: Option<Failure>,
}

impl Helm<'_> {
    /// What there is before an order is given.
    pub(crate) async fn look(&self, flag: &str, plan: Option<&str>) -> Outcome<Seen> {
        let workspace = Workspace::read(self.project, self.reporter)?;
        let (_, seen) = self.seen(&workspace, flag, plan).await?;
        Ok(seen)
    }

    /// Carries an order out, in the way that [`steer`](super) tells. `seen` is what it is based on.
    pub(crate) async fn carry_out(&self, order: &Order<'_>, seen: &Seen) -> Outcome<Done> {
        let mut lock = match self.dry_run {
            true => None,
            false => Some(Lock::take(self.project, self.reporter)?),
        };
        let workspace = Workspace::read(self.project, self.reporter)?;
        let (places, there) = self.seen(&workspace, order.flag, order.plan).await?;
        there.is_still(seen)?;
        let plan = self.plan(&workspace, order.flag, order.plan)?;
        let over_freezes = self.may_open_now(&workspace.project, order)?;

        let begun = self.taken_up(order, &plan, &workspace.project, lock.as_mut())?;
        let resumed = begun.is_some();
        let next = match resumed {
            true => plan.state.clone(),
            false => self.next(order, &plan)?,
        };
        let edited = match next.says_the_same_as(&plan.state) {
            true => None,
            false => {
                let place = (order.flag, plan.id, self.environment);
                Some(workspace.with_state(place, &next, self.reporter)?)
            }
        };
        let (file, id) = (plan.flag.key.place.file.to_string(), plan.id.to_owned());
        let intent = match begun {
            Some(begun) => begun,
            None => {
                let sides = [&workspace, edited.as_ref().unwrap_or(&workspace)];
                let entry = self.entry(order, &plan, &next, sides);
                Intent::new(&with_freezes(entry, &over_freezes))
            }
        };
        let batch = self.publisher.map(|publisher| Batch {
            publisher,
            project: &edited.as_ref().unwrap_or(&workspace).project,
            scopes: places.into_iter().map(|(_, scope)| scope).collect(),
            demands: Demands::default(),
            lifts: Vec::from_iter(order.lifts.then(|| order.flag.to_owned())),
        });
        let mut withheld = None;
        if let Some(batch) = &batch {
            batch.check().map_err(|problems| {
                self.reporter.diagnostics(&problems, &workspace.files.sources());
                Failure::Told
            })?;
            withheld = self.may_replace(order.step, batch).await?;
        }
        self.vouch(order.step, &workspace)?;
        // From here on things change.
        let moves = edited.is_some() || resumed || there.is_touched_by(order);
        if let Some(lock) = lock.as_mut().filter(|_| moves && !resumed) {
            lock.note(&intent)?;
        }
        let kills = match order.step {
            Move::RollBack => self.kill(order.flag, &there).await?,
            _ => Vec::new(),
        };
        if let Some(withheld) = withheld.take_if(|_| kills.is_empty()) {
            if let Some(lock) = lock.as_mut().filter(|_| !resumed) {
                lock.clear()?;
            }
            return Err(withheld.closed_nothing(order.flag));
        }
        if let Some(edited) = edited.as_ref().filter(|_| !self.dry_run) {
            edited.write(order.flag)?;
        }
        let (published, outcome) = match &batch {
            Some(batch) if withheld.is_none() => batch.publish().await,
            _ => (Vec::new(), Ok(())),
        };
        let mut failure = outcome.err();
        if !kills.is_empty() && published.is_empty() {
            // Others were faster than what was seen before.
            let late = failure.take_if(|failure| failure.is(Withheld::CODE));
            withheld = withheld.or(late.map(Withheld));
        }
        if let Some(withheld) = &withheld {
            self.reporter.warn(&withheld.warning(order.flag, self.dry_run));
        }
        let entry = with_freezes(intent.entry()?, &over_freezes);
        let entry = with_withheld(entry, withheld.as_ref());
        if moves && lock.is_some() && failure.is_none() {
            let told = self.tell(&entry, &kills, &published);
            failure = told.map_err(audit::but_done).err();
        }
        // What is noted stays until the log tells of it.
        if let Some(lock) = lock.as_mut().filter(|_| failure.is_none()) {
            lock.clear()?;
        }
        let told = kills
            .iter()
            .map(Reheaded::json)
            .chain(published.iter().map(Published::json));
        let entry = audit::json(&entry, self.dry_run, told.collect());
        Ok(Done {
            file,
            before: plan.state.clone(),
            approvals: Position::of(&id, plan.rollout, &next).map_or(0, |position| position.gate.approvals),
            agreed: People::of(&workspace.project.governance)
                .different(&next.approvals)
                .len(),
            plan: id,
            after: next,
            kills,
            published,
            withheld,
            resumed,
            entry,
            failure,
        })
    }

    pub(super) fn plan<'w>(
        &self,
        workspace: &'w Workspace,
        flag: &str,
        plan: Option<&str>,
    ) -> Outcome<Plan<'w>> {
        known_environment(&workspace.project, self.environment)?;
        Plan::of(workspace.flag(flag)?, plan, self.environment).map_err(|refusal| refused(&refusal))
    }

    /// The state that an order leads to.
    fn next(&self, order: &Order<'_>, plan: &Plan<'_>) -> Outcome<RolloutState> {
        self.may_open(plan, order.step)?;
        let next = order.step.next(plan, order.reason, self.now_ms);
        next.map_err(|refusal| refused(&refusal))
    }

    /// A flag that is off in its file would stay off, whatever its rollout does.
    fn may_open(&self, plan: &Plan<'_>, step: Move<'_>) -> Outcome {
        let there = plan.flag.state_in(self.environment);
        let (why, help) = match there {
            _ if !step.opens() => return Ok(()),
            Some(there) if there.enabled && !there.killed => return Ok(()),
            Some(there) if there.killed => ("killed in its file", "take `killed: true` out of it"),
            Some(_) => ("disabled in its file", "take `enabled: false` out of it"),
            None => (
                "disabled, as its file does not name it",
                "name it there: `environments: { NAME: {} }`",
            ),
        };
        let message = format!(
            "in `{}` the flag `{}` is {why}",
            self.environment, plan.flag.key.value
        );
        Err(Failure::new("flag-disabled", message).with_help(help))
    }

    /// Kills the flag for every audience that has it.
    async fn kill(&self, flag: &str, seen: &Seen) -> Outcome<Vec<Reheaded>> {
        let Some(publisher) = self.publisher else {
            return Ok(Vec::new());
        };
        let kill = Kill {
            flag,
            session: &publisher.session,
            signers: &publisher.head_signers,
            head_lifetime_ms: publisher.head_lifetime_ms,
            dry_run: self.dry_run,
        };
        // Where no head was published yet there is nobody to be told.
        let published = seen.published.iter().filter(|(_, digest)| digest.is_some());
        let folders = published.map(|(folder, _)| folder.clone()).collect();
        let (folders, _) = kill.those_with(folders).await?;
        kill.everywhere(&folders).await
    }
}

fn refused(refusal: &Refusal) -> Failure {
    let failure = Failure::new(refusal.code(), refusal.to_string());
    match refusal.help() {
        Some(help) => failure.with_help(help),
        None => failure,
    }
}
