//! From a project that lint let pass to the records of a payload.

mod condition;
mod experiment;
pub(super) mod fingerprint;
mod flag;
mod intern;
mod known;
mod order;
pub(super) mod rollout;
mod segment;
mod serve;
pub(super) mod state;

use super::Options;
use crate::model::{Diagnostic, Project};
use crate::snapshot::{FlagToWrite, Header, PayloadToWrite, RecordsEncoder, Scope, limits};
use flag::FlagCompiler;
use intern::Interned;
use segment::CompiledSegments;

/// The payload of a snapshot.
pub(super) fn lower(project: &Project, options: &Options) -> Result<Vec<u8>, Diagnostic> {
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
        let named = project.environments.first().unwrap_or(&project.name);
        return Err(Diagnostic::error(
            "unknown-environment",
            &named.place,
            format!(
                "environment `{}` does not exist, the project has {}",
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
        head_keys: options.head_keys.clone(),
    };
    let mut interned = Interned::default();
    let visible = order::flags(project, options.audience);
    let segments = CompiledSegments::of(project, &visible, &options.environment, &mut interned)?;
    let mut compiler = FlagCompiler::new(project, options, &segments.known, &mut interned);
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
    let folded_kills = visible.iter().filter(|flag| state::is_folded(flag, options));
    let mut parts = PayloadToWrite {
        header: &header,
        folded_kills: folded_kills.map(|flag| flag.key.value.as_str()).collect(),
        keys,
        needs: attributes.needs(),
        attributes: attributes.paths(),
        symbols: symbols.texts(),
        segment_names,
        resources: resources.records(),
        segments,
        flags,
    };
    let payload = parts.write();
    if payload.len() > limits::FRAME_BYTES - 4_096 {
        return Err(refused(format!(
            "payload of {} bytes is larger than a frame may be",
            payload.len()
        )));
    }
    let fingerprints = fingerprint::fingerprints(payload).map_err(|error| refused(error.to_string()))?;
    for (flag, fingerprint) in fingerprints.into_iter().enumerate() {
        parts.flags.patch(flag, FlagToWrite::FINGERPRINT, fingerprint);
    }
    Ok(parts.write())
}
