use crate::evaluator::Evaluator;
use cases::{Flag, Rule, Test, Visitor};
use serde_json::json;
use std::collections::HashMap;
use tidegate_native_bench::Result;
use unleash_yggdrasil::{Context, EngineState};

/// `EngineState::is_enabled` for each flag: its call for all decides variants too.
pub(crate) struct Yggdrasil {
    engine: EngineState,
}

impl Evaluator for Yggdrasil {
    const NAME: &'static str = "unleash-yggdrasil";
    type Context = Context;

    fn load(flags: &[Flag]) -> Result<Self> {
        let features: Vec<_> = flags
            .iter()
            .map(|flag| {
                let strategies: Vec<_> = flag.rules.iter().map(|rule| strategy(rule, &flag.salt)).collect();
                json!({ "name": flag.key, "type": "release", "enabled": true, "strategies": strategies })
            })
            .collect();
        let engine = EngineState::default();
        let features = serde_json::from_value(json!({ "version": 2, "features": features }))?;
        match engine.apply_client_features(features) {
            Some(warnings) if !warnings.is_empty() => Err(format!("{warnings:?}").into()),
            _ => Ok(Self { engine }),
        }
    }

    fn context(&self, visitor: &Visitor) -> Result<Context> {
        Ok(Context {
            user_id: Some(visitor.key.clone()),
            properties: Some(HashMap::from([
                ("country".into(), visitor.country.into()),
                ("plan".into(), visitor.plan.into()),
                ("age".into(), visitor.age.to_string()),
            ])),
            ..Context::default()
        })
    }

    fn is_on(&self, flag: &str, context: &Context) -> bool {
        self.engine.is_enabled(flag, context, &None)
    }
}

fn strategy(rule: &Rule, salt: &str) -> serde_json::Value {
    let constraint = match &rule.test {
        Test::In(attribute, values) => {
            json!({ "contextName": attribute, "operator": "IN", "values": values })
        }
        Test::Above(attribute, bound) => {
            json!({ "contextName": attribute, "operator": "NUM_GT", "value": bound.to_string() })
        }
    };
    json!({
        "name": "flexibleRollout",
        "parameters": { "rollout": rule.percent.to_string(), "stickiness": "userId", "groupId": salt },
        "constraints": [constraint],
    })
}
