use super::approval::Approval;
use super::digest::ChangeDigest;
use super::people::People;
use super::reviews::Reviews;
use crate::trust::Envelope;
use std::collections::BTreeSet;
use std::fmt;

/// Somebody who agrees to the change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// Who, by the project's name for them.
    pub by: String,
    /// Where it was said: a file, a review or a trailer.
    pub source: String,
}

/// An approval that does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// Who is said to agree.
    pub by: String,
    /// Where it was said.
    pub source: String,
    /// Why it does not count.
    pub why: Why,
}

/// Why an approval does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Whoever wrote the change says so.
    Author,
    /// The same person was counted already.
    Duplicate,
    /// It is over.
    Expired,
    /// It is of another change: of one commit more or less.
    OtherChange,
    /// It is of another commit than the one that is to go in.
    OtherCommit,
    /// It is of another project.
    OtherProject,
    /// Nobody's key signed it of those that the project gave this person before the change.
    NotTheirKey,
    /// The project has nobody of this name, or had not before the change.
    UnknownPerson,
    /// It says that it was made later than now.
    FromTheFuture,
    /// It went in with a change already, that was taken back since: once is all that was agreed to.
    Spent,
    /// The same person asked for changes later, or it was dismissed.
    Withdrawn,
    /// It cannot be read.
    Damaged(String),
}

impl Why {
    /// Stable, for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Duplicate => "duplicate",
            Self::Expired => "expired",
            Self::OtherChange => "other-change",
            Self::OtherCommit => "other-commit",
            Self::OtherProject => "other-project",
            Self::NotTheirKey => "not-their-key",
            Self::UnknownPerson => "unknown-person",
            Self::FromTheFuture => "from-the-future",
            Self::Spent => "spent",
            Self::Withdrawn => "withdrawn",
            Self::Damaged(_) => "damaged",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Author => "they wrote the change",
            Self::Duplicate => "they are counted already",
            Self::Expired => "it has expired",
            Self::OtherChange => "it is of another change",
            Self::OtherCommit => "it is of another commit",
            Self::OtherProject => "it is of another project",
            Self::NotTheirKey => "no key signed it that is theirs before the change",
            Self::UnknownPerson => "nobody of this name is in `people` before the change",
            Self::FromTheFuture => "it says that it was made later than now",
            Self::Spent => "it let the same change in before, which was taken back: agree anew",
            Self::Withdrawn => "they asked for changes since, or it was dismissed",
            Self::Damaged(reason) => return write!(formatter, "it cannot be read: {reason}"),
        })
    }
}

/// A file that may be an approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalFile {
    /// Its path, for messages.
    pub path: String,
    /// What it holds; nothing where that is more than an approval can be.
    pub bytes: Vec<u8>,
}

/// How far clocks may differ, in milliseconds.
const CLOCKS_DIFFER_MS: i64 = 5 * 60_000;

/// What approvals are held against.
pub(super) struct Ballot<'b> {
    pub(super) people: People<'b>,
    pub(super) project: &'b str,
    pub(super) change: ChangeDigest,
    pub(super) head: Option<&'b str>,
    pub(super) now_ms: i64,
    /// What was signed in approvals that went in before.
    spent: BTreeSet<Vec<u8>>,
    votes: Vec<Vote>,
    ignored: Vec<Ignored>,
}

impl<'b> Ballot<'b> {
    pub(super) fn new(
        people: People<'b>,
        project: &'b str,
        change: ChangeDigest,
        head: Option<&'b str>,
        now_ms: i64,
    ) -> Self {
        Self {
            people,
            project,
            change,
            head,
            now_ms,
            spent: BTreeSet::new(),
            votes: Vec::new(),
            ignored: Vec::new(),
        }
    }

    /// Everybody who agrees, each once, and what does not count. Approvals that went in before are known by what was signed:
    /// files get other names, and JSON can be written in many ways.
    pub(super) fn counted(
        mut self,
        files: &[ApprovalFile],
        spent: &[Vec<u8>],
        reviews: &Reviews,
    ) -> (Vec<Vote>, Vec<Ignored>) {
        let spent = spent.iter().filter_map(|bytes| Envelope::read(bytes).ok());
        self.spent = spent.map(|envelope| envelope.payload().to_vec()).collect();
        for file in files {
            self.file(file);
        }
        self.trailers(reviews);
        self.reviews(reviews);
        (self.votes, self.ignored)
    }

