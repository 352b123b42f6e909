use super::flags::{Asked, Compared};
use super::outcome::Impact;
use super::tally::Tally;
use crate::delivery::simulate::{Crowd, PIECE};
use rayon::prelude::*;
use std::ops::Range;

/// So many pieces are under way for each thread at a time.
const PIECES_PER_THREAD: u64 = 2;

/// Asks about everybody on both sides of every scope, in the order of the scopes; `progress` is told how many people were
/// asked about, in any order and from any thread.
pub fn measure<C: Crowd>(
    scopes: &[Compared<'_>],
    crowd: &C,
    now_ms: i64,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Vec<Impact>, C::Failure> {
    let asked: Vec<Vec<Asked>> = scopes.par_iter().map(|scope| scope.asked(now_ms)).collect();
    let none = || {
        asked
            .iter()
            .map(|asked| Tally::new(asked.len()))
            .collect::<Vec<_>>()
    };
    let count = |people: Range<u64>| {
        let mut tallies = none();
        crowd.meet(people.clone(), &mut |person, context| {
            for ((scope, asked), tally) in scopes.iter().zip(&asked).zip(&mut tallies) {
                let before = scope.before.and_then(|client| client.bind(context));
                let after = scope.after.and_then(|client| client.bind(context));
                let answers = asked.iter().map(|asked| {
                    let [was, is] = [&before, &after].map(|binding| {
                        binding
                            .as_ref()
                            .and_then(|binding| binding.evaluate(&asked.key, now_ms))
                    });
                    (asked, was, is)
                });
                tally.count(person, answers);
            }
        })?;
        progress(people.end - people.start);
        Ok(tallies)
    };
    let pieces = crowd.size().div_ceil(PIECE);
    let at_a_time = PIECES_PER_THREAD * rayon::current_num_threads() as u64;
    let mut sums = none();
    for start in (0..pieces).step_by(at_a_time as usize) {
        let some = (start..pieces.min(start + at_a_time)).into_par_iter();
        let some = some.map(|piece| count(piece * PIECE..crowd.size().min((piece + 1) * PIECE)));
        // In their order, so that what is kept of them is the same whoever was first.
        for tallies in some.collect::<Result<Vec<_>, _>>()? {
            for (sum, tally) in sums.iter_mut().zip(tallies) {
                sum.add(tally);
            }
        }
    }
    let impacts = sums.into_iter().zip(&asked);
    Ok(impacts.map(|(sum, asked)| sum.impact(asked)).collect())
}
