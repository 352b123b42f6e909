//! The files of a project, written from what inspecting shows of its snapshot.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use tidegate::model::SourceFile;

type Object = Map<String, Value>;

/// Files that compile to the same rules. Digests and ids of which only the count is shown are made up.
pub(crate) fn files(shown: &Value) -> Vec<SourceFile> {
    let scope: Vec<&str> = shown["header"]["scope"].as_str().unwrap().split('/').collect();
    let mut project = Project {
        name: scope[0].into(),
        environment: scope[1].into(),
        stale_ms: shown["header"]["maxStaleMs"].clone(),
        ..Project::default()
    };
    let mut files = Vec::new();
    let mut add = |path: String, content: Value| {
        files.push(SourceFile {
            path,
            text: without_nothing(content).to_string(),
        });
    };
    for (name, segment) in shown["segments"].as_object().unwrap() {
        add(format!("segments/{name}.json"), self::segment(segment));
    }
    for (key, flag) in shown["flags"].as_object().unwrap() {
        add(format!("flags/{key}.json"), project.flag(flag));
    }
    add("tidegate.json".into(), project.file());
    files
}

/// What is said of the project, and what experiments share.
#[derive(Default)]
struct Project {
    name: String,
    environment: String,
    stale_ms: Value,
    layers: Object,
    /// Holdouts in the order in which they are met, and the layers of the experiments that they act on.
    holdouts: Vec<(Value, Vec<Option<String>>)>,
}

impl Project {
    fn file(&self) -> Value {
        let holdouts: Object = self
            .holdouts
            .iter()
            .enumerate()
            .map(|(number, (holdout, layers))| {
                let mut holdout = holdout.clone();
                if let Some(layers) = layers.iter().cloned().collect::<Option<Vec<String>>>() {
                    holdout["layers"] = layers.into();
                }
                (format!("h{number}"), holdout)
            })
            .collect();
        json!({
            "project": self.name, "environments": [self.environment],
            "snapshot": { "maxStale": format!("{}s", self.stale_ms.as_i64().unwrap() / 1_000) }, "layers": self.layers, "holdouts": holdouts,
        })
    }

    fn flag(&mut self, shown: &Value) -> Value {
        let mut plans = Plans::default();
        let mut flag = Object::new();
        for name in [
            "variants",
            "offVariant",
            "disableAt",
            "onExpired",
            "prerequisites",
        ] {
            if let Some(value) = shown.get(name) {
                flag.insert(name.into(), value.clone());
            }
        }
        if let Some(targets) = shown.get("targets").and_then(Value::as_object) {
            let targets: Object = targets
                .iter()
                .map(|(variant, list)| (variant.clone(), self::list(list)))
                .collect();
            flag.insert("targets".into(), targets.into());
        }
        let mut rules = shown["rules"].clone();
        for rule in rules.as_array_mut().unwrap() {
            if let Some(condition) = rule.get_mut("if") {
                *condition = self::condition(condition);
            }
            rule["serve"] = self.serve(&rule["serve"], &mut plans);
        }
        flag.insert("rules".into(), rules);
        flag.insert("default".into(), self.serve(&shown["default"], &mut plans));
        flag.insert("salt".into(), plans.salt.unwrap_or("any".into()).into());
        flag.insert("rollouts".into(), plans.rollouts.into());
        flag.insert("experiments".into(), plans.experiments.into());
        let state = json!({
            "enabled": shown["enabled"], "killed": shown["killed"], "rollouts": plans.states,
        });
        flag.insert("environments".into(), json!({ self.environment.as_str(): state }));
        flag.into()
    }

    fn serve(&mut self, shown: &Value, plans: &mut Plans) -> Value {
        if let Some(split) = shown.get("split") {
            plans.salt = shown["salt"].as_str().map(str::to_owned);
            return json!({ "split": split, "by": shown["by"] });
        }
        if let Some(rollout) = shown.get("rollout") {
            plans.salt = rollout["salt"].as_str().map(str::to_owned);
            if rollout.get("stage").is_none() && rollout.get("ring").is_none() {
                return json!({ "rollout": fields(rollout, &["from", "to", "share", "by", "control"]) });
            }
            return json!({ "rollout": plans.rollout(rollout) });
        }
        if let Some(experiment) = shown.get("experiment") {
            plans.salt = experiment["salt"].as_str().map(str::to_owned);
            return json!({ "experiment": self.experiment(experiment, plans) });
        }
        shown.clone()
    }

