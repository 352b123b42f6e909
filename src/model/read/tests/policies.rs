use super::*;
use crate::model::{
    Action, Harm, Margin, Method, MetricType, Policy, Quantity, Role, Setting, SourceKind, Spending,
};

pub(super) const POLICY: &str = r#"description: What a new checkout must not make worse
confidence: 95
method: sequential
source:
  timeout: 5s
  prometheus: { url: "env:PROMETHEUS_URL", bearer: "env:PROMETHEUS_TOKEN" }
  log: { exposures: "logs/exposures-*.ndjson", events: logs/events.ndjson }
metrics:
  failed-orders:
    role: guardrail
    type: proportion
    harm: increase
    margin: { relative: 5 }
    catastrophic: { value: 0.2, minEvents: 50 }
    maxAge: 15m
    onBreach: rollback
    unit: ratio
    prometheus:
      total: 'sum(increase(orders_total{flag="$flag",arm="$arm",stage="$stage"}[$window]))'
      events: 'sum(increase(orders_failed_total{flag="$flag",arm="$arm",stage="$stage"}[$window]))'
      until: 'max(timestamp(orders_total{flag="$flag"}))'
  seconds:
    role: signal
    type: mean
    harm: increase
    margin: { absolute: 0.2 }
    mustHaveData: false
    http: { url: "https://metrics.example.com/$flag/$stage", headers: { X-Scope-OrgID: web }, pointers: { total: /n/$arm } }
  basket:
    type: ratio
    harm: decrease
    log: { metric: revenue, denominator: orders }
checks:
  sampleRatio: { action: rollback, below: 0.0005 }
  noTraffic: { action: hold, within: 2h }
  multipleExposures: { action: hold, above: 0.5 }
errors: { atMost: 5, action: rollback }
dryRun: true
"#;

/// A policy that is good.
fn policy(text: &str) -> Policy {
    let (project, diagnostics) = read_with(&[("policies/p.yaml", text)]);
    assert_eq!(diagnostics, [], "{text}");
    project.unwrap().policies.remove(0)
}

/// What is wrong with a metric with these keys, which stand on line 2 from column 6 on.
fn metric_problems(keys: &str) -> Vec<String> {
    let found = problems(&[("policies/p.yaml", &format!("metrics:\n  m: {{ {keys} }}\n"))]);
    found
        .iter()
        .map(|line| line.strip_prefix("policies/p.yaml:").unwrap().to_owned())
        .collect()
}

const SOUND: &str = "type: proportion, harm: increase, file: { path: m.json }";

#[test]
fn the_policy_of_the_documentation_is_read_whole() {
    let policy = policy(POLICY);
    assert_eq!(policy.name.value, "p");
    assert_eq!((policy.confidence, policy.dry_run), (95_000, true));
    assert!((policy.alpha() - 0.05).abs() < 1e-12);
    assert_eq!(policy.method, Method::Sequential { tuned_at: 10_000 });
    let [failed, seconds, basket] = policy.metrics.as_slice() else {
        panic!("not three metrics")
    };
    assert_eq!(
        (
            failed.role,
            failed.kind,
            failed.harm,
            failed.margin,
            failed.on_breach
        ),
        (
            Role::Guardrail,
            MetricType::Proportion,
            Harm::Increase,
            Margin::Relative(0.05),
            Action::RollBack
        )
    );
    let catastrophic = failed.catastrophic.as_ref().unwrap();
    assert_eq!((catastrophic.value, catastrophic.min_events), (0.2, 50));
    assert_eq!(
        (failed.max_age_ms, failed.unit.as_deref(), failed.must_have_data),
        (Some(900_000), Some("ratio"), true)
    );
    let SourceKind::Prometheus {
        server,
        queries,
        until,
    } = &failed.source.kind
    else {
        panic!("not Prometheus")
    };
    assert_eq!(
        server.url.value,
        Setting::Environment("PROMETHEUS_URL".to_owned())
    );
    assert_eq!(server.bearer.as_deref(), Some("PROMETHEUS_TOKEN"));
    assert_eq!(
        queries.iter().map(|(quantity, _)| *quantity).collect::<Vec<_>>(),
        [Quantity::Total, Quantity::Events]
    );
    assert!(until.is_some());
    assert_eq!(failed.source.timeout_ms, 5_000);

    assert_eq!(
        (seconds.role, seconds.on_breach, seconds.must_have_data),
        (Role::Signal, Action::Hold, false)
    );
    let SourceKind::Http { server, answer } = &seconds.source.kind else {
        panic!("not HTTP")
    };
    assert_eq!(
        server.headers,
        [("X-Scope-OrgID".to_owned(), Setting::Text("web".to_owned()))]
    );
    let pointers: Vec<&str> = answer.quantities.iter().map(|(_, at)| at.as_str()).collect();
    assert_eq!(pointers, ["/n/$arm", "/$arm/sum", "/$arm/squares"]);
    assert_eq!((answer.until.as_str(), answer.unit.as_str()), ("/until", "/unit"));

    assert_eq!(
        (basket.role, basket.on_breach),
        (Role::Guardrail, Action::RollBack)
    );
    let SourceKind::Log { exposures, events } = &basket.source.kind else {
        panic!("not a log")
    };
    let events = events.as_ref().unwrap();
    assert_eq!(
        (exposures.as_str(), events.path.as_str(), events.metric.as_str()),
        ("logs/exposures-*.ndjson", "logs/events.ndjson", "revenue")
    );
    assert_eq!(events.denominator.as_deref(), Some("orders"));
    // The log that metrics have in common tells of exposures too.
    let exposures = policy.exposures.unwrap();
    assert!(matches!(exposures.kind, SourceKind::Log { events: None, .. }));
    assert_eq!(policy.checks.sample_ratio.action, Action::RollBack);
    assert_eq!(policy.checks.no_traffic.within_ms, 7_200_000);
    assert_eq!(policy.checks.multiple_exposures.above, 500);
    assert_eq!(
        (policy.errors.at_most, policy.errors.action),
        (5, Action::RollBack)
    );
}

