//! How far a flag is open, as far as the log tells it.

use super::content::{Content, is_without};
use jiff::Timestamp;
use serde_json::Value;

/// 100 percent, as files and logs write it.
const WHOLE: f64 = 100.0;

/// Where a ramp, or all that it is part of, may be put in the place of another.
const RAMPS: [&str; 5] = ["default", "serve", "rollout", "ramp", "ramp.end"];

/// What is known of a flag in an environment.
#[derive(Debug, Clone, Default)]
pub(super) struct Exposure {
    content: Content,
    /// The ceiling that a rollout has by its state.
    ceiling: Option<f64>,
    ramp_has_ended: bool,
    /// Whether the default that was learned last opened the flag, where nobody knows its off variant.
    default_opened: bool,
}

impl Exposure {
    /// Of a flag whose file names its off variant, which holds until the log tells of one.
    pub(super) fn of(off_variant: Option<&str>) -> Self {
        let mut exposure = Self::default();
        if let Some(off_variant) = off_variant {
            exposure.content.put("offVariant", off_variant);
        }
        exposure
    }

    /// Learns the ceiling that a rollout has by its state.
    pub(super) const fn limit(&mut self, ceiling: f64) {
        self.ceiling = Some(ceiling);
    }

    /// Learns that it was killed, or is no more.
    pub(super) fn kill(&mut self, is_killed: bool) {
        self.content.put("killed", is_killed);
    }

    /// Learns that its ramp has ended.
    pub(super) const fn end_ramp(&mut self) {
        self.ramp_has_ended = true;
    }

    /// Learns what a change made of it.
    pub(super) fn learn(&mut self, kinds: &[&str], diff: &[Value]) {
        let off_variant = self.content.get("offVariant").cloned();
        self.content.learn(diff);
        if let (None, Some(off_variant)) = (self.content.get("offVariant"), off_variant) {
            self.content.put("offVariant", off_variant);
        }
        let paths = diff
            .iter()
            .filter_map(|difference| difference.get("path")?.as_str());
        for path in paths {
            if path == "default" {
                self.default_opened = kinds.contains(&"increase") && !kinds.contains(&"decrease");
            }
            // Another ramp, whose end was not told yet.
            let is_new = path.is_empty() || RAMPS.iter().any(|place| path.ends_with(place));
            self.ramp_has_ended &= !is_new;
        }
    }

    /// Does everybody whom no rule is about get one variant, and not the off variant, at a moment?
    pub(super) fn is_whole(&self, at_ms: i64) -> bool {
        let is = |name: &str| self.content.get(name).and_then(Value::as_bool);
        let disabled_ms = self.content.get("disableAt").and_then(moment_ms);
        if is("killed") == Some(true)
            || is("enabled") == Some(false)
            || disabled_ms.is_some_and(|disabled_ms| disabled_ms <= at_ms)
        {
            return false;
        }
        for rule in self.content.rules() {
            let Some(serve) = rule.get("serve") else {
                continue;
            };
            if is_for_everybody(rule) {
                return self.gives_all(serve, at_ms, false);
            }
        }
        let default = self.content.get("default");
        default.is_some_and(|default| self.gives_all(default, at_ms, self.default_opened))
            || self.has_ramped_untold()
    }

    fn gives_all(&self, serve: &Value, at_ms: i64, opened: bool) -> bool {
        let node = serve.get("rollout").or(serve.get("experiment"));
        if let Some(node) = node.filter(|node| !is_within(node, at_ms)) {
            return node.get("from").is_some_and(|from| self.is_open(from, false));
        }
        if let Some(rollout) = serve.get("rollout") {
            let is_all = rollout.get("share").is_some_and(is_all) || self.has_ramped(rollout, at_ms);
            return is_all && rollout.get("to").is_none_or(|to| self.is_open(to, true));
        }
        match serve.get("split").and_then(Value::as_object) {
            Some(split) => {
                let mut all = split.iter().filter(|(_, share)| is_all(share));
                all.any(|(variant, _)| self.is_open(&Value::from(variant.as_str()), opened))
            }
            None => serve.is_string() && self.is_open(serve, opened),
        }
    }

    /// Is it a variant that the flag does not give while it is off?
    fn is_open(&self, variant: &Value, otherwise: bool) -> bool {
        match self.content.get("offVariant") {
            Some(off_variant) => variant != off_variant,
            None => otherwise,
        }
    }

    /// Did a ramp come to everybody?
    fn has_ramped(&self, rollout: &Value, at_ms: i64) -> bool {
        let Some(ramp) = rollout.get("ramp").filter(|ramp| ramp.is_object()) else {
            return false;
        };
        let end_ms = ramp.get("end").and_then(moment_ms);
        let has_ended = self.ramp_has_ended || end_ms.is_some_and(|end_ms| end_ms <= at_ms);
        let ceiling = ramp.get("ceiling").and_then(Value::as_f64).or(self.ceiling);
        has_ended && ceiling == Some(WHOLE) && ramp.get("to").is_none_or(is_all)
    }

    /// Did a ramp come to everybody of which nothing is known but the state of its rollout?
    fn has_ramped_untold(&self) -> bool {
        let is_told = self.content.get("default").is_some() || self.content.rules().next().is_some();
        self.ramp_has_ended && self.ceiling == Some(WHOLE) && !is_told
    }
}

/// Is a rule known to be about everybody?
fn is_for_everybody(rule: &Value) -> bool {
    let share = rule.get("if").and_then(|condition| condition.get("percentage"));
    is_without(rule, "if") || share.is_some_and(is_all)
}

/// Is a moment within the window of a rollout or an experiment?
fn is_within(node: &Value, at_ms: i64) -> bool {
    let edge = |name: &str| node.get(name).and_then(moment_ms);
    edge("start").is_none_or(|start_ms| start_ms <= at_ms) && edge("end").is_none_or(|end_ms| at_ms < end_ms)
}

fn moment_ms(moment: &Value) -> Option<i64> {
    let written = moment
        .as_str()
        .and_then(|moment| moment.parse::<Timestamp>().ok());
    written.map(Timestamp::as_millisecond).or(moment.as_i64())
}

fn is_all(share: &Value) -> bool {
    share.as_f64() == Some(WHOLE)
}