    fn experiment(&mut self, shown: &Value, plans: &mut Plans) -> String {
        let mut experiment = fields(shown, &["arms", "control", "from", "by", "start", "end"]);
        let slots = |range: &Value| {
            let [from, to] =
                ["from", "to"].map(|end| (range[end].as_f64().unwrap() * 1_000.0).round() as u64);
            to - from
        };
        let coverage = shown["lanes"].as_array().unwrap().iter().map(|lane| {
            let (part, width) = (slots(&lane["enrolled"]), slots(&lane["lane"]));
            (part * 100_000).div_ceil(width.max(1))
        });
        experiment["coverage"] = (coverage.max().unwrap() as f64 / 1_000.0).into();
        let layer = shown.get("layer").map(|layer| {
            let id = layer["salt"].as_str().unwrap().to_owned();
            self.layers.insert(id.clone(), fields(layer, &["salt", "by"]));
            experiment["layer"] = id.clone().into();
            experiment["slots"] = layer["slots"].clone();
            id
        });
        for holdout in shown
            .get("holdouts")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let holdout = fields(holdout, &["salt", "share", "by"]);
            match self.holdouts.iter_mut().find(|(known, _)| *known == holdout) {
                Some((_, layers)) => layers.push(layer.clone()),
                None => self.holdouts.push((holdout, vec![layer.clone()])),
            }
        }
        let id = format!("e{}", plans.experiments.len());
        plans.experiments.insert(id.clone(), experiment);
        id
    }
}

/// What a flag says beside its rules.
#[derive(Default)]
struct Plans {
    salt: Option<String>,
    rollouts: Object,
    states: BTreeMap<String, Value>,
    experiments: Object,
}

impl Plans {
    /// A plan with a stage for each ring and, last, the stage in force; one that is completed, and holds back what is
    /// outside of the share, has none.
    fn rollout(&mut self, shown: &Value) -> String {
        let mut plan = fields(shown, &["from", "to", "by", "control", "start", "end"]);
        let rings = shown
            .get("ring")
            .map(|ring| ring["any"].as_array().unwrap().clone());
        let mut stages: Vec<Value> = rings
            .into_iter()
            .flatten()
            .enumerate()
            .map(|(number, ring)| json!({ "name": format!("ring-{number}"), "ring": condition(&ring) }))
            .collect();
        let mut stage = fields(shown, &["share"]);
        stage["name"] = shown["stage"].clone();
        let mut state =
            json!({ "status": "running", "stage": shown["stage"], "enteredAt": "1970-01-01T00:00:00Z" });
        if let Some(ramp) = shown.get("ramp") {
            stage["ramp"] = fields(ramp, &["from", "to", "start", "end"]);
            state["ceiling"] = ramp["ceiling"].clone();
        }
        if shown.get("stage").is_none() {
            stage = json!({ "name": "all", "share": 100 });
            state = json!({ "status": "completed" });
            plan["holdback"] = (100.0 - shown["share"].as_f64().unwrap()).into();
        }
        stages.push(stage);
        plan["stages"] = stages.into();
        let id = format!("r{}", self.rollouts.len());
        self.rollouts.insert(id.clone(), plan);
        self.states.insert(id.clone(), state);
        id
    }
}

/// Objects that hold nothing are left out, but `rules: []` says something.
fn without_nothing(content: Value) -> Value {
    let Value::Object(fields) = content else {
        return content;
    };
    let fields = fields.into_iter().map(|(name, value)| {
        let value = if name == "environments" {
            match value {
                Value::Object(states) => states
                    .into_iter()
                    .map(|(name, state)| (name, without_nothing(state)))
                    .collect(),
                names => names,
            }
        } else {
            value
        };
        (name, value)
    });
    Value::Object(
        fields
            .filter(|(_, value)| value.as_object().is_none_or(|fields| !fields.is_empty()))
            .collect(),
    )
}

fn segment(shown: &Value) -> Value {
    if let Some(condition) = shown.get("if") {
        return json!({ "if": self::condition(condition), "salt": "any" });
    }
    let Some(hashed) = shown.get("hashed") else {
        return list(shown);
    };
    let mut list = fields(hashed, &["salt", "by", "digests"]);
    if list.get("digests").is_none() {
        let made_up = (1..=hashed["count"].as_u64().unwrap()).map(|digest| format!("{digest:016x}"));
        list["digests"] = made_up.collect();
    }
    json!({ "hashed": list })
}

fn list(shown: &Value) -> Value {
    let mut list = fields(shown, &["by", "ids"]);
    if list.get("ids").is_none() {
        let made_up = (1..=shown["count"].as_u64().unwrap()).map(|id| format!("id-{id}"));
        list["ids"] = made_up.collect();
    }
    list
}

/// As it is, without the name of the hash.
fn condition(shown: &Value) -> Value {
    match shown {
        Value::Array(members) => members.iter().map(condition).collect(),
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(name, _)| *name != "hash");
            let fields = fields.map(|(name, value)| (name.clone(), condition(value)));
            Value::Object(fields.collect())
        }
        scalar => scalar.clone(),
    }
}

fn fields(shown: &Value, names: &[&str]) -> Value {
    let fields = names
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), shown.get(name)?.clone())));
    Value::Object(fields.collect())
}
