//! A shop with a rollout under way at its first measured stage, published, and what is measured of it.

use crate::{Run, Workshop};
use serde_json::Value;

pub(crate) const CHECKOUT: &str = "\
description: One-page checkout # and why
owner: payments
type: release
clientVisible: true
salt: k3v9x2
variants: { classic: classic, one-page: one-page }
offVariant: classic
default: { rollout: launch }
rollouts:
  launch:
    from: classic
    to: one-page
    control: true
    gate: { minHold: 1h, minSample: 100, policy: orders }
    stages:
      - { name: s1, share: 1 }
      - { name: s2, share: 10 }
      - { name: all, share: 100, monitored: false, gate: { approvals: 1 } }
environments:
  production:
    rollouts: { launch: { status: running, stage: s1, enteredAt: 2026-11-20T09:00:00Z, ceiling: 1 } }
  staging: {}
";

pub(crate) const POLICY: &str = "\
metrics:
  failed:
    type: proportion
    harm: increase
    file: { path: metrics/$stage.json }
";

/// A day after the stage was entered.
pub(super) const NOW: &str = "2026-11-21T12:00:00Z";
/// Two hours later.
pub(super) const LATER: &str = "2026-11-21T14:00:00Z";

pub(crate) const SOUND: (u32, u32) = (1_000, 30);
pub(crate) const HARMFUL: (u32, u32) = (1_000, 130);

/// The shop with a policy, published before anything was measured.
pub(super) fn under_way() -> Workshop {
    under_policy(POLICY)
}

pub(super) fn under_policy(policy: &str) -> Workshop {
    let workshop = Workshop::with_shop(&[("checkout", CHECKOUT)]);
    workshop.write("shop/policies/orders.yaml", policy);
    let publish = [
        "publish",
        "--project",
        "shop",
        "--to",
        "out",
        "--environment",
        "production",
    ];
    let before = ["--key", "keys/tidegate.key", "--now", "2026-11-20T09:30:00Z"];
    workshop.run(&[&publish[..], &before].concat()).succeeds();
    workshop
}

/// The arguments of one look at the shop.
pub(super) fn advance<'a>(now: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let arguments = [
        "advance",
        "--project",
        "shop",
        "--environment",
        "production",
        "--to",
        "out",
        "--json",
    ];
    let rest = ["--key", "keys/tidegate.key", "--now", now];
    [&arguments[..], &rest, more].concat()
}

impl Workshop {
    pub(super) fn advance(&self, now: &str, more: &[&str]) -> Run {
        self.run(&advance(now, more))
    }

    /// What the first plan of a look came to, which did not fail.
    #[track_caller]
    pub(crate) fn decides(&self, now: &str) -> Value {
        let json = self.advance(now, &[]).succeeds().json();
        json["plans"][0].clone()
    }

    /// Units and failures in both arms of a stage, told up to a minute before [`NOW`].
    pub(super) fn measure(&self, stage: &str, treatment: (u32, u32), control: (u32, u32)) {
        self.measure_until(stage, treatment, control, "2026-11-21T11:59:00Z");
    }

    pub(super) fn measure_until(&self, stage: &str, treatment: (u32, u32), control: (u32, u32), until: &str) {
        let arm = |(total, events): (u32, u32)| format!("{{\"total\":{total},\"events\":{events}}}");
        let (treatment, control) = (arm(treatment), arm(control));
        let text = format!("{{\"treatment\":{treatment},\"control\":{control},\"until\":\"{until}\"}}");
        self.write(&format!("shop/metrics/{stage}.json"), text);
    }

    /// The state of the rollout in the flag's file.
    pub(super) fn state(&self) -> String {
        let text = String::from_utf8(self.read("shop/flags/checkout.yaml")).unwrap();
        let (_, behind) = text.split_once("environments:\n").unwrap();
        behind.split("staging").next().unwrap().to_owned()
    }

    #[track_caller]
    pub(super) fn is_at(&self, words: &[&str]) {
        let state = self.state();
        for word in words {
            assert!(state.contains(word), "no `{word}` in: {state}");
        }
    }

    /// The lines of the looks at the flag.
    pub(super) fn looks(&self) -> Vec<Value> {
        lines(&self.read("shop/looks/production/checkout.ndjson"))
    }

    /// The steps of rollouts in the audit log.
    pub(super) fn audited(&self) -> Vec<Value> {
        let mut entries = self.audit();
        entries.retain(|entry| entry["action"] != "publish");
        entries
    }

    /// What is in force for each audience, verified from the beginning on: version and kills.
    pub(super) fn verified(&self) -> Vec<(u64, Vec<String>)> {
        let trust = self.trust();
        let run = self.run(&["verify", "--chain", "out", "--trust", &trust, "--json"]);
        let json = run.succeeds().json();
        let scopes = json["scopes"].as_array().unwrap();
        assert!(!scopes.is_empty(), "nothing is published");
        scopes
            .iter()
            .map(|scope| {
                let kills = scope["kills"].as_array().unwrap().iter();
                let kills = kills.map(|kill| kill.as_str().unwrap().to_owned());
                (scope["version"].as_u64().unwrap(), kills.collect())
            })
            .collect()
    }

    /// What a unit of the treatment's lane gets now, by what is published.
    pub(super) fn served(&self, unit: &str) -> Value {
        let context = format!("{{\"targetingKey\":\"{unit}\"}}");
        let trust = self.trust();
        let eval = [
            "eval",
            "out/production/server/latest",
            "checkout",
            "--trust",
            &trust,
            "--context",
            &context,
            "--json",
        ];
        self.run(&eval).succeeds().json()["checkout"].take()
    }
}

fn lines(text: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(text).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The codes of a plan's reasons.
pub(super) fn codes(plan: &Value) -> Vec<&str> {
    let reasons = plan["reasons"].as_array().unwrap().iter();
    reasons.map(|reason| reason["code"].as_str().unwrap()).collect()
}
