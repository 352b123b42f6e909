//! The team, its repository and its remote, and what it publishes.

use crate::repository::Repository;
use crate::workshop::{Run, exists};
use serde_json::Value;

pub(super) const FAST_SEARCH: &str = "\
description: Search that is fast
owner: discovery
type: release
risk: high
clientVisible: true
createdAt: 2026-11-23
salt: p5r8t1
default: { rollout: launch }
rollouts:
  launch:
    from: off
    to: on
    stages:
      - { name: qa, ring: internal-qa }
      - { name: tenth, share: 10 }
      - { name: everybody, share: 100 }
environments:
  production: {}
";

const SUMMER_BANNER: &str = "\
description: A banner for the summer sale
owner: web
type: release
risk: low
createdAt: 2026-06-01
salt: s0mm3r
default: off
environments:
  production: {}
";

/// What the team asks of itself.
const POLICY: &str = "\
policy:
  rules:
    - name: production
      if: { environments: [production] }
      require: { approvals: 1, teams: { release: 1 } }
  emergency: { kinds: [kill, decrease], review: 24h }
release:
  needFlag: [{ paths: [\"src/search/**\"] }]
  qa: internal-qa
  environments: [production]
  touch: [{ when: [\"src/**\"], changed: [\"CHANGELOG.md\"] }]
";

pub(super) struct Team {
    pub(super) repository: Repository,
}

impl Team {
    /// With a project in `rules`, code in `src`, a remote, and all of it published to `site`.
    pub(super) fn begin() -> Self {
        let team = Self {
            repository: Repository::new(),
        };
        let people = team.repository.people(&["ana", "ben", "cho", "dia"]);
        team.repository
            .run(&["keygen", "--out", ".keys/release"])
            .succeeds();
        team.write(
            ".gitignore",
            ".keys/\n.remote.git/\nsite/\n.tidegate.lock\nrules/audit/.lock\n",
        );
        team.write(
            "rules/tidegate.yaml",
            &format!(
                "project: shop\nenvironments: [production]\n{people}teams: {{ release: [ben] }}\n\
                references: {{ roots: [\"../src\"] }}\n{POLICY}"
            ),
        );
        team.write(
            "rules/segments/internal-qa.yaml",
            "description: Our own people\nowner: qa\nif: { attribute: email, endsWith: [\"@shop.example\"] }\n",
        );
        team.write("rules/flags/summer-banner.yaml", SUMMER_BANNER);
        team.write(
            "src/page.ts",
            "export const page = () => (flags.value('summer-banner', false) ? banner() : plain())\n",
        );
        team.write("CHANGELOG.md", "");
        team.commits("cho", "Begin");
        team.repository.git(&[
            "init",
            "--quiet",
            "--bare",
            "--initial-branch=main",
            ".remote.git",
        ]);
        team.repository.git(&["remote", "add", "origin", "./.remote.git"]);
        team.repository
            .git(&["push", "--quiet", "--set-upstream", "origin", "main"]);
        team.publishes("2026-11-22T12:00:00Z");
        team
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        self.repository.write(path, text);
    }

    pub(super) fn edits(&self, path: &str, old: &str, new: &str) {
        self.repository.replace(path, old, new);
    }

    pub(super) fn has(&self, path: &str) -> bool {
        exists(&self.repository.path(path))
    }

    /// A branch from what is on the remote, and what was told there since.
    pub(super) fn branches(&self, name: &str) {
        self.repository.git(&["switch", "--quiet", "--create", name]);
    }

    pub(super) fn commits(&self, who: &str, message: &str) {
        let (name, email) = (
            format!("user.name={who}"),
            format!("user.email={who}@example.com"),
        );
        self.repository.git(&["add", "--all"]);
        self.repository.git(&[
            "-c",
            &name,
            "-c",
            &email,
            "commit",
            "--quiet",
            "--message",
            message,
        ]);
    }

    /// Into `main`, and to the remote.
    pub(super) fn merges(&self, branch: &str) {
        self.repository.git(&["switch", "--quiet", "main"]);
        self.repository.git(&["merge", "--quiet", "--ff-only", branch]);
        self.repository.git(&["push", "--quiet", "origin", "main"]);
    }

    /// Runs a command as somebody, at a time.
    pub(super) fn runs(&self, who: &str, command: &[&str], now: &str) -> Run {
        let clock: &[&str] = if ["refs"].contains(&command[0]) {
            &[]
        } else {
            &["--now", now]
        };
        let actor = ("TIDEGATE_ACTOR", who);
        self.repository.run_in(&[actor], &[command, clock].concat())
    }

    pub(super) fn gates(&self, now: &str) -> Run {
        self.runs(
            "ci",
            &["gate", "--project", "rules", "--against", "origin/main"],
            now,
        )
    }

    pub(super) fn checks(&self, now: &str) -> Run {
        self.runs(
            "ci",
            &["check-release", "--project", "rules", "--against", "origin/main"],
            now,
        )
    }

    pub(super) fn approves(&self, who: &str, now: &str) {
        let key = format!(".keys/{who}/tidegate.key");
        let approve = [
            "approve",
            "--change",
            "--project",
            "rules",
            "--against",
            "origin/main",
        ];
        self.runs(who, &[&approve[..], &["--by", who, "--key", &key]].concat(), now)
            .succeeds();
    }

    pub(super) fn publishes(&self, now: &str) {
        let publish = [
            "publish",
            "--project",
            "rules",
            "--to",
            "site",
            "--key",
            ".keys/release/tidegate.key",
        ];
        self.runs("ci", &publish, now).succeeds();
        self.tells("Tell of what was published");
    }

    /// A command that moves the flag and publishes.
    pub(super) fn steers(&self, who: &str, step: &str, reason: &str, now: &str) {
        let place = if step == "unkill" { "--at" } else { "--to" };
        let steer = [
            step,
            "fast-search",
            "--project",
            "rules",
            "--environment",
            "production",
            place,
            "site",
        ];
        let more = ["--reason", reason, "--key", ".keys/release/tidegate.key"];
        self.runs(who, &[&steer[..], &more].concat(), now).succeeds();
        self.tells(reason);
    }

    /// Commits and pushes what commands wrote.
    fn tells(&self, message: &str) {
        self.commits("ci", message);
        self.repository.git(&["push", "--quiet", "origin", "HEAD:main"]);
        self.repository.git(&["fetch", "--quiet"]);
    }

    /// The variant that a client gets who reads all that is published.
    pub(super) fn variant_of(&self, context: &str, now: &str) -> String {
        let published =
            ["latest", "head"].map(|name| self.repository.read(&format!("site/production/client/{name}")));
        self.repository.write("site/seen", published.concat());
        let eval = [
            "eval",
            "site/seen",
            "fast-search",
            "--trust",
            ".keys/release/tidegate.pub",
        ];
        let run = self
            .runs("client", &[&eval[..], &["--context", context]].concat(), now)
            .succeeds();
        run.json()["fast-search"]["variant"].as_str().unwrap().to_owned()
    }

    pub(super) fn gets_it(&self, unit: &str, now: &str) -> bool {
        self.variant_of(&format!(r#"{{"targetingKey":"{unit}"}}"#), now) == "on"
    }

    pub(super) fn shows(&self, now: &str) -> String {
        self.runs(
            "cho",
            &["status", "--project", "rules", "--flag", "fast-search"],
            now,
        )
        .succeeds()
        .out
    }

    /// What the audit log tells, in its order.
    pub(super) fn entries(&self) -> Vec<Value> {
        self.repository.entries("rules/audit")
    }

    /// The audit log, looked at by those who trust the key that publishes.
    pub(super) fn verified(&self) -> Run {
        let verify = [
            "audit",
            "verify",
            "--project",
            "rules",
            "--at",
            "site",
            "--trust",
            ".keys/release/tidegate.pub",
            "--json",
        ];
        self.runs("cho", &verify, "2026-12-02T00:00:00Z")
    }
}
