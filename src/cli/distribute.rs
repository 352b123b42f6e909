//! From a snapshot to clients: keys and roots, heads, kills, and what serves them.

pub(crate) mod keygen;
pub(crate) mod kill;
pub(crate) mod publish;
pub(crate) mod renew;
pub(crate) mod root;
pub(crate) mod serve;
pub(crate) mod unkill;
pub(crate) mod verify;
