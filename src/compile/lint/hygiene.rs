use super::names::{Names, unknown};
use super::references::{missing_file, missing_segment};
use crate::model::{Diagnostic, Spanned};

/// What the project demands of its flags and they do not say, and names in those demands that lead nowhere.
pub(super) fn check(names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    let hygiene = &names.project.hygiene;
    for flag in &names.project.flags {
        for detail in hygiene
            .required
            .iter()
            .filter(|detail| !detail.value.is_said(flag))
        {
            let message = format!(
                "the flag has no `{}`, which this project demands of every flag",
                detail.value.word()
            );
            found.push(Diagnostic::error("missing-key", &flag.key.place, message));
        }
    }
    for (key, _) in &hygiene.references.names {
        if names.flag(&key.value).is_none() {
            let known = names.project.flags.iter().map(|flag| flag.key.value.as_str());
            found.extend(missing_file(names, "unknown-flag", "flag", key, known.collect()));
        }
    }
    if let Some(qa) = &hygiene.release.qa {
        found.extend(missing_segment(names, qa));
    }
    environments(names, &hygiene.release.environments, found);
}

fn environments(names: &Names<'_>, named: &[Spanned<String>], found: &mut Vec<Diagnostic>) {
    let environments = names.project.environments.iter();
    let known: Vec<&str> = environments.map(|name| name.value.as_str()).collect();
    for name in named.iter().filter(|name| !known.contains(&name.value.as_str())) {
        found.push(unknown(
            "unknown-environment",
            "environment",
            &name.value,
            &name.place,
            &known,
        ));
    }
}
