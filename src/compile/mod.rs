//! From what people write to what is evaluated: lint and lower. Every authoring error is born here or in
//! [`read`](crate::model::read), and what passes both is valid.

mod condition;
mod experiment;
mod flag;
mod intern;
mod lint;
mod network;
mod order;
mod pattern;
mod rollout;
mod segment;
mod serve;
mod version_range;

pub use lint::lint;

use crate::model::{Diagnostic, Project, Severity};
use crate::snapshot::{Header, PayloadToWrite, RecordsEncoder, Scope, limits};
use flag::FlagCompiler;
use intern::Interned;
use segment::CompiledSegments;
use std::fmt;

/// Who a snapshot is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Browsers and apps: only flags with `clientVisible: true`.
    Client,
    /// Servers and workers: every flag.
    Server,
}

impl fmt::Display for Audience {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Client => "client",
            Self::Server => "server",
        })
    }
}

/// What a snapshot is made for, and what its header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// One of the project's environments.
    pub environment: String,
    /// Who the snapshot is for.
    pub audience: Audience,
    /// Must rise with every snapshot of a scope; below 2^53.
    pub version: u64,
    /// When it was made, in epoch milliseconds.
    pub issued_at_ms: i64,
    /// From when on it may be used, in epoch milliseconds.
    pub not_before_ms: i64,
    /// From when on it is stale, in epoch milliseconds; by default the issue plus the project's lifetime.
    pub expires_ms: Option<i64>,
}

/// Makes the payload of a snapshot: the same project and options give the same bytes.
///
/// The project is linted first; any error, of the whole project, is returned and nothing is made.
pub fn compile(project: &Project, options: &Options) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let errors: Vec<Diagnostic> = lint(project)
        .into_iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .collect();
    if !errors.is_empty() {
        return Err(errors);
    }
    lower(project, options).map_err(|diagnostic| vec![diagnostic])
}

fn lower(project: &Project, options: &Options) -> Result<Vec<u8>, Diagnostic> {
    let refused = |message: String| Diagnostic::error("snapshot-refused", &project.name.place, message);
    if !project
        .environments
        .iter()
        .any(|environment| environment.value == options.environment)
    {
        let known: Vec<&str> = project
            .environments
            .iter()
            .map(|environment| environment.value.as_str())
            .collect();
        return Err(Diagnostic::error(
            "unknown-environment",
            &project.name.place,
            format!(
                "environment `{}` is not one of {}",
                options.environment,
                known.join(", ")
            ),
        ));
    }
    let expires_ms = options
        .expires_ms
        .unwrap_or_else(|| options.issued_at_ms.saturating_add(project.snapshot.lifetime_ms));
    if options.version > limits::VERSION {
        return Err(refused(format!("version {} is over 2^53 - 1", options.version)));
    }
    if expires_ms <= options.not_before_ms {
        return Err(refused("snapshot would expire before it may be used".into()));
    }
    let scope = format!(
        "{}/{}/{}",
        project.name.value, options.environment, options.audience
    );
    let header = Header {
        scope: Scope::parse(&scope).map_err(|error| refused(error.to_string()))?,
        version: options.version,
        issued_at_ms: options.issued_at_ms,
        not_before_ms: options.not_before_ms,
        expires_ms,
        max_stale_ms: project.snapshot.max_stale_ms,
        head_keys: Vec::new(),
    };
    let mut interned = Interned::default();
    let visible = order::flags(project, options.audience);
    let segments = CompiledSegments::of(project, &visible, &options.environment, &mut interned)?;
    let mut compiler = FlagCompiler::new(project, &options.environment, &segments, &mut interned);
    let mut flags = RecordsEncoder::default();
    for flag in &visible {
        flags.push(&compiler.compile(flag)?);
    }
    let keys: Vec<&str> = visible.iter().map(|flag| flag.key.value.as_str()).collect();
    if keys.len() > limits::FLAGS {
        return Err(refused(format!(
            "{} flags are more than {}",
            keys.len(),
            limits::FLAGS
        )));
    }
    let Interned {
        attributes,
        symbols,
        resources,
    } = interned;
    if attributes.len() > limits::ATTRIBUTES || symbols.len() > limits::SYMBOLS {
        return Err(refused(format!(
            "{} attributes and {} strings to compare with are more than {} and {}",
            attributes.len(),
            symbols.len(),
            limits::ATTRIBUTES,
            limits::SYMBOLS,
        )));
    }
    let (segment_names, segments) = segments.into_parts();
    let payload = PayloadToWrite {
        header: &header,
        keys,
        needs: attributes.needs(),
        attributes: attributes.paths(),
        symbols: symbols.texts(),
        segment_names,
        resources: resources.records(),
        segments,
        flags,
    };
    let payload = payload.write();
    if payload.len() > limits::FRAME_BYTES - 4_096 {
        return Err(refused(format!(
            "payload of {} bytes is larger than a frame may be",
            payload.len()
        )));
    }
    Ok(payload)
}
