//! Commands killed at every step and run again, and two that run at once.

use super::super::Workshop;
use super::{now, steering};
use serde_json::Value;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

/// The flag's file, the audit log, and for each audience the flags of its snapshot and the kills.
type Outcome = (String, Vec<String>, [(Value, Vec<String>); 2]);

impl Workshop {
    /// Another with the same files.
    fn copy(&self) -> Self {
        let copy = Self::new();
        for (path, bytes) in self.files(".") {
            copy.write(&path, bytes);
        }
        copy
    }

    /// All that a command is there for, but for the time at which it was done.
    fn outcome(&self) -> Outcome {
        let timeless = |text: &str| {
            let minutes = ["T16:00:00Z", "T16:01:00Z"];
            minutes
                .iter()
                .fold(text.to_owned(), |text, minute| text.replace(minute, "T16:0?:00Z"))
        };
        let entries = self.audit().into_iter().map(|mut entry| {
            // What hangs on the time: links, and digests of files that tell it.
            for name in ["scopes", "prev", "digest", "to"] {
                entry.as_object_mut().unwrap().shift_remove(name);
            }
            timeless(&entry.to_string())
        });
        let published = ["client", "server"].map(|audience| {
            let flags = self.snapshot_of(audience)["flags"].take();
            (flags, self.kills_of(audience))
        });
        (timeless(&self.flag_text()), entries.collect(), published)
    }

    fn starts(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().unwrap()
    }
}

#[cfg(target_os = "linux")]
pub(in super::super) mod killed {
    use super::*;
    use std::os::unix::process::ExitStatusExt;
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use std::sync::OnceLock;

    /// The library that kills the command it is loaded into.
    pub(in super::super::super) fn killer() -> &'static Path {
        static KILLER: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
        let (_, library) = KILLER.get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let library = folder.path().join("killer.so");
            let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/plans/killer.rs");
            let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
            let mut command = Command::new(rustc);
            command.args(["--edition", "2024", "--crate-type", "cdylib", "-o"]);
            let built = command.arg(&library).arg(source).output().unwrap();
            assert!(
                built.status.success(),
                "{}",
                String::from_utf8_lossy(&built.stderr)
            );
            (folder, library)
        });
        library
    }

    /// Kills a command at every step and runs it again, a minute later: it ends in what it would have ended in.
    fn killed_at_every_step(from: &Workshop, command: &[&str], whenever: impl Fn(&Workshop)) {
        let (first, second) = (now(4), (now(4).parse::<i64>().unwrap() + 60_000).to_string());
        let whole = from.copy();
        whole.run(&steering(command, &first, &[])).succeeds();
        let expected = whole.outcome();
        let mut steps = 0;
        loop {
            let workshop = from.copy();
            let mut killed = workshop.command(&steering(command, &first, &[]));
            killed
                .env("LD_PRELOAD", killer())
                .env("KILL_AT", (steps + 1).to_string());
            let killed = killed.output().unwrap();
            if killed.status.success() {
                break;
            }
            assert_eq!(killed.status.signal(), Some(9), "{killed:?}");
            steps += 1;
            whenever(&workshop);
            // Once the note is taken away all is done but the telling.
            if workshop.read("shop/.tidegate.lock").is_empty() && workshop.outcome() == expected {
                continue;
            }
            workshop.run(&steering(command, &second, &[])).succeeds();
            assert_eq!(workshop.outcome(), expected, "killed at step {steps}");
            assert_eq!(
                workshop.read("shop/.tidegate.lock"),
                b"",
                "killed at step {steps}"
            );
        }
        // The note of what is done, the file, two audiences and the log take more than this.
        assert!(steps > 20, "{steps}");
    }

    #[test]
    fn a_promotion_is_never_done_twice_or_by_half() {
        let workshop = Workshop::with_checkout();
        workshop.steer(&["promote"], 0, &[]).succeeds();
        killed_at_every_step(&workshop, &["promote"], |_| {});
    }

    #[test]
    fn a_roll_back_is_killed_before_it_is_written() {
        let workshop = Workshop::with_checkout();
        workshop
            .steer(&["promote", "--stage", "tenth"], 0, &[])
            .succeeds();
        killed_at_every_step(&workshop, &["rollback"], |interrupted| {
            if interrupted.flag_text().contains("rolled_back") {
                for audience in ["client", "server"] {
                    assert_eq!(interrupted.kills_of(audience), ["checkout"]);
                }
            }
        });
    }

    #[test]
    fn a_kill_is_lifted_with_the_plan_that_goes_on() {
        let workshop = Workshop::with_checkout();
        workshop
            .steer(&["promote", "--stage", "tenth"], 0, &[])
            .succeeds();
        workshop.steer(&["rollback"], 1, &[]).succeeds();
        killed_at_every_step(&workshop, &["promote"], |_| {});
    }
}

