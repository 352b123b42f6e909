mod document;
mod watch;

use super::{DAY_MS, NOW_MS, SCOPE, keys};
use arbitrary::{Arbitrary, Unstructured};
use document::{Delivery, Publisher};
use tidegate::trust::Kind;
use tidegate::{Client, Scope, Trust};
use watch::Watch;

/// Authentic, forged and damaged documents in any order: versions never fall but where keys were replaced, kills of a
/// snapshot stay, nothing is taken that too few keys signed, and a restart knows the same.
pub fn chain(data: &[u8]) {
    let mut choices = Unstructured::new(data);
    let Ok(anchor) = Anchor::arbitrary(&mut choices) else {
        return;
    };
    let trust = anchor.trust();
    let fresh = || Client::new(trust.clone(), Scope::parse(SCOPE).ok());
    let mut watch = Watch::new(&trust);
    let mut publisher = Publisher::new(trust.is_development());
    let mut client = fresh();
    for _ in 0..MOST_STEPS {
        if choices.is_empty() {
            break;
        }
        let Ok(step) = Step::arbitrary(&mut choices) else {
            break;
        };
        match step {
            Step::Deliver { delivery, days } => {
                let made = publisher.make(&delivery);
                let loaded = client.load(made.bytes(), NOW_MS + i64::from(days) * DAY_MS);
                watch.look(&client, &made, loaded);
            }
            Step::Restart => {
                client = watch.restarted(&client, fresh());
            }
            Step::Replay { byte, bit } => {
                let mut state = client.state();
                if !state.is_empty() {
                    let place = usize::from(byte) % state.len();
                    state[place] ^= 1 << (bit % 8);
                    // What was stored and damaged changes nothing for somebody who knows more than that.
                    let _ = client.load(state, NOW_MS);
                    watch.stays(&client);
                }
            }
        }
    }
    watch.restarted(&client, fresh());
}

const MOST_STEPS: usize = 10;

#[derive(Debug, Arbitrary)]
enum Step {
    Deliver { delivery: Delivery, days: i8 },
    Restart,
    Replay { byte: u16, bit: u8 },
}

/// What a client trusts from the start.
#[derive(Debug, Arbitrary)]
enum Anchor {
    Key,
    DevelopmentKey,
    Root { roles: [(u8, keys::Choice); 3] },
}

impl Anchor {
    fn trust(&self) -> Trust {
        match self {
            Self::Key => keys::key(false, 0).trust(),
            Self::DevelopmentKey => keys::key(true, 0).trust(),
            Self::Root { roles } => {
                let root = keys::root_of(1, *roles, 7 * DAY_MS);
                let frame = keys::sealed(Kind::Root, &root.encode(), keys::ALL, false);
                Trust::from_root(frame).expect("all keys signed")
            }
        }
    }
}
