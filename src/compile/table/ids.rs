use crate::engine::digest;
use crate::model::HashedIds;
use crate::snapshot::{Encoder, RecordsEncoder};

/// A table of units, sorted by their bytes.
pub(in crate::compile) fn listed(ids: &[String]) -> Vec<u8> {
    let mut sorted: Vec<&str> = ids.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut records = RecordsEncoder::default();
    sorted.iter().for_each(|id| {
        records.push(id.as_bytes());
    });
    let mut table = Encoder::default();
    table.records(&records);
    table.as_bytes().to_vec()
}

/// A table of digests, sorted.
pub(in crate::compile) fn hashed(salt: &str, ids: &HashedIds) -> Vec<u8> {
    let mut digests = match ids {
        HashedIds::Digests(digests) => digests.clone(),
        HashedIds::Plain(ids) => ids
            .iter()
            .map(|id| digest(salt.as_bytes(), id.as_bytes()))
            .collect(),
    };
    digests.sort_unstable();
    digests.dedup();
    let mut table = Encoder::default();
    table.u32(digests.len() as u32);
    digests.iter().for_each(|digest| table.u64(*digest));
    table.as_bytes().to_vec()
}
