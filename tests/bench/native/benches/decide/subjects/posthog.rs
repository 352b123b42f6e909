use crate::evaluator::Evaluator;
use cases::{Flag, Rule, Test, Visitor};
use posthog_rs::{FlagCache, FlagValue, LocalEvaluator};
use serde_json::{Value, json};
use std::collections::HashMap;
use tidegate_native_bench::Result;

/// `LocalEvaluator::evaluate_flag_simple`, which leaves out what these flags do not use.
pub(crate) struct PostHog {
    evaluator: LocalEvaluator,
    groups: HashMap<String, String>,
    group_properties: HashMap<String, HashMap<String, Value>>,
}

impl Evaluator for PostHog {
    const NAME: &'static str = "posthog-rs";
    type Context = (String, HashMap<String, Value>);

    fn load(flags: &[Flag]) -> Result<Self> {
        let flags: Vec<_> = flags
            .iter()
            .map(|flag| {
                let groups: Vec<_> = flag.rules.iter().map(group).collect();
                json!({ "key": flag.key, "active": true, "filters": { "groups": groups } })
            })
            .collect();
        let cache = FlagCache::new();
        cache.update(serde_json::from_value(json!({ "flags": flags }))?);
        Ok(Self {
            evaluator: LocalEvaluator::new(cache),
            groups: HashMap::new(),
            group_properties: HashMap::new(),
        })
    }

    fn context(&self, visitor: &Visitor) -> Result<Self::Context> {
        let properties = HashMap::from([
            ("country".into(), visitor.country.into()),
            ("plan".into(), visitor.plan.into()),
            ("age".into(), visitor.age.into()),
        ]);
        Ok((visitor.key.clone(), properties))
    }

    fn is_on(&self, flag: &str, (id, properties): &Self::Context) -> bool {
        let value =
            self.evaluator
                .evaluate_flag_simple(flag, id, properties, &self.groups, &self.group_properties);
        matches!(value, Ok(Some(FlagValue::Boolean(true))))
    }
}

fn group(rule: &Rule) -> Value {
    let property = match &rule.test {
        Test::In(attribute, values) => {
            json!({ "key": attribute, "value": values, "operator": "exact", "type": "person" })
        }
        Test::Above(attribute, bound) => {
            json!({ "key": attribute, "value": bound, "operator": "gt", "type": "person" })
        }
    };
    json!({ "properties": [property], "rollout_percentage": rule.percent, "variant": null })
}
