use super::*;
use crate::model::{ChangeKind, KeyRole, Risk};

const KEY: &str = "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

pub(super) const WHOLE: &str = r#"
people:
  ana: { email: ana@example.com, login: ana-gh, keys: ["ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="] }
  bot: { login: "renovate[bot]", email: [bot@example.com, "bot+2@example.com"] }
teams: { release: [ana] }
roles: { snapshot: [release], root: [bot, ana] }
policy:
  rules:
    - name: increases
      if: { environments: [production], risk: [high, medium], kinds: [increase, new], step: { above: 12.5 } }
      require: { approvals: 2, teams: { release: 1 }, separateAuthor: false, guardrails: true, population: { atMost: 20 }, signatures: { snapshot: 2 } }
    - { name: rest, require: { approvals: 0 } }
  freezes:
    - { name: holidays, from: 2026-12-20T18:00, to: 2027-01-02T08:00:30, zone: America/Toronto, environments: [production], allow: [] }
    - { name: night, from: 2026-11-21T00:00, to: 2026-11-21T05:00, zone: UTC }
  emergency: { review: 12h }
"#;

/// Reads a project that says this beside its name and environments, which are its first lines.
fn governed(text: &str) -> (Option<Project>, Vec<String>) {
    let (project, found) = read(&[SourceFile {
        path: "tidegate.yaml".to_owned(),
        text: format!("{PROJECT}{text}"),
    }]);
    let shown = found.iter().map(|found| {
        let line = found.to_string();
        line.strip_prefix("tidegate.yaml:").unwrap_or(&line).to_owned()
    });
    (project, shown.collect())
}

#[test]
fn people_and_policy_are_read_whole() {
    let (project, found) = governed(WHOLE);
    assert_eq!(found, [""; 0]);
    let governance = project.unwrap().governance;
    let ana = governance.person("ana").unwrap();
    assert_eq!(ana.emails[0].value, "ana@example.com");
    assert_eq!(ana.keys[0].value[..2], [0xd7, 0x5a]);
    assert_eq!(governance.person("bot").unwrap().emails.len(), 2);
    assert_eq!(governance.members("release")[0].value, "ana");
    let root: Vec<&str> = governance
        .holders(KeyRole::Root)
        .iter()
        .map(|(name, _)| *name)
        .collect();
    assert_eq!(root, ["bot", "ana"]);
    assert_eq!(governance.holders(KeyRole::Snapshot).len(), 1);

    let policy = governance.policy.unwrap();
    let rule = &policy.rules[0];
    assert_eq!(rule.matching.risk, Some(vec![Risk::High, Risk::Medium]));
    assert_eq!(
        rule.matching.kinds,
        Some(vec![ChangeKind::Increase, ChangeKind::New])
    );
    assert_eq!(rule.matching.step_above, Some(12_500));
    let require = &rule.require;
    assert_eq!(
        (require.approvals, require.separate_author, require.guardrails),
        (2, false, true)
    );
    assert_eq!(
        (require.teams[0].1, require.population_at_most),
        (1, Some(20_000))
    );
    assert_eq!(
        (require.signatures[0].0.value, require.signatures[0].1),
        (KeyRole::Snapshot, 2)
    );
    let rest = &policy.rules[1];
    assert_eq!(
        (rest.matching.kinds.as_ref(), rest.require.separate_author),
        (None, true)
    );

    let [holidays, night] = &policy.freezes[..] else {
        panic!("not two freezes")
    };
    assert_eq!(holidays.from_civil_ms, 1_797_789_600_000);
    assert_eq!(
        holidays.to_civil_ms - holidays.from_civil_ms,
        ((12 * 24 + 14) * 3_600 + 30) * 1_000
    );
    assert_eq!(holidays.allow, []);
    assert_eq!(night.allow, ChangeKind::CLOSING);
    let emergency = policy.emergency.unwrap();
    assert_eq!(
        (emergency.review_ms, &emergency.kinds[..]),
        (43_200_000, &ChangeKind::CLOSING[..])
    );
}

#[test]
fn a_project_without_policy_has_none() {
    let (project, _) = governed("");
    assert_eq!(project.unwrap().governance, crate::model::Governance::default());
}

#[test]
fn what_is_wrong_of_people_is_told_where_it_stands() {
    for (text, expected) in [
        (
            "people: {}",
            "3:9: error[empty-list]: the people of a project must not be empty",
        ),
        (
            "people: { a b: {} }",
            "3:11: error[invalid-name]: `a b` cannot be a person's name",
        ),
        (
            "people: { a: { mail: x } }",
            "3:16: error[unknown-key]: unknown key `mail` in a person",
        ),
        (
            "people: { a: { email: Ana <ana@example.com> } }",
            "3:23: error[invalid-email]: `Ana <ana@example.com>` is not an e-mail address",
        ),
        (
            "people: { a: { email: [x@y, ana] } }",
            "3:29: error[invalid-email]: `ana` is not an e-mail address",
        ),
        (
            "people: { a: { login: 'a b' } }",
            "3:23: error[invalid-name]: `a b` cannot be a login",
        ),
        (
            "people: { a: { login: '' } }",
            "3:23: error[invalid-name]: `` cannot be a login",
        ),
        (
            "teams: { t: [] }",
            "3:13: error[empty-list]: a list of people must not be empty",
        ),
        (
            "teams: { t: [a, a] }",
            "3:17: error[duplicate-name]: a person's name `a` is already there",
        ),
        (
            "roles: { snapshots: [a] }",
            "3:10: error[unknown-word]: expected a role of keys (`snapshot`, `head` or `root`), found `snapshots`",
        ),
    ] {
        let (project, found) = governed(text);
        assert_eq!(found, [expected], "{text}");
        // Whoever judges by what is left must not take it for all.
        assert_eq!(project.unwrap().left_out, ["tidegate"]);
    }
}

