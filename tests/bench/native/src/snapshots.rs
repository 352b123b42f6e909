//! The signed snapshots that `snapshots` made. It links the compiler, and the benches do not: they time the crate with its default
//! features, as servers link it.

use crate::{Result, results};
use cases::NOW_MS;
use std::fs;
use tidegate::{Client, Trust};

/// A signed snapshot by its name.
pub fn frame(name: &str) -> Result<Vec<u8>> {
    let path = results::folder().join("snapshots").join(name);
    let missing = |error| {
        format!(
            "{}: {error}; the README of this bench says how it is made",
            path.display()
        )
    };
    fs::read(&path).map_err(|error| missing(error).into())
}

/// A client that trusts the snapshots and has none.
pub fn client() -> Result<Client> {
    let trust = String::from_utf8(frame("trust")?)?;
    Ok(Client::new(Trust::parse(&trust)?, None))
}

/// A client that has taken the snapshot of that name.
pub fn loaded(name: &str) -> Result<Client> {
    let mut client = client()?;
    client.load(frame(name)?, NOW_MS)?;
    Ok(client)
}
