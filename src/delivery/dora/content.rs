//! What a flag says, put together from the differences that the log tells of it.

use serde_json::{Map, Value};

/// Below it stand names of variants, which may have dots in them.
const VARIANTS: &str = "split";

/// Marks an object of which only some members were ever told; no key of a flag is called so.
const IN_PART: &str = "?";

/// A flag as `inspect` shows it, as far as it was told.
#[derive(Debug, Clone, Default)]
pub(super) struct Content {
    flag: Map<String, Value>,
}

impl Content {
    /// Learns what a change made of it.
    pub(super) fn learn(&mut self, diff: &[Value]) {
        self.move_rules(diff);
        for difference in diff {
            let after = difference.get("after");
            match (path(difference), after) {
                ("", Some(Value::Object(flag))) => self.flag.clone_from(flag),
                ("", _) => self.flag.clear(),
                // Taken away already.
                (path, None) if rule(path).is_some() => {}
                (path, after) => {
                    let steps = steps(path);
                    set(&mut self.flag, &steps, after.cloned().unwrap_or(Value::Null));
                }
            }
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.flag.get(name).filter(|value| !value.is_null())
    }

    /// The rules that are known of, in order.
    pub(super) fn rules(&self) -> impl Iterator<Item = &Value> {
        let rules = self.flag.get("rules").and_then(Value::as_array);
        rules.into_iter().flatten().filter(|rule| rule.is_object())
    }

    /// Sets one thing that is known otherwise than by a difference.
    pub(super) fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.flag.insert(name.to_owned(), value.into());
    }

    /// Takes rules away and puts new ones in, so that the others have the numbers that they have after.
    fn move_rules(&mut self, diff: &[Value]) {
        let Some(Value::Array(rules)) = self.flag.get_mut("rules") else {
            return;
        };
        let whole = |is_gone: bool| {
            let numbers = diff.iter().filter_map(move |difference| {
                let number = rule(path(difference))?;
                (difference.get("after").is_none() == is_gone).then_some(number)
            });
            let mut numbers: Vec<usize> = numbers.collect();
            numbers.sort_unstable();
            numbers
        };
        for number in whole(true).into_iter().rev() {
            if number < rules.len() {
                rules.remove(number);
            }
        }
        for number in whole(false) {
            if number < rules.len() {
                rules.insert(number, Value::Null);
            }
        }
    }
}

/// Is it known that an object has no such member?
pub(super) fn is_without(object: &Value, name: &str) -> bool {
    match object.get(name) {
        Some(value) => value.is_null(),
        None => object.get(IN_PART).is_none(),
    }
}

fn path(difference: &Value) -> &str {
    difference.get("path").and_then(Value::as_str).unwrap_or_default()
}

/// The number of the rule that a path names as a whole.
fn rule(path: &str) -> Option<usize> {
    path.strip_prefix("rules[")?.strip_suffix(']')?.parse().ok()
}

/// A step on the way to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step<'p> {
    Name(&'p str),
    Number(usize),
}

/// The longest list of rules that is put together from single ones.
const MOST_RULES: usize = 10_000;

/// `rules[2].serve.rollout.share`, step by step.
fn steps(path: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let (part, behind) = match steps.last() {
            Some(Step::Name(VARIANTS)) => (rest, ""),
            _ => rest.split_once('.').unwrap_or((rest, "")),
        };
        let numbered = part.strip_suffix(']').and_then(|part| part.split_once('['));
        match numbered.and_then(|(name, number)| Some((name, number.parse().ok()?))) {
            Some((name, number)) => steps.extend([Step::Name(name), Step::Number(number)]),
            None => steps.push(Step::Name(part)),
        }
        rest = behind;
    }
    steps
}

