//! Many who write at once, of whom none is lost.

use super::published;
use std::process::{Child, Stdio};

#[test]
fn of_many_writers_at_once_none_loses_an_entry() {
    const WRITERS: usize = 24;
    let workshop = published();
    for _ in 0..WRITERS {
        workshop.kill_told("r").succeeds();
    }
    let start = |sequence: usize| -> Child {
        let (sequence, reason) = (sequence.to_string(), format!("looked at {sequence}"));
        let review = [
            "audit",
            "review",
            &sequence,
            "--by",
            "ben",
            "--reason",
            &reason,
            "--project",
            "shop",
        ];
        let mut command = workshop.command(&review);
        command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let writers: Vec<Child> = (2..WRITERS + 2).map(start).collect();
    for writer in writers {
        let output = writer.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    let audit = workshop.audit();
    assert_eq!(audit.len(), 1 + 2 * WRITERS);
    let mut reviewed: Vec<u64> = audit.iter().filter_map(|entry| entry["of"].as_u64()).collect();
    reviewed.sort_unstable();
    assert_eq!(reviewed, (2..=WRITERS as u64 + 1).collect::<Vec<_>>());
    workshop.verified_log().succeeds();
}
