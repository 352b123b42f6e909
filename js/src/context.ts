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
export interface Attributes {
  /** The steps to each attribute, by its number. */
  readonly paths: readonly (readonly string[])[]
  /** How each attribute is read: bit 0 as a symbol, bit 1 as bytes, bit 2 element by element. */
  readonly needs: Uint8Array
  /** The strings that are only compared, each with its number. */
  readonly symbols: ReadonlyMap<string, number>
}

/** A context that was packed once. Holds no handle on wasm memory: there is nothing to free. */
export interface PackedContext {
  /** Read at the first use and again after each new snapshot. */
  readonly context: unknown
  /** The slots that `words` and `bytes` were packed for. */
  slots: ContextSlots | undefined
  words: Int32Array | undefined
  bytes: Uint8Array | undefined
}

/** The one scratch slot of an engine. */
export interface ContextSlots {
  /**
   * Writes the attributes with the given numbers, or all, of `context`. No context makes it throw, except that a getter
   * which evaluates flags gets its defaults.
   */
  fill(context: unknown, attributes?: ArrayLike<number>): void
  /** Makes `packed` the context in the slot, packing it when it is not packed yet. */
  place(packed: PackedContext): void
}

const LONGEST_STRING = 65_536
const LONGEST_LIST = 1_024
/** The text of one context beyond which its remaining strings and lists are absent. */
const LARGEST_HEAP = 16_777_216
/** Strings up to this long are copied by a loop while they are ASCII: `encodeInto` costs more to call. */
const SHORT_STRING = 40

const SLOT_BYTES = 16

/** Kinds of slots. */
const ABSENT = 0
const FALSE = 1
const TRUE = 2
const NUMBER = 3
const TEXT = 4
const DATE = 5
const LIST = 6
const OBJECT = 7

