use arbitrary::{Result, Unstructured};
use std::collections::BTreeMap;
use tidegate::{Context, Value};

/// What the sample shop and the test projects read.
const NAMES: [&str; 16] = [
    "targetingKey",
    "accountId",
    "country",
    "appVersion",
    "email",
    "ip",
    "userAgent",
    "platform",
    "plan",
    "address",
    "apiKey",
    "locale",
    "tags",
    "cartItems",
    "since",
    "beta",
];

/// The steps of the paths below them.
const STEPS: [&str; 6] = ["tier", "since", "city", "kind", "cents", ""];

/// Strings that stand at edges.
const TEXTS: [&str; 16] = [
    "",
    "u-17",
    "CA",
    "US",
    "pro",
    "2.4.0",
    "2.5.0-rc.1",
    "10.0.0.1",
    "2001:db8:40::1",
    "2026-11-20T09:00:00Z",
    "qa@example.com",
    "staff@tidegate.example",
    "Chrome/120.0",
    "\u{fffd}\u{1f}\0",
    "İstanbul",
    "9007199254740993",
];

const NUMBERS: [f64; 10] = [
    0.0,
    -0.0,
    1.0,
    9_007_199_254_740_991.0,
    9_007_199_254_740_993.0,
    8.64e15,
    -8.64e15,
    f64::NAN,
    f64::INFINITY,
    f64::MIN_POSITIVE,
];

/// A context of attributes that are read, mostly.
pub(super) fn context(choices: &mut Unstructured<'_>) -> Context {
    let mut context = Context::default();
    for _ in 0..NAMES.len() {
        if choices.is_empty() {
            break;
        }
        let attribute = name(choices).and_then(|name| Ok((name, value(choices, 0)?)));
        let Ok((name, value)) = attribute else { break };
        context = context.with(name, value);
    }
    context
}

fn name(choices: &mut Unstructured<'_>) -> Result<String> {
    Ok(match choices.int_in_range(0..=19)? {
        number @ 0..=15 => NAMES[number].into(),
        _ => choices.arbitrary::<&str>()?.into(),
    })
}

fn value(choices: &mut Unstructured<'_>, depth: usize) -> Result<Value> {
    Ok(match choices.int_in_range(0..=13)? {
        0 => Value::Null,
        1 => Value::Boolean(choices.arbitrary()?),
        2 => Value::Number(*choices.choose(&NUMBERS)?),
        3 => Value::Number(choices.arbitrary()?),
        4 => Value::Number(choices.arbitrary::<i16>()?.into()),
        5 => Value::Date(choices.arbitrary()?),
        6 => Value::Text(choices.arbitrary::<&str>()?.into()),
        7 => {
            let times = choices.int_in_range(0..=70_000)?;
            Value::Text("x".repeat(times))
        }
        8 | 9 if depth < 3 => {
            let elements = choices.int_in_range(0..=8)?;
            Value::List(
                (0..elements)
                    .map(|_| value(choices, depth + 1))
                    .collect::<Result<_>>()?,
            )
        }
        10 => Value::List(vec![Value::from("CA"); choices.int_in_range(0..=1_100)?]),
        11 if depth < 3 => {
            let fields = choices.int_in_range(0..=4)?;
            let field = |choices: &mut Unstructured<'_>| {
                Ok(((*choices.choose(&STEPS)?).to_owned(), value(choices, depth + 1)?))
            };
            Value::Object(
                (0..fields)
                    .map(|_| field(choices))
                    .collect::<Result<BTreeMap<_, _>>>()?,
            )
        }
        _ => Value::from(*choices.choose(&TEXTS)?),
    })
}

/// A clock: near the edges of the test data, or anything.
pub(super) fn clock(choices: &mut Unstructured<'_>) -> i64 {
    match choices.int_in_range(0..=3) {
        Ok(0) => choices.arbitrary().unwrap_or_default(),
        Ok(1) => super::NOW_MS + i64::from(choices.arbitrary::<i32>().unwrap_or_default()) * 1_000,
        Ok(2) => *choices
            .choose(&[
                i64::MIN,
                i64::MAX,
                0,
                -8_640_000_000_000_000,
                8_640_000_000_000_000,
            ])
            .unwrap_or(&0),
        _ => super::NOW_MS,
    }
}
