use super::names::Names;
use crate::model::{Diagnostic, Flag, Spanned, quote};
use boon::{CompileError, Compiler, ErrorKind, Schemas, UrlLoader, ValidationError};
use serde_json::Value;
use std::error::Error;

/// Where a flag's schema stands for references inside it.
const LOCATION: &str = "tidegate://flag/schema";
const FOLDER: &str = "tidegate://flag/";
/// The most reasons that are told of one value.
const MOST_REASONS: usize = 20;

/// Values that do not satisfy their flag's JSON Schema (draft 2020-12 unless `$schema` names another).
pub(super) fn check(names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    names.project.flags.iter().for_each(|flag| values(flag, found));
}

/// Refuses to read anything: a schema is whole by itself.
struct Nowhere;

impl UrlLoader for Nowhere {
    fn load(&self, _url: &str) -> Result<Value, Box<dyn Error>> {
        Err("a schema must not refer to other files or addresses".into())
    }
}

fn values(flag: &Flag, found: &mut Vec<Diagnostic>) {
    let Some(schema) = &flag.schema else { return };
    let mut schemas = Schemas::new();
    let mut compiler = Compiler::new();
    compiler.use_loader(Box::new(Nowhere));
    if let Err(error) = compiler.add_resource(LOCATION, schema.value.clone()) {
        found.push(unusable(schema, &error));
        return;
    }
    let compiled = match compiler.compile(LOCATION, &mut schemas) {
        Ok(compiled) => compiled,
        Err(error) => {
            found.push(unusable(schema, &error));
            return;
        }
    };
    for variant in &flag.variants {
        let Err(error) = schemas.validate(&variant.value.value, compiled) else {
            continue;
        };
        if leads_back(&error) {
            let message = "this is not a JSON Schema that can be used: a `$ref` in it leads back to itself";
            found.push(Diagnostic::error("invalid-schema", &schema.place, message));
            return;
        }
        let mut reasons = Vec::new();
        leaves(&error, &mut reasons);
        for reason in reasons.iter().take(MOST_REASONS) {
            let message = format!(
                "the variant `{}` does not satisfy the schema, {reason}",
                variant.name.value
            );
            found.push(Diagnostic::error(
                "value-against-schema",
                &variant.value.place,
                message,
            ));
        }
    }
}

fn unusable(schema: &Spanned<Value>, error: &CompileError) -> Diagnostic {
    let message = format!("this is not a JSON Schema that can be used: {}", reason(error));
    Diagnostic::error("invalid-schema", &schema.place, message)
}

fn reason(error: &CompileError) -> String {
    match error {
        CompileError::ValidationError { src, .. } => {
            let mut reasons = Vec::new();
            leaves(src, &mut reasons);
            reasons.join("; ")
        }
        CompileError::LoadUrlError { url, .. } | CompileError::UnsupportedUrlScheme { url } => {
            format!(
                "it refers to `{}`, and must not refer to other files or addresses",
                quote(url.strip_prefix(FOLDER).unwrap_or(url))
            )
        }
        CompileError::JsonPointerNotFound(location) => {
            let pointer = location
                .split_once('#')
                .map_or(location.as_str(), |(_, pointer)| pointer);
            format!("it refers to `#{}`, which it does not hold", quote(pointer))
        }
        CompileError::InvalidRegex { regex, .. } => {
            format!("`{}` is not a regular expression", quote(regex))
        }
        error => error.to_string(),
    }
}

/// The reasons at the ends of the tree, each with the JSON pointer of the value that it is about.
fn leaves(error: &ValidationError<'_, '_>, reasons: &mut Vec<String>) {
    let groups = matches!(
        error.kind,
        ErrorKind::Group | ErrorKind::Schema { .. } | ErrorKind::Reference { .. } | ErrorKind::AllOf
    );
    if groups && !error.causes.is_empty() {
        error.causes.iter().for_each(|cause| leaves(cause, reasons));
        return;
    }
    let pointer = error.instance_location.to_string();
    let place = if pointer.is_empty() {
        String::new()
    } else {
        format!("at `{pointer}` ")
    };
    reasons.push(match &error.kind {
        ErrorKind::AnyOf | ErrorKind::OneOf(None) if !error.causes.is_empty() => {
            let mut ways = Vec::new();
            error.causes.iter().for_each(|cause| leaves(cause, &mut ways));
            ways.join(", or ")
        }
        // The error of a format may go over several lines.
        ErrorKind::Format { got, want, .. } => format!("{place}`{}` is no {want}", quote(&got.to_string())),
        ErrorKind::FalseSchema => format!("{place}no value is allowed"),
        kind => format!("{place}{kind}"),
    });
}

fn leads_back(error: &ValidationError<'_, '_>) -> bool {
    matches!(error.kind, ErrorKind::RefCycle { .. }) || error.causes.iter().any(leads_back)
}
