//! The shop, its people, and what is measured of them.

use super::super::{Run, Workshop, shop::KEY};
use super::follower::Follower;
use super::measured::{Order, Servers};
use super::{FLAG, PEOPLE, SOUND};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tidegate::Context;

/// 2026-11-21T12:00:00Z.
const NOON_MS: i64 = 1_795_262_400_000;
const HOUR_MS: i64 = 3_600_000;
const MINUTE_MS: i64 = 60_000;

pub(super) struct Release {
    pub(super) workshop: Workshop,
    servers: Servers,
    pub(super) follower: Follower,
    pub(super) now_ms: i64,
    /// Who ever got dark mode by share.
    pub(super) exposed: BTreeSet<usize>,
}

impl Release {
    /// The sample shop, published, with the metrics of its policy `orders` served on this machine.
    pub(super) fn begin() -> Self {
        let workshop = Workshop::new();
        copy(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("www/flags"),
            &workshop.path("shop"),
        );
        // So many people as a test can ask for one by one.
        let flag = format!("shop/flags/{FLAG}.yaml");
        let text = String::from_utf8(workshop.read(&flag)).unwrap();
        let gate = "gate: { minHold: 12h }";
        assert!(text.contains(gate));
        workshop.write(&flag, text.replace(gate, "gate: { minHold: 12h, minSample: 90 }"));
        workshop.run(&["keygen", "--out", "keys"]).succeeds();
        let mut release = Self {
            follower: Follower::of(&workshop, "shop/production/client"),
            servers: Servers::start(),
            workshop,
            now_ms: NOON_MS,
            exposed: BTreeSet::new(),
        };
        release.runs(&["publish"], &["--to", "out"]);
        release.follower.polls(release.now_ms);
        release
    }

    /// Runs a command about production, with everything that it needs.
    pub(super) fn runs(&self, command: &[&str], more: &[&str]) -> Value {
        let now = self.now_ms.to_string();
        let options = [
            "--project",
            "shop",
            "--environment",
            "production",
            "--now",
            &now,
            "--json",
        ];
        let words = [command, &options, &KEY, more].concat();
        let mut run = self.workshop.command(&words);
        for (name, value) in self.servers.environment() {
            run.env(name, value);
        }
        // `slow-pages` is a program of the shop's own.
        let path = std::env::var("PATH").unwrap_or_default();
        run.env("PATH", format!("{}:{path}", self.workshop.path("bin").display()));
        Run::of(&run.output().unwrap()).succeeds().json()
    }

    pub(super) fn by_hand(&mut self, command: &[&str], more: &[&str]) {
        let flagged: Vec<&str> = [&command[..1], &[FLAG], &command[1..]].concat();
        self.runs(&flagged, &[&["--to", "out"], more].concat());
        self.follower.polls(self.now_ms);
    }

    /// One look of the controller: what it decided, and why in the first place.
    pub(super) fn advances(&mut self) -> (String, String) {
        let json = self.runs(&["advance", "--flag", FLAG], &["--to", "out"]);
        let plan = &json["plans"][0];
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (word(&plan["decision"]), word(&plan["reasons"][0]["code"]))
    }

    /// So many hours go by in which everybody comes once and orders something.
    pub(super) fn hours(&mut self, hours: i64, one_in: u64) {
        let (from_ms, until_ms) = (self.now_ms, self.now_ms + hours * HOUR_MS);
        for person in 0..PEOPLE {
            // The last of them comes just before the look.
            let share = person as i64 * (until_ms - from_ms - MINUTE_MS) / (PEOPLE as i64 - 1);
            let at_ms = from_ms + share;
            let got = self.follower.asks(&visitor(person), at_ms);
            if got.variant == "dark" {
                self.exposed.insert(person);
            }
            let one_in = if got.variant == "dark" { one_in } else { SOUND };
            if got.arm != "none" {
                self.servers.order(Order {
                    at_ms,
                    arm: got.arm,
                    failed: chance(person, at_ms).is_multiple_of(one_in),
                    euro: 20.0 + (chance(person, at_ms + 1) % 4_000) as f64 / 100.0,
                });
            }
        }
        self.now_ms = until_ms;
        self.slow_pages();
    }

    /// What the program prints that counts slow pages: hardly any, in both arms.
    fn slow_pages(&self) {
        let arm = "{\"total\":500,\"events\":5}";
        let text = format!(
            "#!/bin/sh\necho '{{\"treatment\":{arm},\"control\":{arm},\"until\":{}}}'\n",
            self.now_ms - MINUTE_MS
        );
        self.workshop.write("bin/slow-pages", text);
        let path = self.workshop.path("bin/slow-pages");
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }

    /// Everybody who gets dark mode now, by what the follower knows.
    pub(super) fn dark(&self) -> BTreeSet<usize> {
        let gets_it = |person: &usize| self.follower.asks(&visitor(*person), self.now_ms).variant == "dark";
        (0..PEOPLE).filter(gets_it).collect()
    }

    pub(super) fn stage(&self) -> String {
        let text = String::from_utf8(self.workshop.read(&format!("shop/flags/{FLAG}.yaml"))).unwrap();
        let (_, production) = text.split_once("  production:").unwrap();
        let production = production.split("  staging:").next().unwrap();
        let value = |key: &str| {
            let (_, behind) = production.split_once(&format!("{key}: "))?;
            Some(behind.split([',', '\n', ' ']).next().unwrap().to_owned())
        };
        match (value("status").unwrap(), value("stage")) {
            (status, Some(stage)) => format!("{status} {stage}"),
            (status, None) => status,
        }
    }

    /// From the ring to a stage, each stage left by the controller when its gate has what it asks for.
    pub(super) fn reaches(&mut self, last: &str) {
        let mut before = BTreeSet::new();
        for (stage, percent) in [
            ("percent-1", 1),
            ("percent-5", 5),
            ("percent-10", 10),
            ("percent-25", 25),
            ("percent-50", 50),
        ] {
            if stage != "percent-1" {
                self.hours(13, SOUND);
                if stage == "percent-50" {
                    assert_eq!(self.advances(), ("hold".into(), "approval-missing".into()));
                    for who in ["ana", "ben"] {
                        self.by_hand(&["approve"], &["--by", who]);
                    }
                }
            }
            assert_eq!(
                self.advances(),
                ("promote".into(), "gate-passed".into()),
                "to {stage}"
            );
            assert_eq!(self.stage(), format!("running {stage}"));
            // Nothing is seen of it before the next poll, and all of it then.
            self.follower.polls(self.now_ms);
            let now = self.dark();
            assert!(now.is_superset(&before), "nobody loses it at {stage}");
            let expected = PEOPLE * percent / 100;
            assert!(
                now.len().abs_diff(expected) < 40 + expected / 10,
                "{} at {stage}",
                now.len()
            );
            before = now;
            if stage == last {
                return;
            }
        }
    }
}

pub(super) fn visitor(person: usize) -> Context {
    Context::new(format!("visitor-{person}"))
}

/// Chance, and the same at each run.
fn chance(person: usize, at_ms: i64) -> u64 {
    let mut mixed = (person as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        ^ (at_ms as u64).wrapping_mul(0xd1b5_4a32_d192_ed03);
    for _ in 0..3 {
        mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    }
    mixed >> 11
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
