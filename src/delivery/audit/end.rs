use super::entry::Entry;
use super::fault::{Fault, FaultKind};
use super::line::FileName;
use super::record::records;
use super::walk::Walk;

/// The end of a file of the log, for whoever writes behind it.
#[derive(Debug)]
pub struct End<'t> {
    /// The last entry; nothing in a file that has none yet.
    pub last: Option<Entry>,
    /// Bytes up to the last newline.
    pub whole_bytes: usize,
    /// What was being written when its writer ended, and is no entry.
    pub torn: &'t [u8],
    /// The last entry is whole but for its newline.
    pub lacks_newline: bool,
}

impl<'t> End<'t> {
    /// Reads a file; a fault is what nothing may be written behind: two branches that were merged, or a last line that is
    /// no entry. What is wrong further up is no reason to leave the next thing untold.
    pub fn of(name: FileName, text: &'t [u8]) -> Result<Self, Fault> {
        let whole_bytes = text
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |last| last + 1);
        let files = [(name.to_string(), text)];
        let (records, faults) = records(&files);
        let walked = Walk::over(&records).faults;
        let merged = |fault: &Fault| matches!(fault.kind, FaultKind::Conflict | FaultKind::Forked);
        if let Some(fault) = faults.into_iter().chain(walked.clone()).find(merged) {
            return Err(fault);
        }
        let mut behind = records.iter().rev().peekable();
        let torn = behind.next_if(|record| record.torn);
        let finished = torn.filter(|record| record.unsound.is_none() && record.entry.is_ok());
        let last = match finished.or_else(|| behind.next()) {
            None => None,
            Some(record) => match (&record.entry, &record.unsound) {
                (Ok(entry), None) => Some(entry.clone()),
                _ => {
                    let here = |fault: &Fault| fault.line == record.line;
                    return Err(walked.into_iter().rfind(here).unwrap_or(Fault {
                        kind: FaultKind::Unreadable,
                        file: record.file.clone(),
                        line: record.line,
                        sequence: None,
                        message: "expected an entry".to_owned(),
                    }));
                }
            },
        };
        let is_cut_off = torn.is_some() && finished.is_none();
        let behind = text.get(whole_bytes..).unwrap_or_default();
        Ok(Self {
            last,
            whole_bytes,
            torn: if is_cut_off { behind } else { &[] },
            lacks_newline: finished.is_some(),
        })
    }
}
