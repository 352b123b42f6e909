use crate::evaluator::Evaluator;
use cases::{Flag, Rule, Test, Visitor};
use launchdarkly_server_sdk_evaluation::{
    Context, ContextBuilder, Flag as Written, FlagValue, Segment, Store, evaluate,
};
use serde_json::json;
use std::collections::HashMap;
use tidegate_native_bench::Result;

/// `evaluate` with the flag borrowed from a map; the server SDK keeps its own.
pub(crate) struct LaunchDarkly {
    flags: Flags,
}

struct Flags(HashMap<String, Written>);

impl Store for Flags {
    fn flag(&self, key: &str) -> Option<Written> {
        self.0.get(key).cloned()
    }

    fn segment(&self, _: &str) -> Option<Segment> {
        None
    }
}

impl Evaluator for LaunchDarkly {
    const NAME: &'static str = "launchdarkly-server-sdk-evaluation";
    type Context = Context;

    fn load(flags: &[Flag]) -> Result<Self> {
        let written = |flag: &Flag| {
            let rules: Vec<_> = flag.rules.iter().enumerate().map(rule).collect();
            serde_json::from_value(json!({
                "key": flag.key,
                "version": 1,
                "on": true,
                "salt": flag.salt,
                "variations": [true, false],
                "offVariation": 1,
                "fallthrough": { "variation": 1 },
                "targets": [],
                "prerequisites": [],
                "rules": rules,
                "clientSide": false,
            }))
        };
        let flags = flags.iter().map(|flag| Ok((flag.key.clone(), written(flag)?)));
        Ok(Self {
            flags: Flags(flags.collect::<Result<_>>()?),
        })
    }

    fn context(&self, visitor: &Visitor) -> Result<Context> {
        Ok(ContextBuilder::new(visitor.key.as_str())
            .set_string("country", visitor.country)
            .set_string("plan", visitor.plan)
            .set_float("age", f64::from(visitor.age))
            .build()?)
    }

    fn is_on(&self, flag: &str, context: &Context) -> bool {
        self.flags.0.get(flag).is_some_and(|flag| {
            let detail = evaluate(&self.flags, flag, context, None);
            matches!(detail.value, Some(FlagValue::Bool(true)))
        })
    }
}

fn rule((number, rule): (usize, &Rule)) -> serde_json::Value {
    let clause = match &rule.test {
        Test::In(attribute, values) => {
            json!({ "attribute": attribute, "op": "in", "values": values, "negate": false })
        }
        Test::Above(attribute, bound) => {
            json!({ "attribute": attribute, "op": "greaterThan", "values": [bound], "negate": false })
        }
    };
    let id = number.to_string();
    if rule.percent == 100 {
        return json!({ "id": id, "clauses": [clause], "variation": 0, "trackEvents": false });
    }
    let weights = [(0, rule.percent), (1, 100 - rule.percent)];
    let variations =
        weights.map(|(variation, weight)| json!({ "variation": variation, "weight": weight * 1_000 }));
    json!({ "id": id, "clauses": [clause], "rollout": { "variations": variations }, "trackEvents": false })
}
