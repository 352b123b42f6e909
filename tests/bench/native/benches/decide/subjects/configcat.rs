use crate::evaluator::Evaluator;
use cases::{Flag, Rule, Test, Visitor};
use configcat::{Client, Config, OverrideBehavior, OverrideDataSource, Setting, User};
use serde_json::json;
use std::collections::HashMap;
use std::pin::pin;
use std::task::{Context as TaskContext, Poll, Waker};
use tidegate_native_bench::Result;
use tokio::runtime::Runtime;

/// Local flags only, so that nothing is fetched.
pub(crate) struct ConfigCat {
    client: Client,
    _runtime: Runtime,
}

struct Source(HashMap<String, Setting>);

impl OverrideDataSource for Source {
    fn settings(&self) -> &HashMap<String, Setting> {
        &self.0
    }
}

impl Evaluator for ConfigCat {
    const NAME: &'static str = "configcat";
    type Context = User;

    fn load(flags: &[Flag]) -> Result<Self> {
        let settings: HashMap<&str, serde_json::Value> = flags
            .iter()
            .map(|flag| {
                let rules: Vec<_> = flag.rules.iter().map(rule).collect();
                (
                    flag.key.as_str(),
                    json!({ "t": 0, "v": { "b": false }, "r": rules }),
                )
            })
            .collect();
        let config: Config = serde_json::from_value(json!({ "f": settings }))?;
        let runtime = Runtime::new()?;
        let inside = runtime.enter();
        let client = Client::builder("local")
            .overrides(Box::new(Source(config.settings)), OverrideBehavior::LocalOnly)
            .build()
            .map_err(|error| error.to_string())?;
        drop(inside);
        Ok(Self {
            client,
            _runtime: runtime,
        })
    }

    fn context(&self, visitor: &Visitor) -> Result<User> {
        Ok(User::new(&visitor.key)
            .country(visitor.country)
            .custom("plan", visitor.plan)
            .custom("age", f64::from(visitor.age)))
    }

    fn is_on(&self, flag: &str, context: &User) -> bool {
        // Nothing is waited for, so that one poll is enough and no executor is timed.
        let value = pin!(self.client.get_value(flag, false, Some(context.clone())));
        value.poll(&mut TaskContext::from_waker(Waker::noop())) == Poll::Ready(true)
    }
}

fn rule(rule: &Rule) -> serde_json::Value {
    let condition = match &rule.test {
        Test::In(attribute, values) => {
            let attribute = if *attribute == "country" {
                "Country"
            } else {
                attribute
            };
            json!({ "a": attribute, "c": 0, "l": values })
        }
        Test::Above(attribute, bound) => json!({ "a": attribute, "c": 14, "d": f64::from(*bound) }),
    };
    let options = [(rule.percent, true), (100 - rule.percent, false)];
    json!({
        "c": [{ "u": condition }],
        "p": options.map(|(percent, value)| json!({ "p": percent, "v": { "b": value } })),
    })
}
