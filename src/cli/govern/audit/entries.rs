//! Which entries are asked for, and how one is told.

use super::people;
use crate::clock;
use crate::failure::Outcome;
use crate::output::escape::plain;
use crate::report::Reporter;
use clap::builder::PossibleValuesParser;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use tidegate::delivery::audit::{ACTIONS, ActorKind, Chain, Entry};
use tidegate::delivery::govern::{People, open_reviews};

/// Which entries are asked for; all that is given must hold.
#[derive(Debug, clap::Args)]
pub(super) struct Asked {
    /// Only what concerns this flag
    #[arg(long, value_name = "KEY")]
    flag: Option<String>,
    /// Only what concerns this environment
    #[arg(long)]
    environment: Option<String>,
    /// Only from this date or moment on
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    since: Option<i64>,
    /// Only before this date or moment
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    until: Option<i64>,
    /// Only these actions, like `publish` or `kill`
    #[arg(long, value_name = "ACTION", value_parser = PossibleValuesParser::new(ACTIONS), hide_possible_values = true)]
    action: Vec<String>,
    /// Only what one of these did: names, or the kinds `human`, `ci` and `controller`
    #[arg(long, value_name = "WHO")]
    actor: Vec<String>,
    /// Only what was closed in an emergency, and nobody who may has reviewed yet
    #[arg(long)]
    unreviewed: bool,
}

impl Asked {
    /// The entries of a project's log that are asked for, in their order.
    pub(super) fn of<'c>(
        &self,
        chain: &'c Chain,
        project: &Path,
        reporter: &Reporter,
    ) -> Outcome<Vec<&'c Entry>> {
        let asked = chain.entries.iter().filter(|entry| self.holds(entry));
        if !self.unreviewed {
            return Ok(asked.collect());
        }
        let governance = people::named(project, reporter)?;
        let open: BTreeSet<u64> = open_reviews(chain, People::of(&governance))
            .map(|entry| entry.sequence)
            .collect();
        Ok(asked.filter(|entry| open.contains(&entry.sequence)).collect())
    }

    fn holds(&self, entry: &Entry) -> bool {
        let is_one_of = |wanted: &[String], words: &[&str]| {
            wanted.is_empty() || wanted.iter().any(|one| words.contains(&one.as_str()))
        };
        self.flag
            .as_ref()
            .is_none_or(|flag| entry.flags().contains(flag.as_str()))
            && self
                .environment
                .as_ref()
                .is_none_or(|name| entry.environments().contains(name.as_str()))
            && self.since.is_none_or(|since_ms| since_ms <= entry.time_ms)
            && self.until.is_none_or(|until_ms| entry.time_ms < until_ms)
            && is_one_of(&self.action, &[&entry.action])
            && is_one_of(&self.actor, &[&entry.actor.name, entry.actor.kind.word()])
    }
}

/// Who agreed to it, to a stage by name or to a change by signature.
pub(super) fn approvals(entry: &Entry) -> BTreeSet<&str> {
    let approvals = entry.list("approvals").iter();
    approvals
        .filter_map(|approval| approval.get("by").unwrap_or(approval).as_str())
        .collect()
}

/// Who did it, for people: their name is what a machine said.
pub(super) fn who(entry: &Entry) -> String {
    let name = plain(&entry.actor.name);
    match entry.actor.kind {
        ActorKind::Human => name,
        kind => format!("{name} ({})", kind.word()),
    }
}

/// An entry for people: one line, and the reason.
pub(super) fn lines(entry: &Entry) -> String {
    let mut text = format!(
        "{} {} {} {}",
        entry.sequence,
        clock::written(entry.time_ms),
        who(entry),
        entry.action
    );
    if let Some(flag) = &entry.flag {
        text.push_str(&format!(" {}", plain(flag)));
    }
    let environments: Vec<&str> = entry.environments().into_iter().collect();
    if !environments.is_empty() {
        text.push_str(&format!(" in {}", plain(&environments.join(", "))));
    }
    if let Some(what) = entry.text("what") {
        let effective = clock::written(entry.effective_ms());
        text.push_str(&format!(": {} at {effective}", plain(what)));
    }
    text.push('\n');
    if entry.flag.is_none() && !entry.list("changes").is_empty() {
        let flags: Vec<&str> = entry.flags().into_iter().collect();
        text.push_str(&format!("  flags: {}\n", plain(&flags.join(", "))));
    }
    for (name, value) in [("reason", entry.reason()), ("by", entry.text("by"))] {
        if let Some(value) = value {
            text.push_str(&format!("  {name}: {}\n", plain(value)));
        }
    }
    if let Some(commit) = entry.text("commit") {
        let is_dirty = entry.fields.get("dirty").and_then(Value::as_bool) == Some(true);
        let edited = if is_dirty {
            ", and files that were edited since"
        } else {
            ""
        };
        text.push_str(&format!("  commit: {}{edited}\n", plain(commit)));
    }
    let agreed = approvals(entry);
    if !agreed.is_empty() {
        let agreed: Vec<&str> = agreed.into_iter().collect();
        text.push_str(&format!("  approved by: {}\n", plain(&agreed.join(", "))));
    }
    let over = entry.list("over").iter();
    let over: BTreeSet<&str> = over.filter_map(|over| over.get("scope")?.as_str()).collect();
    if !over.is_empty() {
        let scopes: Vec<&str> = over.into_iter().collect();
        let scopes = plain(&scopes.join(", ")).to_string();
        text.push_str(&format!("  over: what others published to {scopes}\n"));
    }
    let freezes: Vec<&str> = entry.over_freezes().collect();
    if !freezes.is_empty() {
        text.push_str(&format!("  over a freeze: {}\n", plain(&freezes.join(", "))));
    }
    if entry.is_withheld() {
        text.push_str("  nothing was published but the kill\n");
    }
    let state = entry.fields.get("state");
    let word = |side: &str| {
        let state = state?.get(side)?;
        let status = state.get("status")?.as_str()?;
        let of = match status {
            "rolled_back" => "from",
            _ => "at",
        };
        let status = status.replace('_', " ");
        Some(match state.get("stage").and_then(Value::as_str) {
            Some(stage) => format!("{status} {of} {stage}"),
            None => status,
        })
    };
    if let (Some(from), Some(to)) = (word("from"), word("to")) {
        text.push_str(&format!("  {} -> {}\n", plain(&from), plain(&to)));
    }
    text
}
