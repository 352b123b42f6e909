//! The bindings, called as hosts call them: bytes and words in the memory of the module, objects for the studio.
#![cfg(all(target_arch = "wasm32", target_os = "unknown"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "wasm/memory.rs"]
mod memory;
mod support;

use js_sys::{Array, JSON, Object, Reflect, Uint8Array};
use memory::{described, put, slot, take, words};
use support::{NOW_MS, SCOPE, key, options, project};
use tidegate::Scope;
use tidegate::compile::compile;
use tidegate::trust::{Head, Kind, Pointer, Signer, seal};
use tidegate::wasm::{runtime, studio};
use wasm_bindgen::{JsCast, JsError, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

const FILES: &[(&str, &str)] = &[
    (
        "flags/country.yaml",
        "{ salt: c1, default: off, environments: { production: {} },
           rules: [{ name: canada, if: { attribute: country, in: [CA] }, serve: on }] }",
    ),
    (
        "flags/half.yaml",
        "{ salt: k3v9x2, environments: { production: {} },
           default: { rollout: { to: on, share: 84, control: true } } }",
    ),
    (
        "flags/window.yaml",
        "{ salt: w1, default: off, environments: { production: {} },
           rules: [{ if: { window: { from: 2026-12-01T00:00:00Z } }, serve: on }] }",
    ),
];

/// 2026-12-01T00:00:00Z.
const OPENS_MS: f64 = 1_796_083_200_000.0;
const NOW: f64 = NOW_MS as f64;

fn frame(version: u64) -> Vec<u8> {
    key().sign(&compile(&project(FILES), &options(version)).unwrap())
}

/// Trusts a key.
fn configure(key: &[u8], scope: &str) -> i32 {
    let length = (key.len() as u32).to_le_bytes();
    put(&[&[0], &length[..], key, scope.as_bytes()].concat());
    runtime::configure()
}

/// An error's number, and what changed.
fn load(frames: &[u8]) -> (i32, u32) {
    put(frames);
    (runtime::load(NOW), words(1)[0])
}

/// A runtime with version 2 in force.
fn start() {
    assert_eq!(configure(&key().public_key(), SCOPE), 0);
    assert_eq!(load(&frame(2)), (0, SNAPSHOT));
}

/// What `load` says to have changed.
const HEAD: u32 = 2;
const SNAPSHOT: u32 = 4;

#[wasm_bindgen_test]
fn a_signed_frame_is_loaded_and_described() {
    start();
    assert_eq!(load(&frame(2)), (0, 0));
    assert_eq!(described(0), SCOPE.as_bytes());
    assert_eq!(described(1), b"country\nhalf\nwindow");
    assert_eq!(described(2), b"country\0targetingKey");
    assert_eq!(described(3), b"CA");
    assert_eq!(described(4), [1, 2]);
    assert_eq!(described(6), frame(2));
    runtime::describe(5);
    let header = words(12);
    let long = |at: usize| f64::from_bits(u64::from(header[at + 1]) << 32 | u64::from(header[at]));
    assert_eq!([long(0), long(2), long(4)], [2.0, NOW, NOW]);
    assert_eq!(header[8..], [3, 2, 1, 1]);
}

#[wasm_bindgen_test]
fn a_flag_is_described_by_names_values_and_what_it_reads() {
    start();
    runtime::describe_flag(0);
    let [
        text,
        length,
        attributes,
        count,
        kind,
        bits,
        variants,
        rules,
        stages,
    ] = words(9)[..]
    else {
        unreachable!();
    };
    assert_eq!(take(text, length), b"on\0true\0off\0false\0canada");
    assert_eq!(take(attributes, count * 2), [0, 0]);
    assert_eq!([kind, bits, variants, rules, stages], [0, 0, 2, 1, 0]);
    runtime::describe_flag(2);
    assert_eq!(words(6)[5], 1, "a window depends on time");
    runtime::describe_flag(3);
    assert_eq!(words(6)[5], 2, "there is no such flag");
}

