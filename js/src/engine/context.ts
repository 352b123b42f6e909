import type { Runtime } from './runtime.js'

/**
 * Who is asking: OpenFeature's evaluation context. `targetingKey` is the unit unless a flag names another attribute.
 *
 * Only own properties count. Attributes may be booleans, numbers, strings, dates, arrays and nested objects;
 * everything else (null, NaN, functions, symbols, bigints beyond 2^53 - 1, strings over 64 KiB, arrays over 1,024
 * elements, what throws when it is read) is an absent attribute, never an error.
 */
export type EvaluationContext =
  | { readonly targetingKey?: string | number | null | undefined; readonly [attribute: string]: unknown }
  | object

/** What the snapshot in force reads from a context. */
export interface Attribute {
  /** The steps to it, joined. */
  readonly name: string
  /** The steps, when there is more than one. */
  readonly path: readonly string[] | undefined
  /** How it is read: bit 0 as a symbol, bit 1 as bytes, bit 2 element by element. */
  readonly need: number
  /** The first word of its slot, counted from that of the first attribute. */
  readonly offset: number
}

/** A context that is packed for many evaluations. Holds no handle on wasm memory: there is nothing to free. */
export interface PackedContext {
  /** Read at the first use, at the next one if another context came between, and again after each new snapshot. */
  readonly context: unknown
  /** What the slot holds for it: slots, and behind them the heap. */
  words: Int32Array | undefined
  /** The slot that it was last read into. */
  place: Place | undefined
}

/**
 * Makes `packed` the context in the one scratch slot of an engine, or else what the given attributes of `context` say.
 *
 * No context makes it throw, except that a getter which evaluates flags gets its defaults.
 */
export type Place = (
  context: unknown,
  packed: PackedContext | undefined,
  attributes: readonly Attribute[],
) => void

const LONGEST_STRING = 65_536
const LONGEST_LIST = 1_024
/** The text of one context beyond which its remaining strings and lists are absent. */
const LARGEST_HEAP = 16_777_216
/** Strings up to this long are copied by a loop while they are ASCII: `encodeInto` costs more to call. */
const SHORT_STRING = 40

const SLOT_BYTES = 16

/** Kinds of slots. The engine takes a number or a date that is NaN for absent. */
const ABSENT = 0
const FALSE = 1
const TRUE = 2
const NUMBER = 3
const TEXT = 4
const DATE = 5
const LIST = 6
const OBJECT = 7

