//! `errors.json`: what clients refuse, and that a refusal changes nothing.

use crate::answer::differences;
use crate::frame::{Keys, Request, moment};
use crate::suite::read;
use serde_json::{Value, json};
use tidegate::{Client, Loaded, Scope, Trust};

/// The number of things tried, and what went otherwise than expected.
pub(crate) fn run(keys: &Keys) -> (usize, Vec<String>) {
    let errors = read("errors.json");
    let (mut tried, mut failures) = (0, Vec::new());
    let mut check = |holds: bool, failure: String| {
        if !holds {
            failures.push(failure);
        }
    };
    for refused in errors["trust"].as_array().unwrap() {
        tried += 1;
        let code = Trust::parse(refused["trust"].as_str().unwrap())
            .err()
            .map(|error| error.code());
        check(
            code == refused["expect"].as_str(),
            format!("{}: {code:?}", refused["name"]),
        );
    }
    for refused in errors["scopes"].as_array().unwrap() {
        tried += 1;
        let code = Scope::parse(refused["scope"].as_str().unwrap())
            .err()
            .map(|error| error.code());
        check(
            code == refused["expect"].as_str(),
            format!("{}: {code:?}", refused["name"]),
        );
    }
    let mut seen = Vec::new();
    for case in errors["frames"]["cases"].as_array().unwrap() {
        tried += 1;
        let mut client = client(keys, case, &errors["frames"]);
        for (position, step) in case["steps"].as_array().unwrap().iter().enumerate() {
            let frame = Load::of(step, &errors["frames"]).frame(keys);
            let loaded = client.load(frame, now_ms(step, &errors["frames"]));
            let code = match &loaded {
                Ok(Loaded::Applied) => "APPLIED",
                Ok(Loaded::Unchanged) => "UNCHANGED",
                Err(error) => {
                    seen.push((error.code(), error.number()));
                    error.code()
                }
            };
            check(
                code == step["expect"],
                format!(
                    "{}, step {position}: {code}, not {}",
                    case["name"], step["expect"]
                ),
            );
            if let Some(question) = question(case, step) {
                for difference in differences(&client, &question, now_ms(step, &errors["frames"])) {
                    check(false, format!("step {position} of {difference}"));
                }
            }
        }
    }
    for (code, number) in seen {
        check(
            errors["codes"][code] == json!(number),
            format!("{code} has the number {number}"),
        );
    }
    (tried + errors["codes"].as_object().unwrap().len(), failures)
}

/// `errors.json` with its frames made, for hosts without a compiler.
pub(crate) fn prepared(keys: &Keys) -> Value {
    let mut errors = read("errors.json");
    let frames = errors["frames"].take();
    let cases: Vec<Value> = frames["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| {
            let steps = case["steps"].as_array().unwrap().iter().map(|step| {
                json!({
                    "frame": data_encoding::BASE64.encode(&Load::of(step, &frames).frame(keys)),
                    "now": now_ms(step, &frames),
                    "expect": step["expect"],
                    "then": question(case, step),
                })
            });
            json!({
                "name": case["name"],
                "trust": keys.trust(case["trust"].as_str().unwrap_or("trusted")),
                "scope": scope(case, &frames),
                "steps": steps.collect::<Vec<_>>(),
            })
        })
        .collect();
    errors["frames"] = json!(cases);
    errors
}

fn client(keys: &Keys, case: &Value, frames: &Value) -> Client {
    let trust = Trust::parse(&keys.trust(case["trust"].as_str().unwrap_or("trusted"))).unwrap();
    Client::new(
        trust,
        Some(scope(case, frames))
            .filter(|scope| !scope.is_empty())
            .map(|scope| Scope::parse(scope).unwrap()),
    )
}

/// The client's scope; empty when it has none.
fn scope<'v>(case: &'v Value, frames: &'v Value) -> &'v str {
    case["scope"].as_str().or(frames["scope"].as_str()).unwrap()
}

fn now_ms(step: &Value, frames: &Value) -> i64 {
    moment(if step["now"].is_null() {
        &frames["now"]
    } else {
        &step["now"]
    })
}

/// The question behind a step as a case.
fn question(case: &Value, step: &Value) -> Option<Value> {
    let mut expect = step.get("then")?.clone();
    let flag = expect.as_object_mut()?.remove("flag")?;
    let default = if flag == "damaged" {
        json!("fallback")
    } else {
        json!(false)
    };
    Some(json!({ "name": case["name"], "flag": flag, "context": {}, "default": default, "expect": expect }))
}

/// What a step loads: how its frame is compiled, signed and damaged.
struct Load<'v> {
    request: Request,
    load: &'v Value,
}

impl<'v> Load<'v> {
    fn of(step: &'v Value, frames: &Value) -> Self {
        let load = &step["load"];
        let mut request = Request::of(frames);
        let text = |name: &str| load[name].as_str().map(String::from);
        if let Some(project) = text("project") {
            let file = request
                .files
                .iter_mut()
                .find(|file| file.path == "tidegate.yaml")
                .unwrap();
            file.text = file.text.replace(&request.project, &project);
            request.project = project;
        }
        request.environment = text("environment").unwrap_or(request.environment);
        request.audience = text("audience").unwrap_or(request.audience);
        request.version = load["version"].as_u64().unwrap_or(request.version);
        for (name, field) in [
            ("issuedAt", &mut request.issued_at_ms),
            ("notBefore", &mut request.not_before_ms),
            ("expires", &mut request.expires_ms),
        ] {
            *field = load.get(name).map_or(*field, moment);
        }
        Self { request, load }
    }

    fn frame(&self, keys: &Keys) -> Vec<u8> {
        let mut payload = self.request.payload("errors.json");
        edit(&mut payload, &self.load["payload"]);
        let signer = self.load["payloadType"]
            .as_str()
            .or(self.load["key"].as_str())
            .unwrap_or("trusted");
        let mut frame = keys.key(signer).sign(&payload);
        if self.load["keyId"] == "trusted" {
            let trusted = keys.key("trusted").sign(&payload);
            frame[5..13].copy_from_slice(&trusted[5..13]);
        }
        edit(&mut frame, &self.load["edit"]);
        frame
    }
}

/// Damages bytes as a list of edits says.
fn edit(bytes: &mut Vec<u8>, edits: &Value) {
    let place = |written: &Value, length: usize| {
        let at = written.as_i64().unwrap();
        usize::try_from(if at < 0 { length as i64 + at } else { at }).unwrap()
    };
    for edit in edits.as_array().into_iter().flatten() {
        let (kind, written) = edit.as_object().unwrap().iter().next().unwrap();
        let byte = written["byte"].as_u64().map(|byte| byte as u8);
        let length = bytes.len();
        match kind.as_str() {
            "flip" => bytes[place(written, length)] ^= 1,
            "set" => bytes[place(&written["at"], length)] = byte.unwrap(),
            "truncate" => bytes.truncate(place(written, length)),
            "append" => bytes.extend(
                written
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|byte| byte.as_u64().unwrap() as u8),
            ),
            "before" => {
                let text = written["text"].as_str().unwrap().as_bytes();
                let at = bytes
                    .windows(text.len())
                    .rposition(|window| window == text)
                    .unwrap();
                bytes[at - written["back"].as_u64().unwrap() as usize] = byte.unwrap();
            }
            _ => panic!("no edit is called {kind}"),
        }
    }
}
