//! The whole snapshot as JSON, in the words and shapes that people write.

use super::authored::{Authored, FlagNames, moment, object};
use super::client::Client;
use super::ruleset::Ruleset;
use crate::error::Error;
use crate::snapshot::{Condition, Cursor, FORMAT, Flag, Header, Snapshot, needs};
use crate::trust::Frame;
use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Map, Value};

impl Client {
    /// Everything that the snapshot in force says, as JSON; `None` before the first snapshot.
    ///
    /// `header`, `attributes`, `segments` and `flags`, written as they are authored. Literals are sorted, ranges of versions
    /// and networks are simplified, and a rollout or experiment is shown as it stands. Of lists with more than 1,000
    /// ids or 20 digests there is only the count. A flag that this engine cannot read is `{ "unreadable": true }`.
    pub fn inspect(&self) -> Option<Value> {
        self.ruleset().map(snapshot)
    }
}

/// Shows a frame without knowing its key: **nothing of it is verified**, and it says so itself.
///
/// As [`Client::inspect`], and before it `frame`: the payload type, the ids of the keys that claim to have signed, and
/// `signatureChecked: false`.
pub fn inspect(frame: Vec<u8>) -> Result<Value, Error> {
    let parts = Frame::read(&frame)?;
    let payload = parts.payload_range();
    let keys: Vec<String> = parts.key_ids().map(|id| HEXLOWER.encode(id)).collect();
    let origin = object([
        ("signatureChecked", Some(false.into())),
        (
            "payloadType",
            Some(String::from_utf8_lossy(parts.payload_type()).into()),
        ),
        ("keyIds", Some(keys.into())),
        ("bytes", Some(frame.len().into())),
        ("payloadBytes", Some(payload.len().into())),
    ]);
    let mut shown = Map::new();
    shown.insert("frame".into(), origin);
    if let Value::Object(content) = snapshot(&Ruleset::check(Snapshot::read(frame, payload)?)) {
        shown.extend(content);
    }
    Ok(shown.into())
}

/// Shows a payload that was just made.
pub(crate) fn inspect_payload(payload: Vec<u8>) -> Result<Value, Error> {
    let length = payload.len();
    Ok(snapshot(&Ruleset::check(Snapshot::read(payload, 0..length)?)))
}

fn snapshot(ruleset: &Ruleset) -> Value {
    let authored = Authored::read(ruleset.snapshot());
    let flags: Map<String, Value> = (0..ruleset.len() as u32)
        .map(|flag| {
            let record = ruleset.flag(flag);
            let shown = record.and_then(|record| self::flag(&authored, &record));
            (authored.flag(flag).to_owned(), shown.unwrap_or_else(unreadable))
        })
        .collect();
    object([
        ("header", Some(header(ruleset.header()))),
        (
            "attributes",
            Some(attributes(&authored, ruleset.snapshot().needs()).into()),
        ),
        ("segments", Some(segments(&authored).into())),
        ("flags", Some(flags.into())),
    ])
}

fn header(header: &Header) -> Value {
    let keys: Vec<String> = header.head_keys.iter().map(|key| BASE64.encode(key)).collect();
    object([
        ("format", Some(FORMAT.into())),
        ("scope", Some(header.scope.as_str().into())),
        ("version", Some(header.version.into())),
        ("issuedAt", Some(moment(header.issued_at_ms))),
        ("issuedAtMs", Some(header.issued_at_ms.into())),
        ("notBefore", Some(moment(header.not_before_ms))),
        ("notBeforeMs", Some(header.not_before_ms.into())),
        ("expires", Some(moment(header.expires_ms))),
        ("expiresMs", Some(header.expires_ms.into())),
        ("maxStaleMs", Some(header.max_stale_ms.into())),
        ("headKeys", Some(keys.into())),
    ])
}

fn attributes(authored: &Authored<'_>, needs: &[u8]) -> Vec<Value> {
    let kinds = [
        (needs::SYMBOL, "symbol"),
        (needs::BYTES, "bytes"),
        (needs::ELEMENTS, "elements"),
    ];
    needs
        .iter()
        .zip(0..)
        .map(|(needs, attribute)| {
            let read_as = kinds.iter().filter(|(bit, _)| needs & bit != 0);
            let mut read_as: Vec<&str> = read_as.map(|(_, name)| *name).collect();
            if read_as.is_empty() {
                read_as.push("value");
            }
            object([
                ("attribute", Some(authored.path(attribute))),
                ("readAs", Some(read_as.into())),
            ])
        })
        .collect()
}

fn segments(authored: &Authored<'_>) -> Map<String, Value> {
    (0..authored.snapshot.segments().len() as u32)
        .map(|segment| {
            let record = authored.snapshot.segments().at(segment);
            let condition = record.and_then(|record| Condition::read(&mut Cursor::new(record)));
            let shown = condition.and_then(|condition| {
                let shown = authored.condition(&condition)?;
                let list = matches!(condition, Condition::Listed { .. } | Condition::Hashed { .. });
                Some(if list {
                    shown
                } else {
                    object([("if", Some(shown))])
                })
            });
            (authored.segment(segment), shown.unwrap_or_else(unreadable))
        })
        .collect()
}

fn flag<'a>(authored: &Authored<'a>, flag: &Flag<'a>) -> Option<Value> {
    let names = FlagNames::read(flag);
    let variants: Map<String, Value> = (0..flag.variants)
        .map(|variant| (names.variant(variant).to_owned(), names.value(variant)))
        .collect();
    let prerequisites = authored.prerequisites(flag)?;
    let targets = authored.targets(&names, flag)?;
    let stages: Vec<&str> = (0..flag.stages).map(|stage| names.stage(stage)).collect();
    let reads: Vec<Value> = flag
        .attributes
        .as_chunks()
        .0
        .iter()
        .map(|number| authored.path(u16::from_le_bytes(*number)))
        .collect();
    let mut default = flag.default;
    let default = authored.serve(&names, &mut default)?;
    Some(object([
        ("enabled", Some(flag.enabled().into())),
        ("killed", Some(flag.killed().into())),
        ("type", Some(flag.kind.name().into())),
        ("variants", Some(variants.into())),
        ("offVariant", Some(names.variant(flag.off_variant).into())),
        ("disableAt", flag.disable_at.map(moment)),
        (
            "onExpired",
            Some(if flag.off_when_expired() { "off" } else { "serve" }.into()),
        ),
        ("dependsOnTime", Some(flag.depends_on_time().into())),
        ("reads", Some(reads.into())),
        (
            "prerequisites",
            (!prerequisites.is_empty()).then(|| prerequisites.into()),
        ),
        ("targets", (!targets.is_empty()).then(|| targets.into())),
        ("rules", Some(authored.rules(&names, flag)?.into())),
        ("default", Some(default)),
        ("stages", (!stages.is_empty()).then(|| stages.into())),
    ]))
}

fn unreadable() -> Value {
    object([("unreadable", Some(true.into()))])
}
