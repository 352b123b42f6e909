//! What everybody sees of all flags at once.

use super::shop::{BANNER, published};
use super::workshop::{Run, Workshop, texts};
use serde_json::Value;

const NOW: &str = "2026-11-21T12:00:00Z";

/// What wants to be more than text.
const HOSTILE: &str =
    "</style><script>alert(1)</script><img src=x onerror=alert(2)> \\\"' \\u001b[2J \\u202e";

/// A plan in production, at its second stage, and looked at once.
const PLANNED: &str = "\
description: A search
owner: discovery
type: release
salt: s
createdAt: 2026-11-01
default: { rollout: launch }
rollouts:
  launch:
    from: off
    to: on
    gate: { minHold: 1d, approvals: 2 }
    stages: [{ name: first, share: 1 }, { name: tenth, share: 10 }]
environments:
  production: { rollouts: { launch: { status: running, stage: tenth, enteredAt: 2026-11-21T02:00:00Z, ceiling: 10 } } }
";

fn shop() -> Workshop {
    let old = "owner: web\ntype: release\nexpiresAt: 2026-03-01\n";
    let old = format!("{old}salt: o\ndefault: on\nenvironments: {{ staging: {{}} }}\n");
    Workshop::with_shop(&[("banner", BANNER), ("search", PLANNED), ("old", &old)])
}

fn status(shop: &Workshop, more: &[&str]) -> Run {
    shop.run(&[&["status", "--project", "shop", "--now", NOW], more].concat())
}

fn keys(shop: &Workshop, more: &[&str]) -> String {
    let shown = status(shop, &[more, &["--json"]].concat()).succeeds().json();
    let keys = shown["flags"].as_array().unwrap().iter();
    keys.map(|flag| flag["flag"].as_str().unwrap())
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn a_terminal_of_80_columns_shows_everything_that_matters() {
    let shown = status(&shop(), &[]).succeeds().out;
    for part in [
        "running: tenth, stage 2 of 2",
        "10% on, ceiling 10%",
        "everybody → 10% on, 90% off",
        "canada → on",
        "STALE",
        "20 days old",
    ] {
        assert!(shown.contains(part), "no `{part}` in\n{shown}");
    }
    let flat: String = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("0 of 2 people approved") || flat.contains("0 of 2 people"),
        "{shown}"
    );
    let widest = shown.lines().map(|line| line.chars().count()).max().unwrap();
    assert!(widest <= 80, "{widest} columns\n{shown}");
    assert!(!shown.contains('\u{1b}'), "colours are for terminals");
    let coloured = status(&shop(), &["--color", "always"]).succeeds().out;
    assert!(coloured.contains("\u{1b}["));
}

#[test]
fn a_ramp_that_has_ended_is_no_more_on_the_way() {
    let ramp = PLANNED.replace(
        "{ name: tenth, share: 10 }",
        "{ name: tenth, ramp: { to: 10, start: 2026-11-21T02:00:00Z, end: 2026-11-21T06:00:00Z } }",
    );
    let shop = shop();
    for (now, is_on_the_way) in [("2026-11-21T04:00:00Z", true), ("2026-11-21T09:00:00Z", false)] {
        shop.write("shop/flags/search.yaml", &ramp);
        let shown = shop
            .run(&["status", "--project", "shop", "--now", now])
            .succeeds()
            .out;
        assert_eq!(shown.contains("on the way to 10%"), is_on_the_way, "{shown}");
        assert!(shown.contains("ceiling 10%"), "{shown}");
    }
}

#[test]
fn machines_are_told_all_of_it() {
    let shown = status(&shop(), &["--json", "--flag", "search"]).succeeds().json();
    assert_eq!(shown["time"], NOW);
    let flag = &shown["flags"][0];
    assert_eq!(
        (&flag["owner"], &flag["type"]),
        (&"discovery".into(), &"release".into())
    );
    let cell = &flag["environments"][0];
    assert_eq!(cell["state"], "running");
    let plan = &cell["rollouts"][0];
    assert_eq!(
        (&plan["share"], &plan["ceiling"], &plan["gate"]),
        (&10.into(), &10.into(), &"holds".into())
    );
    assert_eq!(plan["stage"]["number"], 2);
    let missing: Vec<&str> = plan["missing"]
        .as_array()
        .unwrap()
        .iter()
        .map(|missing| missing["code"].as_str().unwrap())
        .collect();
    assert_eq!(missing, ["minimum-hold", "approval-missing"]);
    assert_eq!(cell["served"][0]["what"][0]["variant"], "on");
    assert_eq!(flag["environments"][1]["state"], "disabled");
}

