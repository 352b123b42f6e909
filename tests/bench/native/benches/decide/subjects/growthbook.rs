use crate::evaluator::Evaluator;
use cases::{Flag, Rule, Test, Visitor};
use growthbook_rust::growthbook::GrowthBook as Engine;
use growthbook_rust::model_public::GrowthBookAttribute;
use serde_json::json;
use std::collections::HashMap;
use tidegate_native_bench::Result;

/// `GrowthBook::check`: its client copies every feature before each question.
pub(crate) struct GrowthBook {
    engine: Engine,
}

impl Evaluator for GrowthBook {
    const NAME: &'static str = "growthbook-rust";
    type Context = Option<Vec<GrowthBookAttribute>>;

    fn load(flags: &[Flag]) -> Result<Self> {
        let features: HashMap<&str, serde_json::Value> = flags
            .iter()
            .map(|flag| {
                let rules: Vec<_> = flag.rules.iter().map(|rule| written(rule, &flag.salt)).collect();
                (
                    flag.key.as_str(),
                    json!({ "defaultValue": false, "rules": rules }),
                )
            })
            .collect();
        Ok(Self {
            engine: Engine {
                forced_variations: None,
                features: serde_json::from_value(json!(features))?,
                attributes: None,
                sticky_bucket_service: None,
                saved_groups: HashMap::new(),
            },
        })
    }

    fn context(&self, visitor: &Visitor) -> Result<Self::Context> {
        let attributes = json!({
            "id": visitor.key,
            "country": visitor.country,
            "plan": visitor.plan,
            "age": visitor.age,
        });
        Ok(Some(
            GrowthBookAttribute::from(attributes).map_err(|error| format!("{error:?}"))?,
        ))
    }

    fn is_on(&self, flag: &str, context: &Self::Context) -> bool {
        self.engine.check(flag, context).on
    }
}

fn written(rule: &Rule, salt: &str) -> serde_json::Value {
    let condition = match &rule.test {
        Test::In(attribute, values) => json!({ (*attribute): { "$in": values } }),
        Test::Above(attribute, bound) => json!({ (*attribute): { "$gt": bound } }),
    };
    match rule.percent {
        100 => json!({ "condition": condition, "force": true }),
        percent => json!({
            "condition": condition,
            "force": true,
            "coverage": f64::from(percent) / 100.0,
            "hashAttribute": "id",
            "seed": salt,
        }),
    }
}
