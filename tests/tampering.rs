//! Nothing that is not exactly what the trusted key signed is taken, and what was in force stays.
#![cfg(feature = "compile")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use proptest::prelude::*;
use std::sync::LazyLock;
use support::{NOW_MS, SCOPE, client, key, options, payload, project};
use tidegate::compile::{Options, compile};
use tidegate::trust::SigningKey;
use tidegate::{Client, Context, Loaded, Scope, Trust};

const FLAG: (&str, &str) = (
    "flags/checkout.yaml",
    "salt: k3v9x2\ndefault: { split: { on: 50, off: 50 } }\nrules:\n  - { if: { attribute: country, in: [US, CA] }, serve: on }\nenvironments: { production: { enabled: true } }\n",
);

/// The payload of the sample shop, which has every kind of record in it.
static SHOP: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let files = support::sample_shop();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|file| (file.path.as_str(), file.text.as_str()))
        .collect();
    payload(&files)
});

fn frame(options: &Options) -> Vec<u8> {
    key().sign(&compile(&project(&[FLAG]), options).unwrap())
}

fn refusal(frame: Vec<u8>) -> &'static str {
    let mut client = client(&[FLAG]);
    let code = client.load(frame, NOW_MS).unwrap_err().code();
    assert_eq!(client.header().unwrap().version, 1, "what was in force stays");
    let context = Context::new("u-17").with("country", "CA");
    assert_eq!(
        client.evaluate("checkout", &context, NOW_MS).unwrap().variant(),
        Some("on")
    );
    code
}

#[test]
fn a_flipped_bit_anywhere_in_a_frame_is_refused() {
    let sound = frame(&options(2));
    for position in 0..sound.len() {
        for bit in [0, 3, 7] {
            let mut broken = sound.clone();
            broken[position] ^= 1 << bit;
            let mut client = Client::new(key().trust(), None);
            assert!(
                client.load(broken, NOW_MS).is_err(),
                "bit {bit} of byte {position}"
            );
            assert!(client.header().is_none());
        }
    }
}

#[test]
fn a_frame_cut_short_anywhere_is_refused() {
    let sound = frame(&options(2));
    for length in 0..sound.len() {
        let mut client = Client::new(key().trust(), None);
        let error = client.load(sound[..length].to_vec(), NOW_MS).unwrap_err();
        assert_eq!(error.code(), "FRAME_TRUNCATED", "{length} bytes");
    }
}

#[test]
fn bytes_behind_a_frame_are_refused() {
    assert_eq!(refusal([frame(&options(2)), vec![0]].concat()), "FRAME_MALFORMED");
}

#[test]
fn what_is_not_a_frame_is_refused() {
    assert_eq!(
        refusal(b"<!doctype html><title>502 Bad Gateway</title>".to_vec()),
        "FRAME_MALFORMED"
    );
    assert_eq!(refusal(Vec::new()), "FRAME_TRUNCATED");
}

#[test]
fn another_key_is_refused() {
    let other = SigningKey::from_seed(&[8; 32], false);
    assert_eq!(refusal(other.sign(&payload(&[FLAG]))), "KEY_UNKNOWN");
}

#[test]
fn a_development_key_signs_for_development_only() {
    let development = SigningKey::from_seed(&[7; 32], true);
    let frame = development.sign(&payload(&[FLAG]));
    assert_eq!(refusal(frame.clone()), "PAYLOAD_TYPE_UNEXPECTED");
    assert_eq!(
        Client::new(development.trust(), None).load(frame, NOW_MS),
        Ok(Loaded::Applied)
    );
}

#[test]
fn an_older_snapshot_is_refused() {
    let mut client = client(&[FLAG]);
    client.load(frame(&options(5)), NOW_MS).unwrap();
    assert_eq!(
        client.load(frame(&options(4)), NOW_MS).unwrap_err().code(),
        "SNAPSHOT_ROLLBACK"
    );
    assert_eq!(client.header().unwrap().version, 5);
}

#[test]
fn other_bytes_with_the_same_version_are_refused() {
    let later = Options {
        issued_at_ms: NOW_MS + 1,
        ..options(1)
    };
    assert_eq!(refusal(frame(&later)), "SNAPSHOT_CONFLICT");
}

#[test]
fn the_very_same_bytes_change_nothing() {
    let mut client = client(&[FLAG]);
    assert_eq!(client.load(frame(&options(1)), NOW_MS), Ok(Loaded::Unchanged));
}

#[test]
fn another_scope_is_refused() {
    for scope in [
        "shop/production/client",
        "shop/staging/server",
        "shop2/production/server",
    ] {
        let mut client = Client::new(key().trust(), Some(Scope::parse(scope).unwrap()));
        assert_eq!(
            client.load(frame(&options(1)), NOW_MS).unwrap_err().code(),
            "SCOPE_MISMATCH"
        );
    }
}

#[test]
fn without_a_scope_the_first_snapshots_scope_is_kept() {
    let files = [
        FLAG,
        ("tidegate.yaml", "project: shop2\nenvironments: [production]\n"),
    ];
    let mut client = client(&[FLAG]);
    let other = key().sign(&compile(&project(&files), &options(2)).unwrap());
    assert_eq!(client.load(other, NOW_MS).unwrap_err().code(), "SCOPE_MISMATCH");
    assert_eq!(client.header().unwrap().scope.as_str(), SCOPE);
}

#[test]
fn a_snapshot_of_the_future_is_refused_beyond_the_allowance_for_clocks() {
    let at = |not_before_ms| {
        frame(&Options {
            not_before_ms,
            ..options(2)
        })
    };
    assert_eq!(refusal(at(NOW_MS + 300_001)), "SNAPSHOT_NOT_YET_VALID");
    assert_eq!(
        client(&[FLAG]).load(at(NOW_MS + 300_000), NOW_MS),
        Ok(Loaded::Applied)
    );
}

