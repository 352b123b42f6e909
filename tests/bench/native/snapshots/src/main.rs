//! Makes the signed snapshots that the benches load, in `target/bench/snapshots`.

mod projects;

use cases::NOW_MS;
use std::error::Error;
use std::fs;
use std::path::Path;
use tidegate::compile::{Audience, Options, compile};
use tidegate::model::{SourceFile, read};
use tidegate::trust::SigningKey;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../target/bench/snapshots");
    fs::create_dir_all(&folder)?;
    // Nothing but the benches trusts it, and it signs for them only.
    let key = SigningKey::from_seed(&[7; 32], false);
    fs::write(folder.join("trust"), key.trust().to_string())?;
    for (name, files) in projects::all() {
        let mut payload = make(&name, files)?;
        fs::write(folder.join(&name), key.sign(&payload))?;
        // Refused right behind its signature: what taking it costs is verification alone.
        if let Some(format) = payload.first_chunk_mut() {
            *format = u16::MAX.to_le_bytes();
        }
        fs::write(
            folder.join(format!("{name}-of-another-format")),
            key.sign(&payload),
        )?;
    }
    Ok(())
}

/// The payload of a project's snapshot for servers.
fn make(name: &str, files: Vec<(String, String)>) -> Result<Vec<u8>, String> {
    let sources: Vec<SourceFile> = files
        .into_iter()
        .map(|(path, text)| SourceFile { path, text })
        .collect();
    let said = |problems: Vec<_>| {
        let lines = problems
            .iter()
            .map(|problem: &tidegate::model::Diagnostic| format!("\n{problem}"));
        format!("{name}: {}", lines.take(20).collect::<String>())
    };
    let (project, problems) = read(&sources);
    let project = match project {
        Some(project) if problems.is_empty() => project,
        _ => return Err(said(problems)),
    };
    let options = Options {
        environment: "production".into(),
        audience: Audience::Server,
        version: 1,
        issued_at_ms: NOW_MS,
        not_before_ms: NOW_MS,
        expires_ms: None,
        head_keys: Vec::new(),
        kills: Vec::new(),
    };
    compile(&project, &options).map_err(said)
}
