use cases::{Flag, Visitor};
use tidegate_native_bench::Result;

/// What is compared: takes a ruleset in memory, and decides.
///
/// Where an API has several ways, the fastest that leaves nothing out is used, and contexts are in the API's own type.
pub(crate) trait Evaluator: Sized {
    /// The crate, and what of it.
    const NAME: &'static str;
    /// Who asks, as the API wants to have it.
    type Context;

    fn load(flags: &[Flag]) -> Result<Self>;

    fn context(&self, visitor: &Visitor) -> Result<Self::Context>;

    fn is_on(&self, flag: &str, context: &Self::Context) -> bool;

    /// How many of all flags are on, in one call where there is such a call and it is not slower.
    fn count_on(&self, keys: &[String], context: &Self::Context) -> usize {
        keys.iter().filter(|key| self.is_on(key, context)).count()
    }
}
