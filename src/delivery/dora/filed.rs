/// What a flag's file says of it today.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filed {
    /// When it was created, in epoch milliseconds.
    pub created_ms: Option<i64>,
    /// What it gives while it is off.
    pub off_variant: Option<String>,
}
