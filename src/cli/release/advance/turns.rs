//! The turns of all plans: measured at the same time, moved one after another.

use super::report::Told;
use super::turn::Waiting;
use crate::release::source::Desk;
use crate::release::steer::Helm;
use futures_util::future::join_all;
use tidegate::model::{Flag, Project};

/// Takes the turns of plans, of which a flag has one, and tells of them in their order.
///
/// What was to be rolled back before is rolled back before anything is waited for.
pub(super) async fn take<'t>(
    helm: &'t Helm<'t>,
    plans: &[(&'t Flag, &'t str)],
    project: &'t Project,
) -> Vec<Told> {
    let desk = Desk::new();
    let mut waiting = Vec::with_capacity(plans.len());
    for (number, plan) in plans.iter().enumerate() {
        waiting.push((number, Waiting::of(helm, *plan, project).await));
    }
    let (urgent, mut others): (Vec<_>, Vec<_>) =
        waiting.into_iter().partition(|(_, waiting)| waiting.is_urgent());
    let mut told = one_by_one(urgent, &mut others).await;
    join_all(others.iter_mut().map(|(_, waiting)| waiting.measure(&desk))).await;
    told.extend(one_by_one(others, &mut []).await);
    told.sort_by_key(|(number, _)| *number);
    told.into_iter().map(|(_, told)| told).collect()
}

/// Takes one turn after another; those that are left, and others, get to know what each published.
async fn one_by_one<'t>(
    turns: Vec<(usize, Waiting<'t>)>,
    others: &mut [(usize, Waiting<'t>)],
) -> Vec<(usize, Told)> {
    let mut told = Vec::with_capacity(turns.len());
    let mut turns = turns.into_iter();
    while let Some((number, turn)) = turns.next() {
        let (did, published) = turn.take().await;
        told.push((number, did));
        let left = turns.as_mut_slice().iter_mut().chain(&mut *others);
        left.for_each(|(_, waiting)| waiting.knows(&published));
    }
    told
}
