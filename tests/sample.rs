//! The sample shop compiles, and its snapshots are taken and decided.
#![cfg(feature = "compile")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use support::NOW_MS;
use tidegate::compile::{Audience, Options, compile, lint};
use tidegate::model::{ChangeKind, Risk, Severity, read};
use tidegate::trust::SigningKey;
use tidegate::{Client, Context, Scope};

#[test]
fn the_sample_shop_is_decided_from_signed_snapshots() {
    let (project, problems) = read(&support::sample_shop());
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    let project = project.unwrap();
    let errors: Vec<String> = lint(&project)
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .map(ToString::to_string)
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    let key = SigningKey::from_seed(&[7; 32], false);
    for environment in &project.environments {
        for audience in [Audience::Client, Audience::Server] {
            let options = Options {
                environment: environment.value.clone(),
                audience,
                version: 1,
                issued_at_ms: NOW_MS,
                not_before_ms: NOW_MS,
                expires_ms: None,
                head_keys: Vec::new(),
                kills: Vec::new(),
            };
            let payload = compile(&project, &options).unwrap();
            let scope = format!("{}/{}/{audience}", project.name.value, environment.value);
            let mut client = Client::new(key.trust(), Some(Scope::parse(&scope).unwrap()));
            client.load(key.sign(&payload), NOW_MS).unwrap();
            let context = Context::new("u-17")
                .with("country", "CA")
                .with("appVersion", "2.5.0");
            let binding = client.bind(&context).unwrap();
            for answer in binding.evaluate_all(NOW_MS) {
                assert!(
                    answer.variant().is_some(),
                    "{} of {scope} cannot be read",
                    answer.flag()
                );
            }
            assert!(client.flags().count() > 5);
        }
    }
}

#[test]
fn every_change_of_the_sample_shop_in_production_asks_for_somebody() {
    let project = read(&support::sample_shop()).0.unwrap();
    let policy = project.governance.policy.unwrap();
    let emergency = policy.emergency.unwrap().kinds;
    let kinds = ChangeKind::ALL
        .into_iter()
        .filter(|kind| !emergency.contains(kind));
    let is_asked = |kind: ChangeKind, risk: Risk| {
        policy.rules.iter().any(|rule| {
            let (matching, require) = (&rule.matching, &rule.require);
            let is_there = |names: &Vec<_>| {
                let mut names = names.iter();
                names.any(|name: &tidegate::model::Spanned<String>| name.value == "production")
            };
            matching.environments.as_ref().is_none_or(is_there)
                && matching.risk.as_ref().is_none_or(|risks| risks.contains(&risk))
                && matching.kinds.as_ref().is_none_or(|kinds| kinds.contains(&kind))
                // Small steps count too.
                && matching.step_above.is_none()
                && (require.approvals > 0 || require.teams.iter().any(|(_, need)| *need > 0))
        })
    };
    let cases = kinds.flat_map(|kind| Risk::ALL.map(|risk| (kind, risk)));
    let unasked: Vec<(ChangeKind, Risk)> = cases.filter(|(kind, risk)| !is_asked(*kind, *risk)).collect();
    assert_eq!(unasked, []);
}
