//! The allocator of the runtime build, where Rust's own is a tenth of the code.

use rlsf::{GlobalTlsf, GlobalTlsfOptions};

#[global_allocator]
static ALLOCATOR: GlobalTlsf<Small> = GlobalTlsf::new();

struct Small;

impl GlobalTlsfOptions for Small {
    /// Vectors are made as long as they will be, so that growing one in place is not worth its code.
    const ENABLE_REALLOCATION: bool = false;
    /// Snapshots that grow a little each time must find room where smaller ones were.
    const COALESCE_POOLS: bool = true;
}
