//! From an expression to the smallest table that finds it.

use super::PatternError;
use crate::engine::automaton::{ACCEPT, DEAD, MAX_TABLE_BYTES};
use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::primitives::StateID;
use regex_automata::{Input, MatchKind};
use regex_syntax::hir::Hir;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// The most bytes of the intermediate forms; what needs more would not fit a table either.
const MAX_NFA_BYTES: usize = 4 << 20;
const MAX_DFA_BYTES: usize = 4 << 20;

/// The two states that every [`Machine`] has first.
const FOUND: usize = 0;
const STUCK: usize = 1;

/// Builds the table of an expression that may match anywhere in the text; a refusal ends with the advice.
pub(super) fn build(expression: &Hir, advice: &str) -> Result<Vec<u8>, PatternError> {
    let machine = Machine::determinize(expression, advice)?;
    let blocks = machine.minimize();
    machine.encode(&blocks, advice)
}

/// A complete DFA whose states only know whether a match was found.
struct Machine {
    start: usize,
    /// For each byte, the column of `states[_].next` that stands for it.
    columns: Vec<usize>,
    states: Vec<State>,
}

struct State {
    accepts_at_end: bool,
    next: Vec<usize>,
}

impl Machine {
    /// Runs the subset construction and keeps what can be reached before the first match.
    fn determinize(expression: &Hir, advice: &str) -> Result<Self, PatternError> {
        let nfa = thompson::Compiler::new()
            .configure(
                thompson::Config::new()
                    .nfa_size_limit(Some(MAX_NFA_BYTES))
                    .which_captures(WhichCaptures::None),
            )
            .build_from_hir(expression)
            .map_err(|_| too_large(advice))?;
        // Every match counts, not the leftmost alone: an empty match that splits a code point is passed over
        // below, and the search must go on behind it.
        let dfa = dense::Builder::new()
            .configure(
                dense::Config::new()
                    .match_kind(MatchKind::All)
                    .start_kind(StartKind::Unanchored)
                    .accelerate(false)
                    .dfa_size_limit(Some(MAX_DFA_BYTES))
                    .determinize_size_limit(Some(MAX_DFA_BYTES)),
            )
            .build_from_nfa(&nfa)
            .map_err(|_| too_large(advice))?;
        let start = dfa
            .start_state_forward(&Input::new(""))
            .map_err(|_| too_large(advice))?;
        Ok(Self::explore(&dfa, start))
    }

    fn explore(dfa: &dense::DFA<Vec<u32>>, first: StateID) -> Self {
        let is_continuation = |byte: u8| (0x80..0xC0).contains(&byte);
        let mut numbers = BTreeMap::new();
        let mut bytes = Vec::new();
        let mut columns = Vec::new();
        for byte in 0..=u8::MAX {
            let fresh = numbers.len();
            columns.push(
                *numbers
                    .entry((dfa.byte_classes().get(byte), is_continuation(byte)))
                    .or_insert_with(|| {
                        bytes.push(byte);
                        fresh
                    }),
            );
        }
        let fixed = |state, accepts_at_end| State {
            accepts_at_end,
            next: vec![state; bytes.len()],
        };
        let states = vec![fixed(FOUND, true), fixed(STUCK, false)];
        let mut machine = Self {
            start: FOUND,
            columns,
            states,
        };
        let mut numbers = HashMap::new();
        let mut queue = VecDeque::new();
        machine.start = machine.number(first, &mut numbers, &mut queue);
        while let Some(id) = queue.pop_front() {
            let next = bytes.iter().map(|&byte| {
                let to = dfa.next_state(id, byte);
                // The DFA reports a match one byte late. Before a continuation byte it would be an empty
                // match inside a code point, which is none.
                match dfa.is_match_state(to) && !is_continuation(byte) {
                    true => FOUND,
                    false if dfa.is_dead_state(to) => STUCK,
                    false => machine.number(to, &mut numbers, &mut queue),
                }
            });
            let next = next.collect();
            let number = numbers.get(&id).copied().unwrap_or(STUCK);
            if let Some(state) = machine.states.get_mut(number) {
                *state = State {
                    accepts_at_end: dfa.is_match_state(dfa.next_eoi_state(id)),
                    next,
                };
            }
        }
        machine
    }

    fn number(
        &mut self,
        id: StateID,
        numbers: &mut HashMap<StateID, usize>,
        queue: &mut VecDeque<StateID>,
    ) -> usize {
        *numbers.entry(id).or_insert_with(|| {
            queue.push_back(id);
            self.states.push(State {
                accepts_at_end: false,
                next: Vec::new(),
            });
            self.states.len() - 1
        })
    }

