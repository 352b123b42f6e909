use super::finder::{Finder, Subject};

/// What `git log` must be asked for each commit, for [`Removals`] to read it.
pub const COMMIT_FORMAT: &str = "format:%x00%H%x1f%an%x1f%aI%x1f%s";

/// The commit that took away the last use of a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// Its digest.
    pub commit: String,
    /// Who wrote it.
    pub author: String,
    /// When, in RFC 3339.
    pub at: String,
    /// The first line of its message.
    pub subject: String,
    /// The file that the use stood in.
    pub file: String,
    /// Its line there, before the commit.
    pub line: usize,
}

/// Reads `git log --patch --unified=0`, the newest commit first, and remembers for each flag the first commit that
/// takes a line with a use of it away: where nothing uses it now, nothing has used it since.
///
/// Which lines are content is counted, as the heads of hunks say, never guessed: a line of code may look like a head.
pub struct Removals<'f> {
    finder: &'f Finder,
    is_code: &'f dyn Fn(&str) -> bool,
    had_uses: &'f dyn Fn(&str, &str) -> bool,
    removals: Vec<Option<Removal>>,
    missing: usize,
    commit: Option<[String; 4]>,
    file: Option<String>,
    line: usize,
    removed: usize,
    added: usize,
    commits: usize,
}

impl<'f> Removals<'f> {
    /// Looks for these flags, by the finder's numbers, of which there are so many, in files whose paths are those of code.
    ///
    /// Only where a flag was found it is asked whether its file had uses before the commit, or only names flags.
    pub fn new(
        finder: &'f Finder,
        flags: usize,
        wanted: &[usize],
        is_code: &'f dyn Fn(&str) -> bool,
        had_uses: &'f dyn Fn(&str, &str) -> bool,
    ) -> Self {
        let mut removals = Self {
            finder,
            is_code,
            had_uses,
            removals: vec![None; flags],
            missing: 0,
            commit: None,
            file: None,
            line: 0,
            removed: 0,
            added: 0,
            commits: 0,
        };
        removals.missing = wanted.iter().filter(|flag| **flag < flags).count();
        let unwanted = Removal {
            commit: String::new(),
            author: String::new(),
            at: String::new(),
            subject: String::new(),
            file: String::new(),
            line: 0,
        };
        for (number, removal) in removals.removals.iter_mut().enumerate() {
            if !wanted.contains(&number) {
                *removal = Some(unwanted.clone());
            }
        }
        removals
    }

    /// Takes the next line, without its end.
    pub fn line(&mut self, line: &[u8]) {
        if self.removed == 0 && self.added == 0 {
            return self.head(line);
        }
        match line.first() {
            Some(b'-') => {
                self.content(line.get(1..).unwrap_or_default());
                self.line += 1;
                self.removed = self.removed.saturating_sub(1);
            }
            Some(b'+') => self.added = self.added.saturating_sub(1),
            // "\ No newline at end of file"
            Some(b'\\') => {}
            _ => {
                (self.removed, self.added) = (0, 0);
                self.head(line);
            }
        }
    }

    /// Is every flag found?
    pub fn is_complete(&self) -> bool {
        self.missing == 0
    }

    /// How many commits were looked at.
    pub fn commits(&self) -> usize {
        self.commits
    }

    /// What was found, by the finder's numbers.
    pub fn into_removals(self) -> Vec<Option<Removal>> {
        let found = |removal: Option<Removal>| removal.filter(|removal| !removal.commit.is_empty());
        self.removals.into_iter().map(found).collect()
    }

    fn head(&mut self, line: &[u8]) {
        if let Some(commit) = line.strip_prefix(b"\0") {
            let commit = String::from_utf8_lossy(commit);
            let mut parts = commit.splitn(4, '\u{1f}').map(str::to_owned);
            let mut next = || parts.next().unwrap_or_default();
            self.commit = Some([next(), next(), next(), next()]);
            self.file = None;
            self.commits += 1;
        } else if let Some(path) = line.strip_prefix(b"--- ") {
            // Git quotes what is not plain: then the quotes stay.
            let plain = path.strip_prefix(b"a/");
            let path = plain.or_else(|| Some(path).filter(|path| path.starts_with(b"\"a/")));
            let path = path.map(|path| String::from_utf8_lossy(path).trim_end_matches('\t').to_owned());
            self.file = path.filter(|path| (self.is_code)(path));
        } else if let Some(hunk) = line.strip_prefix(b"@@ -") {
            let ranges = std::str::from_utf8(hunk.split(|byte| *byte == b'@').next().unwrap_or_default());
            let mut ranges = ranges.unwrap_or_default().split_ascii_whitespace();
            let (line, removed) = range(ranges.next());
            let (_, added) = range(ranges.next().and_then(|range| range.strip_prefix('+')));
            (self.line, self.removed, self.added) = (line, removed, added);
        }
    }

    fn content(&mut self, text: &[u8]) {
        let (Some([commit, author, at, subject]), Some(file)) = (&self.commit, &self.file) else {
            return;
        };
        for found in self.finder.find(text) {
            let Subject::Flag(flag) = found.subject else {
                continue;
            };
            if let Some(removal @ None) = self.removals.get_mut(flag)
                && (self.had_uses)(commit, file)
            {
                *removal = Some(Removal {
                    commit: commit.clone(),
                    author: author.clone(),
                    at: at.clone(),
                    subject: subject.clone(),
                    file: file.clone(),
                    line: self.line,
                });
                self.missing -= 1;
            }
        }
    }
}

/// `12,3` as the first line and the number of lines; `12` is one line.
fn range(written: Option<&str>) -> (usize, usize) {
    let written = written.unwrap_or_default();
    let (line, count) = written.split_once(',').unwrap_or((written, "1"));
    (line.parse().unwrap_or(0), count.parse().unwrap_or(0))
}
