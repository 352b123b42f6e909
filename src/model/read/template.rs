use super::fields::Fields;
use super::gate::{gate, holdback};
use super::problems::{Problems, alternatives, quote};
use super::scalar::{boolean, text};
use super::stage::stages;
use super::suggest::suggest;
use crate::model::condition::{Condition, Percent};
use crate::model::diagnostic::{Place, Spanned};
use crate::model::document::{Node, parse};
use crate::model::rollout::{Gate, Stage, Template};

pub(super) const TEMPLATE_KEYS: &[&str] = &["description", "control", "holdback", "gate", "stages"];

/// The template of plans that have neither `stages` nor a `template`, as the text of its file.
pub const STANDARD_TEMPLATE: &str = include_str!("standard.yaml");

const STANDARD: &str = "standard";

/// The most names that a message lists.
const MOST_LISTED: usize = 8;

/// Stages that several plans have in common; the name is the file's.
pub(super) fn template(name: Spanned<String>, node: &Node, problems: &mut Problems) -> Option<Template> {
    let fields = Fields::read(node, "a template of rollouts", TEMPLATE_KEYS, problems)?;
    let description = fields.optional("description", problems, text);
    let control = fields.optional("control", problems, boolean);
    let holdback = fields.optional("holdback", problems, holdback);
    let gate = fields.optional("gate", problems, gate);
    let stages = fields.required("stages", problems, stages);
    Some(Template {
        name,
        description: description?.map(|text| text.value),
        control: control?,
        holdback: holdback?,
        gate: gate?.unwrap_or_default(),
        stages: stages?,
    })
}

/// What a plan may have from a template.
#[derive(Default)]
pub(super) struct Shape {
    pub(super) control: Option<bool>,
    pub(super) holdback: Option<Percent>,
    pub(super) gate: Gate,
    pub(super) stages: Vec<Stage>,
}

/// The templates of a project.
#[derive(Default)]
pub(super) struct Templates {
    pub(super) read: Vec<Template>,
    /// Those that have errors of their own, which are told there.
    pub(super) left_out: Vec<String>,
}

impl Templates {
    /// What a plan has from the template that it names, or else from the standard one.
    pub(super) fn shape(
        &self,
        named: Option<&Spanned<String>>,
        plan: &Place,
        problems: &mut Problems,
    ) -> Option<Shape> {
        let name = named.map_or(STANDARD, |name| name.value.as_str());
        if let Some(found) = self.read.iter().find(|template| template.name.value == name) {
            return Some(shape(found));
        }
        if self.left_out.iter().any(|left_out| left_out == name) {
            return None;
        }
        if name == STANDARD {
            return built_in(named.map_or(plan, |name| &name.place));
        }
        if let Some(name) = named {
            problems.error_with_help(
                "unknown-template",
                &name.place,
                self.unknown(name),
                self.help(name),
            );
        }
        None
    }

    fn unknown(&self, name: &Spanned<String>) -> String {
        let name = quote(&name.value);
        format!("template `{name}` does not exist, there is no file `rollouts/{name}.yaml`")
    }

    fn help(&self, name: &Spanned<String>) -> String {
        let mut known: Vec<&str> = self
            .read
            .iter()
            .map(|template| template.name.value.as_str())
            .collect();
        if !known.contains(&STANDARD) {
            known.push(STANDARD);
        }
        match suggest(&name.value, &known) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => {
                known.truncate(MOST_LISTED);
                format!("there is {}", alternatives(&known).replace(" or ", " and "))
            }
        }
    }
}

fn shape(template: &Template) -> Shape {
    Shape {
        control: template.control,
        holdback: template.holdback,
        gate: template.gate.clone(),
        stages: template.stages.clone(),
    }
}

/// The standard template where no file says it: nothing of it stands anywhere but in the plan that uses it.
fn built_in(plan: &Place) -> Option<Shape> {
    let (node, _) = parse(&"rollouts/standard.yaml".into(), STANDARD_TEMPLATE);
    let name = Spanned::new(STANDARD.to_owned(), plan.clone());
    let mut shape = shape(&template(name, &node?, &mut Problems::default())?);
    for stage in &mut shape.stages {
        stage.name.place = plan.clone();
        if let Some(ring) = &mut stage.ring {
            ring.condition.place = plan.clone();
            if let Condition::Segment(segment) = &mut ring.condition.value {
                segment.place = plan.clone();
            }
        }
    }
    Some(shape)
}
