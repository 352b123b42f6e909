use crate::model::Place;

/// Things that refer to each other, by their numbers.
pub(super) struct Graph<'p> {
    /// What each refers to, and where.
    references: Vec<Vec<(usize, &'p Place)>>,
    /// Every number, what it refers to before it except where that leads back.
    pub(super) order: Vec<usize>,
    /// Ways that lead back to their start; the place is that of the reference from the last to the first.
    pub(super) cycles: Vec<(Vec<usize>, &'p Place)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    OnTheWay,
    Done,
}

impl<'p> Graph<'p> {
    /// Without recursion: nothing bounds yet how far a way goes.
    pub(super) fn new(references: Vec<Vec<(usize, &'p Place)>>) -> Self {
        let mut graph = Self {
            order: Vec::with_capacity(references.len()),
            cycles: Vec::new(),
            references: Vec::new(),
        };
        let mut states = vec![State::New; references.len()];
        for start in 0..references.len() {
            // Each step of the way, and how many of its references were followed.
            let mut way: Vec<(usize, usize)> = Vec::new();
            if states.get(start) == Some(&State::New) {
                mark(&mut states, start, State::OnTheWay);
                way.push((start, 0));
            }
            while let Some((number, followed)) = way.last_mut() {
                let number = *number;
                let next = references.get(number).and_then(|others| others.get(*followed));
                *followed += 1;
                let Some(&(next, place)) = next else {
                    mark(&mut states, number, State::Done);
                    graph.order.push(number);
                    way.pop();
                    continue;
                };
                match states.get(next) {
                    Some(State::New) => {
                        mark(&mut states, next, State::OnTheWay);
                        way.push((next, 0));
                    }
                    Some(State::OnTheWay) => {
                        let cycle = way.iter().map(|(number, _)| *number);
                        graph
                            .cycles
                            .push((cycle.skip_while(|number| *number != next).collect(), place));
                    }
                    Some(State::Done) | None => {}
                }
            }
        }
        Self { references, ..graph }
    }

    /// What a number refers to.
    pub(super) fn references(&self, number: usize) -> impl Iterator<Item = usize> {
        let others = self.references.get(number).into_iter().flatten();
        others.map(|(other, _)| *other)
    }

    /// Something about each number, made from what is known of those it refers to; what leads back is left out.
    pub(super) fn fold<T>(&self, mut make: impl FnMut(usize, &[Option<T>]) -> T) -> Vec<Option<T>> {
        let mut known: Vec<Option<T>> = self.references.iter().map(|_| None).collect();
        for number in &self.order {
            let made = make(*number, &known);
            if let Some(slot) = known.get_mut(*number) {
                *slot = Some(made);
            }
        }
        known
    }
}

fn mark(states: &mut [State], number: usize, state: State) {
    if let Some(slot) = states.get_mut(number) {
        *slot = state;
    }
}
