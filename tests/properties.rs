//! What holds for every unit, share and ramp.
#![cfg(feature = "compile")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use proptest::prelude::*;
use support::{NOW_MS, client};
use tidegate::engine::Arm;
use tidegate::{Client, Context};

/// A flag of three variants that serves what is given.
fn serving(serve: &str) -> Client {
    let flag = format!(
        "salt: k3v9x2\nvariants: {{ a: 1, b: 2, c: 3 }}\noffVariant: a\ndefault: {{ {serve} }}\nenvironments: {{ production: {{ enabled: true }} }}\n"
    );
    client(&[("flags/f.yaml", &flag)])
}

/// A flag whose only experiment has a coverage.
fn covering(arms: &str, coverage: &str) -> Client {
    let flag = format!(
        "salt: k3v9x2\nvariants: {{ a: 1, b: 2, c: 3 }}\noffVariant: a\ndefault: {{ experiment: x }}\nexperiments: {{ x: {{ arms: {{ {arms} }}, control: a, coverage: {coverage} }} }}\nenvironments: {{ production: {{ enabled: true }} }}\n"
    );
    client(&[("flags/f.yaml", &flag)])
}

fn variant(client: &Client, unit: &str) -> String {
    client
        .evaluate("f", &Context::new(unit), NOW_MS)
        .unwrap()
        .variant()
        .unwrap()
        .to_owned()
}

/// A moment as it is written.
fn time(moment_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(moment_ms).unwrap().to_string()
}

/// A share as it is written, from thousandths of a percent.
fn percent(slots: u32) -> String {
    format!("{}.{:03}", slots / 1_000, slots % 1_000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn raising_a_share_never_removes_anyone(one in 0u32..=100_000, other in 0u32..=100_000, seed in any::<u32>()) {
        let (low, high) = (one.min(other), one.max(other));
        let before = serving(&format!("rollout: {{ to: b, share: {} }}", percent(low)));
        let after = serving(&format!("rollout: {{ to: b, share: {} }}", percent(high)));
        for unit in 0..200 {
            let unit = format!("{seed}-{unit}");
            prop_assert!(variant(&before, &unit) != "b" || variant(&after, &unit) == "b");
        }
    }

    #[test]
    fn changing_coverage_never_changes_anybodys_arm(
        weight in 1u32..100_000, one in 0u32..=100_000, other in 0u32..=100_000, seed in any::<u32>(),
    ) {
        let arms = format!("a: {}, b: {}", percent(weight), percent(100_000 - weight));
        let (low, high) = (one.min(other), one.max(other));
        let (before, after) = (covering(&arms, &percent(low)), covering(&arms, &percent(high)));
        for unit in 0..200 {
            let context = Context::new(format!("{seed}-{unit}"));
            let (before, after) =
                (before.evaluate("f", &context, NOW_MS).unwrap(), after.evaluate("f", &context, NOW_MS).unwrap());
            if before.arm() != Arm::None {
                prop_assert_eq!((before.arm(), before.variant()), (after.arm(), after.variant()));
            }
        }
    }

    #[test]
    fn every_unit_gets_exactly_one_variant_of_a_split(
        first in 1u32..99_998, second in 1u32..99_998, unit in "\\PC{1,40}",
    ) {
        prop_assume!(first + second < 100_000);
        let shares = [percent(first), percent(second), percent(100_000 - first - second)];
        let client = serving(&format!("split: {{ a: {}, b: {}, c: {} }}", shares[0], shares[1], shares[2]));
        let context = Context::new(unit.as_str());
        let answer = client.evaluate("f", &context, NOW_MS).unwrap();
        let bucket = answer.bucket().unwrap();
        let expected = if bucket < first { "a" } else if bucket < first + second { "b" } else { "c" };
        prop_assert_eq!(answer.variant(), Some(expected));
    }

    #[test]
    fn an_answer_holds_until_it_says_that_it_changes(
        from in 0u32..=100_000, to in 0u32..=100_000, days in 1i64..60, after in 0i64..5_184_000_000, unit in "[a-z]{1,8}",
    ) {
        let end = NOW_MS + days * 86_400_000;
        let flag = format!(
            "salt: k3v9x2\ndefault: {{ rollout: r }}\nrollouts:\n  r:\n    from: off\n    to: on\n    stages: [ {{ name: s, ramp: {{ from: {}, to: {}, end: \"{end}\" }} }} ]\nenvironments: {{ production: {{ rollouts: {{ r: {{ status: running, stage: s, enteredAt: \"{entered}\" }} }} }} }}\n",
            percent(from), percent(to), end = time(end), entered = time(NOW_MS),
        );
        let client = client(&[("flags/f.yaml", &flag)]);
        let binding = client.bind(&Context::new(unit.as_str())).unwrap();
        let at = |moment| binding.evaluate("f", moment).unwrap();
        let now = NOW_MS + after;
        let answer = at(now);
        if let Some(change) = answer.next_change_ms() {
            prop_assert!(change > now);
            prop_assert_eq!(at(change - 1).variant(), answer.variant());
            prop_assert_ne!(at(change).variant(), answer.variant());
        } else {
            prop_assert_eq!(at(now + 366 * 86_400_000).variant(), answer.variant());
        }
    }
}

#[test]
fn shares_come_out_within_tolerance() {
    // 100,000 units of a fair hash: five standard deviations of a share of 20% are 632 units.
    let client = serving("split: { a: 20, b: 50, c: 30 }");
    let mut counts = [0u32; 3];
    for unit in 0..100_000 {
        counts[match variant(&client, &format!("user-{unit}")).as_str() {
            "a" => 0,
            "b" => 1,
            _ => 2,
        }] += 1;
    }
    for (count, share) in counts.into_iter().zip([0.2f64, 0.5, 0.3]) {
        let deviation = (100_000.0 * share * (1.0 - share)).sqrt();
        assert!(
            (f64::from(count) - 100_000.0 * share).abs() < 5.0 * deviation,
            "{counts:?}"
        );
    }
}

#[test]
fn flags_with_different_salts_are_independent() {
    let flag = |salt: &str| {
        format!(
            "salt: {salt}\ndefault: {{ split: {{ on: 10, off: 90 }} }}\nenvironments: {{ production: {{ enabled: true }} }}\n"
        )
    };
    let client = client(&[
        ("flags/one.yaml", &flag("k3v9x2")),
        ("flags/two.yaml", &flag("p8w1z4")),
    ]);
    let both = (0..100_000)
        .filter(|unit| {
            let context = Context::new(format!("user-{unit}"));
            let binding = client.bind(&context).unwrap();
            ["one", "two"]
                .iter()
                .all(|key| binding.evaluate(key, NOW_MS).unwrap().variant() == Some("on"))
        })
        .count();
    // One percent of 100,000, give or take five standard deviations.
    assert!((1_000i32 - both as i32).abs() < 158, "{both}");
}
