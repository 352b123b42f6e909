//! Who gets what while a plan moves: thousands of units, decided from what is published.

use super::super::Workshop;
use super::{HOUR_MS, NOON_MS};
use std::collections::BTreeSet;
use std::fs;
use tidegate::{Client, Context, Trust};

const UNITS: usize = 4_000;

impl Workshop {
    /// Who gets one-page from what is published, so many hours after noon.
    fn exposed(&self, hours: i64) -> BTreeSet<usize> {
        let now_ms = NOON_MS + hours * HOUR_MS;
        let mut client = Client::new(Trust::parse(&self.trust()).unwrap(), None);
        let folder = self.path("out/production/server");
        for name in ["latest", "head"] {
            client.load(fs::read(folder.join(name)).unwrap(), now_ms).unwrap();
        }
        let gets_it = |unit: &usize| {
            let context = Context::new(format!("u-{unit}"));
            let binding = client.bind(&context).unwrap();
            binding.evaluate("checkout", now_ms).unwrap().variant() == Some("one-page")
        };
        (0..UNITS).filter(gets_it).collect()
    }
}

#[test]
fn nobody_gets_another_bucket() {
    let workshop = Workshop::with_checkout();
    workshop.steer(&["promote"], 0, &[]).succeeds();
    assert_eq!(workshop.exposed(0).len(), 0, "a ring alone");
    workshop.steer(&["promote"], 1, &[]).succeeds();
    let tenth = workshop.exposed(1);
    assert!(
        (UNITS / 20..UNITS * 3 / 20).contains(&tenth.len()),
        "{}",
        tenth.len()
    );
    workshop.steer(&["pause"], 2, &[]).succeeds();
    assert_eq!(workshop.exposed(3), tenth);
    workshop.steer(&["resume"], 4, &[]).succeeds();
    assert_eq!(workshop.exposed(5), tenth);

    // The ramp of four days from 10 to 50 percent begins with the stage, which is entered two days late.
    workshop.steer(&["promote"], 60, &[]).succeeds();
    assert_eq!(workshop.exposed(60), tenth);
    let third = workshop.exposed(92);
    assert!(
        third.is_superset(&tenth) && third.len() > tenth.len() * 2,
        "{}",
        third.len()
    );
    workshop.steer(&["pause"], 92, &[]).succeeds();
    for hours in [92, 100, 500] {
        assert_eq!(workshop.exposed(hours), third, "it stands still");
    }
    workshop.steer(&["resume"], 500, &[]).succeeds();
    assert_eq!(workshop.exposed(500), third, "it goes on where it stood");
    let later = workshop.exposed(532);
    assert!(
        later.is_superset(&third) && later.len() > third.len(),
        "{}",
        later.len()
    );

    workshop.steer(&["rollback"], 533, &[]).succeeds();
    assert_eq!(workshop.exposed(533).len(), 0);
    workshop
        .steer(&["promote", "--stage", "tenth"], 534, &[])
        .succeeds();
    assert_eq!(workshop.exposed(534), tenth, "the same as the first time");
    workshop.steer(&["promote"], 535, &[]).succeeds();
    workshop.steer(&["promote"], 536, &[]).succeeds();
    assert_eq!(workshop.exposed(536).len(), UNITS);
}
