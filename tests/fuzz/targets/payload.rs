use super::context::{clock, context};
use super::take;
use arbitrary::Unstructured;
use tidegate::compile::{Reissue, folded_kills, republish};
use tidegate::{Client, Context};

/// A payload under a good signature, decided for arbitrary contexts at arbitrary times.
///
/// `u16` length of the choices that make context and times, those, and then the payload.
pub fn payload(data: &[u8]) {
    let (length, rest) = data.split_first_chunk().unwrap_or((&[0, 0], data));
    let length = usize::from(u16::from_le_bytes(*length)).min(rest.len());
    let (choices, payload) = rest.split_at(length);
    let mut choices = Unstructured::new(choices);
    let (now_ms, later_ms) = (clock(&mut choices), clock(&mut choices));
    let flag = choices.arbitrary::<u16>().unwrap_or_default().into();
    let context = context(&mut choices);
    let Ok(client) = take::taken(payload, super::NOW_MS) else {
        return;
    };
    for now_ms in [now_ms, later_ms] {
        take::decided(&client, &context, now_ms);
        take::agrees(&client, &context, now_ms, flag);
    }
    take::decided(&client, &Context::default(), now_ms);
    assert!(client.inspect().is_some());
    comes_back(payload, &client, &context, now_ms);
}

/// Under a new header, a payload that could be read decides the same.
fn comes_back(payload: &[u8], client: &Client, context: &Context, now_ms: i64) {
    let header = client.header().expect("it was taken");
    let Ok(kills) = folded_kills(payload) else {
        return;
    };
    let reissue = Reissue {
        version: header.version,
        issued_at_ms: header.issued_at_ms,
        expires_ms: header.expires_ms,
        head_keys: Vec::new(),
        kills,
    };
    let Ok(again) = republish(payload, &reissue) else {
        return;
    };
    let again = take::taken(&again, i64::MAX).expect("what is republished can be read");
    let said = |client: &Client| -> Vec<_> {
        let answers = take::decided(client, context, now_ms);
        answers
            .iter()
            .map(|answer| format!("{:?}", take::answer_parts(answer)))
            .collect()
    };
    assert_eq!(said(client), said(&again));
}