#[test]
fn filters_ask_for_any_of_their_values_and_for_all_of_each_other() {
    let shop = shop();
    assert_eq!(keys(&shop, &[]), "banner old search");
    assert_eq!(keys(&shop, &["--flag", "*a*"]), "banner search");
    assert_eq!(keys(&shop, &["--owner", "web"]), "banner old");
    assert_eq!(keys(&shop, &["--owner", "web", "--state", "stale"]), "old");
    assert_eq!(
        keys(&shop, &["--state", "running", "--state", "stale"]),
        "old search"
    );
    assert_eq!(keys(&shop, &["--type", "experiment"]), "");
    assert_eq!(
        keys(&shop, &["--environment", "staging", "--state", "running"]),
        ""
    );
    for (slip, why) in [
        (["--environment", "produktion"], "unknown-environment"),
        (["--state", "runing"], "rolled-back"),
        (["--type", "relase"], "kill-switch"),
        (["--flag", "[a"], "range"),
    ] {
        let code = if slip[0] == "--environment" { 1 } else { 2 };
        status(&shop, &slip).fails(code, why);
    }
    status(&shop, &["--at", "out"]).fails(2, "--trust");
}

#[test]
fn a_kill_and_a_change_show_beside_what_the_files_say() {
    let shop = published();
    let there = |more: &[&str]| {
        let at = ["--at", "out", "--trust", "keys/tidegate.pub"];
        status(&shop, &[&at, more].concat()).succeeds()
    };
    let cell = |run: &Run| run.json()["flags"][0]["environments"][0].clone();
    let before = cell(&there(&["--json"]));
    assert_eq!(
        (&before["state"], &before["published"][0]["compared"]),
        (&"on".into(), &"same".into())
    );
    shop.kill("banner").succeeds();
    shop.write("shop/flags/banner.yaml", BANNER.replace("[CA]", "[CA, US]"));
    let after = cell(&there(&["--json"]));
    assert_eq!(after["state"], "killed");
    let there_now = &after["published"][0];
    assert_eq!(
        (&there_now["killed"], &there_now["compared"]),
        (&true.into(), &"differs".into())
    );
    assert_eq!(after["served"][0]["what"][0]["variant"], "off");
    let text = there(&["--state", "differs"]).out;
    assert!(text.contains("killed for client"), "{text}");
    // Whom clients do not trust is not believed either.
    shop.run(&["keygen", "--out", "others"]).succeeds();
    status(&shop, &["--at", "out", "--trust", "others/tidegate.pub"]).fails(1, "KEY_UNKNOWN");
}

#[test]
fn a_damaged_file_of_looks_does_not_hide_the_rest() {
    let shop = shop();
    shop.write("shop/looks/production/search.ndjson", "{}\n");
    let run = status(&shop, &["--json"]).succeeds();
    assert!(run.err.contains("look-damaged"), "{}", run.err);
    let plan = &run.json()["flags"][2]["environments"][0]["rollouts"][0];
    assert_eq!(
        (&plan["gate"], &plan["lastVerdict"]),
        (&"holds".into(), &Value::Null)
    );
}

#[test]
fn a_page_spells_states_for_people_and_finds_them_by_their_word() {
    let flag = PLANNED.replace("status: running", "status: rolled_back");
    let shop = Workshop::with_shop(&[("banner", &flag)]);
    status(&shop, &["--html", "status.html"]).succeeds();
    let page = String::from_utf8(shop.read("status.html")).unwrap();
    assert!(
        page.contains("<option value=\"rolled-back\">rolled back (1)</option>"),
        "{page}"
    );
}

#[test]
fn a_page_shows_hostile_text_as_text() {
    let flag = format!(
        "description: \"{HOSTILE}\"\nowner: \"{HOSTILE}\"\nsalt: s\ndefault: off\nrules:\n  \
        - {{ name: \"{HOSTILE}\", if: {{ attribute: plan, in: [\"{HOSTILE}\"] }}, serve: on }}\nenvironments: {{ production: {{}} }}\n"
    );
    let shop = Workshop::with_shop(&[("banner", &flag)]);
    status(&shop, &["--html", "status.html"]).succeeds();
    let page = String::from_utf8(shop.read("status.html")).unwrap();
    assert_eq!(page.matches("<script>").count(), 1, "but the page's own");
    assert!(!page.contains("<img") && !page.contains(['\u{1b}', '\u{202e}']));
    assert_eq!(page.matches("&lt;script&gt;alert(1)&lt;/script&gt;").count(), 4);
    assert!(page.contains("default-src 'none'") && !page.contains("unsafe-inline"));
    assert!(!page.contains("http:") && !page.contains("https:") && !page.contains(" style="));
    let text = status(&shop, &[]).succeeds().out;
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
    assert_eq!(
        texts(&status(&shop, &["--json"]).json()["environments"]),
        ["production", "staging"]
    );
}
