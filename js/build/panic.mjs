/** Whether a function, by its name in the module, is one of Rust's own that only report a bug and then stop. */
export function isPanicPath(name) {
  return PANIC_PATHS.some((path) => path.test(name))
}

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
    'raw_vec::(handle_error|capacity_overflow)',
    'thread::local::panic_access_error',
  ].map((path) => new RegExp(`^<?(core|std|alloc)(\\[\\w+\\])?::${path}`)),
]
