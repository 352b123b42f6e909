//! What progressive delivery needs: each row of the table is run in a shop with people and a policy, and tells that it did it.

use super::README;
use super::project::Shop;

/// What each command of the table comes to: its exit code, and words that only it would say.
const TOLD: [(&str, i32, &str); 14] = [
    (
        "promote search",
        0,
        "search: the rollout `launch` in production is running at `qa`",
    ),
    (
        "advance",
        0,
        "search: the rollout `launch` at `qa` in production: hold",
    ),
    ("kill checkout", 0, "shop/production/client: `checkout` is killed"),
    ("analyze checkout", 0, "sample ratio: as designed"),
    ("explain latest checkout", 0, "\"u-12\" lands in bucket 13,190"),
    // Exit code 2 is its word for a change.
    ("plan", 2, "search in production (client, server): targeting"),
    (
        "gate",
        1,
        "1 approvals: one more of ben or cho, not by ana, who wrote it",
    ),
    ("status", 0, "wrote status.html: 3 flags in 2 environments"),
    (
        "audit verify",
        0,
        "nothing is wrong\nwhat is published vouches for",
    ),
    (
        "check-release",
        1,
        "the rule `production-increases`: 0 of 1 approvals",
    ),
    ("stale", 0, "welcome-banner  release"),
    ("refs", 0, "used but not defined:\n\nmade-up: 1 use in 1 file"),
    ("ci-report", 0, "there is no earlier build to compare with"),
    ("dora", 0, "1 incident"),
];

const POLICY: &str = "\
teams: { release: [ben, cho] }
policy:
  rules:
    - name: production-increases
      if: { environments: [production], kinds: [increase, targeting, new, salt] }
      require: { approvals: 1, teams: { release: 1 } }
    - name: what-holds-the-rest
      if: { kinds: [other] }
      require: { approvals: 1 }
  emergency: { kinds: [kill, decrease], review: 24h }
release: { qa: internal-qa, environments: [production], needFlag: [{ paths: [\"src/**\"] }] }
";

/// The rows of the table: a need, and the command that meets it.
fn rows() -> Vec<(&'static str, &'static str)> {
    let (_, behind) = README
        .split_once("\n## What progressive delivery needs\n")
        .unwrap();
    let (section, _) = behind.split_once("\n## ").unwrap();
    let mut lines = section.lines().filter(|line| line.starts_with('|'));
    assert_eq!(
        [lines.next(), lines.next()],
        [
            Some("| what it needs | the command that does it |"),
            Some("| --- | --- |")
        ]
    );
    let row = |line: &'static str| {
        let cells = line.strip_prefix("| ")?.strip_suffix("` |")?;
        cells.split_once(" | `tidegate ")
    };
    lines
        .map(|line| row(line).unwrap_or_else(|| panic!("no need and its command: {line}")))
        .collect()
}

/// The README's shop in a repository of Ana's, with others who must agree, published as it is on `main`.
pub(super) fn governed() -> Shop {
    let shop = Shop::new();
    shop.run("echo people: >> tidegate.yaml");
    for name in ["ana", "ben", "cho"] {
        let key = shop.run(&format!("tidegate keygen --out ../keys/{name}"));
        let person = format!(
            "  {name}: {{ email: {name}@example.com, keys: [\"{}\"] }}",
            key.trim()
        );
        shop.run(&format!("echo '{person}' >> tidegate.yaml"));
    }
    shop.run(&format!("printf '%s' '{POLICY}' >> tidegate.yaml"));
    // A release is of what was tested.
    shop.run(r#"for flag in flags/*; do echo "tested: true" >> "$flag"; done"#);
    shop.run("tidegate lint --deny-warnings");
    // What was made today is not stale.
    shop.run("sed -i 's/^createdAt: .*/createdAt: 2026-01-01/' flags/welcome-banner.yaml");
    shop.run(
        "mkdir src; echo \"flags.value('checkout', 'classic'); flags.value('made-up', false)\" > src/app.ts",
    );
    shop.run("git init --quiet --initial-branch=main");
    shop.run("git config user.name Ana; git config user.email ana@example.com");
    shop.run("git add --all; git commit --quiet --message first");
    shop.run("tidegate publish --to ../site --environment production --key ../keys/tidegate.key");
    shop.run(
        "tidegate compile --environment production --audience client --key ../keys/tidegate.key --out latest",
    );
    shop.run("mkdir logs");
    for (variant, arm) in [("classic", "control"), ("one-page", "treatment")] {
        let line = format!(
            r#"{{"time":1795262400000,"flag":"checkout","variant":"{variant}","arm":"{arm}","unit":"{arm}"}}"#
        );
        shop.run(&format!("echo '{line}' >> logs/exposures.ndjson"));
    }
    shop
}

/// Runs a command, which must end with a code and tell something.
#[track_caller]
fn told(shop: &Shop, command: &str, code: i32, word: &str) {
    let (ended, told) = shop.tell(&format!("tidegate {command}"));
    assert_eq!(ended, Some(code), "{command}: {told}");
    assert!(told.contains(word), "{command} does not tell `{word}`: {told}");
}

#[test]
fn every_need_is_met_by_its_command() {
    let shop = governed();
    let rows = rows();
    let is_of = |command: &str, name: &str| command == name || command.starts_with(&format!("{name} "));
    for (name, ..) in TOLD {
        let count = rows.iter().filter(|(_, command)| is_of(command, name)).count();
        assert_eq!(count, 1, "rows of `{name}`");
    }
    for (need, command) in &rows {
        let expected = TOLD.iter().find(|(name, ..)| is_of(command, name));
        let (_, code, word) = expected.unwrap_or_else(|| panic!("{need}: what does `{command}` tell?"));
        told(&shop, command, *code, word);
    }
    let whole = |name: &str| rows.iter().find(|(_, command)| is_of(command, name)).unwrap().1;

    // What was missing is what somebody else says.
    shop.run("tidegate approve --change --against main --by ben --key ../keys/ben/tidegate.key");
    told(&shop, whole("gate"), 0, "rule production-increases: met\n");
    told(&shop, whole("check-release"), 0, "\nreleasable, ");

    // What they wrote holds something, and a record that was changed is no record.
    shop.run("grep --quiet '<td' status.html && grep --quiet checkout status.html");
    shop.run("grep --quiet checkout build.json");
    shop.run("sed -i 's/payments fail/as was planned/' audit/*.jsonl");
    told(&shop, whole("audit verify"), 1, "[audit-edited]");
}
