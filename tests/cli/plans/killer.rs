//! Loaded into the command by `interrupted.rs`: kills it where it stands, before a given call that changes a file or lets
//! go of one. Calls count from the first `fsync` on, which is when the command first changes anything;
//! with `KILL_FROM_START` from the first call at all.

use std::ffi::{c_char, c_int, c_void};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

unsafe extern "C" {
    fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void;
    fn getpid() -> c_int;
    fn kill(process: c_int, signal: c_int) -> c_int;
}

static CALLS: AtomicUsize = AtomicUsize::new(0);
static LAST: OnceLock<usize> = OnceLock::new();
static FROM_START: OnceLock<bool> = OnceLock::new();

fn step(begins: bool) {
    let begins = begins || *FROM_START.get_or_init(|| std::env::var_os("KILL_FROM_START").is_some());
    if !begins && CALLS.load(Ordering::SeqCst) == 0 {
        return;
    }
    let call = CALLS.fetch_add(1, Ordering::SeqCst) + 1;
    let last = LAST.get_or_init(|| std::env::var("KILL_AT").unwrap().parse().unwrap());
    if call == *last {
        unsafe { kill(getpid(), 9) };
    }
}

macro_rules! interposed {
    ($name:ident($($argument:ident: $type:ty),*) -> $result:ty, $begins:expr) => {
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name($($argument: $type),*) -> $result {
            static NEXT: OnceLock<usize> = OnceLock::new();
            step($begins);
            let next = *NEXT.get_or_init(|| {
                let name = concat!(stringify!($name), "\0");
                unsafe { dlsym(-1_isize as *mut c_void, name.as_ptr().cast()) as usize }
            });
            let next: unsafe extern "C" fn($($type),*) -> $result = unsafe { std::mem::transmute(next) };
            unsafe { next($($argument),*) }
        }
    };
}

interposed!(fsync(file: c_int) -> c_int, true);
interposed!(fdatasync(file: c_int) -> c_int, false);
interposed!(close(file: c_int) -> c_int, false);
interposed!(write(file: c_int, bytes: *const c_void, length: usize) -> isize, false);
interposed!(ftruncate64(file: c_int, length: i64) -> c_int, false);
interposed!(rename(from: *const c_char, to: *const c_char) -> c_int, false);
interposed!(link(from: *const c_char, to: *const c_char) -> c_int, false);
interposed!(unlink(path: *const c_char) -> c_int, false);
