use crate::model::{RolloutState, percent_number};
use std::str::FromStr;
use yaml_edit::{Document, Mapping, MappingEntry, ScalarValue, YamlNode, YamlValue};

const BYTE_ORDER_MARK: char = '\u{feff}';

/// The text with a state at the end of a path of keys; nothing where the editor does not get along with it.
pub(super) fn edited(whole: &str, path: &[&str], state: &RolloutState) -> Option<String> {
    let text = whole.strip_prefix(BYTE_ORDER_MARK).unwrap_or(whole);
    let document = Document::from_str(text).ok()?;
    // What it cannot write back unchanged it cannot change in one place only.
    if document.to_string() != text {
        return None;
    }
    let root = document.as_mapping()?;
    write(&root, path, state)?;
    let mark = if text.len() < whole.len() { "\u{feff}" } else { "" };
    let edited = format!("{mark}{document}");
    Some(if is_crlf(text) { crlf(&edited) } else { edited })
}

/// Writes the state at a path below a mapping.
fn write(mapping: &Mapping, path: &[&str], state: &RolloutState) -> Option<()> {
    let (key, below) = path.split_first()?;
    match entry(mapping, key) {
        Some(entry) => match entry.value_node()? {
            YamlNode::Mapping(inner) if below.is_empty() => write_state(&inner, state),
            YamlNode::Mapping(inner) => write(&inner, below, state),
            _ => None,
        },
        None => {
            let inner = if mapping.is_flow_style() {
                Mapping::new_flow()
            } else {
                Mapping::new_pending_block()
            };
            match below {
                [] => write_state(&inner, state)?,
                _ => write(&inner, below, state)?,
            }
            mapping.set(*key, inner);
            Some(())
        }
    }
}

/// The entry of a key, whatever type YAML takes the key for: names may look like numbers.
fn entry(mapping: &Mapping, key: &str) -> Option<MappingEntry> {
    mapping
        .entries()
        .find(|entry| matches!(entry.key_node(), Some(YamlNode::Scalar(found)) if found.as_string() == key))
}

/// Changes what differs, key by key, so that comments beside the others stay.
fn write_state(mapping: &Mapping, state: &RolloutState) -> Option<()> {
    let text = |text: &str| Some(ScalarValue::string(text));
    let moment = |moment_ms: Option<i64>| match moment_ms {
        Some(moment_ms) => moment_text(moment_ms).map(|text| Some(ScalarValue::string(text))),
        None => Some(None),
    };
    let stage = state.stage.as_ref().and_then(|stage| text(&stage.value));
    let ceiling = state
        .ceiling
        .map(|ceiling| ScalarValue::parse(percent_number(ceiling)));
    let delay = (state.delay_ms > 0).then(|| ScalarValue::string(format!("{}s", state.delay_ms / 1_000)));
    for (key, value) in [
        ("status", text(state.status.word())),
        ("stage", stage),
        ("enteredAt", moment(state.entered_at)?),
        ("ceiling", ceiling),
        ("pausedAt", moment(state.paused_at)?),
        ("delay", delay),
        ("reason", state.reason.as_deref().and_then(text)),
    ] {
        write_value(mapping, key, value);
    }
    write_approvals(mapping, &state.approvals);
    Some(())
}

fn write_value(mapping: &Mapping, key: &str, value: Option<ScalarValue>) {
    match value {
        None => drop(mapping.remove(key)),
        Some(value) => {
            let there = mapping.get(key).and_then(|node| match node {
                YamlNode::Scalar(scalar) => Some(scalar.as_string()),
                _ => None,
            });
            if there.as_deref() != Some(value.value()) {
                mapping.set(key, value);
            }
        }
    }
}

fn write_approvals(mapping: &Mapping, approvals: &[String]) {
    const KEY: &str = "approvals";
    if approvals.is_empty() {
        drop(mapping.remove(KEY));
        return;
    }
    let there: Vec<String> = match mapping.get_sequence(KEY) {
        Some(list) => list
            .values()
            .map(|value| match value {
                YamlNode::Scalar(scalar) => scalar.as_string(),
                other => other.to_string(),
            })
            .collect(),
        None => Vec::new(),
    };
    if there == approvals {
        return;
    }
    match (
        mapping.get_sequence(KEY),
        approvals.strip_prefix(there.as_slice()),
    ) {
        (Some(list), Some(new)) if !there.is_empty() => new.iter().for_each(|who| list.push(who)),
        _ => {
            let people = approvals
                .iter()
                .map(|who| YamlValue::scalar(ScalarValue::string(who)));
            mapping.set(KEY, YamlValue::Sequence(people.collect()));
        }
    }
}

fn moment_text(moment_ms: i64) -> Option<String> {
    let moment = jiff::Timestamp::from_millisecond(moment_ms).ok()?;
    Some(moment.to_string())
}

/// Does every line end as on Windows?
fn is_crlf(text: &str) -> bool {
    let lines = text.matches('\n').count();
    lines > 0 && text.matches("\r\n").count() == lines
}

fn crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}
