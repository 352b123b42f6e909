use super::segments::only_of;
use crate::model::{Flag, Place, Project};
use serde_json::Value;

/// What removing a flag takes, beside its uses in code.
#[derive(Debug, Clone, PartialEq)]
pub struct Removal<'p> {
    /// What stands in its place in code: the value that everybody gets; nothing where that is not one.
    pub replace_with: Option<&'p Value>,
    /// The file to delete.
    pub file: &'p str,
    /// The files of segments that nothing uses without it.
    pub segments: Vec<&'p str>,
    /// The flags that have it as a prerequisite.
    pub dependants: Vec<Dependant<'p>>,
    /// Where the project gives it other names.
    pub named_at: Option<&'p Place>,
}

/// A flag that another is a prerequisite of.
#[derive(Debug, Clone, PartialEq)]
pub struct Dependant<'p> {
    /// Its key.
    pub flag: &'p str,
    /// Where it says so.
    pub place: &'p Place,
    /// Is the prerequisite always met, never, or is that not one for all?
    pub is_met: Option<bool>,
}

impl<'p> Removal<'p> {
    /// Of a flag whose one variant, if it is one, is known.
    pub fn of(project: &'p Project, flag: &'p Flag, variant: Option<&str>) -> Self {
        let value = variant.and_then(|name| {
            let mut variants = flag.variants.iter();
            variants.find(|variant| variant.name.value == name)
        });
        let mut names = project.hygiene.references.names.iter();
        let named = names.find(|(name, _)| name.value == flag.key.value);
        let mut dependants = Vec::new();
        for other in &project.flags {
            for prerequisite in &other.prerequisites {
                if prerequisite.flag.value == flag.key.value {
                    let wanted =
                        |name: &str| prerequisite.variants.iter().any(|variant| variant.value == name);
                    dependants.push(Dependant {
                        flag: &other.key.value,
                        place: &prerequisite.flag.place,
                        is_met: variant.map(wanted),
                    });
                }
            }
        }
        Self {
            replace_with: value.map(|variant| &variant.value.value),
            file: &flag.key.place.file,
            segments: only_of(project, flag)
                .into_iter()
                .map(|segment| segment.name.place.file.as_ref())
                .collect(),
            dependants,
            named_at: named.map(|(name, _)| &name.place),
        }
    }
}
