//! A freeze of the project's policy holds what opens, and nothing that closes.

use super::super::{Run, Workshop};
use super::{CHECKOUT, now, steering};

/// From 11:00Z to 17:00Z on the day of the steps, in Toronto.
const SALE: &str = "{ name: sale, from: 2026-11-21T06:00, to: 2026-11-21T12:00, zone: America/Toronto, environments: [production] }";
const REFUSED: &str =
    "in `production` nothing opens further by the freeze `sale` until 2026-11-21T12:00 in America/Toronto";

impl Workshop {
    /// A plan at its first stage since the day before, in a project with freezes.
    fn frozen(freezes: &str) -> Self {
        let workshop = Self::with_shop(&[("checkout", CHECKOUT)]);
        workshop.steer(&["promote"], -24, &[]).succeeds();
        workshop.freeze(freezes);
        workshop
    }

    fn freeze(&self, freezes: &str) {
        let text = format!(
            "project: shop\nenvironments: [production, staging]\npolicy: {{ freezes: [{freezes}] }}\n"
        );
        self.write("shop/tidegate.yaml", text);
    }

    /// Refuses a step, and changes nothing.
    #[track_caller]
    fn holds(&self, command: &[&str], hours: i64) -> Run {
        let there = || (self.files("shop"), self.files("out"));
        let before = there();
        let refused = self.steer(command, hours, &[]).fails(1, "frozen");
        for word in [REFUSED, "`tidegate pause`", "--during-freeze"] {
            assert!(refused.err.contains(word), "no `{word}` in {refused:?}");
        }
        self.steer(command, hours, &["--dry-run"]).fails(1, "frozen");
        assert!(there() == before, "{refused:?}");
        refused
    }
}

#[test]
fn what_opens_waits_for_the_end_of_a_freeze() {
    let workshop = Workshop::frozen(SALE);
    workshop.holds(&["promote"], 0);
    workshop.holds(&["promote", "--stage", "climb"], 0);
    // Already there: a kill would be lifted.
    workshop.holds(&["promote", "--stage", "qa"], 0);
    workshop.steer(&["pause"], 1, &[]).succeeds();
    workshop.holds(&["resume"], 2);
    workshop.steer(&["rollback"], 2, &[]).succeeds();
    workshop.holds(&["promote"], 3);
    assert_eq!(workshop.kills_of("client"), ["checkout"]);
    workshop.steer(&["promote"], 5, &[]).succeeds();
    assert_eq!(workshop.kills_of("client"), [""; 0]);
}

#[test]
fn a_freeze_holds_from_its_first_moment_to_its_last() {
    let workshop = Workshop::frozen(SALE);
    let at = |time: &str| workshop.run(&steering(&["promote"], time, &["--dry-run"]));
    at("2026-11-21T10:59:59.999Z").succeeds();
    at("2026-11-21T11:00:00Z").fails(1, "frozen");
    at("2026-11-21T16:59:59.999Z").fails(1, "frozen");
    at("2026-11-21T17:00:00Z").succeeds();
    // Where a time of day comes twice, up to the second.
    workshop.freeze("{ name: night, from: 2026-11-01T00:00, to: 2026-11-01T01:30, zone: America/Toronto }");
    let back = CHECKOUT.replace("enabled: true", "enabled: true # again");
    workshop.write("shop/flags/checkout.yaml", back);
    at("2026-11-01T05:30:00Z").fails(1, "until 2026-11-01T01:30 in America/Toronto");
    at("2026-11-01T06:29:59Z").fails(1, "frozen");
    at("2026-11-01T06:30:00Z").succeeds();
}

