use crate::failure::Outcome;
use crate::report::Reporter;
use crate::steer::{Move, Steering, reason};

/// Agree to leaving the current stage of a rollout
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate approve checkout --environment production --by ana\n\n\
    The stage is left when its gate has all that it asks for; `tidegate promote` does not ask. Approvals end with the stage."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    steering: Steering,
    /// Who agrees
    #[arg(long, value_name = "WHO")]
    by: String,
    /// Why, for the audit log
    #[arg(long, value_parser = reason)]
    reason: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let step = Move::Approve { by: &arguments.by };
    arguments
        .steering
        .carry_out(step, arguments.reason.as_deref(), reporter)
}