#[test]
fn keys_that_do_not_parse_are_refused_and_never_told_again() {
    for key in [
        "ed25519:short",
        "ed25519-dev:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
        // A point of small order: signatures under it fit anything.
        "ed25519:AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "-----BEGIN PRIVATE KEY----- MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v",
        "root:AAAA",
        "",
    ] {
        let (_, found) = governed(&format!("people: {{ a: {{ keys: ['{KEY}', '{key}'] }} }}"));
        let expected =
            "3:79: error[invalid-key]: this is not the public half of an Ed25519 key for production";
        assert_eq!(found, [expected], "{key}");
    }
}

#[test]
fn what_is_wrong_of_policy_is_told_where_it_stands() {
    for (text, expected) in [
        (
            "{ rule: [] }",
            "3:11: error[unknown-key]: unknown key `rule` in a policy for changes",
        ),
        (
            "{ rules: [] }",
            "3:18: error[empty-list]: a list of rules must not be empty",
        ),
        (
            "{ rules: [{ require: { approvals: 1 } }] }",
            "3:19: error[missing-key]: a rule for changes needs the key `name`",
        ),
        (
            "{ rules: [{ name: r }] }",
            "3:19: error[missing-key]: a rule for changes needs the key `require`",
        ),
        (
            "{ rules: [{ name: r, require: {} }] }",
            "3:39: error[empty-list]: what a rule requires must not be empty",
        ),
        (
            "{ rules: [{ name: r, require: { approvals: 21 } }] }",
            "3:52: error[out-of-range]: a number of people is a whole number from 0 to 20",
        ),
        (
            "{ rules: [{ name: r, require: { teams: { t: 0 } } }] }",
            "3:53: error[out-of-range]: a number of people is a whole number from 1 to 20",
        ),
        (
            "{ rules: [{ name: r, require: { signatures: { tail: 1 } } }] }",
            "3:55: error[unknown-word]: expected a role of keys (`snapshot`, `head` or `root`), found `tail`",
        ),
        (
            "{ rules: [{ name: r, require: { population: 20 } }] }",
            "3:53: error[wrong-type]: expected a share of a population (a mapping), found the number `20`",
        ),
        (
            "{ rules: [{ name: r, if: { step: { above: 101 } }, require: { approvals: 1 } }] }",
            "3:51: error[invalid-percentage]: `101` is more than 100 percent",
        ),
        (
            "{ rules: [{ name: r, if: { kinds: [kil] }, require: { approvals: 1 } }] }",
            "3:44: error[unknown-word]: expected a kind of change (`kill`, `decrease`, `increase`, `targeting`, `new`, `delete`, `salt` or `other`), found `kil`",
        ),
        (
            "{ rules: [{ name: r, if: { environments: [p, p] }, require: { approvals: 1 } }] }",
            "3:54: error[duplicate-name]: an environment's name `p` is already there",
        ),
        (
            "{ rules: [{ name: r, require: { approvals: 1 } }, { name: r, require: { approvals: 1 } }] }",
            "3:67: error[duplicate-name]: rule `r` is already there",
        ),
        (
            "{ emergency: { kinds: [kill, increase] } }",
            "3:38: error[unknown-word]: expected a kind of change (`kill` or `decrease`), found `increase`",
        ),
        (
            "{ emergency: { review: 1 day } }",
            "3:32: error[invalid-duration]: `1 day` is not a duration of at most 3650d",
        ),
    ] {
        assert_eq!(governed(&format!("policy: {text}")).1, [expected], "{text}");
    }
}

#[test]
fn a_freeze_is_between_two_times_of_day_in_order() {
    for (from, to, expected) in [
        (
            "2026-12-20T18:00:00Z",
            "2027-01-02T08:00",
            "3:38: error[invalid-time]: `2026-12-20T18:00:00Z` is not a date and a time of day",
        ),
        (
            "2026-12-20",
            "2027-01-02T08:00",
            "3:38: error[invalid-time]: `2026-12-20` is not a date and a time of day",
        ),
        (
            "2026-02-29T00:00",
            "2027-01-02T08:00",
            "3:38: error[invalid-time]: `2026-02-29T00:00` is not a date and a time of day",
        ),
        (
            "2026-12-20T24:00",
            "2027-01-02T08:00",
            "3:38: error[invalid-time]: `2026-12-20T24:00` is not a date and a time of day",
        ),
        (
            "2026-12-20T18:00",
            "2026-12-20T18:00",
            "3:60: error[runs-backwards]: the freeze ends before it begins",
        ),
        (
            "2027-01-02T08:00",
            "2026-12-20T18:00",
            "3:60: error[runs-backwards]: the freeze ends before it begins",
        ),
    ] {
        let text = format!("policy: {{ freezes: [{{ name: f, from: {from}, to: {to}, zone: UTC }}] }}");
        assert_eq!(governed(&text).1, [expected], "{text}");
    }
    let text = "policy: { freezes: [{ name: f, from: 2026-12-20T18:00, to: 2027-01-02T08:00 }] }";
    let expected = "3:21: error[missing-key]: a freeze needs the key `zone`";
    assert_eq!(governed(text).1, [expected]);
}
