use super::names::Names;
use crate::model::{Detail, Diagnostic, Flag, Project};

/// Flags that say too little of themselves, or are on nowhere.
pub(super) fn check(names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    for flag in &names.project.flags {
        described(names.project, flag, found);
        on_somewhere(names.project, flag, found);
    }
}

fn described(project: &Project, flag: &Flag, found: &mut Vec<Diagnostic>) {
    // What the project demands is an error, told elsewhere.
    let demanded = |detail: Detail| {
        let required = &project.hygiene.required;
        required.iter().any(|required| required.value == detail)
    };
    let missing: Vec<String> = [Detail::Description, Detail::Owner, Detail::Type]
        .into_iter()
        .filter(|detail| !detail.is_said(flag) && !demanded(*detail))
        .map(|detail| format!("`{}`", detail.word()))
        .collect();
    if !missing.is_empty() {
        let message = format!("the flag has no {}", missing.join(", no "));
        found.push(Diagnostic::warning("undescribed-flag", &flag.key.place, message));
    }
}

fn on_somewhere(project: &Project, flag: &Flag, found: &mut Vec<Diagnostic>) {
    let known = |name: &str| {
        project
            .environments
            .iter()
            .any(|environment| environment.value == name)
    };
    let mut states = flag.environments.iter().filter(|(name, _)| known(&name.value));
    if flag.environments.is_empty() {
        let message = "the flag names no environment, so it is disabled in all";
        let help = "write `environments: { NAME: {} }` to enable it there";
        found.push(Diagnostic::warning("never-on", &flag.key.place, message).with_help(help));
    } else if let Some((first, _)) = states.clone().next()
        && states.all(|(_, state)| state.killed || !state.enabled)
    {
        let message = "the flag is killed or disabled in every environment";
        found.push(Diagnostic::warning("never-on", &first.place, message));
    }
}