fn set(object: &mut Map<String, Value>, steps: &[Step<'_>], value: Value) {
    match steps {
        [Step::Name(name)] => drop(object.insert((*name).to_owned(), value)),
        [Step::Name(name), Step::Number(number), rest @ ..] => {
            let list = object.entry(*name).or_insert(Value::Null);
            if !list.is_array() {
                *list = Value::Array(Vec::new());
            }
            if let Value::Array(list) = list
                && *number < MOST_RULES
            {
                if list.len() <= *number {
                    list.resize(number + 1, Value::Null);
                }
                if let Some(member) = list.get_mut(*number) {
                    set_below(member, rest, value);
                }
            }
        }
        [Step::Name(name), rest @ ..] => set_below(object.entry(*name).or_insert(Value::Null), rest, value),
        _ => {}
    }
}

fn set_below(member: &mut Value, rest: &[Step<'_>], value: Value) {
    if rest.is_empty() {
        *member = value;
        return;
    }
    if !member.is_object() {
        *member = Value::Object(Map::from_iter([(IN_PART.to_owned(), Value::Bool(true))]));
    }
    if let Value::Object(member) = member {
        set(member, rest, value);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn content(flag: Value) -> Content {
        let mut content = Content::default();
        content.learn(&[json!({ "path": "", "after": flag })]);
        content
    }

    #[test]
    fn differences_are_put_where_they_belong() {
        let mut content = content(json!({
            "enabled": false,
            "rules": [{ "if": 1, "serve": "a" }, { "serve": { "split": { "a.b": 50, "c": 50 } } }],
            "default": { "rollout": { "share": 5, "start": "t" } },
        }));
        content.learn(&[
            json!({ "path": "enabled", "before": false, "after": true }),
            json!({ "path": "default.rollout.share", "before": 5, "after": 50 }),
            json!({ "path": "default.rollout.start", "before": "t" }),
            json!({ "path": "rules[1].serve.split.a.b", "before": 50, "after": 100 }),
            json!({ "path": "rules[0].if", "before": 1 }),
        ]);
        assert_eq!(content.get("enabled"), Some(&json!(true)));
        assert_eq!(
            content.get("default"),
            Some(&json!({ "rollout": { "share": 50, "start": null } }))
        );
        let rules: Vec<&Value> = content.rules().collect();
        assert_eq!(rules[1]["serve"]["split"], json!({ "a.b": 100, "c": 50 }));
        assert!(is_without(rules[0], "if") && is_without(rules[1], "if"));
    }

    #[test]
    fn rules_that_come_and_go_move_the_others() {
        let rule = |name: &str| json!({ "name": name, "serve": name });
        let mut content = content(json!({ "rules": [rule("a"), rule("b"), rule("c")] }));
        content.learn(&[
            json!({ "path": "rules[0]", "before": rule("a") }),
            json!({ "path": "rules[1]", "after": rule("new") }),
            json!({ "path": "rules[2].serve", "before": "c", "after": "d" }),
        ]);
        let served: Vec<&Value> = content.rules().map(|rule| &rule["serve"]).collect();
        assert_eq!(served, ["b", "new", "d"]);
    }

    #[test]
    fn of_what_was_never_told_nothing_is_known() {
        let mut content = Content::default();
        content.learn(&[json!({ "path": "rules[1].serve.rollout.share", "after": 100 })]);
        let rules: Vec<&Value> = content.rules().collect();
        assert_eq!(rules.len(), 1);
        assert!(!is_without(rules[0], "if"));
        content.learn(&[json!({ "path": "rules[1].if", "before": {} })]);
        assert!(is_without(content.rules().next().unwrap(), "if"));
        content.learn(&[json!({ "path": "", "before": {} })]);
        assert_eq!((content.rules().count(), content.get("default")), (0, None));
    }

    #[test]
    fn no_difference_makes_it_endless() {
        let mut content = Content::default();
        for path in [
            "rules[4000000000].serve",
            "rules[99999999999999999999]",
            "rules[-1]",
            "[1]",
            "a[1][2]",
            "..",
            "x.[0].",
        ] {
            content.learn(&[
                json!({ "path": path, "after": 1 }),
                json!({ "path": path }),
                json!("nonsense"),
            ]);
        }
        assert_eq!(content.rules().count(), 0);
    }
}
