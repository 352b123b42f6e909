use crate::evaluator::Evaluator;
use cases::{Flag, Rule, Test, Visitor};
use flagsmith_flag_engine::engine::get_evaluation_result;
use flagsmith_flag_engine::engine_eval::context::{EngineEvaluationContext, IdentityContext};
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use tidegate_native_bench::Result;

/// Has no way to ask for one flag: whoever asks gets all of the environment, 101 flags and a segment for each of their rules.
pub(crate) struct Flagsmith {
    environment: RefCell<EngineEvaluationContext>,
}

impl Evaluator for Flagsmith {
    const NAME: &'static str = "flagsmith-flag-engine";
    type Context = IdentityContext;

    fn load(flags: &[Flag]) -> Result<Self> {
        let mut features = Map::new();
        let mut segments = Map::new();
        for flag in flags {
            let feature = json!({ "key": flag.key, "name": flag.key, "enabled": false, "value": null });
            for (number, rule) in flag.rules.iter().enumerate() {
                let key = format!("{}-{number}", flag.salt);
                let mut on = feature.clone();
                on["enabled"] = json!(true);
                on["priority"] = json!(number);
                segments.insert(key.clone(), segment(&key, rule, &on));
            }
            features.insert(flag.key.clone(), feature);
        }
        Ok(Self {
            environment: RefCell::new(serde_json::from_value(json!({
                "environment": { "key": "bench", "name": "production" },
                "features": features,
                "segments": segments,
            }))?),
        })
    }

    fn context(&self, visitor: &Visitor) -> Result<IdentityContext> {
        Ok(serde_json::from_value(json!({
            "identifier": visitor.key,
            "key": visitor.key,
            "traits": { "country": visitor.country, "plan": visitor.plan, "age": visitor.age },
        }))?)
    }

    fn is_on(&self, flag: &str, context: &IdentityContext) -> bool {
        let mut environment = self.environment.borrow_mut();
        environment.identity = Some(context.clone());
        get_evaluation_result(&environment)
            .flags
            .get(flag)
            .is_some_and(|flag| flag.enabled)
    }

    fn count_on(&self, _: &[String], context: &IdentityContext) -> usize {
        let mut environment = self.environment.borrow_mut();
        environment.identity = Some(context.clone());
        let flags = get_evaluation_result(&environment).flags;
        flags.values().filter(|flag| flag.enabled).count()
    }
}

fn segment(key: &str, rule: &Rule, on: &Value) -> Value {
    let test = match &rule.test {
        Test::In(attribute, values) => json!({ "operator": "IN", "property": attribute, "value": values }),
        Test::Above(attribute, bound) => {
            json!({ "operator": "GREATER_THAN", "property": attribute, "value": bound.to_string() })
        }
    };
    let share = json!({ "operator": "PERCENTAGE_SPLIT", "property": "$.identity.key", "value": rule.percent.to_string() });
    let conditions = if rule.percent == 100 {
        vec![test]
    } else {
        vec![test, share]
    };
    json!({
        "key": key,
        "name": key,
        "rules": [{ "type": "ALL", "conditions": conditions }],
        "overrides": [on],
    })
}
