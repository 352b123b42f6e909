//! What a client holds, in bytes, once it has answered: by itself, since counting allocations slows them down.

use cases::{FLAGS, IDS, NOW_MS};
use serde_json::json;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use tidegate::Context;
use tidegate_native_bench::{Report, Result, Table, count, figure, snapshots};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// How many times its snapshot a client of 10,000 flags may hold.
const TIMES: f64 = 3.0;

fn main() -> Result<()> {
    let flags = FLAGS.map(|flags| format!("flags-{flags}"));
    let ids = IDS.map(|ids| [format!("ids-{ids}"), format!("hashed-ids-{ids}")]);
    let mut table = Table::new([
        "",
        "snapshot, bytes",
        "loaded, bytes",
        "answering, bytes",
        "times the snapshot",
    ]);
    let mut said = Report::default();
    let mut section = json!({});
    for name in flags.iter().chain(ids.as_flattened()) {
        let frame = snapshots::frame(name)?;
        let bytes = frame.len();
        let region = Region::new(ALLOCATOR);
        let mut client = snapshots::client()?;
        // The frame is handed over, so that it counts as what the client holds.
        client.load(frame.clone(), NOW_MS)?;
        let loaded = held(&region);
        let flag = if name.starts_with("flags") {
            "feature-001"
        } else {
            "listed"
        };
        let answer = client.evaluate(flag, &Context::new("user-1"), NOW_MS);
        if answer.and_then(|answer| answer.boolean()).is_none() {
            return Err(format!("{name} does not answer").into());
        }
        let answering = held(&region);
        let times = answering as f64 / bytes as f64;
        table.row([
            name.clone(),
            count(bytes),
            count(loaded),
            count(answering),
            figure(Some(times)),
        ]);
        section[name] = json!({ "bytes": bytes, "loaded": loaded, "answering": answering, "times": times });
        if name == "flags-10000" {
            let verdict = if times <= TIMES { "met" } else { "not met" };
            let times = figure(Some(times));
            said.say(&format!(
                "memory of 10,000 flags: {times} times the snapshot of {TIMES}: {verdict}"
            ));
        }
    }
    said.table("What a client holds", &table);
    said.write("memory", section)
}

fn held(region: &Region<'_, System>) -> usize {
    let change = region.change();
    (change.bytes_allocated + change.bytes_reallocated.max(0).unsigned_abs())
        .saturating_sub(change.bytes_deallocated)
}