#[test]
fn an_expired_snapshot_is_taken() {
    let expired = Options {
        not_before_ms: 0,
        expires_ms: Some(NOW_MS - 1),
        ..options(2)
    };
    assert_eq!(client(&[FLAG]).load(frame(&expired), NOW_MS), Ok(Loaded::Applied));
}

#[test]
fn a_newer_format_is_refused() {
    let mut newer = payload(&[FLAG]);
    newer[0] = 2;
    assert_eq!(refusal(key().sign(&newer)), "FORMAT_UNSUPPORTED");
}

#[test]
fn a_signed_payload_that_is_none_is_refused() {
    assert_eq!(refusal(key().sign(b"")), "SNAPSHOT_MALFORMED");
    assert_eq!(
        refusal(key().sign(&[1, 0, 255, 255, 255, 255])),
        "SNAPSHOT_MALFORMED"
    );
}

#[test]
fn a_payload_with_a_name_too_many_or_too_few_is_refused() {
    let second = (
        "flags/zoom.yaml",
        "salt: z9\nenvironments: { production: {} }\ndefault: on\n",
    );
    let sound = payload(&[FLAG, second]);
    for (name, from, to) in [
        (
            "a key too few",
            b"checkout\nzoom".as_slice(),
            b"checkout-zoom".as_slice(),
        ),
        ("a key too many", b"checkout\nzoom", b"check\nut\nzoom"),
        ("an empty key", b"checkout\nzoom", b"\nheckout-zoom"),
        ("a key that is no text", b"checkout\nzoom", b"checkou\xFF\nzoom"),
        (
            "an attribute too few",
            b"country\0targetingKey",
            b"country.targetingKey",
        ),
        (
            "an attribute too many",
            b"country\0targetingKey",
            b"count\0y\0targetingKey",
        ),
        ("a symbol too few", b"US\0CA", b"US-CA"),
        ("a symbol too many", b"US\0CA", b"U\0\0CA"),
    ] {
        let at = sound.windows(from.len()).position(|window| window == from);
        let at = at.unwrap_or_else(|| panic!("{name}: not in {}", String::from_utf8_lossy(&sound)));
        let mut damaged = sound.clone();
        damaged[at..at + to.len()].copy_from_slice(to);
        let refused = Client::new(key().trust(), None).load(key().sign(&damaged), NOW_MS);
        assert_eq!(refused.unwrap_err().code(), "SNAPSHOT_MALFORMED", "{name}");
    }
}

#[test]
fn a_frame_over_the_limit_is_refused_before_it_is_hashed() {
    assert_eq!(refusal(vec![0; (64 << 20) + 1]), "LIMIT_EXCEEDED");
}

#[test]
fn keys_of_small_order_and_broken_keys_are_no_trust() {
    for text in [
        "",
        "ed25519:",
        "ed25519:AAAA",
        "ed25519:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "ed25519:AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "rsa:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    ] {
        assert_eq!(Trust::parse(text).unwrap_err().code(), "TRUST_INVALID", "{text}");
    }
}

/// Somebody with most of the attributes that the sample shop reads.
fn visitor(country: &str) -> Context {
    [
        "email",
        "userAgent",
        "platform",
        "apiKey.kind",
        "plan.since",
        "plan.tier",
        "address.city",
    ]
    .into_iter()
    .fold(Context::new("u-17"), |context, name| {
        context.with(name, "Chrome/120.0")
    })
    .with("accountId", "a-100007")
    .with("country", country)
    .with("appVersion", "2.5.0-rc.1")
    .with("ip", "2001:db8:40::1")
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let mut client = Client::new(key().trust(), None);
        prop_assert!(client.load(bytes.clone(), NOW_MS).is_err());
        prop_assert!(client.load([b"TGF\x01\x01".as_slice(), &bytes].concat(), NOW_MS).is_err());
    }

    #[test]
    fn damage_in_a_signed_payload_never_panics(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        country in "[A-Z]{2}",
        days in -400i64..400,
    ) {
        let mut payload = SHOP.clone();
        for (index, byte) in damage {
            let position = index.index(payload.len());
            payload[position] = byte;
        }
        let mut client = Client::new(key().trust(), None);
        if client.load(key().sign(&payload), NOW_MS).is_ok()
            && let Some(binding) = client.bind(&visitor(&country))
        {
            for answer in binding.evaluate_all(NOW_MS + days * 86_400_000) {
                prop_assert!(answer.variant().is_some() || answer.error_code() == Some("PARSE_ERROR"));
            }
        }
    }
}

#[test]
fn a_damaged_flag_closes_itself_alone() {
    let second = (
        "flags/zoom.yaml",
        "salt: z9\ndefault: on\nenvironments: { production: { enabled: true } }\n",
    );
    let sound = payload(&[FLAG, second]);
    // The first flag's record begins with its bits; the salt names the place.
    let salt = sound.windows(6).rposition(|window| window == b"k3v9x2").unwrap();
    let mut damaged = sound.clone();
    damaged[salt - 4] = 99;
    let mut client = Client::new(key().trust(), None);
    client.load(key().sign(&damaged), NOW_MS).unwrap();
    let context = Context::new("u-17");
    let broken = client.evaluate("checkout", &context, NOW_MS).unwrap();
    assert_eq!(
        (broken.variant(), broken.error_code()),
        (None, Some("PARSE_ERROR"))
    );
    assert_eq!(
        client.evaluate("zoom", &context, NOW_MS).unwrap().variant(),
        Some("on")
    );
}
