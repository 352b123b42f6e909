use crate::failure::Outcome;
use crate::release::steer::{Move, Steering};
use crate::report::Reporter;

/// Let a rollout that was paused go on where it stood
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate resume checkout --environment production --reason \"counted\" \\\n    \
    --to s3://flags/shop --key env:TIDEGATE_SNAPSHOT_KEY --head-key env:TIDEGATE_HEAD_KEY --root roots\n\n\
    Nobody gets another variant by it: a ramp goes on from where it stood, and the time of the pause does not count. A kill of \
    the flag is lifted. What was rolled back is promoted again, not resumed. In a freeze of the project's policy it is refused."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    steering: Steering,
    /// Do it in a freeze of the project's policy too, which the audit log keeps
    #[arg(long)]
    during_freeze: bool,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    arguments
        .steering
        .carry_out(Move::Resume, arguments.during_freeze, reporter)
}
