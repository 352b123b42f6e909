use crate::evaluator::Evaluator;
use cases::{Flag, Rule, Test, Visitor};
use feature_flag::{FlagEvaluator, FlagSet, Subject};
use serde_json::json;
use tidegate_native_bench::Result;

pub(crate) struct FeatureFlag {
    evaluator: FlagEvaluator,
}

impl Evaluator for FeatureFlag {
    const NAME: &'static str = "feature-flag";
    type Context = Subject;

    fn load(flags: &[Flag]) -> Result<Self> {
        let flags: Vec<_> = flags
            .iter()
            .map(|flag| {
                let rules: Vec<_> = flag.rules.iter().enumerate().map(rule).collect();
                json!({ "id": flag.key, "variants": ["on", "off"], "default_variant": "off", "rules": rules })
            })
            .collect();
        let set = json!({ "version": "1", "flags": flags });
        Ok(Self {
            evaluator: FlagEvaluator::new(FlagSet::from_json(&set.to_string())?),
        })
    }

    fn context(&self, visitor: &Visitor) -> Result<Subject> {
        Ok(Subject::new(visitor.key.as_str())
            .with_attr("country", visitor.country)
            .with_attr("plan", visitor.plan)
            .with_attr("age", visitor.age))
    }

    fn is_on(&self, flag: &str, context: &Subject) -> bool {
        self.evaluator
            .evaluate(flag, context)
            .is_ok_and(|answer| answer.variant == "on")
    }
}

fn rule((number, rule): (usize, &Rule)) -> serde_json::Value {
    let when = match &rule.test {
        Test::In(attribute, values) => {
            json!({ "kind": "compare", "attr": attribute, "op": "in", "value": values })
        }
        Test::Above(attribute, bound) => {
            json!({ "kind": "compare", "attr": attribute, "op": "gt", "value": bound })
        }
    };
    let variants = [("on", rule.percent), ("off", 100 - rule.percent)];
    let variants = variants.map(|(variant, weight)| json!({ "variant": variant, "weight": weight }));
    json!({ "id": number.to_string(), "when": when, "outcome": { "kind": "rollout", "variants": variants } })
}
