use crate::evaluator::Evaluator;
use cases::{Flag, Rule, Test, Visitor};
use serde_json::{Map, Value, json};
use statsig_rust::output_logger::LogLevel;
use statsig_rust::{
    FeatureGateEvaluationOptions, Statsig as Client, StatsigBootstrapSpecsAdapter, StatsigOptions,
    StatsigUser, StatsigUserBuilder, dyn_value,
};
use std::collections::HashMap;
use std::sync::Arc;
use tidegate_native_bench::Result;
use tokio::runtime::Runtime;

/// Gates without exposures, from specs handed in, without network.
pub(crate) struct Statsig {
    client: Client,
    _runtime: Runtime,
}

impl Evaluator for Statsig {
    const NAME: &'static str = "statsig-rust";
    type Context = StatsigUser;

    fn load(flags: &[Flag]) -> Result<Self> {
        let options = StatsigOptions {
            specs_adapter: Some(Arc::new(StatsigBootstrapSpecsAdapter::new(
                specs(flags).to_string(),
            ))),
            disable_network: Some(true),
            disable_all_logging: Some(true),
            // Its logger would be that of every other subject too.
            output_log_level: Some(LogLevel::None),
            disable_country_lookup: Some(true),
            ..StatsigOptions::new()
        };
        let client = Client::new("secret-bench", Some(Arc::new(options)));
        let runtime = Runtime::new()?;
        runtime
            .block_on(client.initialize())
            .map_err(|error| error.to_string())?;
        Ok(Self {
            client,
            _runtime: runtime,
        })
    }

    fn context(&self, visitor: &Visitor) -> Result<StatsigUser> {
        let custom = HashMap::from([
            ("plan".into(), dyn_value!(visitor.plan)),
            ("age".into(), dyn_value!(visitor.age)),
        ]);
        Ok(StatsigUserBuilder::new_with_user_id(visitor.key.clone())
            .country(Some(visitor.country.into()))
            .custom(Some(custom))
            .build())
    }

    fn is_on(&self, flag: &str, context: &StatsigUser) -> bool {
        let options = FeatureGateEvaluationOptions {
            disable_exposure_logging: true,
        };
        self.client.check_gate_with_options(context, flag, options)
    }
}

fn specs(flags: &[Flag]) -> Value {
    let mut conditions = Map::new();
    let mut gates = Map::new();
    for flag in flags {
        let mut rules = Vec::new();
        for (number, rule) in flag.rules.iter().enumerate() {
            let name = format!("{}-{number}", flag.key);
            conditions.insert(name.clone(), condition(rule));
            rules.push(json!({
                "name": name,
                "id": name,
                "salt": name,
                "passPercentage": rule.percent,
                "conditions": [name],
                "returnValue": true,
                "idType": "userID",
            }));
        }
        let gate = json!({
            "type": "feature_gate",
            "entity": "feature_gate",
            "salt": flag.salt,
            "enabled": true,
            "defaultValue": false,
            "rules": rules,
            "idType": "userID",
            "version": 1,
        });
        gates.insert(flag.key.clone(), gate);
    }
    json!({
        "feature_gates": gates,
        "dynamic_configs": {},
        "layer_configs": {},
        "experiment_to_layer": {},
        "condition_map": conditions,
        "has_updates": true,
        "time": 1,
        "response_format": "dcs-v2",
    })
}

fn condition(rule: &Rule) -> Value {
    let (attribute, operator, target) = match &rule.test {
        Test::In(attribute, values) => (attribute, "any", json!(values)),
        Test::Above(attribute, bound) => (attribute, "gt", json!(bound)),
    };
    json!({
        "type": "user_field",
        "field": attribute,
        "operator": operator,
        "targetValue": target,
        "additionalValues": {},
        "idType": "userID",
    })
}
