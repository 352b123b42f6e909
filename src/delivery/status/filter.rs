use super::matrix::{Cell, Matrix, Row};
use super::state::State;
use crate::model::FlagType;

/// Which part of a matrix is asked for; what is empty asks for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Environments, by name.
    pub environments: Vec<String>,
    /// Owners, by name.
    pub owners: Vec<String>,
    /// Types.
    pub types: Vec<FlagType>,
    /// What a flag does in one of the environments that are shown.
    pub states: Vec<State>,
    /// Only flags that should be looked at.
    pub stale: bool,
    /// Only flags that are not published as the files say, in one of the environments that are shown.
    pub differing: bool,
}

impl Filter {
    /// Leaves out what is not asked for. `names` tells which keys are.
    pub fn apply(&self, matrix: &mut Matrix, names: impl Fn(&str) -> bool) {
        let shown = |name: &String| self.environments.is_empty() || self.environments.contains(name);
        matrix.environments.retain(shown);
        matrix.published.retain(|published| shown(&published.environment));
        for row in &mut matrix.rows {
            row.cells.retain(|cell| shown(&cell.environment));
        }
        matrix.rows.retain(|row| names(&row.key) && self.takes(row));
    }

    fn takes(&self, row: &Row) -> bool {
        let owner = || {
            row.owner
                .as_ref()
                .is_some_and(|owner| self.owners.contains(owner))
        };
        let kind = || row.kind.is_some_and(|kind| self.types.contains(&kind));
        (self.owners.is_empty() || owner()) && (self.types.is_empty() || kind()) && self.takes_state(row)
    }

    /// Several states ask for any of them.
    fn takes_state(&self, row: &Row) -> bool {
        if self.states.is_empty() && !self.stale && !self.differing {
            return true;
        }
        let in_state = |cell: &Cell| self.states.contains(&cell.state);
        row.cells.iter().any(in_state)
            || (self.stale && !row.stale.is_empty())
            || (self.differing && row.cells.iter().any(Cell::differs))
    }
}
