use super::names::Names;
use super::walk::visit_all;
use crate::model::{Condition, Diagnostic, Spanned};
use std::collections::BTreeMap;

/// Salts that two things share.
///
/// The layer's salt picks the experiment, the flag's the arm and the holdout's the holdout: these must never mix, or
/// an arm would be made of those whom the layer let in for another reason. Two flags may share a salt, though seldom
/// on purpose: who is first in one is first in the other.
pub(super) fn check(names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    let mut owners: BTreeMap<&str, Vec<Owner<'_>>> = BTreeMap::new();
    let mut own = |kind, name: &str, salt| {
        let Spanned { value, .. }: &Spanned<String> = salt;
        owners.entry(value).or_default().push(Owner {
            kind,
            name: format!("{} `{name}`", kind.word()),
            salt,
        });
    };
    for (id, layer) in &names.project.layers {
        own(Kind::Layer, &id.value, &layer.salt);
    }
    for (id, holdout) in &names.project.holdouts {
        own(Kind::Holdout, &id.value, &holdout.salt);
    }
    for flag in &names.project.flags {
        own(Kind::Flag, &flag.key.value, &flag.salt);
    }
    for segment in &names.project.segments {
        if let Some(salt) = &segment.salt {
            own(Kind::Segment, &segment.name.value, salt);
        }
    }
    visit_all(names.project, &mut |part| {
        if let Condition::Percentage { salt: Some(salt), .. } = &part.value {
            own(Kind::Percentage, "", salt);
        }
    });
    for owners in owners.values() {
        shared(owners, found);
    }
}

struct Owner<'p> {
    kind: Kind,
    name: String,
    salt: &'p Spanned<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Layer,
    Holdout,
    Flag,
    Segment,
    /// With a salt of its own, which may be that of a flag on purpose.
    Percentage,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Layer => "layer",
            Self::Holdout => "holdout",
            Self::Flag => "flag",
            Self::Segment => "segment",
            Self::Percentage => "percentage",
        }
    }
}

/// Each owner but the first is told of, with the first that it clashes with.
fn shared(owners: &[Owner<'_>], found: &mut Vec<Diagnostic>) {
    for (position, owner) in owners.iter().enumerate() {
        let mut earlier = owners.iter().take(position);
        let assigns = |kind| matches!(kind, Kind::Layer | Kind::Holdout);
        let mixed = earlier
            .clone()
            .find(|other| assigns(other.kind) && other.kind != owner.kind);
        if let Some(other) = mixed {
            let message = format!(
                "the salt `{}` is that of the {}: layers, holdouts and flags need salts of their own",
                owner.salt.value, other.name
            );
            found.push(Diagnostic::error("mixed-salts", &owner.salt.place, message));
        } else if owner.kind != Kind::Percentage
            && let Some(other) = earlier.next()
        {
            let message = format!(
                "the salt `{}` is also that of the {}: who comes first in one comes first in the other",
                owner.salt.value, other.name
            );
            let help = "give each its own salt; one that is in use already moves everybody when it changes";
            found.push(Diagnostic::warning("shared-salt", &owner.salt.place, message).with_help(help));
        }
    }
}
