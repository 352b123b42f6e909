use super::blocks::prose;
use super::project::Shop;
use super::{README, root};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

/// The commands of the table, and what it says of each.
fn table() -> Vec<(&'static str, &'static str)> {
    README
        .lines()
        .filter_map(|line| line.strip_prefix("| `tidegate ")?.split_once("` |"))
        .collect()
}

/// Fails when a line to be typed is neither run nor checked by something.
pub(crate) fn claim(line: &str) {
    let command = line.split('#').next().unwrap_or_default().trim();
    let words: Vec<&str> = command.split_whitespace().collect();
    match words.as_slice() {
        // `project.rs` runs these.
        ["tidegate", ..] => {}
        ["npm", "install", package] => assert_eq!(*package, manifest("js/package.json")["name"], "{line}"),
        ["npm", "run", script] | ["npm", script] => {
            let manifest = manifest("package.json");
            let run = manifest["scripts"][script].as_str();
            let program = run
                .and_then(|run| run.strip_prefix("node "))
                .and_then(|run| run.split(' ').next());
            assert!(
                program.is_some_and(|program| root().join(program).exists()),
                "{line}"
            );
        }
        ["cargo", "add", package] => assert_eq!(*package, env!("CARGO_PKG_NAME"), "{line}"),
        ["cargo", "build", "--release", "--features", feature] => {
            let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
            assert!(manifest.contains(&format!("\n{feature} = [")), "{line}");
        }
        _ => panic!("nothing runs `{line}`"),
    }
}

fn manifest(path: &str) -> Value {
    serde_json::from_slice(&fs::read(root().join(path)).unwrap()).unwrap()
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn what_the_prose_says_to_type_is_there() {
    let prose = prose(README);
    let typed: Vec<&str> = quoted(&prose)
        .filter(|code| ["npm ", "cargo "].iter().any(|program| code.starts_with(program)))
        .collect();
    assert!(!typed.is_empty());
    typed.into_iter().for_each(claim);
}

#[test]
fn the_table_names_every_subcommand_and_only_options_that_it_has() {
    let shop = Shop::new();
    let help = shop.run("tidegate --help");
    let (_, rest) = help.split_once("\nCommands:\n").unwrap();
    let there: BTreeSet<&str> = rest
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty() && *name != "help")
        .collect();
    let told: BTreeSet<&str> = table()
        .iter()
        .filter_map(|(command, _)| command.split(' ').next())
        .collect();
    assert_eq!(told, there);

    for (command, does) in table() {
        let name = command.split(' ').next().unwrap();
        let help = shop.run(&format!("tidegate {name} --help"));
        assert!(help.contains("\nExample:\n"), "{name}");
        let known = |option: &&str| help.contains(&format!("{option} "));
        let options = command
            .split(' ')
            .chain(does.split(['`', ' ']))
            .filter(|word| word.starts_with("--"));
        for option in options.chain(["--json"]) {
            assert!(
                known(&option) || help.contains(&format!("{option}\n")),
                "{name} {option}"
            );
        }
    }
}

#[test]
fn the_commands_of_the_table_run_as_they_are_written() {
    let shop = Shop::new();
    let trust = format!("--trust {}", shop.run("cat ../keys/tidegate.pub").trim());
    let stand_ins = [
        ("--project DIR", "--project ."),
        ("--environment E", "--environment production"),
        ("--audience A", "--audience client"),
        ("--key FILE", "--key ../keys/tidegate.key"),
        ("--trust T", &trust),
        (
            "--population FILE",
            "--population ../people.yaml --now 2026-12-01T09:00:00Z",
        ),
        ("--scope S", "--scope shop/production/client"),
        ("--logs PATH", "--logs ../log.ndjson"),
        ("--metric NAME", "--metric failed-order"),
        ("--context JSON", r#"--context '{"targetingKey":"u-12"}'"#),
        ("promote FLAG", "promote search"),
        ("pause FLAG", "pause search"),
        ("resume FLAG", "resume search"),
        ("approve FLAG", "approve search"),
        ("rollback FLAG", "rollback search"),
        ("FLAG", "checkout"),
        ("--against REF", "--against HEAD"),
        ("--head-key FILE", "--head-key ../keys/tidegate.key"),
        ("PUB", "../keys/tidegate.pub"),
        ("--at DEST", "--at ../DEST"),
        ("--to DEST", "--to ../DEST"),
    ];
    shop.run("echo '{ size: 1000, metrics: { failed-orders: { rate: 3 } } }' > ../people.yaml");
    for (variant, arm) in [("classic", "control"), ("one-page", "treatment")] {
        let line = format!(
            r#"{{"time":1795262400000,"flag":"checkout","variant":"{variant}","arm":"{arm}","unit":"{arm}"}}"#
        );
        shop.run(&format!("echo '{line}' >> ../log.ndjson"));
    }
    // A release is of what was tested.
    shop.run(r#"for flag in flags/*; do echo "tested: true" >> "$flag"; done"#);
    shop.run(
        "tidegate compile --environment production --audience client --key ../keys/tidegate.key --out FILE",
    );
    shop.run("tidegate publish --to ../DEST --environment production --key ../keys/tidegate.key");
    shop.run("git init --quiet && git add --all && git -c user.name=Ana -c user.email=ana@example.com commit --quiet --message flags");
    // Code that uses every flag.
    shop.run(r#"for flag in flags/*; do echo "on('$(basename "$flag" .yaml)')"; done > app.ts"#);
    for (command, _) in table() {
        // It runs until it is stopped.
        if command.starts_with("serve ") {
            continue;
        }
        let line = stand_ins.iter().fold(command.to_owned(), |line, (word, value)| {
            line.replace(word, value)
        });
        shop.run(&format!("rm -rf DIR 1.root; tidegate {line}"));
    }
}
