use super::answer::Answer;
use super::context::{Context, Value};
use super::names::Names;
use super::ruleset::Ruleset;
use super::slots::{NO_BYTES, SLOT_BYTES, Slots, kind};
use crate::snapshot::{limits, needs};

/// What is kept of values beyond what is read of them: explanations show them.
const SHOWN: u8 = if cfg!(feature = "compile") {
    needs::BYTES | needs::ELEMENTS
} else {
    0
};

/// A context packed for the snapshot in force, for many evaluations.
#[derive(Debug)]
pub struct Binding<'c> {
    ruleset: &'c Ruleset,
    names: &'c Names,
    packed: Packed,
}

impl<'c> Binding<'c> {
    pub(super) fn new(ruleset: &'c Ruleset, names: &'c Names, context: &Context) -> Self {
        let mut packed = Packed {
            slots: vec![0; names.attributes.len() * SLOT_BYTES],
            heap: Vec::new(),
        };
        for (index, (path, needs)) in names
            .attributes
            .iter()
            .zip(ruleset.snapshot().needs())
            .enumerate()
        {
            if let Some(slot) = context
                .at(path)
                .and_then(|value| packed.slot(value, *needs, names))
            {
                packed.place(index * SLOT_BYTES, slot);
            }
        }
        Self {
            ruleset,
            names,
            packed,
        }
    }

    /// Decides a flag at a moment in epoch milliseconds; `None` when there is no such flag.
    pub fn evaluate(&self, flag: &str, now_ms: i64) -> Option<Answer<'c>> {
        Some(self.evaluate_at(*self.names.flags.get(flag)?, now_ms))
    }

    /// Decides every flag, in the order of their keys in the snapshot.
    pub fn evaluate_all(&self, now_ms: i64) -> impl Iterator<Item = Answer<'c>> {
        (0..self.ruleset.len() as u32).map(move |flag| self.evaluate_at(flag, now_ms))
    }

    /// Decides a flag and tells how, by the same evaluator; `None` when there is no such flag.
    #[cfg(feature = "compile")]
    pub fn explain(&self, flag: &str, now_ms: i64) -> Option<super::Explanation<'c>> {
        let flag = *self.names.flags.get(flag)?;
        Some(super::explain::explain(self.ruleset, self.slots(), flag, now_ms))
    }

    fn evaluate_at(&self, flag: u32, now_ms: i64) -> Answer<'c> {
        Answer::new(
            self.ruleset,
            flag,
            self.ruleset.evaluate(flag, self.slots(), now_ms),
        )
    }

    pub(super) fn slots(&self) -> Slots<'_> {
        Slots {
            slots: self.packed.slots.as_chunks().0,
            heap: &self.packed.heap,
        }
    }
}

#[derive(Debug)]
struct Packed {
    slots: Vec<u8>,
    heap: Vec<u8>,
}

/// The four words of a slot.
type Slot = [u32; 4];

impl Packed {
    /// The slot of a value; `None` when it counts as absent.
    fn slot(&mut self, value: &Value, needs: u8, names: &Names) -> Option<Slot> {
        Some(match value {
            Value::Null => return None,
            Value::Boolean(false) => [kind::FALSE, 0, 0, 0],
            Value::Boolean(true) => [kind::TRUE, 0, 0, 0],
            Value::Number(number) => Self::number(kind::NUMBER, *number)?,
            Value::Date(moment) => Self::number(kind::DATE, *moment)?,
            Value::Text(text) if text.len() > limits::STRING_BYTES => return None,
            Value::Text(text) => {
                let symbol = names.symbols.get(text.as_str()).copied().unwrap_or(0);
                if (needs | SHOWN) & needs::BYTES == 0 {
                    [kind::STRING, symbol, 0, NO_BYTES]
                } else {
                    let start = self.heap.len() as u32;
                    self.heap.extend_from_slice(text.as_bytes());
                    [kind::STRING, symbol, start, text.len() as u32]
                }
            }
            Value::List(elements) if elements.len() > limits::LIST_ELEMENTS => return None,
            Value::List(elements) if (needs | SHOWN) & needs::ELEMENTS == 0 => [kind::LIST, 0, 0, 0],
            Value::List(elements) => {
                let slots: Vec<Slot> = elements
                    .iter()
                    .map(|element| match element {
                        Value::List(_) | Value::Object(_) => [kind::ABSENT, 0, 0, 0],
                        scalar => self.slot(scalar, needs, names).unwrap_or([kind::ABSENT, 0, 0, 0]),
                    })
                    .collect();
                let start = self.heap.len() as u32;
                self.heap
                    .extend(slots.iter().flatten().flat_map(|word| word.to_le_bytes()));
                [kind::LIST, elements.len() as u32, start, 0]
            }
            Value::Object(_) => [kind::OBJECT, 0, 0, 0],
        })
    }

    fn number(kind: u32, number: f64) -> Option<Slot> {
        let bits = number.to_bits();
        (!number.is_nan()).then_some([kind, 0, bits as u32, (bits >> 32) as u32])
    }

    fn place(&mut self, start: usize, slot: Slot) {
        if let Some(room) = self.slots.get_mut(start..start + SLOT_BYTES) {
            for (room, word) in room.as_chunks_mut::<4>().0.iter_mut().zip(slot) {
                *room = word.to_le_bytes();
            }
        }
    }
}
