//! The boundary of numbers: what hosts call for every evaluation.
//!
//! Hosts write bytes where [`input`], [`context`] and [`heap`] point, and read bytes where [`result`] says. Nothing else
//! crosses: no strings, no objects, no handles. Only [`input`], [`load`] and [`reserve`] may move or grow memory.

use crate::engine::{Evaluation, Keeper, Loaded, SLOT_BYTES, Slots};
use crate::error::{Error, ErrorKind};
use crate::snapshot::Scope;
use crate::trust::Trust;
use std::cell::RefCell;
use wasm_bindgen::prelude::wasm_bindgen;

/// Bytes of the heap before the first [`reserve`].
const HEAP_BYTES: usize = 4_096;

thread_local! {
    static RUNTIME: RefCell<Runtime> = const { RefCell::new(Runtime::EMPTY) };
}

struct Runtime {
    keeper: Option<Keeper>,
    input: Vec<u8>,
    /// Sixteen words; longs so that they are aligned for floats.
    result: [u64; 8],
    scratch: Scratch,
    evaluations: Vec<u32>,
}

/// A buffer of `length` bytes for the next [`configure`] or [`load`].
#[wasm_bindgen]
pub fn input(length: u32) -> *const u8 {
    with(|runtime| {
        runtime.input = vec![0; length as usize];
        runtime.input.as_ptr()
    })
}

/// Takes the trust string, a line feed and the scope from the input; an empty scope takes the first snapshot's.
#[wasm_bindgen]
pub fn configure() -> i32 {
    with(|runtime| status(runtime.configure()))
}

/// Takes a frame from the input: 0 when it was applied, -1 when it was in force already, else an error's number.
#[wasm_bindgen]
pub fn load(now_ms: f64) -> i32 {
    with(|runtime| match runtime.load(now_ms as i64) {
        Ok(Loaded::Applied) => 0,
        Ok(Loaded::Unchanged) => -1,
        Err(error) => error.number(),
    })
}

/// The address of the result block: sixteen words.
#[wasm_bindgen]
pub fn result() -> *const u64 {
    with(|runtime| runtime.result.as_ptr())
}

/// Writes where a part of the snapshot stands to the result block, as address and length.
#[wasm_bindgen(js_name = part)]
pub fn describe(part: u32) {
    with(|runtime| runtime.describe(part));
}

/// Writes what a flag is to the result block.
#[wasm_bindgen(js_name = flag)]
pub fn describe_flag(flag: u32) {
    with(|runtime| runtime.describe_flag(flag));
}

/// The address of the context's slots.
#[wasm_bindgen]
pub fn context() -> *const u64 {
    with(|runtime| runtime.scratch.longs.as_ptr())
}

/// The address of the context's heap, right behind the slots.
#[wasm_bindgen]
pub fn heap() -> *const u64 {
    with(|runtime| runtime.scratch.heap().as_ptr())
}

/// Bytes of the context's heap.
#[wasm_bindgen(js_name = room)]
pub fn heap_capacity() -> u32 {
    with(|runtime| (runtime.scratch.heap().len() * 8) as u32)
}

/// Makes the context's heap at least `bytes` long; what it held is gone.
#[wasm_bindgen]
pub fn reserve(bytes: u32) {
    with(|runtime| {
        let scratch = &mut runtime.scratch;
        scratch.make(scratch.slots, (bytes as usize).div_ceil(8));
    });
}

/// Decides a flag for the context in the slots; the packed evaluation, with the rest of it in the result block.
#[wasm_bindgen]
pub fn evaluate(flag: u32, now_ms: f64) -> u32 {
    with(|runtime| runtime.evaluate(flag, now_ms as i64))
}

/// Decides every flag; the address of a packed evaluation each.
#[wasm_bindgen(js_name = all)]
pub fn evaluate_all(now_ms: f64) -> *const u32 {
    with(|runtime| runtime.evaluate_all(now_ms as i64))
}

fn with<T>(act: impl FnOnce(&mut Runtime) -> T) -> T {
    RUNTIME.with_borrow_mut(act)
}

fn status(result: Result<(), Error>) -> i32 {
    result.map_or_else(|error| error.number(), |()| 0)
}

/// Room for the one context: slots and right behind them the heap, so that hosts copy both at once. In longs for the
/// alignment.
struct Scratch {
    longs: Vec<u64>,
    /// Longs of the slots.
    slots: usize,
}

impl Runtime {
    const EMPTY: Self = Self {
        keeper: None,
        input: Vec::new(),
        result: [0; 8],
        scratch: Scratch {
            longs: Vec::new(),
            slots: 0,
        },
        evaluations: Vec::new(),
    };

    fn configure(&mut self) -> Result<(), Error> {
        let input = core::mem::take(&mut self.input);
        let text = core::str::from_utf8(&input).map_err(|_| ErrorKind::TrustInvalid)?;
        let end = text.bytes().position(|byte| byte == b'\n');
        let (trust, scope) = end
            .and_then(|end| text.split_at_checked(end))
            .ok_or(ErrorKind::TrustInvalid)?;
        let scope = match scope.get(1..) {
            None | Some("") => None,
            Some(scope) => Some(Scope::parse(scope)?),
        };
        self.keeper = Some(Keeper::new(Trust::parse(trust)?, scope));
        Ok(())
    }