/** Opens the scratch slot of one engine for the snapshot that it has just loaded, with all that this reads. */
export function openSlot(
  runtime: Runtime,
  every: readonly Attribute[],
  symbols: ReadonlyMap<string, number>,
): Place {
  const { calls } = runtime
  const encoder = new TextEncoder()
  let words: Int32Array
  let floats: Float64Array
  let bytes: Uint8Array
  let first: number
  let heap: number
  let capacity: number
  /** Bytes of the heap that the context in hand takes, or would take if the heap were large enough. */
  let used = 0
  let filling = false
  let holder: PackedContext | undefined
  view()
  return place

  function view(): void {
    runtime.view()
    ;({ words, floats, octets: bytes } = runtime)
    first = calls.context() >> 2
    heap = calls.heap()
    capacity = calls.room()
  }

  function place(
    context: unknown,
    packed: PackedContext | undefined,
    attributes: readonly Attribute[],
  ): void {
    if (packed && packed === holder) return
    // The context that is being read must not find another one in the slot afterwards.
    if (filling) throw new TypeError('busy')
    holder = undefined
    if (packed) restore(packed)
    else fill(context, attributes)
  }

  function restore(packed: PackedContext): void {
    if (packed.place !== place) packed.words = undefined
    if (packed.words) words.set(packed.words, first)
    else {
      fill(packed.context, every)
      // Most bindings are asked in one go, and copies are dear: one is made when another context came between.
      if (packed.place === place) packed.words = words.slice(first, (heap + used + 3) >> 2)
      packed.place = place
    }
    holder = packed
  }

  function fill(context: unknown, attributes: readonly Attribute[]): void {
    filling = true
    used = 0
    const root = rootOf(context)
    for (let i = 0; i < attributes.length; i++) {
      const { name, path, need, offset } = attributes[i] as Attribute
      const at = first + offset
      let kind = ABSENT
      try {
        // Most paths have one step, which is then the name.
        const value = path ? read(root, path) : Object.hasOwn(root, name) ? root[name] : undefined
        kind = put(at, value, need)
      } catch {
        // What throws when it is read is absent.
      }
      words[at] = kind
    }
    const before = capacity
    if (used > before) {
      calls.reserve(Math.min(used * 2, LARGEST_HEAP))
      view()
      if (capacity > before) fill(context, attributes)
    }
    filling = false
  }

  /** Takes `length` bytes of the heap. False when they do not fit: for now, or at all. */
  function take(length: number): boolean {
    const end = used + length
    if (end <= LARGEST_HEAP) used = end
    return end <= capacity
  }

  /** Writes a value to a slot, all but its kind, which is returned. */
  function put(at: number, value: unknown, need: number): number {
    if (typeof value === 'string') return putText(at, value, need)
    if (typeof value === 'number') return putNumber(at, value, NUMBER)
    if (typeof value === 'boolean') return value ? TRUE : FALSE
    if (typeof value === 'bigint') {
      return Number.isSafeInteger(Number(value)) ? putNumber(at, Number(value), NUMBER) : ABSENT
    }
    if (!isObject(value)) return ABSENT
    if (Array.isArray(value)) return putList(at, value, need)
    return isDate(value) ? putNumber(at, Number(value), DATE) : OBJECT
  }

  function putNumber(at: number, value: number, kind: number): number {
    floats[(at + 2) >> 1] = value
    return kind
  }

  function putText(at: number, value: string, need: number): number {
    const { length } = value
    if (length > LONGEST_STRING) return ABSENT
    // The engine reads no word that is not needed, except whether there are bytes.
    if (need & 1) words[at + 1] = symbols.get(value) ?? 0
    if (need & 2) {
      words[at + 2] = used
      const written = write(value, length)
      words[at + 3] = written
      return written < 0 ? ABSENT : TEXT
    }
    words[at + 3] = -1
    return length * 3 > LONGEST_STRING && encoder.encode(value).length > LONGEST_STRING ? ABSENT : TEXT
  }

  /** Writes the bytes of `value` to the heap and returns how many there are, -1 when they are too many. */
  function write(value: string, length: number): number {
    const start = heap + used
    // A string takes up to three bytes a unit; what it leaves is given back.
    const room = Math.min(length * 3, LONGEST_STRING)
    if (!take(room)) return -1
    const into = bytes
    let read = length
    let written = length
    /** The bits of all units together. */
    let bits = 0
    if (length <= SHORT_STRING) {
      for (let i = 0; i < length; i++) {
        const unit = value.charCodeAt(i)
        bits |= unit
        into[start + i] = unit
      }
    } else bits = 128
    if (bits > 127) ({ read, written } = encoder.encodeInto(value, into.subarray(start, start + room)))
    used = start - heap + written
    return read < length ? -1 : written
  }

  function putList(at: number, list: readonly unknown[], need: number): number {
    const { length } = list
    if (length > LONGEST_LIST) return ABSENT
    // Elements that nobody reads are not there to be counted.
    words[at + 1] = 0
    words[at + 2] = 0
    if (need & 4) {
      words[at + 1] = length
      used = (used + 7) & ~7
      words[at + 2] = used
      let slot = (heap + used) >> 2
      if (!take(length * SLOT_BYTES)) return ABSENT
      for (let i = 0; i < length; i++, slot += 4) {
        const element = list[i]
        // A list or an object inside a list is an absent element.
        words[slot] = isObject(element) && !isDate(element) ? ABSENT : put(slot, element, need)
      }
    }
    return LIST
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** Also true for dates of another realm, such as an iframe or a test runner's sandbox. */
function isDate(value: object): boolean {
  return Object.prototype.toString.call(value) === '[object Date]'
}

function read(context: unknown, path: readonly string[]): unknown {
  let value = context
  for (const step of path) value = isHolder(value) && Object.hasOwn(value, step) ? value[step] : undefined
  return value
}

/** What has the attributes of a context; nothing has those of one that throws when it is looked at. */
function rootOf(context: unknown): Record<string, unknown> {
  try {
    if (isHolder(context)) return context
  } catch {}
  return {}
}

/** Attributes are own properties: nobody has one because something was put into `Object.prototype`. */
function isHolder(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !Array.isArray(value)
}
