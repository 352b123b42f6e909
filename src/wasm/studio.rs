//! Authoring in the page: plain objects in and out, for editors and tools rather than for every evaluation.
//!
//! `js/src/studio.ts` says what shapes they have.

use crate::compile::{self, Audience, Options};
use crate::engine;
use crate::model::{self, Diagnostic, Place, Severity};
use crate::trust::{SigningKey, Trust};
use crate::{Answer, Client, Context, Error};
use serde::{Deserialize, Serialize, Serializer};
use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};

/// Everything that is wrong or doubtful in the files of a project.
#[wasm_bindgen]
pub fn lint(files: JsValue) -> Result<JsValue, JsError> {
    let files = Files::take(files)?;
    let (_, diagnostics) = files.check();
    give(&files.show(&diagnostics))
}

/// The files as a frame that is signed by a development key made from the seed; no frame where there are errors.
#[wasm_bindgen]
pub fn compile(files: JsValue, options: JsValue) -> Result<JsValue, JsError> {
    let (files, options) = (Files::take(files)?, take::<OptionsGiven>(options)?);
    let key = SigningKey::from_seed(&options.seed, true);
    let (project, mut diagnostics) = files.check();
    let sound = diagnostics
        .iter()
        .all(|diagnostic| diagnostic.severity == Severity::Warning);
    let payload = project.filter(|_| sound).and_then(|project| {
        compile::compile(&project, &options.into())
            .map_err(|more| diagnostics.extend(more))
            .ok()
    });
    give(&Compilation {
        frame: payload.map(|payload| Bytes(key.sign(&payload))),
        trust: key.trust().to_string(),
        diagnostics: files.show(&diagnostics),
    })
}

/// The whole snapshot in a frame as JSON; the signature is not checked.
#[wasm_bindgen]
pub fn inspect(frame: Vec<u8>) -> Result<JsValue, JsError> {
    give(&engine::inspect(frame).map_err(refused)?)
}

/// Decides a flag and tells how. The moment of the evaluation may lie before the frame's own.
#[wasm_bindgen]
pub fn explain(
    frame: Vec<u8>,
    trust: &str,
    flag: &str,
    context: JsValue,
    now_ms: f64,
) -> Result<JsValue, JsError> {
    let context = Context::from(take::<serde_json::Value>(context)?);
    let mut client = Client::new(Trust::parse(trust).map_err(refused)?, None);
    client.load(frame, i64::MAX).map_err(refused)?;
    let binding = client.bind(&context);
    let explanation = binding.and_then(|binding| binding.explain(flag, now_ms as i64));
    let explanation =
        explanation.ok_or_else(|| JsError::new("FLAG_NOT_FOUND: the snapshot has no such flag"))?;
    give(&Explanation {
        evaluation: explanation.answer,
        trace: explanation.trace,
    })
}

#[derive(Deserialize)]
struct SourceFile {
    path: String,
    text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OptionsGiven {
    environment: String,
    audience: AudienceGiven,
    version: u64,
    issued_at: f64,
    not_before: Option<f64>,
    expires: Option<f64>,
    seed: [u8; 32],
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum AudienceGiven {
    Client,
    Server,
}

#[derive(Serialize)]
struct Compilation<'d> {
    #[serde(skip_serializing_if = "Option::is_none")]
    frame: Option<Bytes>,
    trust: String,
    diagnostics: Vec<Shown<'d>>,
}

#[derive(Serialize)]
struct Explanation<'c> {
    evaluation: Answer<'c>,
    trace: engine::Trace,
}

/// A diagnostic for editors: `start` and `end` count UTF-16 units.
#[derive(Serialize)]
struct Shown<'d> {
    severity: &'static str,
    code: &'static str,
    message: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'d str>,
    file: &'d str,
    line: usize,
    column: usize,
    start: usize,
    end: usize,
}

/// Becomes a `Uint8Array`.
struct Bytes(Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

struct Files(Vec<model::SourceFile>);

impl Files {
    fn take(files: JsValue) -> Result<Self, JsError> {
        let files = take::<Vec<SourceFile>>(files)?.into_iter();
        Ok(Self(
            files
                .map(|SourceFile { path, text }| model::SourceFile { path, text })
                .collect(),
        ))
    }

    /// The project, when there is one, and what the reader and lint say.
    fn check(&self) -> (Option<model::Project>, Vec<Diagnostic>) {
        let (project, mut diagnostics) = model::read(&self.0);
        diagnostics.extend(project.iter().flat_map(compile::lint));
        (project, diagnostics)
    }

    fn show<'d>(&self, diagnostics: &'d [Diagnostic]) -> Vec<Shown<'d>> {
        diagnostics
            .iter()
            .map(|diagnostic| self.shown(diagnostic))
            .collect()
    }

    fn shown<'d>(&self, diagnostic: &'d Diagnostic) -> Shown<'d> {
        let Place {
            file,
            start,
            end,
            line,
            column,
        } = &diagnostic.place;
        let text = self.0.iter().find(|known| known.path == **file);
        let units = |offset: usize| {
            let before = text.and_then(|file| file.text.get(..offset));
            before.map_or(0, |before| before.encode_utf16().count())
        };
        Shown {
            severity: match diagnostic.severity {
                Severity::Warning => "warning",
                Severity::Error => "error",
            },
            code: diagnostic.code,
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
            file,
            line: *line,
            column: *column,
            start: units(*start),
            end: units(*end),
        }
    }
}

impl From<OptionsGiven> for Options {
    fn from(given: OptionsGiven) -> Self {
        let issued_at_ms = given.issued_at as i64;
        Self {
            environment: given.environment,
            audience: match given.audience {
                AudienceGiven::Client => Audience::Client,
                AudienceGiven::Server => Audience::Server,
            },
            version: given.version,
            issued_at_ms,
            not_before_ms: given.not_before.map_or(issued_at_ms, |moment| moment as i64),
            expires_ms: given.expires.map(|moment| moment as i64),
            head_keys: Vec::new(),
            kills: Vec::new(),
        }
    }
}

fn take<T: for<'de> Deserialize<'de>>(value: JsValue) -> Result<T, JsError> {
    Ok(serde_wasm_bindgen::from_value(value)?)
}

fn give<T: Serialize>(value: &T) -> Result<JsValue, JsError> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible().serialize_bytes_as_arrays(false);
    Ok(value.serialize(&serializer)?)
}

/// The stable code before the message, as in the codes of the client.
fn refused(error: Error) -> JsError {
    JsError::new(&format!("{}: {error}", error.code()))
}
