use crate::evaluator::Evaluator;
use cases::{Flag, NOW_MS, Visitor};
use tidegate::{Answer, Binding, Client, Context};
use tidegate_native_bench::{Result, snapshots};

/// `Client::evaluate` with a context.
pub(crate) struct TidegateFresh {
    client: Client,
}

/// `Binding::evaluate`, the context packed before.
pub(crate) struct TidegateBound {
    client: &'static Client,
}

impl Evaluator for TidegateFresh {
    const NAME: &'static str = "tidegate, evaluate";
    type Context = Context;

    fn load(_: &[Flag]) -> Result<Self> {
        Ok(Self {
            client: snapshots::loaded("cases")?,
        })
    }

    fn context(&self, visitor: &Visitor) -> Result<Context> {
        Ok(context(visitor))
    }

    fn is_on(&self, flag: &str, context: &Context) -> bool {
        self.client.evaluate(flag, context, NOW_MS).is_some_and(is_on)
    }

    fn count_on(&self, _: &[String], context: &Context) -> usize {
        let answers = self.client.bind(context);
        answers.map_or(0, |binding| {
            binding
                .evaluate_all(NOW_MS)
                .filter(|answer| is_on(*answer))
                .count()
        })
    }
}

impl Evaluator for TidegateBound {
    const NAME: &'static str = "tidegate, bind and evaluate";
    type Context = Binding<'static>;

    fn load(_: &[Flag]) -> Result<Self> {
        // Bindings borrow the client, and both stay for as long as the process.
        Ok(Self {
            client: Box::leak(Box::new(snapshots::loaded("cases")?)),
        })
    }

    fn context(&self, visitor: &Visitor) -> Result<Binding<'static>> {
        self.client
            .bind(&context(visitor))
            .ok_or_else(|| "no snapshot".into())
    }

    fn is_on(&self, flag: &str, context: &Binding<'static>) -> bool {
        context.evaluate(flag, NOW_MS).is_some_and(is_on)
    }

    fn count_on(&self, _: &[String], context: &Binding<'static>) -> usize {
        context
            .evaluate_all(NOW_MS)
            .filter(|answer| is_on(*answer))
            .count()
    }
}

fn context(visitor: &Visitor) -> Context {
    Context::new(visitor.key.as_str())
        .with("country", visitor.country)
        .with("plan", visitor.plan)
        .with("age", visitor.age)
}

fn is_on(answer: Answer<'_>) -> bool {
    answer.boolean() == Some(true)
}
