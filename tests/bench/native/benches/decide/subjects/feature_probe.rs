use crate::evaluator::Evaluator;
use cases::{Flag, Rule, Test, Visitor};
use feature_probe_server_sdk::{FPUser, FeatureProbe as Client, load_json};
use serde_json::{Value, json};
use std::collections::HashMap;
use tidegate_native_bench::Result;

pub(crate) struct FeatureProbe {
    client: Client,
}

impl Evaluator for FeatureProbe {
    const NAME: &'static str = "feature-probe-server-sdk";
    type Context = FPUser;

    fn load(flags: &[Flag]) -> Result<Self> {
        let toggles: HashMap<&str, Value> = flags
            .iter()
            .map(|flag| (flag.key.as_str(), written(flag)))
            .collect();
        let repository = json!({ "segments": {}, "toggles": toggles });
        Ok(Self {
            client: Client::new_with("bench".into(), load_json(&repository.to_string())?),
        })
    }

    fn context(&self, visitor: &Visitor) -> Result<FPUser> {
        Ok(FPUser::new()
            .stable_rollout(visitor.key.clone())
            .with("country", visitor.country)
            .with("plan", visitor.plan)
            .with("age", &visitor.age.to_string()))
    }

    fn is_on(&self, flag: &str, context: &FPUser) -> bool {
        self.client.bool_value(flag, context, false)
    }
}

fn written(flag: &Flag) -> Value {
    let rules: Vec<_> = flag
        .rules
        .iter()
        .map(|rule| written_rule(rule, &flag.salt))
        .collect();
    json!({
        "key": flag.key,
        "enabled": true,
        "forClient": false,
        "version": 1,
        "disabledServe": { "select": 1 },
        "defaultServe": { "select": 1 },
        "rules": rules,
        "variations": [true, false],
    })
}

fn written_rule(rule: &Rule, salt: &str) -> Value {
    let condition = match &rule.test {
        Test::In(attribute, values) => {
            json!({ "type": "string", "subject": attribute, "predicate": "is one of", "objects": values })
        }
        Test::Above(attribute, bound) => {
            json!({ "type": "number", "subject": attribute, "predicate": ">", "objects": [bound.to_string()] })
        }
    };
    let slots = rule.percent * 100;
    json!({
        "conditions": [condition],
        "serve": { "split": { "distribution": [[[0, slots]], [[slots, 10_000]]], "salt": salt } },
    })
}
