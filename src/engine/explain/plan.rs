use super::Trace;
use super::condition::{condition, hashed, share, window};
use super::value::{buckets, plain};
use crate::engine::authored::{Authored, FlagNames, moment};
use crate::snapshot::{
    Cursor, Experiment, ExperimentArm, Hash, Rollout, Serve, Share, Split, SplitArm, Window,
};

/// What a rule or default serves, and what that depends on.
pub(super) fn serve<'a>(
    authored: &Authored<'a>,
    names: &FlagNames<'a>,
    cursor: &mut Cursor<'a>,
) -> Option<Trace> {
    Some(match Serve::read(cursor)? {
        Serve::Variant(variant) => Trace::ahead(format!("serve `{}`", names.variant(variant))),
        Serve::Split(arms) => {
            let Split { hash, mut arms } = Split::read(cursor, arms)?;
            let mut children = vec![Trace::ahead(hashed(authored, &hash))];
            let mut start = 0;
            while !arms.is_empty() {
                let SplitArm { variant, end } = SplitArm::read(&mut arms)?;
                children.push(Trace::ahead(format!(
                    "`{}` for {}: {}",
                    names.variant(variant),
                    share(end.checked_sub(start)?),
                    buckets(start, end)
                )));
                start = end;
            }
            Trace {
                children,
                ..Trace::ahead("serve a split")
            }
        }
        Serve::Rollout(bits) => rollout(authored, names, &Rollout::read(cursor, bits)?)?,
        Serve::Experiment(bits) => experiment(authored, names, &Experiment::read(cursor, bits)?)?,
    })
}

fn rollout<'a>(authored: &Authored<'a>, names: &FlagNames<'a>, rollout: &Rollout<'a>) -> Option<Trace> {
    let (from, to) = (names.variant(rollout.from), names.variant(rollout.to));
    let mut children = Vec::from_iter(under_way(&rollout.window));
    let mut ring = rollout.ring;
    if !ring.is_empty() {
        let mut ring = condition(authored, &mut ring)?;
        ring.text = format!("ring: {}", ring.text);
        children.push(ring);
    }
    children.push(Trace::ahead(hashed(authored, &rollout.hash)));
    children.push(Trace::ahead(match rollout.share {
        Share::Fixed(fixed) => format!("`{to}` for {}", share(fixed)),
        Share::Ramp {
            from: first,
            to: last,
            start,
            end,
            ceiling,
        } => {
            let most = if ceiling < first.max(last) {
                format!(", at most {}", share(ceiling))
            } else {
                String::new()
            };
            format!(
                "`{to}` for {} at {} to {} at {}{most}",
                share(first),
                plain(&moment(start)),
                share(last),
                plain(&moment(end)),
            )
        }
    }));
    if rollout.control {
        children.push(Trace::ahead(format!(
            "`{from}` as control, the same share at the other end"
        )));
    }
    let stage = rollout
        .stage
        .map(|stage| format!(", stage `{}`", names.stage(stage)));
    Some(Trace {
        children,
        ..Trace::ahead(format!(
            "serve a rollout from `{from}` to `{to}`{}",
            stage.unwrap_or_default()
        ))
    })
}

fn experiment<'a>(
    authored: &Authored<'a>,
    names: &FlagNames<'a>,
    experiment: &Experiment<'a>,
) -> Option<Trace> {
    let mut children = Vec::from_iter(under_way(&experiment.window));
    let mut holdouts = experiment.holdouts;
    while !holdouts.is_empty() {
        let (hash, width) = (Hash::read(&mut holdouts)?, holdouts.u32()?);
        children.push(Trace::ahead(hashed(authored, &hash)));
        children.push(Trace::ahead(format!("held out: {}", buckets(0, width))));
    }
    if let Some((hash, from, to)) = experiment.layer {
        children.push(Trace::ahead(hashed(authored, &hash)));
        children.push(Trace::ahead(format!(
            "in its part of the layer: {}",
            buckets(from, to)
        )));
    }
    children.push(Trace::ahead(hashed(authored, &experiment.hash)));
    let mut arms = experiment.arms;
    while !arms.is_empty() {
        let ExperimentArm {
            variant,
            lane,
            enrolled,
        } = ExperimentArm::read(&mut arms)?;
        let control = if variant == experiment.control {
            " (control)"
        } else {
            ""
        };
        children.push(Trace::ahead(format!(
            "arm `{}`{control}: {} of the lane {}",
            names.variant(variant),
            buckets(enrolled.0, enrolled.1),
            buckets(lane.0, lane.1).trim_start_matches("buckets "),
        )));
    }
    Some(Trace {
        children,
        ..Trace::ahead(format!(
            "serve an experiment, `{}` outside it",
            names.variant(experiment.from)
        ))
    })
}

/// The window of a rollout or experiment, when it has an end on either side.
fn under_way(period: &Window) -> Option<Trace> {
    (period.from.is_some() || period.to.is_some())
        .then(|| Trace::ahead(format!("under way {}", window(period))))
}