#[test]
fn what_is_left_out_is_careful() {
    let policy = policy(&format!("metrics:\n  m: {{ {SOUND} }}\n"));
    let metric = &policy.metrics[0];
    assert_eq!(
        (metric.role, metric.on_breach),
        (Role::Guardrail, Action::RollBack)
    );
    assert_eq!(metric.margin, Margin::Absolute(0.0));
    assert!(metric.must_have_data && metric.catastrophic.is_none());
    assert_eq!(metric.source.timeout_ms, 10_000);
    assert_eq!((policy.confidence, policy.dry_run), (95_000, false));
    assert_eq!(policy.checks.sample_ratio.below, 0.001);
    assert_eq!(policy.checks.no_traffic.within_ms, 3_600_000);
    assert_eq!(policy.checks.multiple_exposures.above, 1_000);
    assert_eq!((policy.errors.at_most, policy.errors.action), (3, Action::Hold));
    assert!(policy.exposures.is_none());
}

#[test]
fn methods_have_their_numbers() {
    for (written, method) in [
        ("sequential", Method::Sequential { tuned_at: 10_000 }),
        ("{ sequential: {} }", Method::Sequential { tuned_at: 10_000 }),
        (
            "{ sequential: { tunedAt: 500 } }",
            Method::Sequential { tuned_at: 500 },
        ),
        (
            "{ groupSequential: { looks: 28, sample: 28000 } }",
            Method::GroupSequential {
                looks: 28,
                sample: 28_000,
                spending: Spending::ObrienFleming,
            },
        ),
        (
            "{ groupSequential: { looks: 5, sample: 1000, spending: pocock } }",
            Method::GroupSequential {
                looks: 5,
                sample: 1_000,
                spending: Spending::Pocock,
            },
        ),
    ] {
        let text = format!("method: {written}\nmetrics: {{ m: {{ {SOUND} }} }}");
        assert_eq!(policy(&text).method, method, "{written}");
    }
}

#[test]
fn policies_that_watch_nothing_are_refused() {
    for (text, expected) in [
        (
            "description: x\n",
            "1:1: error[missing-key]: a policy needs the key `metrics`",
        ),
        (
            "metrics: {}\n",
            "1:10: error[empty-list]: the metrics of a policy must not be empty",
        ),
        (
            "[]\n",
            "1:1: error[wrong-type]: expected a policy (a mapping), found a list",
        ),
    ] {
        let found = problems(&[("policies/p.yaml", text)]);
        assert_eq!(found, [format!("policies/p.yaml:{expected}")], "{text}");
    }
}