#[wasm_bindgen_test]
fn a_context_in_the_slots_is_decided() {
    start();
    slot(0, [4, 1, 0, u32::MAX]);
    assert_eq!(runtime::evaluate(0, NOW), 3 << 8 | 1 << 15, "rule 0 serves `on`");
    slot(0, [4, 0, 0, u32::MAX]);
    assert_eq!(runtime::evaluate(0, NOW), 1 | 1 << 8, "another country");

    memory::bytes(runtime::heap() as u32, b"u-17");
    slot(1, [4, 0, 0, 4]);
    assert_eq!(runtime::evaluate(1, NOW), 6 << 8 | 1 << 13, "treatment");
    assert_eq!(words(4)[1..], [u32::MAX, 83_425, 1]);
    slot(1, [0, 0, 0, 0]);
    assert_eq!(runtime::evaluate(1, NOW), 1 | 13 << 8, "no unit");

    runtime::evaluate(2, NOW);
    assert_eq!(
        words(6)[4..],
        [OPENS_MS.to_bits() as u32, (OPENS_MS.to_bits() >> 32) as u32]
    );
}

#[wasm_bindgen_test]
fn all_flags_at_once_are_decided_like_each() {
    start();
    memory::bytes(runtime::heap() as u32, b"u-17");
    slot(0, [4, 1, 0, u32::MAX]);
    slot(1, [4, 0, 0, 4]);
    let each: Vec<u8> = (0..3)
        .flat_map(|flag| runtime::evaluate(flag, NOW).to_le_bytes())
        .collect();
    assert_eq!(take(runtime::evaluate_all(NOW) as u32, 12), each);
}

#[wasm_bindgen_test]
fn the_heap_grows_when_asked() {
    start();
    runtime::reserve(100_000);
    assert!(runtime::heap_capacity() >= 100_000);
}

#[wasm_bindgen_test]
fn refusals_leave_what_was_in_force() {
    start();
    let good = frame(3);
    let mut flipped = good.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let mut other = options(1);
    other.environment = "staging".into();
    let staging = project(&[(
        "tidegate.yaml",
        "{ project: shop, environments: [production, staging] }",
    )]);
    for (name, frame, code) in [
        ("truncated", good[..good.len() - 1].to_vec(), 3),
        ("no frame", b"{}".to_vec(), 4),
        ("flipped", flipped, 7),
        (
            "another scope",
            key().sign(&compile(&staging, &other).unwrap()),
            10,
        ),
        ("older", frame(1), 12),
    ] {
        assert_eq!(load(&frame), (code, 0), "{name}");
        assert_eq!(described(6), self::frame(2), "{name}");
        assert_eq!(runtime::evaluate(2, NOW), 1 | 1 << 8, "{name}");
    }
    assert_eq!(load(&good), (0, SNAPSHOT));
}

#[wasm_bindgen_test]
fn heads_kill_and_say_what_to_fetch_and_all_of_it_can_be_stored() {
    assert_eq!(configure(&key().public_key(), SCOPE), 0);
    let naming = |version| {
        let mut options = options(version);
        options.head_keys = vec![key().public_key()];
        key().sign(&compile(&project(FILES), &options).unwrap())
    };
    let head = |version, file: &[u8], kills: &[&str]| {
        let head = Head {
            scope: Scope::parse(SCOPE).unwrap(),
            version,
            issued_at_ms: NOW_MS,
            expires_ms: NOW_MS + 1_000,
            snapshot: Pointer::of(version, file),
            minimum_version: 0,
            root_version: 0,
            kills: kills.iter().map(|kill| (*kill).into()).collect(),
        };
        seal(Kind::Head, &head.encode(), &[&key()]).unwrap()
    };
    let file = naming(2);
    let first = head(2, &file, &[]);
    assert_eq!(load(&[&first[..], &file].concat()), (0, HEAD | SNAPSHOT));
    let next = naming(3);
    let second = head(3, &next, &["window"]);
    assert_eq!(load(&second), (0, HEAD));
    let long = |words: &[u32]| f64::from_bits(u64::from(words[1]) << 32 | u64::from(words[0]));
    assert_eq!(long(&words(4)[2..]), 3.0, "the newest head's version");
    assert_eq!(runtime::evaluate(2, OPENS_MS) & 255, 1, "off");
    assert_eq!([described(8), described(6), described(9)], [first, file, second]);
    assert_eq!(described(10), Pointer::of(3, &next).url.as_bytes());
    assert_eq!(words(3)[2], next.len() as u32);
    assert_eq!(load(&next), (0, SNAPSHOT));
    assert_eq!(described(10), b"");
}

#[wasm_bindgen_test]
fn what_was_configured_wrongly_is_refused() {
    assert_eq!(configure(b"short", ""), 1);
    assert_eq!(configure(&key().public_key(), "shop"), 2);
}

fn files(files: &[(&str, &str)]) -> JsValue {
    let list = Array::new();
    for (path, text) in files {
        list.push(&object(&[("path", (*path).into()), ("text", (*text).into())]));
    }
    list.into()
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value).unwrap();
    }
    object.into()
}

