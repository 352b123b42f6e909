use super::entry::Entry;
use super::fault::Fault;
use super::record::records;
use super::walk::Walk;
use crate::snapshot::AuditTip as Tip;

/// What a project's audit log tells, from its first entry to its last.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Chain {
    /// The entries that can be read, in the order of their lines; whether they can be believed the faults say.
    pub entries: Vec<Entry>,
}

impl Chain {
    /// Reads the files of `audit/`, in whatever order, by name and content; and everything that is wrong with them.
    pub fn read<N: AsRef<str>, T: AsRef<[u8]>>(files: &[(N, T)]) -> (Self, Vec<Fault>) {
        let (records, mut faults) = records(files);
        let walk = Walk::over(&records);
        faults.extend(walk.faults);
        faults.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        let chain = Self {
            entries: walk.entries,
        };
        (chain, faults)
    }

    /// The last entry, as a publication vouches for it.
    pub fn tip(&self) -> Option<Tip> {
        self.entries.last().map(|last| Tip {
            sequence: last.sequence,
            digest: last.link.digest,
        })
    }

    /// The entry with this number.
    pub fn entry(&self, sequence: u64) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.sequence == sequence)
    }
}
