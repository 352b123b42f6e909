/** Whether a function, by its name in the module, is one of Rust's own that only report a bug and then stop. */
export function isPanicPath(name) {
  return PANIC_PATHS.some((path) => path.test(name))
}

/**
 * The same bytes without the texts of panics: where they happened, and what they say. Nothing prints them once the panic
 * paths are gone, but the data that code does not point to any more stays in a module.
 */
export function withoutPanicTexts(bytes) {
  const text = Buffer.from(bytes).toString('latin1')
  const blank = (found) => '\0'.repeat(found.length)
  return Buffer.from(
    PANIC_TEXTS.reduce((rest, panicText) => rest.replace(panicText, blank), text),
    'latin1',
  )
}

const PANIC_TEXTS = [
  /(\/rustc\/[0-9a-f]{40}|\/cargo\/registry)[\w/.+-]*?\.rs/g,
  /src\/(engine|snapshot|trust|wasm)\/[\w/]+?\.rs/g,
  /index out of bounds: the len is |(?<=[^ -~]) but the index is /g,
  /attempt to divide by zero|capacity overflow|RefCell already borrowed/g,
  // The numbers from 00 to 99, by which integers are written.
  /0001020304[0-9]{180}9596979899/g,
]

const PANIC_PATHS = [
  /\brust_begin_unwind$/,
  /\b__rust_alloc_error_handler$/,
  /^std(\[\w+\])?::sys::backtrace::__rust_end_short_backtrace::/,
  ...[
    'panicking::(?!panic_count|catch_unwind|try)',
    'cell::panic_',
    'option::(unwrap|expect)_failed',
    'result::unwrap_failed',
    'slice::index::slice_\\w*fail',
    'slice::copy_from_slice_impl::len_mismatch_fail',
    'str::slice_error_fail',
    'alloc::(handle_alloc_error|rust_oom|default_alloc_error_hook)',
    'vec::Vec<_, _>>::\\w+::assert_failed',
    'raw_vec::(handle_error|capacity_overflow)',
    'thread::local::panic_access_error',
  ].map((path) => new RegExp(`^<?(core|std|alloc)(\\[\\w+\\])?::${path}`)),
]
