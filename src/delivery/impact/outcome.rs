use super::group::Group;

/// What a change does to a population in one environment, for one audience.
#[derive(Debug, Clone, PartialEq)]
pub struct Impact {
    /// How many people were asked about.
    pub people: u64,
    /// How many of them get another variant of one flag at least.
    pub moved: u64,
    /// The flags that may differ, by key; others do not.
    pub flags: Vec<FlagImpact>,
}

/// What a change does to a population by one flag.
#[derive(Debug, Clone, PartialEq)]
pub struct FlagImpact {
    /// The flag's key.
    pub flag: String,
    /// How many people get another variant; of a flag that is new or gone, another than its `offVariant`.
    pub moved: u64,
    /// How many get the variant that they had, with another value.
    pub revalued: u64,
    /// How many are on another side of a comparison, or on one of its sides only now, or no more.
    pub changed_arm: u64,
    /// Those who get another variant, by what decided before and what decides then: the largest group first.
    pub groups: Vec<Group>,
    /// How many of them are in none of the groups, as there are too many groups.
    pub ungrouped: u64,
}
