//! A team's week in a repository: a feature behind a flag, a plan that is read, a gate that refuses, an approval, a release, a kill in
//! an emergency and its review, and a flag that is cleared away. The audit log tells of all of it, and of whatever is done to it.
//!
//! Nothing is simulated: git is git, with a remote in a folder, and what is published is read back as clients would.

mod tampering;
mod team;

use serde_json::Value;
use team::Team;

#[test]
fn a_team_releases_with_controls_and_one_record_of_it() {
    let team = Team::begin();

    // Monday: a search that nobody has asked for is not to go out by accident.
    team.branches("fast-search");
    team.write("src/search/fast.ts", "export const search = () => fast()\n");
    team.commits("ana", "Search faster");
    let report = team.checks("2026-11-23T09:00:00Z");
    assert_eq!(report.code, 1, "{report:?}");
    for finding in [
        "flags   1 finding\n  needs-flag  src/search/fast.ts: the file was changed, needs a flag, and uses none\n",
        "touch   1 finding\n  needs-touch  src/search/fast.ts: `src/search/fast.ts` changed, but nothing of `CHANGELOG.md`\n",
        "gate    met\nnot releasable, 1 file differs from `origin/main`\n",
    ] {
        assert!(report.out.contains(finding), "{finding}: {report:?}");
    }

    team.write("rules/flags/fast-search.yaml", team::FAST_SEARCH);
    team.write(
        "src/search/fast.ts",
        "export const search = () => (flags.value('fast-search', false) ? fast() : slow())\n",
    );
    team.write("CHANGELOG.md", "- Search is faster\n");
    team.commits("ana", "Put the faster search behind a flag");

    // What it does for whom is read before anybody agrees to it.
    let plan = team.runs(
        "ana",
        &[
            "plan",
            "--project",
            "rules",
            "--against",
            "origin/main",
            "--markdown",
        ],
        "2026-11-23T10:00:00Z",
    );
    assert_eq!(plan.code, 2, "{plan:?}");
    let comment = plan.out.as_str();
    let title = "<!-- tidegate plan -->\n### Flags of <code>shop</code>: 1 flag changes\n";
    assert!(comment.starts_with(title), "{comment}");
    let base = team.repository.git(&["rev-parse", "--short=12", "origin/main"]);
    let against = format!(
        "Against <code>origin/main &#40;{}&#41;</code>, at 2026-11-23",
        base.trim()
    );
    assert!(comment.contains(&against), "{comment}");
    // A plan that has not begun gives nobody anything.
    let row = "| <code>fast-search</code> | <code>production</code> | client, server | new |  | 0 (0%) |";
    let rows = comment.lines().filter(|line| line.contains("client, server |"));
    assert_eq!(rows.collect::<Vec<_>>(), [row]);

    // Tuesday: who wrote it cannot let it in.
    let at = "2026-11-24T09:00:00Z";
    let refused = team.gates(at);
    assert_eq!(refused.code, 1, "{refused:?}");
    let missing = "\n  fast-search in production: new\nrule production: not met\n\
        \x20 0 of 1 approvals: one more of ben, cho or dia, not by ana, who wrote it\n\
        \x20 0 of 1 approvals of team release: one more of ben\nthe change may not go in yet\nwho agrees reviews it, or runs \
        `tidegate approve --change --by NAME --key FILE --against origin/main --project rules`\n";
    assert!(refused.out.ends_with(missing), "{refused:?}");
    team.approves("ana", at);
    let refused = team.gates(at);
    assert_eq!(refused.code, 1, "{refused:?}");
    let not_counted = ".ana.json by ana, they wrote the change\nrule production: not met\n";
    assert!(refused.out.contains(not_counted), "{refused:?}");
    let report = team.checks(at);
    assert_eq!(report.code, 1, "the gate is part of the contract");
    assert!(
        report.out.contains("touch   met\ngate    2 findings\n"),
        "{report:?}"
    );
    team.approves("ben", at);
    team.commits("ben", "Agree to the faster search");
    team.gates(at).succeeds();
    team.checks(at).succeeds();
    team.merges("fast-search");
    team.publishes("2026-11-24T10:00:00Z");
    assert!(!team.gets_it("u-1", "2026-11-24T11:00:00Z"));

    // Wednesday: our own people, then one in ten.
    team.steers("ben", "promote", "our own people first", "2026-11-25T09:00:00Z");
    let tester = r#"{"targetingKey":"u-9","email":"dia@shop.example"}"#;
    assert_eq!(team.variant_of(tester, "2026-11-25T09:05:00Z"), "on");
    assert!(!team.gets_it("u-1", "2026-11-25T09:05:00Z"));
    team.steers("ben", "promote", "they like it", "2026-11-25T15:00:00Z");
    let shown = team.shows("2026-11-25T16:00:00Z");
    assert!(shown.contains("tenth"), "{shown}");

    // Thursday: it loses orders. It is off at once, and nobody has to agree to that first.
    let kill = [
        "kill",
        "fast-search",
        "--at",
        "site",
        "--environment",
        "production",
    ];
    let more = [
        "--head-key",
        ".keys/release/tidegate.key",
        "--project",
        "rules",
        "--reason",
        "orders are lost",
    ];
    team.runs("dia", &[&kill[..], &more].concat(), "2026-11-26T03:00:00Z")
        .succeeds();
    assert_eq!(team.variant_of(tester, "2026-11-26T03:05:00Z"), "off");
    team.commits("dia", "Tell of the kill");

    // Friday: nothing goes in until somebody else has looked at it.
    team.branches("mended");
    team.edits(
        "rules/flags/fast-search.yaml",
        "Search that is fast",
        "Search that is fast and loses nothing",
    );
    team.commits("ana", "Mend the faster search");
    let at = "2026-11-27T09:00:00Z";
    team.approves("ben", at);
    let held = team.gates(at);
    assert_eq!(held.code, 1, "{held:?}");
    let kills: Vec<Value> = team
        .entries()
        .into_iter()
        .filter(|entry| entry["action"] == "kill")
        .collect();
    let [kill] = kills.as_slice() else {
        panic!("one kill: {kills:?}")
    };
    assert_eq!(
        (&kill["flag"], &kill["actor"]["name"], &kill["reason"]),
        (
            &Value::from("fast-search"),
            &Value::from("dia"),
            &Value::from("orders are lost")
        )
    );
    let number = kill["seq"].to_string();
    // Enough of them agree: nothing but the review is missing.
    let missing = "\nrule production: met\n\
        not reviewed by 2026-11-27T03:00:00Z: the kill of fast-search in production by dia";
    let (_, said) = held.out.split_once(missing).unwrap_or_else(|| panic!("{held:?}"));
    let (entry, end) = said.split_once('\n').unwrap();
    assert!(entry.contains(&format!("audit review {number}")), "{held:?}");
    assert_eq!(end, "the change may not go in yet\n");
    team.runs(
        "ben",
        &[
            "audit",
            "review",
            &number,
            "--project",
            "rules",
            "--by",
            "ben",
            "--reason",
            "the right call",
        ],
        at,
    )
    .succeeds();
    let review = team.entries().pop().unwrap();
    assert_eq!(
        (&review["action"], &review["of"], &review["by"]),
        (&Value::from("review"), &kill["seq"], &Value::from("ben"))
    );
    assert_eq!(
        review["ofDigest"], review["prev"],
        "bound to the line before, which is the kill's"
    );
    team.gates(at).succeeds();
    team.commits("ben", "Agree to what was mended");
    team.merges("mended");
    team.steers("ben", "unkill", "mended", "2026-11-27T10:00:00Z");
    assert_eq!(team.variant_of(tester, "2026-11-27T10:05:00Z"), "on");
    for hour in ["11", "12"] {
        team.steers(
            "ben",
            "promote",
            "nothing is lost",
            &format!("2026-11-27T{hour}:00:00Z"),
        );
    }
    assert!(team.gets_it("u-1", "2026-11-27T13:00:00Z"), "everybody has it");

    // And the banner of last summer goes.
    let at = "2026-11-27T14:00:00Z";
    team.branches("clear");
    let stale = team.runs(
        "cho",
        &["stale", "--project", "rules", "summer-banner", "--json"],
        at,
    );
    assert_eq!(stale.code, 1, "{stale:?}");
    let found = &stale.json()["flags"][0];
    assert_eq!(
        (&found["key"], &found["stale"]),
        (&Value::from("summer-banner"), &serde_json::json!(["expired"]))
    );
    let refused = team.runs(
        "cho",
        &["stale", "--project", "rules", "summer-banner", "--apply"],
        at,
    );
    refused.fails(
        1,
        "error[still-used]: code still uses `summer-banner`: 1 use, the first at src/page.ts:1:41",
    );
    assert!(team.has("rules/flags/summer-banner.yaml"));
    team.write("src/page.ts", "export const page = () => 'plain'\n");
    team.write("CHANGELOG.md", "- Search is faster\n- No banner any more\n");
    team.commits("cho", "Show no banner");
    team.runs(
        "cho",
        &["stale", "--project", "rules", "summer-banner", "--apply"],
        at,
    )
    .succeeds();
    assert!(!team.has("rules/flags/summer-banner.yaml"));
    let removed = team.entries().pop().unwrap();
    assert_eq!(
        (&removed["action"], &removed["flag"]),
        (&Value::from("remove"), &Value::from("summer-banner"))
    );
    team.runs("cho", &["refs", "--project", "rules"], at).succeeds();
    team.commits("cho", "Clear the banner's flag away");
    team.approves("ben", at);
    team.commits("ben", "Agree to the clearing");
    team.gates(at).succeeds();
    team.merges("clear");
    team.publishes("2026-12-01T09:00:00Z");

    // The week in numbers, and the record of it.
    let dora = team.runs(
        "cho",
        &[
            "dora",
            "--project",
            "rules",
            "--environment",
            "production",
            "--json",
        ],
        "2026-12-02T00:00:00Z",
    );
    let dora = dora.succeeds().json();
    let measured = &dora["measures"][0];
    let hours = |measure: &str| measured[measure]["medianMs"].as_f64().unwrap() / 3_600_000.0;
    // From the day of its file to the promotion to everybody; from the kill until it was lifted.
    assert_eq!(
        (hours("leadTime"), hours("timeToRestore")),
        (107.0, 31.0),
        "{dora}"
    );
    assert_eq!(measured["changeFailureRate"]["failed"], 1, "{dora}");
    let actions: Vec<Value> = team
        .entries()
        .iter()
        .map(|entry| entry["action"].clone())
        .collect();
    for action in ["publish", "promote", "kill", "review", "unkill"] {
        assert!(
            actions.iter().any(|done| done == action),
            "{action} in {actions:?}"
        );
    }

    tampering::each_is_found(&team);
}