    /// Numbers the states so that two have one number exactly when no text tells them apart.
    ///
    /// Refines a partition. Only a state with a successor that was renumbered is looked at again, and those that
    /// nothing changed for keep their number, so long chains of states cost little.
    fn minimize(&self) -> Vec<usize> {
        let mut before = vec![Vec::new(); self.states.len()];
        for (index, state) in self.states.iter().enumerate() {
            for &next in state.next.iter().collect::<BTreeSet<_>>() {
                if let Some(before) = before.get_mut(next) {
                    before.push(index);
                }
            }
        }
        let mut blocks: Vec<usize> = self
            .states
            .iter()
            .map(|state| usize::from(!state.accepts_at_end))
            .collect();
        let mut sizes = vec![0; 2];
        for &block in &blocks {
            grow(&mut sizes, block);
        }
        let mut dirty: BTreeSet<usize> = (0..self.states.len()).collect();
        while !dirty.is_empty() {
            let mut groups = BTreeMap::<usize, BTreeMap<Vec<usize>, Vec<usize>>>::new();
            for &index in &dirty {
                let Some((state, &block)) = self.states.get(index).zip(blocks.get(index)) else {
                    continue;
                };
                let signature = state
                    .next
                    .iter()
                    .filter_map(|&next| blocks.get(next).copied())
                    .collect();
                groups
                    .entry(block)
                    .or_default()
                    .entry(signature)
                    .or_default()
                    .push(index);
            }
            dirty.clear();
            for (block, groups) in groups {
                let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
                let changed: usize = groups.iter().map(Vec::len).sum();
                if sizes.get(block) == Some(&changed) {
                    // Nobody stays behind with the old number: let the largest group keep it.
                    groups.sort_by_key(Vec::len);
                    groups.pop();
                }
                for group in groups {
                    let fresh = sizes.len();
                    for index in group {
                        if let Some(number) = blocks.get_mut(index) {
                            *number = fresh;
                        }
                        if let Some(size) = sizes.get_mut(block) {
                            *size -= 1;
                        }
                        grow(&mut sizes, fresh);
                        dirty.extend(before.get(index).into_iter().flatten());
                    }
                }
            }
        }
        blocks
    }

    /// Writes the table, its rows in the order in which a search first meets them.
    fn encode(&self, blocks: &[usize], advice: &str) -> Result<Vec<u8>, PatternError> {
        let block = |state: usize| blocks.get(state).copied().unwrap_or(STUCK);
        let (found, stuck) = (block(FOUND), block(STUCK));
        let mut rows = HashMap::new();
        let mut order = Vec::new();
        let mut reach = |state: usize, order: &mut Vec<usize>| {
            let to = block(state);
            if to == found {
                Target::Found
            } else if to == stuck {
                Target::Stuck
            } else {
                let next = rows.len();
                Target::Row(*rows.entry(to).or_insert_with(|| {
                    order.push(state);
                    next
                }))
            }
        };
        let start = reach(self.start, &mut order);
        let mut by_state: Vec<(bool, Vec<Target>)> = Vec::new();
        while let Some(state) = order
            .get(by_state.len())
            .and_then(|&state| self.states.get(state))
        {
            let targets = state.next.iter().map(|&next| reach(next, &mut order)).collect();
            by_state.push((state.accepts_at_end, targets));
        }

        let (classes, class_columns) = self.merge_columns(&by_state);
        let width = class_columns.len() + 1;
        let size = 2 + 2 + 256 + 2 * width * by_state.len();
        if size > MAX_TABLE_BYTES {
            return Err(PatternError::whole(format!(
                "the compiled table would have {size} bytes, and at most {MAX_TABLE_BYTES} are possible; {advice}"
            )));
        }
        let entry = |target: Target| match target {
            Target::Found => ACCEPT,
            Target::Stuck => DEAD,
            Target::Row(row) => u16::try_from(row * width).unwrap_or(DEAD),
        };
        let mut table = Vec::with_capacity(size);
        table.extend(u16::try_from(width).unwrap_or(DEAD).to_le_bytes());
        table.extend(entry(start).to_le_bytes());
        table.extend(classes);
        for (accepts_at_end, targets) in &by_state {
            table.extend(if *accepts_at_end { ACCEPT } else { DEAD }.to_le_bytes());
            for &column in &class_columns {
                table.extend(entry(targets.get(column).copied().unwrap_or(Target::Stuck)).to_le_bytes());
            }
        }
        Ok(table)
    }

    /// Finds the bytes that no row tells apart: the class of each byte, and a column for each class.
    fn merge_columns(&self, rows: &[(bool, Vec<Target>)]) -> (Vec<u8>, Vec<usize>) {
        let mut numbers = BTreeMap::new();
        let mut class_columns = Vec::new();
        let classes = self.columns.iter().map(|&column| {
            let targets: Vec<_> = rows
                .iter()
                .filter_map(|(_, targets)| targets.get(column).copied())
                .collect();
            let fresh = numbers.len();
            let class = *numbers.entry(targets).or_insert_with(|| {
                class_columns.push(column);
                fresh
            });
            u8::try_from(class).unwrap_or(u8::MAX)
        });
        let classes = classes.collect();
        (classes, class_columns)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Found,
    Stuck,
    Row(usize),
}

fn grow(sizes: &mut Vec<usize>, block: usize) {
    if sizes.len() <= block {
        sizes.resize(block + 1, 0);
    }
    if let Some(size) = sizes.get_mut(block) {
        *size += 1;
    }
}

fn too_large(advice: &str) -> PatternError {
    PatternError::whole(format!(
        "this needs far more than the {MAX_TABLE_BYTES} bytes that its compiled table may have; {advice}"
    ))
}
