use super::issue::{Issued, What};
use crate::{clock, snapshot};
use serde_json::{Value, json};

/// A scope that is published.
#[derive(Debug)]
pub(crate) struct Published {
    pub(super) issued: Issued,
    /// Kills of flags that the project does not have.
    pub(super) unknown_kills: Vec<String>,
}

impl Published {
    pub(crate) fn issued(&self) -> &Issued {
        &self.issued
    }

    pub(crate) fn line(&self, dry_run: bool) -> String {
        let Issued {
            what,
            header,
            head,
            passed_over,
            files,
            ..
        } = &self.issued;
        let would = if dry_run { "would be " } else { "" };
        let what = match what {
            What::Published => format!("{would}published"),
            What::Renewed => format!("unchanged, its head {would}renewed"),
            What::Finished => format!("unchanged, the interrupted publication {would}finished"),
            What::Unchanged => "unchanged".to_owned(),
        };
        let mut text = format!(
            "{} version {} {what}, expires {}; head {} expires {}\n",
            header.scope.as_str(),
            header.version,
            clock::written(header.expires_ms),
            head.version,
            clock::written(head.expires_ms),
        );
        for file in files {
            text.push_str(&format!(
                "  {}{file}\n",
                if dry_run { "would write " } else { "wrote " }
            ));
        }
        if !passed_over.is_empty() {
            text.push_str(&format!("  could not be verified: {}\n", passed_over.join(", ")));
        }
        if !head.kills.is_empty() {
            text.push_str(&format!("  killed: {}\n", head.kills.join(", ")));
        }
        if !self.unknown_kills.is_empty() {
            let kills = self.unknown_kills.join(", ");
            text.push_str(&format!(
                "  killed, but not in the project: {kills}; `tidegate unkill` lifts it\n"
            ));
        }
        text
    }

    pub(crate) fn json(&self) -> Value {
        let issued = &self.issued;
        let mut json = snapshot::issued_json(&issued.header, &issued.head, &issued.files);
        if let Some(fields) = json.as_object_mut() {
            fields.insert("did".into(), json!(issued.what.word()));
            fields.insert("overwroteUnverified".into(), json!(issued.passed_over));
            fields.insert("unknownKills".into(), json!(self.unknown_kills));
        }
        json
    }
}
