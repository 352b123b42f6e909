//! A flag that is new or gone in a line for people: what is in it stands in its file, and all of it in JSON.

use serde_json::{Map, Value};
use tidegate::delivery::some_of;

/// Of more variants, rules or targets only the number of the rest.
const MOST: usize = 4;

/// A flag as `inspect` shows it: its variants, what it gives to whom, and whether it is on.
pub(super) fn line(flag: &Value, environment: &str) -> String {
    if is(flag, "unreadable") {
        return "cannot be read".to_owned();
    }
    let variants = map(flag, "variants").map(|(name, _)| name.clone());
    let mut parts = vec![format!("variants {}", listed(variants))];
    let prerequisites = map(flag, "prerequisites").map(|(flag, _)| flag.clone());
    parts.extend(some("asks first for", prerequisites));
    parts.extend(some(
        "targets",
        map(flag, "targets").map(|(name, _)| name.clone()),
    ));
    let rules = flag.get("rules").and_then(Value::as_array);
    let rules = rules.into_iter().flatten().enumerate().map(|(number, rule)| {
        let name = rule.get("name").and_then(Value::as_str);
        let name = name.map_or_else(|| number.to_string(), str::to_owned);
        format!("{name} → {}", served(rule.get("serve")))
    });
    parts.extend(some("rules", rules));
    parts.push(format!("default {}", served(flag.get("default"))));
    let state = match (is(flag, "killed"), is(flag, "enabled")) {
        (true, _) => "killed",
        (false, true) => "on",
        (false, false) => "off",
    };
    parts.push(format!("{state} in {environment}"));
    parts.join("; ")
}

/// What is given, in a word or two.
fn served(serve: Option<&Value>) -> String {
    let Some(serve) = serve else {
        return "nothing".to_owned();
    };
    if let Some(variant) = serve.as_str() {
        return variant.to_owned();
    }
    let text = |value: &Value, name: &str| {
        value
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    if let Some(rollout) = serve.get("rollout") {
        let to = text(rollout, "to");
        return match (rollout.get("share"), rollout.get("ramp")) {
            (Some(share), _) => format!("{to} for {share}%"),
            (None, Some(_)) => format!("{to} by a ramp"),
            (None, None) => to,
        };
    }
    let shares =
        |of: &Value, name: &str| listed(map(of, name).map(|(variant, share)| format!("{variant} {share}%")));
    match serve.get("experiment") {
        Some(experiment) => format!("an experiment ({})", shares(experiment, "arms")),
        None => format!("a split ({})", shares(serve, "split")),
    }
}

fn some(what: &str, names: impl Iterator<Item = String>) -> Option<String> {
    let names = listed(names);
    (!names.is_empty()).then(|| format!("{what} {names}"))
}

fn listed(names: impl Iterator<Item = String>) -> String {
    some_of(&names.collect::<Vec<_>>(), MOST)
}

fn map<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = (&'v String, &'v Value)> {
    let found: Option<&Map<String, Value>> = value.get(name).and_then(Value::as_object);
    found.into_iter().flatten()
}

fn is(flag: &Value, name: &str) -> bool {
    flag.get(name) == Some(&Value::Bool(true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_flag_is_told_by_its_variants_rules_default_and_state() {
        for (flag, expected) in [
            (
                json!({ "enabled": true, "variants": { "off": false, "on": true }, "rules": [
                    { "name": "canada", "serve": "on" },
                    { "serve": { "rollout": { "from": "off", "to": "on", "share": 0.5 } } },
                ], "default": { "split": { "off": 90, "on": 10 } } }),
                "variants off, on; rules canada → on, 1 → on for 0.5%; default a split (off 90%, on 10%); on in qa",
            ),
            (
                json!({ "enabled": false, "variants": { "a": 1, "b": 2, "c": 3, "d": 4, "e": 5 },
                    "targets": { "b": ["u"] }, "prerequisites": { "other": ["on"] },
                    "default": { "experiment": { "arms": { "a": 50, "b": 50 } } } }),
                "variants a, b, c, d and 1 more; asks first for other; targets b; \
                 default an experiment (a 50%, b 50%); off in qa",
            ),
            (
                json!({ "enabled": true, "killed": true, "variants": {},
                    "default": { "rollout": { "to": "on", "ramp": {} } } }),
                "variants ; default on by a ramp; killed in qa",
            ),
            (json!({ "unreadable": true }), "cannot be read"),
        ] {
            assert_eq!(line(&flag, "qa"), expected);
        }
    }
}
