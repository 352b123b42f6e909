use crate::evaluator::Evaluator;
use cases::{Flag, Rule, Test, Visitor};
use eppo_core::eval::get_assignment;
use eppo_core::ufc::{AssignmentValue, UniversalFlagConfig, VariationType};
use eppo_core::{Attributes, Configuration, SdkMetadata, Str};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::SystemTime;
use tidegate_native_bench::Result;

/// `get_assignment` without logging.
pub(crate) struct Eppo {
    configuration: Configuration,
    now: SystemTime,
}

impl Evaluator for Eppo {
    const NAME: &'static str = "eppo_core";
    type Context = (Str, Arc<Attributes>);

    fn load(flags: &[Flag]) -> Result<Self> {
        let flags: HashMap<&str, Value> = flags
            .iter()
            .map(|flag| (flag.key.as_str(), written(flag)))
            .collect();
        let document = json!({
            "createdAt": "2026-11-21T12:00:00Z",
            "format": "SERVER",
            "environment": { "name": "production" },
            "flags": flags,
        });
        let sdk = SdkMetadata {
            name: "bench",
            version: "0",
        };
        let flags = UniversalFlagConfig::from_json(sdk, serde_json::to_vec(&document)?)?;
        Ok(Self {
            configuration: Configuration::from_server_response(flags, None),
            now: SystemTime::now(),
        })
    }

    fn context(&self, visitor: &Visitor) -> Result<(Str, Arc<Attributes>)> {
        let attributes = Attributes::from([
            ("country".into(), visitor.country.into()),
            ("plan".into(), visitor.plan.into()),
            ("age".into(), f64::from(visitor.age).into()),
        ]);
        Ok((visitor.key.as_str().into(), Arc::new(attributes)))
    }

    fn is_on(&self, flag: &str, (key, attributes): &(Str, Arc<Attributes>)) -> bool {
        let assignment = get_assignment(
            Some(&self.configuration),
            flag,
            key,
            attributes,
            Some(VariationType::Boolean),
            self.now.into(),
        );
        matches!(assignment, Ok(Some(assignment)) if assignment.value == AssignmentValue::Boolean(true))
    }
}

fn written(flag: &Flag) -> Value {
    let allocations: Vec<_> = flag
        .rules
        .iter()
        .enumerate()
        .map(|(number, rule)| {
            let shard = json!({ "salt": flag.salt, "ranges": [{ "start": 0, "end": rule.percent * 100 }] });
            json!({
                "key": format!("rule-{number}"),
                "rules": [{ "conditions": [condition(rule)] }],
                "splits": [{ "variationKey": "on", "shards": [shard] }, { "variationKey": "off", "shards": [] }],
                "doLog": false,
            })
        })
        .collect();
    json!({
        "key": flag.key,
        "enabled": true,
        "variationType": "BOOLEAN",
        "variations": { "on": { "key": "on", "value": true }, "off": { "key": "off", "value": false } },
        "allocations": allocations,
        "totalShards": 10_000,
    })
}

fn condition(rule: &Rule) -> Value {
    match &rule.test {
        Test::In(attribute, values) => {
            json!({ "attribute": attribute, "operator": "ONE_OF", "value": values })
        }
        Test::Above(attribute, bound) => json!({ "attribute": attribute, "operator": "GT", "value": bound }),
    }
}
