//! Who may agree to leaving a stage.

use super::super::Workshop;
use super::{CHECKOUT, now};
use serde_json::Value;

impl Workshop {
    /// A plan at its first stage, which three people must agree to leaving, in a project that names three.
    fn with_people() -> Self {
        let gated = CHECKOUT.replace(
            "    control: true\n",
            "    control: true\n    gate: { approvals: 3 }\n",
        );
        let workshop = Self::with_shop(&[("checkout", &gated)]);
        workshop.write(
            "shop/tidegate.yaml",
            "project: shop\nenvironments: [production, staging]\npeople:\n  ana: { email: ana@example.com, login: ana-at-forge }\n  \
             ben: { email: ben@example.com }\n  cho: {}\n",
        );
        workshop.steer(&["promote"], 0, &[]).succeeds();
        workshop
    }

    fn approves(&self, who: &str) -> super::Run {
        self.steer(&["approve"], 1, &["--by", who])
    }

    fn advances(&self) -> Value {
        self.decides(&now(2))
    }
}

#[test]
fn nobody_whom_the_project_does_not_name_approves_of_a_stage() {
    let workshop = Workshop::with_people();
    let before = workshop.files("shop");
    for who in [
        "ghost",
        "ghost@example.com",
        "Ana",
        "Ana <ghost@example.com>",
        " ",
        "ana\nben",
    ] {
        workshop
            .approves(who)
            .fails(1, "unknown-person")
            .fails(1, "`tidegate.yaml` names who may approve");
    }
    assert_eq!(workshop.files("shop"), before);
}

#[test]
fn one_person_by_several_names_approves_once() {
    let workshop = Workshop::with_people();
    for who in [
        "ana",
        "ana@example.com",
        "Ana <ANA@example.com>",
        "ana-at-forge",
        "ben@example.com",
    ] {
        workshop.approves(who).succeeds();
    }
    let text = workshop.flag_text();
    assert!(
        text.contains("approvals:\n          - ana\n          - ben\n  staging"),
        "{text}"
    );
    let held = workshop.advances();
    assert_eq!(held["decision"], "hold");
    assert_eq!(held["reasons"][0]["message"], "2 of 3 people approved");
    workshop.approves("cho").succeeds();
    assert_eq!(workshop.advances()["decision"], "promote");
}

#[test]
fn approvals_that_were_written_by_hand_count_by_person_too() {
    let workshop = Workshop::with_people();
    workshop.approves("ana").succeeds();
    let text = workshop.flag_text();
    let forged = text.replace(
        "          - ana\n",
        "          - ana\n          - ana@example.com\n          - ghost\n          - ben\n",
    );
    workshop.write("shop/flags/checkout.yaml", forged);
    let told = workshop
        .run(&["status", "--project", "shop", "--json"])
        .succeeds()
        .out;
    assert!(told.contains("2 of 3 people approved"), "{told}");
    let told = workshop.approves("ana").succeeds().out;
    assert!(told.contains(": 2 of 3 approvals, 1 more needed\n"), "{told}");
    let held = workshop.advances();
    assert_eq!(held["decision"], "hold");
    assert_eq!(held["reasons"][0]["message"], "2 of 3 people approved");
}