fn get(value: &JsValue, path: &str) -> JsValue {
    path.split('.').fold(value.clone(), |value, step| {
        Reflect::get(&value, &step.into()).unwrap()
    })
}

fn json(value: &JsValue) -> String {
    JSON::stringify(value).unwrap().into()
}

fn message(error: JsError) -> String {
    let message = get(&error.into(), "message");
    message.as_string().unwrap()
}

const YAML: &[(&str, &str)] = &[
    ("tidegate.yaml", "{ project: shop, environments: [production] }"),
    FILES[0],
];

fn compiled(sources: &[(&str, &str)]) -> JsValue {
    let options = object(&[
        ("environment", "production".into()),
        ("audience", "server".into()),
        ("version", 7.into()),
        ("issuedAt", NOW.into()),
        ("seed", Uint8Array::from(&[7; 32][..]).into()),
    ]);
    studio::compile(files(sources), options).map_err(message).unwrap()
}

#[wasm_bindgen_test]
fn the_studio_compiles_what_a_native_compiler_would() {
    let compilation = compiled(YAML);
    assert_eq!(
        json(&get(&compilation, "diagnostics.0.severity")),
        r#""warning""#,
        "the flag is not described"
    );
    let frame: Uint8Array = get(&compilation, "frame").dyn_into().unwrap();
    let development = tidegate::trust::SigningKey::from_seed(&[7; 32], true);
    let payload = compile(&project(&YAML[1..]), &options(7)).unwrap();
    assert_eq!(frame.to_vec(), development.sign(&payload));
    assert_eq!(
        get(&compilation, "trust").as_string(),
        Some(development.trust().to_string())
    );
}

#[wasm_bindgen_test]
fn the_studio_places_problems_in_utf16_units() {
    let wrong = [
        YAML[0],
        (
            "flags/wrong.yaml",
            "description: \"💡 é\"\nsalt: s\ndefault: missing\n",
        ),
    ];
    let found = studio::lint(files(&wrong)).map_err(message).unwrap();
    let found: Array = found.dyn_into().unwrap();
    let first = found
        .iter()
        .find(|found| get(found, "code").as_string().as_deref() == Some("unknown-variant"))
        .unwrap_or(JsValue::NULL);
    let text = wrong[1].1;
    let units = |part: &str| text[..text.find(part).unwrap()].encode_utf16().count() as f64;
    assert_eq!(get(&first, "line").as_f64(), Some(3.0), "{}", json(&found));
    assert_eq!(get(&first, "start").as_f64(), Some(units("missing")));
    assert_eq!(get(&first, "end").as_f64(), Some(units("missing") + 7.0));
    let compilation = compiled(&wrong);
    assert!(get(&compilation, "frame").is_undefined());
}

#[wasm_bindgen_test]
fn the_studio_shows_and_explains_a_frame() {
    let compilation = compiled(YAML);
    let frame = || get(&compilation, "frame").unchecked_into::<Uint8Array>().to_vec();
    let trust = get(&compilation, "trust").as_string().unwrap();
    let shown = studio::inspect(frame()).map_err(message).unwrap();
    assert_eq!(
        json(&get(&shown, "flags.country.rules")),
        r#"[{"name":"canada","if":{"attribute":"country","in":["CA"]},"serve":"on"}]"#
    );
    let context = JSON::parse(r#"{ "country": "CA" }"#).unwrap();
    let explain = |trust: &str, flag: &str| {
        studio::explain(frame(), trust, flag, context.clone(), 0.0).map_err(message)
    };
    let explanation = explain(&trust, "country").unwrap();
    assert_eq!(
        json(&get(&explanation, "evaluation")),
        r#"{"flag":"country","variant":"on","value":true,"reason":"TARGETING_MATCH","exit":"rule","rule":"canada","ruleIndex":0,"arm":"none","dependsOnTime":false}"#
    );
    assert_eq!(
        json(&get(&explanation, "trace.children.2.children.0")),
        r#"{"text":"country in [\"CA\"]: it is \"CA\"","outcome":"holds","children":[]}"#
    );
    assert_eq!(
        explain(&trust, "nothing").unwrap_err(),
        "FLAG_NOT_FOUND: the snapshot has no such flag"
    );
    assert!(
        explain("ed25519:x", "country")
            .unwrap_err()
            .starts_with("TRUST_INVALID: ")
    );
}