#[test]
fn numbers_out_of_range_are_refused() {
    for (keys, expected) in [
        (
            "confidence: 50",
            "the confidence is a percentage from 60 to 99.999",
        ),
        (
            "confidence: 100",
            "the confidence is a percentage from 60 to 99.999",
        ),
        (
            "confidence: 0.95",
            "the confidence is a percentage from 60 to 99.999",
        ),
        (
            "method: { groupSequential: { looks: 0, sample: 5 } }",
            "a number of looks is a whole number from 1 to 200",
        ),
        (
            "method: { groupSequential: { looks: 28 } }",
            "a group-sequential method needs the key `sample`",
        ),
        (
            "method: { groupSequential: { sample: 28 } }",
            "a group-sequential method needs the key `looks`",
        ),
        (
            "method: { sequential: { tunedAt: 1.5 } }",
            "a number of units in an arm is a whole number from 1 to 1000000000",
        ),
        (
            "checks: { sampleRatio: { below: 0 } }",
            "the probability is a number above 0 and up to 0.1",
        ),
        (
            "checks: { multipleExposures: { above: 101 } }",
            "`101` is more than 100 percent",
        ),
        (
            "errors: { atMost: -1 }",
            "a number of failures is a whole number from 0 to 1000",
        ),
        ("source: { timeout: 0s }", "a time-out lasts from 1s to 5m"),
        ("source: { timeout: 6m }", "a time-out lasts from 1s to 5m"),
    ] {
        let text = format!("{keys}\nmetrics: {{ m: {{ {SOUND} }} }}\n");
        let found = problems(&[("policies/p.yaml", &text)]);
        assert_eq!(found.len(), 1, "{keys}: {found:?}");
        assert!(found[0].contains(expected), "{keys}: {found:?}");
    }
}

#[test]
fn metrics_that_cannot_be_judged_are_refused() {
    for (keys, expected) in [
        (
            "harm: increase, file: { path: m.json }",
            "a metric needs the key `type`",
        ),
        (
            "type: proportion, file: { path: m.json }",
            "a metric needs the key `harm`",
        ),
        (
            "type: proportion, harm: increase",
            "a metric needs one of the keys `prometheus`, `http`, `command`, `file` or `log`",
        ),
        (
            "type: proportion, harm: increase, file: { path: m.json }, command: { run: x }",
            "takes only one of the keys `file` and `command`",
        ),
        (&format!("{SOUND}, margin: {{ relative: -5 }}"), "0 or more"),
        (
            &format!("{SOUND}, margin: {{ relative: 1001 }}"),
            "at most 1000 percent",
        ),
        (
            &format!("{SOUND}, margin: {{ relative: 5, absolute: 1 }}"),
            "takes only one of the keys",
        ),
        (
            &format!("{SOUND}, margin: {{ absolute: .inf }}"),
            "is not a finite number",
        ),
        (
            &format!("{SOUND}, catastrophic: {{ value: 0.2 }}"),
            "a catastrophe needs the key `minEvents`",
        ),
        (
            &format!("{SOUND}, catastrophic: {{ value: 20, minEvents: 5 }}"),
            "the value of a proportion lies between 0 and 1",
        ),
        (
            &format!("{SOUND}, catastrophic: {{ value: 0.2, minEvents: 0 }}"),
            "a number of events is a whole number from 1",
        ),
        (
            &format!("{SOUND}, role: signal, onBreach: rollback"),
            "a signal holds and never rolls back | `role: guardrail` makes it one that does",
        ),
        (
            &format!("{SOUND}, onBreach: roll-back"),
            "did you mean `rollback`?",
        ),
        (
            "type: proportion, harm: up, file: { path: m.json }",
            "expected the direction that is bad (`increase` or `decrease`), found `up`",
        ),
        (
            &format!("{SOUND}, margn: {{ relative: 5 }}"),
            "did you mean `margin`?",
        ),
    ] {
        let found = metric_problems(keys);
        assert_eq!(found.len(), 1, "{keys}: {found:?}");
        assert!(found[0].contains(expected), "{keys}: {found:?}");
        assert!(found[0].starts_with("2:"), "{keys}: {found:?}");
    }
}

