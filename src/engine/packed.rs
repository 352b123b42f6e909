use super::context::{Context, Value};
use super::names::{Attribute, Names};
use super::ruleset::Ruleset;
use super::slots::{NO_BYTES, SLOT_BYTES, Slots, kind};
use crate::snapshot::{limits, needs};
use std::cell::RefCell;

/// What is kept of values beyond what is read of them: explanations show them.
const SHOWN: u8 = if cfg!(feature = "compile") {
    needs::BYTES | needs::ELEMENTS
} else {
    0
};

/// A heap larger than this goes back after the evaluation that needed it.
const HEAP_KEPT: usize = 1 << 16;

thread_local! {
    /// Where [`Packed::for_flag`] packs, so that it allocates nothing.
    static ROOM: RefCell<Packed> = const { RefCell::new(Packed::EMPTY) };
}

/// A context as the evaluator reads it.
#[derive(Debug)]
pub(super) struct Packed {
    slots: Vec<[u8; SLOT_BYTES]>,
    heap: Vec<u8>,
}

impl Packed {
    const EMPTY: Self = Self {
        slots: Vec::new(),
        heap: Vec::new(),
    };

    /// All attributes that the snapshot names.
    pub(super) fn whole(names: &Names, context: &Context) -> Self {
        let mut packed = Self::EMPTY;
        packed.slots.reserve_exact(names.attributes.len());
        for attribute in &names.attributes {
            let slot = packed.attribute(attribute, names, context);
            packed.slots.push(slot.bytes());
        }
        packed
    }

    /// Hands on the attributes that one flag reads. The slots of others hold anything: a flag that was checked names all
    /// that it reads.
    pub(super) fn for_flag(
        ruleset: &Ruleset,
        names: &Names,
        flag: u32,
        context: &Context,
        mut evaluate: impl FnMut(Slots<'_>),
    ) {
        let mut pack = |packed: &mut Self| {
            packed.attributes_of(ruleset, names, flag, context);
            evaluate(packed.slots());
            if packed.heap.capacity() > HEAP_KEPT {
                packed.heap = Vec::new();
            }
        };
        let in_room = ROOM.try_with(|room| match room.try_borrow_mut() {
            Ok(mut packed) => {
                pack(&mut packed);
                true
            }
            Err(_) => false,
        });
        // A thread that is ending has no room any more.
        if in_room != Ok(true) {
            pack(&mut { Self::EMPTY });
        }
    }

    pub(super) fn slots(&self) -> Slots<'_> {
        Slots {
            slots: &self.slots,
            heap: &self.heap,
        }
    }

    fn attributes_of(&mut self, ruleset: &Ruleset, names: &Names, flag: u32, context: &Context) {
        self.heap.clear();
        if self.slots.len() < names.attributes.len() {
            self.slots.resize(names.attributes.len(), Slot::ABSENT.bytes());
        }
        let read = ruleset.flag(flag).map_or(&[][..], |flag| flag.attributes);
        for number in read.as_chunks().0 {
            let index = usize::from(u16::from_le_bytes(*number));
            let Some(attribute) = names.attributes.get(index) else {
                continue;
            };
            let slot = self.attribute(attribute, names, context);
            if let Some(room) = self.slots.get_mut(index) {
                *room = slot.bytes();
            }
        }
    }

    fn attribute(&mut self, attribute: &Attribute, names: &Names, context: &Context) -> Slot {
        match context.at(&attribute.name, &attribute.steps) {
            Some(value) => self.slot(value, attribute.needs, names),
            None => Slot::ABSENT,
        }
    }

    /// The slot of a value, or that of an absent one where it counts as such.
    fn slot(&mut self, value: &Value, needs: u8, names: &Names) -> Slot {
        match value {
            Value::Null => Slot::ABSENT,
            Value::Boolean(false) => Slot::new(kind::FALSE, 0, 0, 0),
            Value::Boolean(true) => Slot::new(kind::TRUE, 0, 0, 0),
            Value::Number(number) => Slot::number(kind::NUMBER, *number),
            Value::Date(moment) => Slot::number(kind::DATE, *moment),
            Value::Text(text) if text.len() > limits::STRING_BYTES => Slot::ABSENT,
            Value::Text(text) => {
                let symbol = match needs & needs::SYMBOL {
                    0 => 0,
                    _ => names.symbols.get(text.as_str()).copied().unwrap_or(0),
                };
                if (needs | SHOWN) & needs::BYTES == 0 {
                    Slot::new(kind::STRING, symbol, 0, NO_BYTES)
                } else {
                    let start = self.heap.len() as u32;
                    self.heap.extend_from_slice(text.as_bytes());
                    Slot::new(kind::STRING, symbol, start, text.len() as u32)
                }
            }
            Value::List(elements) if elements.len() > limits::LIST_ELEMENTS => Slot::ABSENT,
            Value::List(_) if (needs | SHOWN) & needs::ELEMENTS == 0 => Slot::new(kind::LIST, 0, 0, 0),
            Value::List(elements) => {
                let slots: Vec<[u8; SLOT_BYTES]> = elements
                    .iter()
                    .map(|element| match element {
                        Value::List(_) | Value::Object(_) => Slot::ABSENT,
                        scalar => self.slot(scalar, needs, names),
                    })
                    .map(Slot::bytes)
                    .collect();
                let start = self.heap.len() as u32;
                self.heap.extend_from_slice(slots.as_flattened());
                Slot::new(kind::LIST, elements.len() as u32, start, 0)
            }
            Value::Object(_) => Slot::new(kind::OBJECT, 0, 0, 0),
        }
    }
}

/// The four words of a slot in two halves, which are returned in registers.
#[derive(Debug, Clone, Copy)]
struct Slot(u64, u64);

impl Slot {
    const ABSENT: Self = Self::new(kind::ABSENT, 0, 0, 0);

    const fn new(kind: u32, first: u32, second: u32, third: u32) -> Self {
        Self(
            kind as u64 | (first as u64) << 32,
            second as u64 | (third as u64) << 32,
        )
    }

    fn number(kind: u32, number: f64) -> Self {
        match number.is_nan() {
            true => Self::ABSENT,
            false => Self(kind.into(), number.to_bits()),
        }
    }

    fn bytes(self) -> [u8; SLOT_BYTES] {
        (u128::from(self.0) | u128::from(self.1) << 64).to_le_bytes()
    }
}
