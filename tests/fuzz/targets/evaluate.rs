use super::context::{clock, context};
use super::records::{Damage, FLAGS, Parts};
use super::{NOW_MS, publisher, shop, take};
use arbitrary::{Arbitrary, Result, Unstructured};
use std::collections::BTreeSet;
use std::sync::LazyLock;
use tidegate::Client;
use tidegate::model::Project;

/// The sample shop with damage in one record, asked by arbitrary contexts at arbitrary times.
pub fn evaluate(data: &[u8]) {
    // What is too short to say what is to be asked says nothing.
    let _ = asked(&mut Unstructured::new(data));
}

fn asked(choices: &mut Unstructured<'_>) -> Result<()> {
    let shop = &*SHOP;
    let kind = choices.int_in_range(0..=2)?;
    let mut parts = shop.parts.clone();
    let count = parts.records[kind].len();
    let index = choices.int_in_range(0..=count - 1)?;
    let damages = choices.int_in_range(0..=4)?;
    for _ in 0..damages {
        Damage::arbitrary(choices)?.apply(&mut parts.records[kind][index]);
    }
    let flag = choices.arbitrary::<u8>()?.into();
    let now_ms = clock(choices);
    let context = context(choices);

    let client = take::taken(&parts.write(), NOW_MS).expect("damage in a record refuses no snapshot");
    let answers = take::decided(&client, &context, now_ms);
    take::agrees(&client, &context, now_ms, flag);
    assert!(client.inspect().is_some());
    let sound = take::decided(&shop.client, &context, now_ms);
    let damaged = (kind == FLAGS).then(|| sound[index].flag());
    for (answer, before) in answers.iter().zip(&sound) {
        let touched = damaged.is_none_or(|damaged| shop.needs(before.flag(), damaged));
        if !touched || damages == 0 {
            let same = take::answer_parts(answer) == take::answer_parts(before);
            let (now, was) = (take::answer_parts(answer), take::answer_parts(before));
            assert!(same, "with {damaged:?} damaged, {was:?} became {now:?}");
        }
    }
    Ok(())
}

struct Shop {
    project: Project,
    parts: Parts,
    client: Client,
}

static SHOP: LazyLock<Shop> = LazyLock::new(|| {
    let project = shop::project();
    let payload = publisher::compiled(&project, "production");
    let parts = Parts::read(&payload);
    assert_eq!(parts.write(), payload);
    let client = take::taken(&payload, NOW_MS).expect("the sample is sound");
    Shop {
        project,
        parts,
        client,
    }
});

impl Shop {
    /// Is a flag the other one, or does it need it?
    fn needs(&self, flag: &str, other: &str) -> bool {
        let (mut seen, mut ahead) = (BTreeSet::new(), vec![flag]);
        while let Some(key) = ahead.pop() {
            if seen.insert(key) {
                let flags = self.project.flags.iter().filter(|flag| flag.key.value == key);
                ahead.extend(
                    flags
                        .flat_map(|flag| &flag.prerequisites)
                        .map(|needed| needed.flag.value.as_str()),
                );
            }
        }
        seen.contains(other)
    }
}