#[test]
fn queries_that_can_never_find_harm_are_refused() {
    let prometheus = |total: &str| {
        metric_problems(&format!(
            "type: proportion, harm: increase, prometheus: {{ url: 'http://p', total: '{total}', events: 'e{{arm=\"$arm\",stage=\"$stage\"}}' }}"
        ))
    };
    assert_eq!(prometheus("t{arm=\"$arm\",stage=\"$stage\"}"), [""; 0]);
    assert_eq!(prometheus("increase(t{arm=\"$variant\"}[$window])"), [""; 0]);
    for (total, expected) in [
        (
            "t{stage=\"$stage\"}",
            "it would tell the same of both arms: it needs `$arm` or `$variant`",
        ),
        (
            "t{arm=\"$arm\"}",
            "it would count what came before the stage: it needs `$stage` or `$window`",
        ),
        (
            "t{arm=\"$arm\",stage=\"$stge\"}",
            "there is no variable `$stge` | did you mean `$stage`?",
        ),
        (" ", "the text must not be empty"),
    ] {
        let found = prometheus(total);
        assert_eq!(found.len(), 1, "{total}: {found:?}");
        assert!(found[0].contains(expected), "{total}: {found:?}");
    }
    for (keys, expected) in [
        (
            "file: { path: m.json, pointers: { total: /n, events: /$arm/k } }",
            "of both arms",
        ),
        (
            "http: { url: 'http://m', pointers: { total: n/$arm } }",
            "`n/$arm` is not a JSON pointer",
        ),
        (
            "http: { url: 'http://m', pointers: { sum: /$arm } }",
            "`sum` is nothing that a metric of this type",
        ),
        (
            "prometheus: { total: '$arm$stage', events: '$arm$stage' }",
            "needs the key `url`, here or in",
        ),
        (
            "prometheus: { url: 'http://p', total: '$arm$stage', events: '$arm$stage' }, maxAge: 5m",
            "needs the key `until`",
        ),
        (
            "log: { exposures: e.ndjson }",
            "needs the key `events`, here or in the `source`",
        ),
        ("command: { run: [] }", "a list of words must not be empty"),
        (
            "command: { run: { a: b } }",
            "expected a string (a line for the shell) or a list of words",
        ),
    ] {
        let found = metric_problems(&format!("type: proportion, harm: increase, {keys}"));
        assert_eq!(found.len(), 1, "{keys}: {found:?}");
        assert!(found[0].contains(expected), "{keys}: {found:?}");
    }
}

#[test]
fn secrets_in_files_are_refused_and_not_repeated() {
    for server in [
        "bearer: hunter2",
        "url: 'https://me:hunter2@p', bearer: 'env:A'",
        "headers: { Authorization: hunter2 }",
        "headers: { cookie: hunter2 }",
    ] {
        let text = format!("source: {{ http: {{ {server} }} }}\nmetrics: {{ m: {{ {SOUND} }} }}\n");
        let found = problems(&[("policies/p.yaml", &text)]);
        assert_eq!(found.len(), 1, "{server}: {found:?}");
        assert!(
            found[0].contains("a secret must not stand in a file"),
            "{found:?}"
        );
        assert!(!found[0].contains("hunter2"), "{found:?}");
    }
    for (server, expected) in [
        ("bearer: 'env:1A'", "is not the name of an environment variable"),
        ("url: 'ftp://p'", "`ftp://p` is not a URL of http or https"),
        ("url: 'https://'", "is not a URL of http or https"),
        ("headers: { 'a b': x }", "`a b` cannot be the name of a header"),
    ] {
        let text = format!("source: {{ http: {{ {server} }} }}\nmetrics: {{ m: {{ {SOUND} }} }}\n");
        let found = problems(&[("policies/p.yaml", &text)]);
        assert_eq!(found.len(), 1, "{server}: {found:?}");
        assert!(found[0].contains(expected), "{server}: {found:?}");
    }
}

#[test]
fn a_policy_with_an_error_is_left_out_and_named() {
    let (project, diagnostics) =
        read_with(&[("policies/p.yaml", "metrics: {}"), ("policies/deep/q.yaml", "")]);
    assert_eq!(diagnostics.len(), 2);
    let project = project.unwrap();
    assert!(project.policies.is_empty());
    assert_eq!(project.left_out, ["policies/p"]);
}

#[test]
fn the_policy_in_the_language_s_reference_is_read() {
    let text = include_str!("../../LANGUAGE.md");
    let (_, behind) = text.split_once("# policies/checkout.yaml\n").unwrap();
    let (written, _) = behind.split_once("```").unwrap();
    assert_eq!(policy(written).metrics.len(), 1);
}