/** Opens the scratch slot of one engine for the snapshot that it has just loaded. */
export function openSlots(runtime: Runtime, { paths, needs, symbols }: Attributes): ContextSlots {
  const every = paths.map((_, attribute) => attribute)
  const { exports } = runtime
  /** Attributes that a plain object has as own properties if at all: no object inherits them. */
  const names = paths.map(([name, ...rest]) => (rest.length > 0 || (name as string) in {} ? undefined : name))
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

  const slots: ContextSlots = { fill, place }
  return slots

  function view(): void {
    ;({ words, floats, bytes } = runtime)
    first = exports.context() >>> 2
    heap = exports.heap()
    capacity = exports.heap_capacity()
  }

  function fill(context: unknown, attributes: ArrayLike<number> = every): void {
    stayOut()
    filling = true
    holder = undefined
    try {
      do {
        used = 0
        const plain = isPlain(context) && !isPolluted()
        for (let i = 0; i < attributes.length; i++) {
          const attribute = attributes[i] as number
          const at = first + (attribute << 2)
          const name = names[attribute]
          words[at] = ABSENT
          try {
            const value =
              plain && name !== undefined
                ? context[name]
                : read(context, paths[attribute] as readonly string[])
            put(at, value, needs[attribute] as number)
          } catch {
            // What throws when it is read is absent.
          }
        }
      } while (used > capacity && grow())
    } finally {
      filling = false
    }
  }

  function place(packed: PackedContext): void {
    if (holder === packed) return
    stayOut()
    if (packed.slots === slots) {
      words.set(packed.words as Int32Array, first)
      bytes.set(packed.bytes as Uint8Array, heap)
    } else {
      fill(packed.context)
      packed.words = words.slice(first, first + (every.length << 2))
      packed.bytes = bytes.slice(heap, heap + used)
      packed.slots = slots
    }
    holder = packed
  }

  /** Throws inside a getter of a context that is being read: it must not find another one in the slot afterwards. */
  function stayOut(): void {
    if (filling) throw new TypeError('evaluation within a getter of a context')
  }

  function grow(): boolean {
    const before = capacity
    exports.reserve(Math.min(used * 2, LARGEST_HEAP))
    runtime.view()
    view()
    return capacity > before
  }

  /** Takes `length` bytes of the heap. False when they do not fit: for now, or at all. */
  function take(length: number): boolean {
    const end = used + length
    if (end <= LARGEST_HEAP) used = end
    return end <= capacity
  }

  /** Writes to a slot that says absent until all of the value is written. */
  function put(at: number, value: unknown, need: number): void {
    switch (typeof value) {
      case 'string':
        putText(at, value, need)
        break
      case 'number':
        putNumber(at, value, NUMBER)
        break
      case 'boolean':
        words[at] = value ? TRUE : FALSE
        break
      case 'bigint':
        if (Number.isSafeInteger(Number(value))) putNumber(at, Number(value), NUMBER)
        break
      case 'object':
        if (value === null) break
        if (Array.isArray(value)) putList(at, value, need)
        else if (isDate(value)) putNumber(at, Date.prototype.getTime.call(value), DATE)
        else words[at] = OBJECT
    }
  }

  function putNumber(at: number, value: number, kind: number): void {
    if (Number.isNaN(value)) return
    words[at] = kind
    floats[(at + 2) >> 1] = value
  }

  function putText(at: number, value: string, need: number): void {
    const { length } = value
    if (length > LONGEST_STRING) return
    words[at + 1] = need & 1 ? (symbols.get(value) ?? 0) : 0
    words[at + 3] = -1
    if (need & 2) {
      words[at + 2] = used
      words[at + 3] = write(value, length)
      if (words[at + 3] === -1) return
    } else if (length * 3 > LONGEST_STRING && encoder.encode(value).length > LONGEST_STRING) return
    words[at] = TEXT
  }

  /** Writes the bytes of `value` to the heap and returns how many there are, -1 when they are too many. */
  function write(value: string, length: number): number {
    const start = heap + used
    if (length <= SHORT_STRING && used + length <= capacity) {
      let i = 0
      for (; i < length; i++) {
        const unit = value.charCodeAt(i)
        if (unit > 127) break
        bytes[start + i] = unit
      }
      if (i === length) {
        used += length
        return length
      }
    }
    // A string takes up to three bytes a unit; what it leaves is given back.
    const room = Math.min(length * 3, LONGEST_STRING)
    if (!take(room)) return -1
    const { read, written } = encoder.encodeInto(value, bytes.subarray(start, start + room))
    used = start - heap + written
    return read === length ? written : -1
  }

  function putList(at: number, list: readonly unknown[], need: number): void {
    const { length } = list
    if (length > LONGEST_LIST) return
    // Elements that nobody reads are not there to be counted.
    words[at + 1] = 0
    words[at + 2] = 0
    if (need & 4) {
      words[at + 1] = length
      used = (used + 7) & ~7
      words[at + 2] = used
      let slot = (heap + used) >> 2
      if (!take(length * SLOT_BYTES)) return
      for (let i = 0; i < length; i++, slot += 4) {
        const element = list[i]
        // A list or an object inside a list is an absent element.
        words[slot] = ABSENT
        if (!isObject(element) || isDate(element)) put(slot, element, need)
      }
    }
    words[at] = LIST
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** Also true for dates of another realm, such as an iframe or a test runner's sandbox. */
function isDate(value: object): boolean {
  return Object.prototype.toString.call(value) === '[object Date]'
}

const empty = {}

function isPlain(value: unknown): value is Record<string, unknown> {
  try {
    return isObject(value) && Object.getPrototypeOf(value) === Object.prototype
  } catch {
    return false
  }
}

/** Whether something was put into `Object.prototype`, which plain objects then seem to have. */
function isPolluted(): boolean {
  for (const _ in empty) return true
  return false
}

function read(context: unknown, path: readonly string[]): unknown {
  let value = context
  for (let i = 0; i < path.length; i++) {
    const step = path[i] as string
    if (!isObject(value) || Array.isArray(value) || !Object.hasOwn(value, step)) return undefined
    value = value[step]
  }
  return value
}