#[test]
fn a_step_counts_as_an_increase_in_its_environment() {
    let others = SALE.replace("[production]", "[staging]");
    let allowed = SALE.replace("[production] }", "[production], allow: [increase] }");
    for freezes in [&others, &allowed] {
        let workshop = Workshop::frozen(freezes);
        workshop.steer(&["promote"], 0, &["--dry-run"]).succeeds();
    }
    let workshop = Workshop::frozen(SALE);
    for allow in ["[]", "[targeting, new, salt, delete, other, kill, decrease]"] {
        let not_allowed = format!("[production], allow: {allow} }}");
        workshop.freeze(&SALE.replace("[production] }", &not_allowed));
        workshop.holds(&["promote"], 0);
    }
    // In each environment where nothing says otherwise, and by the last of several.
    let everywhere = SALE.replace(", environments: [production]", "");
    workshop.freeze(&format!("{allowed}, {}", everywhere.replace("sale", "stock")));
    let staging = [
        "promote",
        "checkout",
        "--project",
        "shop",
        "--environment",
        "staging",
        "--reason",
        "because",
    ];
    let at = now(0);
    workshop
        .run(&[&staging[..], &["--now", &at]].concat())
        .fails(1, "in `staging` nothing opens further by the freeze `stock`");
    workshop
        .steer(&["promote"], 0, &[])
        .fails(1, "the freeze `stock`");
}

#[test]
fn what_closes_and_who_agrees_is_not_held() {
    let freeze = SALE.replace("[production] }", "[production], allow: [] }");
    let workshop = Workshop::frozen(&freeze);
    workshop.steer(&["approve"], 0, &["--by", "ana"]).succeeds();
    workshop.steer(&["pause"], 1, &[]).succeeds();
    workshop.steer(&["rollback"], 2, &[]).succeeds();
    workshop
        .run(&steering(&["pause"], &now(0), &["--during-freeze"]))
        .fails(2, "--during-freeze");
}

#[test]
fn going_over_a_freeze_is_said_and_told() {
    let workshop = Workshop::frozen(SALE);
    workshop.steer(&["promote"], 0, &["--during-freeze"]).succeeds();
    assert!(workshop.flag_text().contains("stage: tenth"));
    let entry = workshop.audit().pop().unwrap();
    assert_eq!(entry["overFreeze"], serde_json::json!(["sale"]));
    let log = ["audit", "log", "--project", "shop", "--unreviewed"];
    let told = workshop.run(&log).succeeds().out;
    assert!(told.contains("  over a freeze: sale\n"), "{told}");
    let sequence = entry["seq"].to_string();
    let review = [
        "audit",
        "review",
        &sequence,
        "--project",
        "shop",
        "--by",
        "ben",
        "--reason",
        "seen",
    ];
    workshop.run(&review).succeeds();
    assert!(!workshop.run(&log).succeeds().out.contains("over a freeze"));
    // Where nothing was gone over there is nothing to tell.
    workshop.steer(&["promote"], 5, &["--during-freeze"]).succeeds();
    assert!(workshop.audit().pop().unwrap().get("overFreeze").is_none());
}

#[test]
fn status_says_until_when_nothing_opens() {
    let workshop = Workshop::frozen(SALE);
    let missing = |hours: i64| {
        let at = now(hours);
        let status = ["status", "--project", "shop", "--json", "--now", &at];
        let json = workshop.run(&status).succeeds().json();
        let plan = &json["flags"][0]["environments"][0]["rollouts"][0];
        let missing = plan["missing"].as_array().unwrap_or_else(|| panic!("{json:#}"));
        let codes = missing
            .iter()
            .map(|missing| missing["code"].as_str().unwrap().to_owned());
        (codes.collect::<Vec<_>>(), plan["missing"].to_string())
    };
    let (codes, text) = missing(0);
    assert_eq!(codes, ["frozen", "no-gate"]);
    assert!(
        text.contains("the freeze `sale` until 2026-11-21T12:00 in America/Toronto"),
        "{text}"
    );
    assert_eq!(missing(5).0, ["no-gate"]);
    workshop.steer(&["rollback"], 0, &[]).succeeds();
    assert_eq!(missing(0).0, ["rolled-back", "frozen"]);
}
