use crate::failure::Outcome;
use crate::release::steer::{Move, Steering};
use crate::report::Reporter;

/// Let a rollout stand where it is; a ramp stands still
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate pause checkout --environment production --reason \"stock is being counted\" \\\n    \
    --to s3://flags/shop --key env:TIDEGATE_SNAPSHOT_KEY --head-key env:TIDEGATE_HEAD_KEY --root roots\n\n\
    Nobody gets another variant by it. `tidegate resume` lets it go on. From a copy of the project that lacks what others \
    published it is refused: `tidegate kill` is not."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    steering: Steering,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    arguments.steering.carry_out(Move::Pause, false, reporter)
}
