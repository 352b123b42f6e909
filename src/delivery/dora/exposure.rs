//! How far a flag is open, as far as the differences of its changes tell it.

use jiff::Timestamp;
use serde_json::Value;

/// 100 percent, as files and logs write it.
const WHOLE: f64 = 100.0;

/// What is known of a flag in an environment.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Exposure {
    ceiling: Option<f64>,
    ramp_to: Option<f64>,
    ramp_has_ended: bool,
}

impl Exposure {
    /// Learns the ceiling that a rollout has by its state.
    pub(super) const fn limit(&mut self, ceiling: f64) {
        self.ceiling = Some(ceiling);
    }

    /// Its ramp ended; did that reach everybody?
    pub(super) fn end_ramp(&mut self) -> bool {
        self.ramp_has_ended = true;
        self.is_whole_ramp()
    }

    /// Learns what a change made of it at some moment; does it reach everybody now?
    pub(super) fn learn(&mut self, kinds: &[&str], diff: &[Value], at_ms: i64) -> bool {
        let opens = kinds.contains(&"increase") && !kinds.contains(&"decrease");
        let (mut reaches, mut is_about_ramp) = (false, false);
        for difference in diff {
            let Some(path) = difference.get("path").and_then(Value::as_str) else {
                continue;
            };
            let after = difference.get("after").unwrap_or(&Value::Null);
            let (serve, below) = match (path, path.rsplit_once("rollout")) {
                (_, Some((_, below))) => (None, Some((below, after))),
                ("", None) => (served(after), None),
                ("default", None) => (Some(after).filter(|after| opens || after.is_object()), None),
                (path, None) if path.ends_with("serve") => {
                    (Some(after).filter(|after| after.is_object()), None)
                }
                _ => continue,
            };
            reaches |= serve.is_some_and(is_for_all);
            let inner = serve
                .and_then(|serve| serve.get("rollout"))
                .map(|rollout| ("", rollout));
            if let Some((below, after)) = below.or(inner) {
                is_about_ramp |= self.follow(below, after, at_ms);
                let share = match below {
                    "" => after.get("share"),
                    ".share" => Some(after),
                    _ => None,
                };
                reaches |= share.is_some_and(is_whole);
            }
        }
        reaches || (is_about_ramp && self.ramp_has_ended && self.is_whole_ramp())
    }

    /// Follows what became of a rollout or a part of one; is there a ramp in it?
    fn follow(&mut self, below: &str, after: &Value, at_ms: i64) -> bool {
        match below {
            "" => {
                *self = Self::default();
                match after.get("ramp") {
                    Some(ramp) => self.follow(".ramp", ramp, at_ms),
                    None => false,
                }
            }
            ".ramp" => {
                *self = Self::default();
                for name in ["to", "ceiling", "end"] {
                    self.follow(
                        &format!(".ramp.{name}"),
                        after.get(name).unwrap_or(&Value::Null),
                        at_ms,
                    );
                }
                after.is_object()
            }
            ".ramp.to" => {
                self.ramp_to = after.as_f64();
                true
            }
            ".ramp.ceiling" => {
                self.ceiling = after.as_f64();
                true
            }
            ".ramp.end" => {
                let end = after.as_str().and_then(|end| end.parse::<Timestamp>().ok());
                self.ramp_has_ended = end.is_some_and(|end| end.as_millisecond() <= at_ms);
                true
            }
            _ => false,
        }
    }

    fn is_whole_ramp(&self) -> bool {
        self.ceiling == Some(WHOLE) && self.ramp_to.is_none_or(|to| to == WHOLE)
    }
}

/// What a new flag gives to everybody that no rule is about; nothing where that is what it gives while it is off.
fn served(flag: &Value) -> Option<&Value> {
    let is = |name: &str| flag.get(name) == Some(&Value::Bool(true));
    if is("killed") || !is("enabled") {
        return None;
    }
    let rules = flag.get("rules").and_then(Value::as_array);
    let open = rules.into_iter().flatten().find(|rule| rule.get("if").is_none());
    let serve = open
        .and_then(|rule| rule.get("serve"))
        .or_else(|| flag.get("default"))?;
    (Some(serve) != flag.get("offVariant")).then_some(serve)
}

/// Does everybody get one variant, and none of another?
fn is_for_all(serve: &Value) -> bool {
    let split = serve.get("split").and_then(Value::as_object);
    serve.is_string() || split.is_some_and(|split| split.values().any(is_whole))
}

fn is_whole(share: &Value) -> bool {
    share.as_f64() == Some(WHOLE)
}
