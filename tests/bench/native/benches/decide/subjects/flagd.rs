use crate::evaluator::Evaluator;
use cases::{Flag, Test, Visitor};
use flagd_evaluation_engine::{FlagParser, Operator};
use open_feature::EvaluationContext;
use serde_json::{Value, json};
use std::collections::HashMap;
use tidegate_native_bench::Result;

/// `Operator::apply`; the targeting of each flag is written out once, which its provider does for each question.
pub(crate) struct Flagd {
    operator: Operator,
    targeting: HashMap<String, String>,
}

impl Evaluator for Flagd {
    const NAME: &'static str = "flagd-evaluation-engine";
    type Context = EvaluationContext;

    fn load(flags: &[Flag]) -> Result<Self> {
        let flags: HashMap<&str, Value> = flags
            .iter()
            .map(|flag| {
                let document = json!({
                    "state": "ENABLED",
                    "variants": { "on": true, "off": false },
                    "defaultVariant": "off",
                    "targeting": targeting(flag),
                });
                (flag.key.as_str(), document)
            })
            .collect();
        let parsed = FlagParser::parse_string(&json!({ "flags": flags }).to_string())?;
        let targeting = parsed
            .flags
            .into_iter()
            .map(|(key, flag)| (key, flag.get_targeting()));
        Ok(Self {
            operator: Operator::new(),
            targeting: targeting.collect(),
        })
    }

    fn context(&self, visitor: &Visitor) -> Result<EvaluationContext> {
        Ok(EvaluationContext::default()
            .with_targeting_key(visitor.key.as_str())
            .with_custom_field("country", visitor.country)
            .with_custom_field("plan", visitor.plan)
            .with_custom_field("age", i64::from(visitor.age)))
    }

    fn is_on(&self, flag: &str, context: &EvaluationContext) -> bool {
        let variant = self
            .targeting
            .get(flag)
            .map(|rule| self.operator.apply(flag, rule, context));
        matches!(variant, Some(Ok(Some(variant))) if variant == "on")
    }
}

/// One `if` with a branch for each rule.
fn targeting(flag: &Flag) -> Value {
    let branches = flag.rules.iter().flat_map(|rule| {
        let test = match &rule.test {
            Test::In(attribute, values) => json!({ "in": [{ "var": attribute }, values] }),
            Test::Above(attribute, bound) => json!({ ">": [{ "var": attribute }, bound] }),
        };
        let unit = json!({ "cat": [flag.salt, { "var": "targetingKey" }] });
        let share = match rule.percent {
            100 => json!("on"),
            percent => json!({ "fractional": [unit, ["on", percent], ["off", 100 - percent]] }),
        };
        [test, share]
    });
    json!({ "if": branches.chain([json!("off")]).collect::<Vec<_>>() })
}
