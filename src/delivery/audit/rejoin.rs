//! Two branches that went on by themselves, made one chain again.

use super::entry::Entry;
use super::fault::{Fault, FaultKind};
use super::line::FileName;
use super::record::{Record, records};
use crate::snapshot::AuditTip as Tip;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A chain made of the branches of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejoined {
    /// The files that are to be written, the newest first: whoever is interrupted has what was written down again before
    /// what it was is taken away.
    pub files: Vec<(String, String)>,
    /// The last entry of the branch that was kept.
    pub kept: u64,
    /// How many entries of other branches were written down again behind it.
    pub again: usize,
}

/// Joins the branches of a log: keeps that which a publication vouches for, else the longest, else the first, and writes
/// the entries of the others again behind it. Refuses what is wrong in any other way.
pub fn rejoin<N: AsRef<str>, T: AsRef<[u8]>>(files: &[(N, T)], vouched: &[Tip]) -> Result<Rejoined, Fault> {
    let (records, faults) = records(files);
    if let Some(fault) = faults.into_iter().find(|fault| fault.kind != FaultKind::Conflict) {
        return Err(fault);
    }
    let tree = Tree::of(&records)?;
    let kept = tree.kept(vouched);
    let known: BTreeSet<String> = kept.iter().flat_map(|entry| entry.entry.digests()).collect();
    let on_it: BTreeSet<[u8; 32]> = kept.iter().map(|node| node.record.hash).collect();
    let mut others: Vec<&Node<'_, '_>> = tree
        .nodes
        .iter()
        .filter(|node| !on_it.contains(&node.record.hash))
        // Of what an interrupted run wrote again only the rest is left.
        .filter(|node| node.entry.digests().iter().all(|digest| !known.contains(digest)))
        .collect();
    // In each branch time never goes back.
    others.sort_by_key(|node| (node.entry.time_ms, node.entry.sequence));

    let mut texts: BTreeMap<FileName, String> = BTreeMap::new();
    let mut add = |moment_ms: i64, line: &str| {
        let text = texts.entry(FileName::of(moment_ms)).or_default();
        text.push_str(line);
        text.push('\n');
    };
    let (mut sequence, mut last) = (0, [0; 32]);
    for node in &kept {
        add(node.entry.time_ms, &String::from_utf8_lossy(node.record.bytes));
        (sequence, last) = (node.entry.sequence, node.record.hash);
    }
    let kept_up_to = sequence;
    // All in the newest file: it is written first, and hangs on nothing that is not there yet.
    let newest_ms = tree.nodes.iter().map(|node| node.entry.time_ms).max();
    for node in &others {
        let mut again = node.entry.restated().ok_or_else(|| {
            let message = "it cannot be written down again so that it says what it was";
            node.fault(FaultKind::Restated, message.to_owned())
        })?;
        again.time_ms = newest_ms.unwrap_or(again.time_ms);
        sequence += 1;
        let line = again.line(sequence, &last);
        add(again.time_ms, &line);
        last = super::text::sha256(line.as_bytes());
    }
    Ok(Rejoined {
        files: changed(files, texts),
        kept: kept_up_to,
        again: others.len(),
    })
}

/// The files that are not what they were, the newest first.
fn changed<N: AsRef<str>, T: AsRef<[u8]>>(
    files: &[(N, T)],
    mut texts: BTreeMap<FileName, String>,
) -> Vec<(String, String)> {
    for (name, _) in files {
        if let Some(month) = FileName::parse(name.as_ref()) {
            texts.entry(month).or_default();
        }
    }
    let texts = texts
        .into_iter()
        .rev()
        .map(|(name, text)| (name.to_string(), text));
    let is_new = |(name, text): &(String, String)| {
        let before = files.iter().find(|(before, _)| before.as_ref() == name);
        before.map_or(!text.is_empty(), |(_, before)| before.as_ref() != text.as_bytes())
    };
    texts.filter(is_new).collect()
}

/// Entries, each below the one that it hangs on.
struct Tree<'r, 't> {
    /// In the order of lines.
    nodes: Vec<Node<'r, 't>>,
    by_hash: HashMap<[u8; 32], usize>,
}

struct Node<'r, 't> {
    record: &'r Record<'t>,
    entry: &'r Entry,
}

impl<'r, 't> Tree<'r, 't> {
    fn of(records: &'r [Record<'t>]) -> Result<Self, Fault> {
        let mut tree = Self {
            nodes: Vec::new(),
            by_hash: HashMap::new(),
        };
        for record in records {
            let fault = |kind, message: String| Fault {
                kind,
                file: record.file.clone(),
                line: record.line,
                sequence: record.entry.as_ref().ok().map(|entry| entry.sequence),
                message,
            };
            let entry = record.entry.as_ref();
            let entry = entry.map_err(|why| fault(FaultKind::Unreadable, why.clone()))?;
            if let Some(why) = &record.unsound {
                return Err(fault(FaultKind::Edited, why.clone()));
            }
            if tree.by_hash.contains_key(&record.hash) {
                continue;
            }
            tree.by_hash.insert(record.hash, tree.nodes.len());
            tree.nodes.push(Node { record, entry });
        }
        for node in &tree.nodes {
            let before = match node.entry.link.previous {
                previous if previous == [0; 32] => Some(0),
                previous => tree
                    .by_hash
                    .get(&previous)
                    .and_then(|at| tree.nodes.get(*at))
                    .map(|node| node.entry.sequence),
            };
            if before != node.entry.sequence.checked_sub(1) {
                let message = "it hangs on no entry of either branch".to_owned();
                return Err(node.fault(FaultKind::Missing, message));
            }
        }
        Ok(tree)
    }

    /// The branch to keep, from the first entry on.
    fn kept(&self, vouched: &[Tip]) -> Vec<&Node<'r, 't>> {
        let followed: BTreeSet<[u8; 32]> = self.nodes.iter().map(|node| node.entry.link.previous).collect();
        let ends = self
            .nodes
            .iter()
            .filter(|node| !followed.contains(&node.record.hash));
        let branches = ends.map(|end| self.branch(end));
        let rank = |branch: &Vec<&Node<'_, '_>>| {
            let vouched = branch.iter().rev().find(|node| {
                vouched
                    .iter()
                    .any(|tip| tip.sequence == node.entry.sequence && tip.digest == node.record.hash)
            });
            let lines = branch
                .iter()
                .map(|node| self.by_hash.get(&node.record.hash).copied());
            let vouched = vouched.map_or(0, |node| node.entry.sequence);
            // Of several that are alike the first.
            (vouched, branch.len(), Reverse(lines.collect::<Vec<_>>()))
        };
        let mut best: Vec<&Node<'r, 't>> = Vec::new();
        for branch in branches {
            if best.is_empty() || rank(&branch) > rank(&best) {
                best = branch;
            }
        }
        best
    }

    fn branch<'s>(&'s self, end: &'s Node<'r, 't>) -> Vec<&'s Node<'r, 't>> {
        let mut branch = vec![end];
        let mut node = end;
        // What hangs on what was seen to have a lower number: it comes to an end.
        while let Some(before) = self
            .by_hash
            .get(&node.entry.link.previous)
            .and_then(|at| self.nodes.get(*at))
        {
            branch.push(before);
            node = before;
        }
        branch.reverse();
        branch
    }
}

impl Node<'_, '_> {
    fn fault(&self, kind: FaultKind, message: String) -> Fault {
        Fault {
            kind,
            file: self.record.file.clone(),
            line: self.record.line,
            sequence: Some(self.entry.sequence),
            message,
        }
    }
}
