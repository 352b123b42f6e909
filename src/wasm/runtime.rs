//! The boundary of numbers: what hosts call for every evaluation.
//!
//! Hosts write bytes where [`input`], [`context`] and [`heap`] point, and read bytes where [`result`] says. Nothing else
//! crosses: no strings, no objects, no handles. Only [`input`], [`load`] and [`reserve`] may move or grow memory.

use crate::engine::{Evaluation, Keeper, Ruleset, SLOT_BYTES, Slots, changed};
use crate::error::{Error, ErrorKind};
use crate::snapshot::{Cursor, Scope};
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

/// Takes the trust anchor and the scope from the input: a byte (0 for a key, 1 for a development key, 2 for a root), the
/// anchor's length in four, the anchor, the scope. An empty scope takes that of what is loaded first.
#[wasm_bindgen]
pub fn configure() -> i32 {
    with(|runtime| status(runtime.configure()))
}

/// Takes frames from the input. The number of the first error, or 0; whichever it is, the result block then says what
/// changed (bits 1 for the root, 2 for the head, 4 for the snapshot), and the newest head's and root's version.
#[wasm_bindgen]
pub fn load(now_ms: f64) -> i32 {
    with(|runtime| status(runtime.load(now_ms as i64)))
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
        let mut cursor = Cursor::new(&input);
        let (kind, anchor) = (cursor.u8(), cursor.sized().ok_or(ErrorKind::TrustInvalid)?);
        let scope = crate::utf8::text(cursor.rest()).ok_or(ErrorKind::ScopeInvalid)?;
        let trust = match kind {
            Some(2) => Trust::from_root(anchor.to_vec()),
            kind => Trust::from_key(anchor, kind == Some(1)),
        }?;
        let scope = match scope {
            "" => None,
            scope => Some(Scope::parse(scope)?),
        };
        self.keeper = Some(Keeper::new(trust, scope));
        Ok(())
    }

    fn load(&mut self, now_ms: i64) -> Result<(), Error> {
        let frames = core::mem::take(&mut self.input);
        let keeper = self.keeper.as_mut().ok_or(ErrorKind::NotConfigured)?;
        let report = keeper.load(frames, now_ms);
        if report.changed & changed::SNAPSHOT > 0
            && let Some(ruleset) = keeper.ruleset()
        {
            let slots = ruleset.snapshot().needs().len() * SLOT_BYTES / 8;
            self.scratch.make(slots, HEAP_BYTES / 8);
            self.evaluations = vec![0; ruleset.len()];
        }
        let head = keeper.head().map_or(0, |head| head.version);
        let [head, root] = [head, keeper.root().version].map(|version| (version as f64).to_bits());
        self.result = [report.changed.into(), head, root, 0, 0, 0, 0, 0];
        report.error.map_or(Ok(()), Err)
    }

    fn describe(&mut self, part: u32) {
        let Some(keeper) = &self.keeper else {
            return;
        };
        let bytes = match (part, keeper.ruleset()) {
            (8 | 9, _) => {
                self.input = keeper.frames(part == 8);
                self.input.as_slice()
            }
            (10, _) => {
                let wanted = keeper.wanted();
                self.result[1] = wanted.map_or(0, |wanted| wanted.length.into());
                wanted.map(|wanted| wanted.url.as_bytes()).unwrap_or_default()
            }
            (_, None) => &[],
            (0, Some(ruleset)) => ruleset.header().scope.as_str().as_bytes(),
            (1, Some(ruleset)) => ruleset.snapshot().keys(),
            (2, Some(ruleset)) => ruleset.snapshot().attributes(),
            (3, Some(ruleset)) => ruleset.snapshot().symbols(),
            (4, Some(ruleset)) => ruleset.snapshot().needs(),
            (6, Some(ruleset)) => ruleset.snapshot().bytes(),
            (7, Some(ruleset)) => {
                for (flag, fingerprint) in (0..).zip(&mut self.evaluations) {
                    let record = ruleset.flag(flag).map_or(0, |flag| flag.fingerprint);
                    *fingerprint = record ^ u32::from(ruleset.is_killed(flag));
                }
                bytemuck::cast_slice(&self.evaluations)
            }
            (_, Some(ruleset)) => {
                self.result = headers(ruleset);
                return;
            }
        };
        self.result[0] = place(bytes);
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

/// What a snapshot in force says of itself as a whole.
fn headers(ruleset: &Ruleset) -> [u64; 8] {
    let header = ruleset.header();
    let moments = [
        header.version as i64,
        header.issued_at_ms,
        header.not_before_ms,
        ruleset.expires_ms(),
    ];
    let [version, issued_at, not_before, expires] = moments.map(|moment| (moment as f64).to_bits());
    let snapshot = ruleset.snapshot();
    let counts = long(ruleset.len() as u32, snapshot.needs().len() as u32);
    let rest = long(
        snapshot.symbol_count() as u32,
        u32::from(ruleset.depends_on_time()),
    );
    [version, issued_at, not_before, expires, counts, rest, 0, 0]
}

/// Two words as one long.
fn long(low: u32, high: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

/// Address and length.
fn place(bytes: &[u8]) -> u64 {
    long(bytes.as_ptr() as u32, bytes.len() as u32)
}
