use crate::failure::Outcome;
use crate::release::steer::{Move, Steering};
use crate::report::Reporter;

/// Let a rollout enter its next stage, or begin; behind the last one it is completed
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate promote checkout --environment production --reason \"orders look well\" \\\n    \
    --to s3://flags/shop --key env:TIDEGATE_SNAPSHOT_KEY --head-key env:TIDEGATE_HEAD_KEY --root roots\n\n\
    Writes the flag's file, comments kept, and publishes it. Gates are not asked: whoever promotes by hand has looked. A kill \
    of the flag is lifted. In a freeze of the project's policy it is refused: `tidegate status` says until when. Commit the file."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    steering: Steering,
    /// The stage to enter, in place of the next; of a rollout that has not begun or was rolled back, in place of the first
    #[arg(long, value_name = "NAME")]
    stage: Option<String>,
    /// Do it in a freeze of the project's policy too, which the audit log keeps
    #[arg(long)]
    during_freeze: bool,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let to = arguments.stage.as_deref();
    let step = Move::Promote { to };
    arguments
        .steering
        .carry_out(step, arguments.during_freeze, reporter)
}