    fn file(&mut self, file: &ApprovalFile) {
        if file.bytes.is_empty() {
            let reason = "it is empty, or larger than an approval can be";
            return self.ignore("", &file.path, Why::Damaged(reason.to_owned()));
        }
        let envelope = match Envelope::read(&file.bytes) {
            Ok(envelope) => envelope,
            Err(error) => return self.ignore("", &file.path, Why::Damaged(error.to_string())),
        };
        let approval = match Approval::read(&envelope) {
            Ok(approval) => approval,
            Err(reason) => return self.ignore("", &file.path, Why::Damaged(reason)),
        };
        let by = approval.by.as_str();
        match self.refused(&envelope, &approval) {
            Some(why) => self.ignore(by, &file.path, why),
            None => self.vote(by, &file.path),
        }
    }

    /// Why an approval does not count, the signature first: nothing of what is not signed is to be believed.
    fn refused(&self, envelope: &Envelope, approval: &Approval) -> Option<Why> {
        let by = approval.by.as_str();
        let mut keys = self.people.keys(by);
        if !self.people.has(by) {
            Some(Why::UnknownPerson)
        } else if !keys.any(|key| envelope.is_signed_by(key)) {
            Some(Why::NotTheirKey)
        } else if approval.project != self.project {
            Some(Why::OtherProject)
        } else if approval.change != self.change {
            Some(Why::OtherChange)
        } else if self.spent.contains(envelope.payload()) {
            Some(Why::Spent)
        } else if approval.at_ms > self.now_ms.saturating_add(CLOCKS_DIFFER_MS) {
            Some(Why::FromTheFuture)
        } else if approval.expires_ms <= self.now_ms {
            Some(Why::Expired)
        } else {
            None
        }
    }

    /// Trailers of the commit that is to go in: those of an earlier one were written of what it was then.
    fn trailers(&mut self, reviews: &Reviews) {
        for commit in &reviews.commits {
            for who in commit.trailer("Approved-by") {
                let source = format!("a trailer of {}", shortened(&commit.sha));
                match self.people.find(who) {
                    None => self.ignore(who, &source, Why::UnknownPerson),
                    Some(by) if self.head == Some(&commit.sha) => self.vote(by, &source),
                    Some(by) => self.ignore(by, &source, Why::OtherCommit),
                }
            }
        }
    }

    /// The last word of each person counts, of those that say yes or no.
    fn reviews(&mut self, reviews: &Reviews) {
        for (number, review) in reviews.reviews.iter().enumerate() {
            if review.says() != Some(true) {
                continue;
            }
            let source = match &review.at {
                Some(at) => format!("a review of {at}"),
                None => "a review".to_owned(),
            };
            let Some(by) = self.people.find(&review.by) else {
                self.ignore(&review.by, &source, Why::UnknownPerson);
                continue;
            };
            let mut later = reviews.reviews.iter().skip(number + 1);
            let is_taken_back =
                later.any(|later| later.says() == Some(false) && self.people.find(&later.by) == Some(by));
            if is_taken_back {
                self.ignore(by, &source, Why::Withdrawn);
            } else if review.commit.is_none() || review.commit.as_deref() != self.head {
                self.ignore(by, &source, Why::OtherCommit);
            } else {
                self.vote(by, &source);
            }
        }
    }

    fn vote(&mut self, by: &str, source: &str) {
        if self.votes.iter().any(|vote| vote.by == by) {
            return self.ignore(by, source, Why::Duplicate);
        }
        self.votes.push(Vote {
            by: by.to_owned(),
            source: source.to_owned(),
        });
    }

    fn ignore(&mut self, by: &str, source: &str, why: Why) {
        self.ignored.push(Ignored {
            by: by.to_owned(),
            source: source.to_owned(),
            why,
        });
    }
}

fn shortened(sha: &str) -> String {
    sha.chars().take(12).collect()
}
