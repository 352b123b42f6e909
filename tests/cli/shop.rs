//! The project that most tests are about, and what they do with it.

use super::workshop::{Run, Workshop};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use tidegate::engine::inspect;
use tidegate::trust::{Document, Head};

/// A flag that Canadians see.
pub(super) const BANNER: &str = "\
description: A banner
owner: web
type: release
clientVisible: true
salt: k3v9x2
default: off
rules:
  - name: canada
    if: { attribute: country, in: [CA] }
    serve: on
environments:
  production: {}
  staging: {}
";

/// The one key, for snapshots and for heads.
pub(super) const KEY: [&str; 2] = ["--key", "keys/tidegate.key"];
pub(super) const HEAD_KEY: [&str; 2] = ["--head-key", "keys/tidegate.key"];

pub(super) const KILL: [&str; 4] = ["kill", "banner", "--reason", "r"];

/// What is compiled or published: that of production's clients.
#[derive(Clone, Copy)]
pub(super) struct Order<'a> {
    pub(super) project: &'a str,
    pub(super) environment: &'a str,
    pub(super) key: &'a str,
    /// Where `publish` puts it.
    pub(super) to: &'a str,
    /// Where `compile` puts it.
    pub(super) out: &'a str,
}

/// What is ordered unless a test says otherwise.
pub(super) const SHOP: Order<'_> = Order {
    project: "shop",
    environment: "production",
    key: "keys/tidegate.key",
    to: "out",
    out: "shop.tgf",
};

impl<'a> Order<'a> {
    pub(super) fn compile(self, more: &[&'a str]) -> Vec<&'a str> {
        [&["compile", "--out", self.out], &self.options()[..], more].concat()
    }

    pub(super) fn publish(self, more: &[&'a str]) -> Vec<&'a str> {
        [&["publish", "--to", self.to], &self.options()[..], more].concat()
    }

    fn options(self) -> [&'a str; 8] {
        [
            "--project",
            self.project,
            "--environment",
            self.environment,
            "--audience",
            "client",
            "--key",
            self.key,
        ]
    }
}

/// A shop with one flag, published to `out`.
pub(super) fn published() -> Workshop {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    workshop.publish(&[]).succeeds();
    workshop
}

impl Workshop {
    /// With a project `shop` of the given flags, a key pair in `keys`, and what `init` wrote left out.
    pub(super) fn with_shop(flags: &[(&str, &str)]) -> Self {
        let workshop = Self::new();
        workshop.write(
            "shop/tidegate.yaml",
            "project: shop\nenvironments: [production, staging]\n",
        );
        for (key, text) in flags {
            workshop.write(&format!("shop/flags/{key}.yaml"), text);
        }
        workshop.run(&["keygen", "--out", "keys"]).succeeds();
        workshop
    }

    /// What clients trust because of the one key.
    pub(super) fn trust(&self) -> String {
        String::from_utf8(self.read("keys/tidegate.pub"))
            .unwrap()
            .trim()
            .to_owned()
    }

    pub(super) fn compile(&self, more: &[&str]) -> Run {
        self.run(&SHOP.compile(more))
    }

    pub(super) fn publish(&self, more: &[&str]) -> Run {
        self.run(&SHOP.publish(more))
    }

    /// Publishes the shop to `out`, for all environments and audiences.
    pub(super) fn publish_all(&self, more: &[&str]) -> Run {
        let all = ["publish", "--project", "shop", "--to", "out"];
        self.run(&[&all[..], &KEY, more].concat())
    }

    /// Kills a flag in `out`, with the one key.
    pub(super) fn kill(&self, flag: &str) -> Run {
        self.at_out(&["kill", flag, "--reason", "r"], &HEAD_KEY)
    }

    /// Kills a flag in `out` for all audiences of production, at a time.
    pub(super) fn kill_for_all(&self, flag: &str, now: &str) -> Run {
        let at = ["--at", "out", "--environment", "production", "--now", now];
        self.run(&[&["kill", flag, "--reason", "r"], &at[..], &HEAD_KEY].concat())
    }

    /// A command about production's clients in `out`.
    pub(super) fn at_out(&self, command: &[&str], more: &[&str]) -> Run {
        self.at("out", command, more)
    }

    /// A command about production's clients, published somewhere.
    pub(super) fn at(&self, place: &str, command: &[&str], more: &[&str]) -> Run {
        let at = [
            "--at",
            place,
            "--environment",
            "production",
            "--audience",
            "client",
        ];
        self.run(&[command, &at, more].concat())
    }

    /// A file of production's clients in `out`.
    pub(super) fn out(&self, name: &str) -> PathBuf {
        self.path(&format!("out/production/client/{name}"))
    }

    /// What the snapshot says that was published last for an audience of production in `out`.
    pub(super) fn snapshot_of(&self, audience: &str) -> Value {
        let latest = self.read(&format!("out/production/{audience}/latest"));
        let documents = Document::all(&latest).unwrap();
        inspect(documents[1].bytes().to_vec()).unwrap()
    }

    /// The kills of the head in force for an audience of production in `out`.
    pub(super) fn kills_of(&self, audience: &str) -> Vec<String> {
        let head = self.read(&format!("out/production/{audience}/head"));
        let documents = Document::all(&head).unwrap();
        Head::decode(documents[0].payload()).unwrap().kills
    }

    /// The names of the snapshots in `out`.
    pub(super) fn snapshots(&self) -> Vec<String> {
        let entries = fs::read_dir(self.out("snapshot")).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }
}
