use super::{SCOPE, keys};
use tidegate::engine::Exit;
use tidegate::trust::Kind;
use tidegate::{Answer, Client, Context, Error, Scope};

/// A client that trusts the first key, for the scope of everything that is signed here.
pub(super) fn client() -> Client {
    Client::new(keys::key(false, 0).trust(), Scope::parse(SCOPE).ok())
}

/// A client that was given a payload under a good signature.
pub(super) fn taken(payload: &[u8], now_ms: i64) -> Result<Client, Error> {
    let mut client = Client::new(keys::key(false, 0).trust(), None);
    client.load(keys::sealed(Kind::Snapshot, payload, 1, false), now_ms)?;
    Ok(client)
}

/// Decides every flag in every way there is: each has an answer, and always the same.
pub(super) fn decided<'c>(client: &'c Client, context: &Context, now_ms: i64) -> Vec<Answer<'c>> {
    let Some(binding) = client.bind(context) else {
        return Vec::new();
    };
    let answers: Vec<Answer<'_>> = binding.evaluate_all(now_ms).collect();
    assert_eq!(answers.len(), client.flags().count());
    for answer in &answers {
        is_whole(answer, now_ms);
    }
    answers
}

/// The same as [`decided`], for one flag, by all ways that there are; `flag` may be any number.
pub(super) fn agrees(client: &Client, context: &Context, now_ms: i64, flag: usize) {
    let keys: Vec<&str> = client.flags().collect();
    let (Some(binding), false) = (client.bind(context), keys.is_empty()) else {
        return;
    };
    let key = keys[flag % keys.len()];
    // Of keys that stand twice, the last is meant.
    let bound = binding.evaluate(key, now_ms).expect("the key is known");
    let fresh = client.evaluate(key, context, now_ms).expect("the key is known");
    let explained = binding.explain(key, now_ms).expect("the key is known");
    let shown = |answer: &Answer<'_>| format!("{:?}", answer_parts(answer));
    assert_eq!(shown(&bound), shown(&fresh), "bound and not");
    assert_eq!(
        shown(&bound),
        shown(&explained.answer),
        "with and without an explanation"
    );
    assert!(!explained.trace.text.is_empty());
    is_whole(&fresh, now_ms);
}

/// All that an answer says.
pub(super) fn answer_parts<'c>(answer: &Answer<'c>) -> impl core::fmt::Debug + PartialEq + use<'c> {
    (
        (
            answer.flag(),
            answer.variant(),
            answer.value_json(),
            answer.boolean(),
        ),
        (
            answer.exit(),
            answer.arm(),
            answer.rule_index(),
            answer.rule(),
            answer.stage(),
        ),
        (
            answer.bucket(),
            answer.unit_attribute(),
            answer.depends_on_time(),
            answer.next_change_ms(),
        ),
    )
}

fn is_whole(answer: &Answer<'_>, now_ms: i64) {
    let _ = answer_parts(answer);
    let unreadable = answer.exit() == Exit::Unreadable;
    assert_eq!(
        answer.variant().is_none(),
        unreadable,
        "{:?}",
        answer_parts(answer)
    );
    assert_eq!(answer.value_json().is_none(), unreadable);
    assert!(
        answer
            .bucket()
            .is_none_or(|bucket| bucket < tidegate::engine::BUCKETS)
    );
    // The head's issue may be later than the clock.
    assert!(
        answer.next_change_ms().is_none_or(|next| next > now_ms),
        "{:?}",
        answer_parts(answer)
    );
}
