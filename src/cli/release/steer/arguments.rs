use super::{Helm, Move, Order};
use crate::audit::Hand;
use crate::destination::wait;
use crate::distribute::publish::terms::Terms;
use crate::failure::Outcome;
use crate::input::reason::reason;
use crate::report::Reporter;
use std::path::PathBuf;

/// Which rollout it is about, and where what comes of it is published.
#[derive(Debug, clap::Args)]
pub(crate) struct Steering {
    /// The flag's key
    flag: String,
    /// The environment
    #[arg(long)]
    environment: String,
    /// The rollout's id, where the flag has several
    #[arg(long, value_name = "ID")]
    plan: Option<String>,
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// Where to publish: a folder, or `s3://…`, `gs://…`, `az://…`; without it only files are written
    #[arg(long, value_name = "DESTINATION")]
    to: Option<String>,
    /// Why, for the flag's file and the audit log
    #[arg(long, value_parser = reason)]
    reason: String,
    #[command(flatten)]
    terms: Terms,
}

impl Steering {
    /// Does it, and tells of it.
    pub(crate) fn carry_out(&self, step: Move<'_>, during_freeze: bool, reporter: &Reporter) -> Outcome {
        let now_ms = self.terms.now_ms();
        let publisher = self.to.as_deref().map(|to| self.terms.publisher(to, now_ms));
        let publisher = publisher.transpose()?;
        let helm = Helm {
            project: &self.project,
            environment: &self.environment,
            publisher: publisher.as_ref(),
            now_ms,
            dry_run: self.terms.dry_run,
            hand: Hand::Person,
            reporter,
        };
        let order = Order {
            flag: &self.flag,
            plan: self.plan.as_deref(),
            step,
            reason: Some(&self.reason),
            lifts: step.lifts_by_hand(),
            during_freeze,
            evidence: None,
        };
        tell(&helm, &order)
    }
}

/// Carries an order out, and tells of it.
pub(crate) fn tell(helm: &Helm<'_>, order: &Order<'_>) -> Outcome {
    let done = wait(async {
        let seen = helm.look(order.flag, order.plan).await?;
        helm.carry_out(order, &seen).await
    })?;
    helm.reporter.result(&done.text(order, helm), &done.json())?;
    match done.failure {
        Some(failure) => Err(failure),
        None => Ok(()),
    }
}
