use crate::clock;
use crate::scopes::Audience;
use std::path::PathBuf;

/// Show what a project's files change, of what kind and for whom, before anything is signed
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate plan --project shop --against origin/main --markdown\n  \
    tidegate plan --project shop --against published --at s3://flags/shop --trust 1.root --population users.ndjson\n\n\
    `published` is what clients have now; a path that begins with `.` or `/` is a snapshot, or `latest` with its\n\
    head; everything else is the name of a commit. Without --population people are made up from what the conditions name: they meet every rule, and say nothing\n\
    about how many real people do.\n\n\
    What a commit has that is not here looks taken back: a warning says so, and `git merge` brings both together.\n\n\
    Exit codes: 0 nothing changes, 2 something does, 1 it cannot be told, misuse included."
)]
pub(crate) struct Arguments {
    /// What the files are compared with: `published`, a snapshot, which begins with `.` or `/`, or the name of a commit
    #[arg(long, value_name = "published|FILE|REF")]
    pub(super) against: String,
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) project: PathBuf,
    /// With `published`, where that is: a folder, or `s3://…`, `gs://…`, `az://…`
    #[arg(long, value_name = "DESTINATION")]
    pub(super) at: Option<String>,
    /// What clients trust, as text or as its file: for what is published, and for a snapshot
    #[arg(long, value_name = "TRUST")]
    pub(super) trust: Option<String>,
    /// The environment; by default all
    #[arg(long)]
    pub(super) environment: Option<String>,
    /// The audience; by default both
    #[arg(long)]
    pub(super) audience: Option<Audience>,
    /// Who is asked about: a population as `simulate` reads it (YAML or JSON), or a file of contexts, a JSON object a line
    /// or CSV
    #[arg(long, value_name = "FILE")]
    pub(super) population: Option<PathBuf>,
    /// How many people are asked about; by default 10,000, or as many as the file has
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    pub(super) count: Option<u64>,
    /// How many people are shown with what was decided about them, in each environment for each audience
    #[arg(long, value_name = "NUMBER", default_value_t = 10)]
    pub(super) examples: usize,
    /// The time instead of the clock
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    pub(super) now: Option<i64>,
    /// Write Markdown for a comment on a pull request, of at most 49,152 bytes
    #[arg(long, conflicts_with = "json")]
    pub(super) markdown: bool,
}
