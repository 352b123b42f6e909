use crate::distribute::root::roles_json;
use crate::failure::{Failure, Outcome};
use crate::input::file;
use crate::report::{self, Reporter};
use crate::{clock, layout, snapshot};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use std::path::PathBuf;
use tidegate::engine;
use tidegate::snapshot::AuditTip;
use tidegate::trust::{Document, Head, Kind, Root};

/// Show the whole of a snapshot, head or root as JSON, without checking who signed it
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tidegate inspect shop.tgf | jq .flags.checkout\n  \
    tidegate inspect 1.root\n\n\
    `latest`, which is a head and a snapshot, is shown as a list. With --json it is all on one line. `tidegate verify`\n\
    checks signatures.")]
pub(crate) struct Arguments {
    /// The file
    file: PathBuf,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let path = &arguments.file;
    let bytes = file::read(path, layout::FRAME_BYTES)?;
    let refused = |error: tidegate::Error| {
        Failure::new(error.code(), format!("`{}`: {error}", path.display())).about(path)
    };
    let documents = Document::all(&bytes).map_err(refused)?;
    let mut shown: Vec<Value> = documents
        .iter()
        .map(inspected)
        .collect::<Result<_, _>>()
        .map_err(refused)?;
    let shown = match shown.as_mut_slice() {
        [only] => only.take(),
        _ => Value::Array(shown),
    };
    report::print(&if reporter.is_json() {
        format!("{shown}\n")
    } else {
        format!("{shown:#}\n")
    })
}

/// The end of the audit log that a document vouches for.
fn vouched(tip: Option<AuditTip>) -> Option<(String, Value)> {
    let tip = tip?;
    let shown = json!({ "seq": tip.sequence, "sha256": HEXLOWER.encode(&tip.digest) });
    Some(("audit".to_owned(), shown))
}

fn inspected(document: &Document<'_>) -> Result<Value, tidegate::Error> {
    let payload = document.payload();
    let (name, content) = match document.kind() {
        Some(Kind::Head) => {
            let head = Head::decode(payload)?;
            let mut content = snapshot::head_json(&head);
            if let Some(fields) = content.as_object_mut() {
                fields.insert("scope".into(), json!(head.scope.as_str()));
                fields.extend(vouched(Head::audit_tip(payload)?));
            }
            ("head", content)
        }
        Some(Kind::Root) => {
            let root = Root::decode(payload)?;
            let content = json!({
                "project": root.project,
                "version": root.version,
                "longestHeadLifetime": clock::length(root.longest_head_lifetime_ms),
                "roles": roles_json(&root),
            });
            ("root", content)
        }
        _ => {
            let mut shown = engine::inspect(document.bytes().to_vec())?;
            if let Some(header) = shown.get_mut("header").and_then(Value::as_object_mut) {
                header.extend(vouched(AuditTip::of_snapshot(payload)?));
            }
            return Ok(shown);
        }
    };
    let ids: Vec<String> = document.key_ids().iter().map(|id| HEXLOWER.encode(id)).collect();
    let frame = json!({
        "signatureChecked": false,
        "development": document.is_development(),
        "keyIds": ids,
        "bytes": document.bytes().len(),
        "payloadBytes": payload.len(),
    });
    Ok(json!({ "frame": frame, name: content }))
}
