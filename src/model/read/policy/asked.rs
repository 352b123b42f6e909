use crate::model::source::Quantity;

/// What is asked of a source.
pub(in crate::model::read) struct Asked<'a> {
    pub(in crate::model::read) what: &'static str,
    /// The metric's name, where it is one.
    pub(in crate::model::read) metric: Option<&'a str>,
    pub(in crate::model::read) quantities: &'static [Quantity],
    /// What may be told besides.
    pub(in crate::model::read) optional: &'static [Quantity],
    /// Must it tell up to when there is data?
    pub(in crate::model::read) needs_until: bool,
    /// The keys beside those of the source.
    pub(in crate::model::read) keys: &'static [&'static str],
}
