mod http;
mod local;
mod log;
mod prometheus;

use super::*;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tidegate::delivery::judge::Counts;
use tidegate::model::{SourceFile, read};

const NOW_MS: i64 = 1_795_000_000_000;

/// A server on this machine that answers each request with what a test says, and remembers who asked what.
struct Loopback {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Loopback {
    /// `answer` gets the head of the request, and what it writes is all that comes.
    fn new(answer: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (telling, answer) = (asked.clone(), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (asked, answer) = (telling.clone(), answer.clone());
                std::thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    let head = head(&mut stream);
                    asked.lock().unwrap().push(head.clone());
                    answer(&head, &mut stream);
                });
            }
        });
        Self { address, asked }
    }

    /// Answers everything with one status and body.
    fn saying(status: &'static str, kind: &'static str, body: &'static str) -> Self {
        Self::new(move |_, stream| say(stream, status, kind, body))
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn head(stream: &mut TcpStream) -> String {
    let (mut bytes, mut byte) = (Vec::new(), [0]);
    while !bytes.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
        bytes.push(byte[0]);
    }
    String::from_utf8(bytes).unwrap()
}

fn say(stream: &mut TcpStream, status: &str, kind: &str, body: &str) {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    // Whoever asked may have gone.
    let _ = stream.write_all(format!("{head}{body}").as_bytes());
}

/// Reads a policy with one metric, `m`, and measures it in a folder.
fn measured_in(folder: &Path, metric: &str, asking: impl FnOnce(&mut Asking<'_>)) -> Measurements {
    measured_by(folder, &format!("metrics:\n  m: {{ {metric} }}\n"), asking)
}

fn measured_by(folder: &Path, policy: &str, change: impl FnOnce(&mut Asking<'_>)) -> Measurements {
    let file = |path: &str, text: &str| SourceFile {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    let (project, problems) = read(&[
        file("tidegate.yaml", "project: shop\nenvironments: [production]\n"),
        file("policies/p.yaml", policy),
    ]);
    assert_eq!(problems, [], "{policy}");
    let policy = project.unwrap().policies.remove(0);
    let mut asking = Asking {
        folder,
        flag: "checkout",
        plan: "launch",
        environment: "production",
        stage: "s1",
        to: "one-page",
        from: "classic",
        since_ms: NOW_MS - 5_400_000,
        run_since_ms: NOW_MS - 9_000_000,
        now_ms: NOW_MS,
        is_compared: true,
    };
    change(&mut asking);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(measure(&policy, &asking, &Desk::new()))
}

/// What measuring `m` comes to.
fn measured(metric: &str) -> Measurement<Reading> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    measured_in(&folder, metric, |_| {}).metrics.remove(0).1
}

/// Why measuring `m` fails.
#[track_caller]
fn failure(metric: &str) -> String {
    match measured(metric) {
        Measurement::Failed(why) => why,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn reading(metric: &str) -> Reading {
    match measured(metric) {
        Measurement::Read(reading) => reading,
        other => panic!("{other:?}"),
    }
}

fn proportion(units: f64, events: f64) -> Option<Counts> {
    Some(Counts::Proportion { units, events })
}
