//! What has to hold of the flags themselves.

use super::Check;
use super::finding::{Code, Finding};
use tidegate::delivery::hygiene::{Outcome, View};
use tidegate::model::{Detail, Flag, FlagType, Project, ReleaseRules};

/// Every flag has an owner.
pub(super) fn owned(project: &Project, prefix: &str) -> Check {
    let ownerless = project.flags.iter().filter(|flag| !Detail::Owner.is_said(flag));
    let findings = ownerless.map(|flag| {
        Finding::new(
            Code::MissingOwner,
            Some(format!("{prefix}{}", flag.key.place.file)),
            format!("nobody answers for `{}`", flag.key.value),
            "write who does: `owner: TEAM`",
        )
    });
    Check::asked("owners", findings.collect())
}

/// What is not fully tested is off for everybody outside of the ring of those who test it. A project that names neither
/// ring nor environments is held only to what its flags say of themselves.
pub(super) fn tested(project: &Project, prefix: &str, rules: &ReleaseRules, now_ms: i64) -> Check {
    // A ring that is gone is nobody's.
    let qa = rules.qa.as_ref().map(|qa| qa.value.as_str());
    let qa = qa.filter(|qa| project.segments.iter().any(|segment| segment.name.value == *qa));
    let named = rules.environments.iter().map(|name| name.value.as_str());
    let mut environments: Vec<&str> = named.filter(|name| project.has_environment(name)).collect();
    if rules.environments.is_empty() {
        environments = project
            .environments
            .iter()
            .map(|name| name.value.as_str())
            .collect();
    }
    let is_asked = rules.qa.is_some() || !rules.environments.is_empty();
    let says_so = |flag: &Flag| flag.tested.as_ref().is_some_and(|tested| !tested.value);
    let untested = project.flags.iter().filter(|flag| is_untested(flag));
    if !is_asked && !untested.clone().any(says_so) {
        return Check::unasked(
            "tested",
            "neither `release.qa` nor `release.environments` is there",
        );
    }
    let mut findings = Vec::new();
    for flag in untested.filter(|flag| is_asked || says_so(flag)) {
        for environment in &environments {
            let view = View {
                project,
                environment,
                outside: qa,
                now_ms: Some(now_ms),
            };
            let outcomes = view.outcomes(flag);
            let mut open = outcomes
                .iter()
                .filter(|outcome| outcome.variant != flag.off_variant.value);
            if let Some(outcome) = open.next() {
                findings.push(opened(flag, environment, qa, (prefix, outcome)));
            }
        }
    }
    Check::asked("tested", findings)
}

fn is_untested(flag: &Flag) -> bool {
    let kind = flag.kind.as_ref().map(|kind| kind.value);
    let hides = matches!(kind, Some(FlagType::Release | FlagType::Experiment));
    hides && !flag.tested.as_ref().is_some_and(|tested| tested.value)
}

fn opened(flag: &Flag, environment: &str, qa: Option<&str>, at: (&str, &Outcome<'_>)) -> Finding {
    let (prefix, outcome) = at;
    let who = match qa {
        Some(qa) => format!("people outside of `{qa}`"),
        None => "people".to_owned(),
    };
    let help = match qa {
        Some(qa) => format!("serve it behind `if: {{ segment: {qa} }}` only, or write `tested: true`"),
        None => "disable it there, or write `tested: true`; `release.qa` names who may have it".to_owned(),
    };
    let message = format!(
        "`{}` is not fully tested, and {who} may get `{}` in {environment}",
        flag.key.value, outcome.variant
    );
    Finding::at(Code::UntestedOn, (prefix, &outcome.place), message, help)
}
