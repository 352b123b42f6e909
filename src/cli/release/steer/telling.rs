use super::record;
use super::{Done, Helm, Move, Order};
use crate::distribute::publish::published::Published;
use crate::output::escape::plain;
use serde_json::{Value, json};

impl Done {
    /// Did the state change?
    pub(crate) fn changed(&self) -> bool {
        !self.after.says_the_same_as(&self.before)
    }

    /// For people.
    pub(crate) fn text(&self, order: &Order<'_>, helm: &Helm<'_>) -> String {
        if let Move::Approve { by } = order.step {
            return self.agreed(by.trim(), order, helm);
        }
        let (now, before) = (record::words(&self.after), record::words(&self.before));
        let what = match (self.changed(), helm.dry_run) {
            (true, true) => format!("would be {now}, it is {before}"),
            (true, false) => format!("is {now}, it was {before}"),
            (false, _) if self.resumed => format!("is {now}: what was interrupted is done"),
            (false, _) => format!("is {now} already"),
        };
        let text = format!(
            "{}: the rollout `{}` in {} {what}\n",
            order.flag, self.plan, helm.environment
        );
        self.with_files(text, order, helm)
    }

    /// Who agrees to what, and how many others must.
    fn agreed(&self, by: &str, order: &Order<'_>, helm: &Helm<'_>) -> String {
        let verb = match (self.changed(), helm.dry_run) {
            (true, true) => "would agree",
            (true, false) => "agrees",
            (false, _) if self.resumed => "agrees",
            (false, _) => "agreed already",
        };
        let stage = self.after.stage.as_ref().map_or("", |stage| &stage.value);
        let there = self.agreed;
        let needed = usize::try_from(self.approvals).unwrap_or(usize::MAX);
        let count = match (needed, needed.saturating_sub(there)) {
            (0, _) => "its gate asks for nobody's approval".to_owned(),
            (_, 0) => format!("{there} of {needed} approvals, it has what it needs"),
            (_, missing) => format!("{there} of {needed} approvals, {missing} more needed"),
        };
        let text = format!(
            "{}: {} {verb} to leaving `{stage}` of the rollout `{}` in {}: {count}\n",
            order.flag,
            plain(by),
            self.plan,
            helm.environment
        );
        self.with_files(text, order, helm)
    }

    /// What was written and published follows.
    fn with_files(&self, mut text: String, order: &Order<'_>, helm: &Helm<'_>) -> String {
        if self.changed() {
            let wrote = if helm.dry_run { "would write" } else { "wrote" };
            let path = helm.project.join(&self.file);
            text.push_str(&format!("  {wrote} {}\n", path.display()));
        }
        for kill in &self.kills {
            let what = match (kill.changed, helm.dry_run) {
                (false, _) => "is killed already",
                (true, true) => "would be killed",
                (true, false) => "is killed",
            };
            let (scope, head) = (kill.head.scope.as_str(), kill.head.version);
            text.push_str(&format!("{scope}: `{}` {what}, head {head}\n", order.flag));
        }
        if self.withheld.is_some() {
            let is = if helm.dry_run { "would be" } else { "is" };
            text.push_str(&format!(
                "  nothing else {is} published: this copy of the project may be older than what is\n"
            ));
        }
        text.extend(self.published.iter().map(|done| done.line(helm.dry_run)));
        text
    }

    /// For machines: what the audit log is told, and what happened to the files.
    pub(crate) fn json(&self) -> Value {
        let mut json = self.entry.clone();
        if let Some(fields) = json.as_object_mut() {
            fields.insert("changed".into(), json!(self.changed()));
            fields.insert("resumed".into(), json!(self.resumed));
            fields.insert("file".into(), json!(self.file));
            let published = self.published.iter().map(Published::json);
            fields.insert("published".into(), published.collect());
            if let Some(withheld) = &self.withheld {
                fields.insert("withheld".into(), withheld.json());
            }
        }
        json
    }
}