/// Waits until a command waits for the lock.
fn waits(child: &mut Child) {
    let mut lines = BufReader::new(child.stderr.as_mut().unwrap()).lines();
    let waiting = lines.any(|line| line.unwrap().contains("another command changes `shop`"));
    assert!(waiting);
}

fn lock(workshop: &Workshop) -> File {
    let lock = File::create(workshop.path("shop/.tidegate.lock")).unwrap();
    lock.lock().unwrap();
    lock
}

#[test]
fn of_two_at_once_one_is_told_that_the_other_was_there() {
    let workshop = Workshop::with_checkout();
    workshop.steer(&["promote"], 0, &[]).succeeds();
    let held = lock(&workshop);
    let time = now(1);
    let mut both = [(); 2].map(|()| workshop.starts(&steering(&["promote"], &time, &[])));
    both.iter_mut().for_each(waits);
    drop(held);
    let mut codes: Vec<i32> = both
        .iter_mut()
        .map(|child| child.wait().unwrap().code().unwrap())
        .collect();
    codes.sort_unstable();
    assert_eq!(codes, [0, 1]);
    assert_eq!(
        workshop.snapshot_of("server")["flags"]["checkout"]["default"]["rollout"]["stage"],
        "tenth"
    );
    assert_eq!(workshop.audit().len(), 2);
}

#[test]
fn what_was_published_from_elsewhere_meanwhile_stays() {
    let workshop = Workshop::with_checkout();
    workshop
        .steer(&["promote", "--stage", "tenth"], 0, &[])
        .succeeds();
    for (path, bytes) in workshop.files("shop") {
        workshop.write(&path.replacen("shop", "elsewhere/shop", 1), bytes);
    }
    let held = lock(&workshop);
    let time = now(1);
    let mut late = workshop.starts(&steering(&["promote"], &time, &[]));
    waits(&mut late);
    let mut elsewhere = steering(&["pause"], &time, &[]);
    let project = elsewhere.iter().position(|word| *word == "shop").unwrap();
    elsewhere[project] = "elsewhere/shop";
    let text = workshop.flag_text();
    // Another copy of the project, in which the tenth is a fifth by now.
    let path = "elsewhere/shop/flags/checkout.yaml";
    workshop.write(
        path,
        text.replace("share: 10", "share: 20")
            .replace("ceiling: 10", "ceiling: 20"),
    );
    workshop.run(&elsewhere).succeeds();
    drop(held);
    let told = late.wait_with_output().unwrap();
    assert_eq!(told.status.code(), Some(1));
    let told = String::from_utf8(told.stderr).unwrap();
    assert!(told.contains("published-meanwhile"), "{told}");
    assert_eq!(workshop.flag_text(), text, "nothing is written");
    assert_eq!(
        workshop.snapshot_of("server")["flags"]["checkout"]["default"]["rollout"]["share"],
        20
    );
}

#[test]
fn whoever_was_interrupted_is_told_of_by_the_next() {
    let workshop = Workshop::with_checkout();
    workshop
        .steer(&["promote", "--stage", "tenth"], 0, &[])
        .succeeds();
    let kept = workshop.files("out");
    // The file is written, and then the destination does not take anything.
    for audience in ["client", "server"] {
        let folder = workshop.path(&format!("out/production/{audience}/snapshot"));
        fs::remove_dir_all(&folder).unwrap();
        fs::write(&folder, "in the way").unwrap();
    }
    workshop.steer(&["promote"], 1, &[]).fails(1, "cannot-write");
    assert!(workshop.flag_text().contains("stage: climb"));
    assert_eq!(workshop.audit().len(), 1);
    for audience in ["client", "server"] {
        fs::remove_file(workshop.path(&format!("out/production/{audience}/snapshot"))).unwrap();
    }
    for (path, bytes) in kept {
        workshop.write(&path, bytes);
    }
    workshop.steer(&["pause"], 2, &[]).succeeds();
    let audit = workshop.audit();
    let told: Vec<_> = audit
        .iter()
        .map(|entry| (&entry["action"], &entry["time"]))
        .collect();
    assert_eq!(told[1], (&"promote".into(), &"2026-11-21T13:00:00Z".into()));
    assert_eq!(told[2], (&"pause".into(), &"2026-11-21T14:00:00Z".into()));
    assert_eq!(audit[1]["scopes"], serde_json::json!([]), "it was not published");
}