    fn load(&mut self, now_ms: i64) -> Result<Loaded, Error> {
        let frame = core::mem::take(&mut self.input);
        let client = self.keeper.as_mut().ok_or(ErrorKind::NotConfigured)?;
        let loaded = client.load(frame, now_ms)?;
        if loaded == Loaded::Applied
            && let Some(ruleset) = client.ruleset()
        {
            let slots = ruleset.snapshot().needs().len() * SLOT_BYTES / 8;
            self.scratch.make(slots, HEAP_BYTES / 8);
            self.evaluations = vec![0; ruleset.len()];
        }
        Ok(loaded)
    }

    fn describe(&mut self, part: u32) {
        let Some(ruleset) = self.keeper.as_ref().and_then(Keeper::ruleset) else {
            return;
        };
        let snapshot = ruleset.snapshot();
        let header = ruleset.header();
        let bytes = match part {
            0 => header.scope.as_str().as_bytes(),
            1 => snapshot.keys(),
            2 => snapshot.attributes(),
            3 => snapshot.symbols(),
            4 => snapshot.needs(),
            6 => snapshot.bytes(),
            7 => {
                for (flag, fingerprint) in self.evaluations.iter_mut().enumerate() {
                    *fingerprint = ruleset.flag(flag as u32).map_or(0, |flag| flag.fingerprint);
                }
                bytemuck::cast_slice(&self.evaluations)
            }
            _ => {
                let moments = [
                    header.version as i64,
                    header.issued_at_ms,
                    header.not_before_ms,
                    header.expires_ms,
                ];
                let [version, issued_at, not_before, expires] =
                    moments.map(|moment| (moment as f64).to_bits());
                let counts = long(ruleset.len() as u32, snapshot.needs().len() as u32);
                let rest = long(
                    snapshot.symbol_count() as u32,
                    u32::from(ruleset.depends_on_time()),
                );
                self.result = [version, issued_at, not_before, expires, counts, rest, 0, 0];
                return;
            }
        };
        if let Some(first) = self.result.first_mut() {
            *first = place(bytes);
        }
    }

    fn describe_flag(&mut self, flag: u32) {
        let ruleset = self.keeper.as_ref().and_then(Keeper::ruleset);
        self.result = match ruleset.and_then(|ruleset| ruleset.flag(flag)) {
            Some(flag) => {
                let attributes = long(flag.attributes.as_ptr() as u32, flag.attributes.len() as u32 / 2);
                let kind = long(flag.kind as u32, u32::from(flag.depends_on_time()));
                let counts = long(flag.variants.into(), u32::from(flag.rule_count()));
                [
                    place(flag.text),
                    attributes,
                    kind,
                    counts,
                    flag.stages.into(),
                    0,
                    0,
                    0,
                ]
            }
            None => [0, 0, long(0, 2), 0, 0, 0, 0, 0],
        };
    }

    #[inline]
    fn evaluate(&mut self, flag: u32, now_ms: i64) -> u32 {
        let Some(ruleset) = self.keeper.as_ref().and_then(Keeper::ruleset) else {
            return Evaluation::UNREADABLE.packed();
        };
        let mut evaluator = ruleset.evaluator(self.scratch.context(), now_ms, ());
        let evaluation = evaluator.evaluate(flag);
        let packed = evaluation.packed();
        let next_change = match evaluation.next_change {
            Evaluation::NEVER => f64::INFINITY,
            moment => moment as f64,
        };
        let [first, second, third, ..] = &mut self.result;
        *first = long(packed, evaluation.stage.bits());
        *second = evaluation.hashed.bits();
        *third = next_change.to_bits();
        packed
    }

    fn evaluate_all(&mut self, now_ms: i64) -> *const u32 {
        if let Some(ruleset) = self.keeper.as_ref().and_then(Keeper::ruleset) {
            let mut evaluator = ruleset.evaluator(self.scratch.context(), now_ms, ());
            for (flag, packed) in self.evaluations.iter_mut().enumerate() {
                *packed = evaluator.evaluate(flag as u32).packed();
            }
        }
        self.evaluations.as_ptr()
    }
}

impl Scratch {
    /// Makes room for so many longs of slots, and at least as many for the heap as asked and as there were.
    fn make(&mut self, slots: usize, heap: usize) {
        let heap = heap.max(self.heap().len());
        if self.longs.len() != slots + heap || self.slots != slots {
            self.longs = vec![0; slots + heap];
            self.slots = slots;
        }
    }

    fn heap(&self) -> &[u64] {
        self.longs.get(self.slots..).unwrap_or_default()
    }

    #[inline]
    fn context(&self) -> Slots<'_> {
        let (slots, heap) = self.longs.split_at_checked(self.slots).unwrap_or_default();
        Slots {
            slots: bytemuck::cast_slice::<_, u8>(slots).as_chunks().0,
            heap: bytemuck::cast_slice(heap),
        }
    }
}

/// Two words as one long.
fn long(low: u32, high: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

/// Address and length.
fn place(bytes: &[u8]) -> u64 {
    long(bytes.as_ptr() as u32, bytes.len() as u32)
}
