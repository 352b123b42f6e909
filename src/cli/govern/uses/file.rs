use super::{Reason, Search, Skipped, Use};
use encoding_rs::Encoding;
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use tidegate::delivery::references::{Finder, Place, Places, Subject, excerpt, is_output};

/// Binary is what has a zero byte among so many at its start, as for git.
const TELLING_BYTES: usize = 8_000;

/// What one file says about flags.
#[derive(Debug, Default)]
pub(super) struct Looked {
    pub(super) uses: Vec<Use>,
    pub(super) lines: usize,
    pub(super) skipped: Option<Skipped>,
    /// Was it looked through at all?
    pub(super) is_read: bool,
}

/// Looks through one plain file.
pub(super) fn look(
    path: &Path,
    shown: &str,
    search: &Search<'_>,
    finder: &Finder,
    bytes: &mut Vec<u8>,
) -> Looked {
    let skipped = |reason, details| Looked {
        skipped: Some(Skipped {
            file: shown.to_owned(),
            reason,
            details,
        }),
        ..Looked::default()
    };
    if let Err(error) = read(path, search.settings.largest_bytes, bytes) {
        return skipped(Reason::Unreadable, Some(error.to_string()));
    }
    if bytes.len() as u64 > search.settings.largest_bytes {
        let details = format!("more than {} bytes", search.settings.largest_bytes);
        return skipped(Reason::TooLarge, Some(details));
    }
    let text = match Encoding::for_bom(bytes) {
        // UTF-8 with a mark stays as it is: the mark is no character of the first line's text.
        Some((encoding, mark)) if encoding != encoding_rs::UTF_8 => {
            let (text, _) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
            Cow::Owned(text.into_owned().into_bytes())
        }
        Some((_, mark)) => Cow::Borrowed(bytes.get(mark..).unwrap_or_default()),
        None => Cow::Borrowed(bytes.as_slice()),
    };
    if is_output(&text) {
        return skipped(Reason::Output, None);
    }
    if text.iter().take(TELLING_BYTES).any(|byte| *byte == 0) {
        return skipped(Reason::Binary, None);
    }
    let mut looked = match std::str::from_utf8(&text) {
        Ok(_) => Looked::default(),
        Err(_) => skipped(Reason::NotUtf8, Some("looked through as bytes".to_owned())),
    };
    looked.is_read = true;
    looked.lines = Places::lines(&text);
    let mut places = Places::new(&text);
    for found in finder.find(&text) {
        let (flag, key) = match found.subject {
            Subject::Flag(flag) => {
                let key = search.keys.get(flag).copied().unwrap_or_default();
                (Some(flag).filter(|flag| *flag < search.project.flags.len()), key)
            }
            Subject::Unknown(key) => (None, key),
        };
        let Place { line, column } = places.at(found.at.start);
        let (before, line_text, after) = excerpt(&text, found.at.start, search.settings.context);
        looked.uses.push(Use {
            file: shown.to_owned(),
            line,
            column,
            key: key.to_owned(),
            flag,
            how: found.how,
            text: line_text,
            before,
            after,
        });
    }
    looked
}

/// Reads a file into bytes that are used again and again; of one that is too large only as much as shows that.
fn read(path: &Path, largest_bytes: u64, bytes: &mut Vec<u8>) -> io::Result<()> {
    bytes.clear();
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    if length > largest_bytes {
        bytes.resize(usize::try_from(largest_bytes).unwrap_or(0) + 1, 0);
        return Ok(());
    }
    file.take(largest_bytes + 1).read_to_end(bytes)?;
    Ok(())
}
