//! Many flags in one run: measured at the same time, moved one after another.

use super::release::{CHECKOUT, HARMFUL, NOW, SOUND, codes, under_way};
use crate::Workshop;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// What is told of a flag, unless nothing is.
type Answer = dyn Fn(&str) -> Option<((u32, u32), (u32, u32))> + Send + Sync;

/// Tells what is measured of each flag, to nobody before so many ask at the same time.
struct Server {
    address: String,
    crowd: Arc<Crowd>,
}

#[derive(Default)]
struct Crowd {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    in_flight: usize,
    most_in_flight: usize,
    has_gathered: bool,
}

impl Server {
    fn new(
        gathered: usize,
        answer: impl Fn(&str) -> Option<((u32, u32), (u32, u32))> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let crowd = Arc::new(Crowd::default());
        let (here, answer): (_, Arc<Answer>) = (crowd.clone(), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (crowd, answer) = (here.clone(), answer.clone());
                std::thread::spawn(move || crowd.serve(&mut stream.unwrap(), gathered, &*answer));
            }
        });
        Self { address, crowd }
    }

    fn most_in_flight(&self) -> usize {
        self.crowd.state.lock().unwrap().most_in_flight
    }

    /// The shop with flags that this server is asked about.
    fn shop(&self, flags: &[&str]) -> Workshop {
        let workshop = under_way();
        std::fs::remove_file(workshop.path("shop/flags/checkout.yaml")).unwrap();
        for flag in flags {
            let text = CHECKOUT.replace("k3v9x2", &format!("salt-of-{flag}"));
            workshop.write(&format!("shop/flags/{flag}.yaml"), text);
        }
        let policy = format!(
            "metrics:\n  failed: {{ type: proportion, harm: increase, http: {{ url: 'http://{}/$flag/' }} }}\n",
            self.address
        );
        workshop.write("shop/policies/orders.yaml", policy);
        workshop
    }
}

impl Crowd {
    fn serve(&self, stream: &mut TcpStream, gathered: usize, answer: &Answer) {
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        let mut state = self.state.lock().unwrap();
        state.in_flight += 1;
        state.most_in_flight = state.most_in_flight.max(state.in_flight);
        if state.in_flight >= gathered && !state.has_gathered {
            drop(state);
            // Whoever else may ask now does.
            std::thread::sleep(Duration::from_millis(300));
            state = self.state.lock().unwrap();
            state.has_gathered = true;
            self.changed.notify_all();
        }
        // Nobody is that patient: whoever asks one after another goes away without an answer.
        let longest = Duration::from_secs(60);
        let waited = self
            .changed
            .wait_timeout_while(state, longest, |state| !state.has_gathered);
        let (mut state, waited) = waited.unwrap();
        state.in_flight -= 1;
        drop(state);
        let flag = head.split('/').nth(1).unwrap();
        if let Some((treatment, control)) = answer(flag).filter(|_| !waited.timed_out()) {
            let arm = |(total, events)| format!("{{\"total\":{total},\"events\":{events}}}");
            let (treatment, control) = (arm(treatment), arm(control));
            let body = format!(
                "{{\"treatment\":{treatment},\"control\":{control},\"until\":\"2026-11-21T11:59:00Z\"}}"
            );
            let length = body.len();
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    }
}

/// Each flag of a run, and what was decided of it.
fn decided(json: &Value) -> Vec<(&str, &str)> {
    let plans = json["plans"].as_array().unwrap().iter();
    plans
        .map(|plan| (plan["flag"].as_str().unwrap(), plan["decision"].as_str().unwrap()))
        .collect()
}

#[test]
fn flags_are_measured_at_the_same_time_and_told_in_their_order() {
    let server = Server::new(3, |flag| match flag {
        "pears" => Some((HARMFUL, SOUND)),
        _ => Some((SOUND, SOUND)),
    });
    let workshop = server.shop(&["apples", "pears", "plums"]);
    let json = workshop.advance(NOW, &[]).succeeds().json();
    let expected = [("apples", "promote"), ("pears", "rollback"), ("plums", "promote")];
    assert_eq!(decided(&json), expected);
    // What the first published is no reason for the others to be refused, and all of it is in force.
    let states = ["apples", "pears", "plums"].map(|flag| {
        let text = String::from_utf8(workshop.read(&format!("shop/flags/{flag}.yaml"))).unwrap();
        (text.contains("stage: s2"), text.contains("status: rolled_back"))
    });
    assert_eq!(states, [(true, false), (false, true), (true, false)]);
    let snapshot = workshop.snapshot_of("server");
    let stages =
        ["apples", "pears", "plums"].map(|flag| &snapshot["flags"][flag]["default"]["rollout"]["stage"]);
    assert_eq!(stages, [&"s2".into(), &Value::Null, &"s2".into()], "{snapshot:#}");
    assert!(workshop.verified().iter().all(|(_, kills)| *kills == ["pears"]));
}

#[test]
fn no_more_than_eight_sources_are_asked_at_the_same_time() {
    let server = Server::new(8, |_| Some((SOUND, SOUND)));
    let flags: Vec<String> = (0..12).map(|number| format!("flag-{number:02}")).collect();
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let workshop = server.shop(&flags);
    let json = workshop.advance(NOW, &["--dry-run"]).succeeds().json();
    let expected: Vec<_> = flags.iter().map(|flag| (*flag, "promote")).collect();
    assert_eq!(decided(&json), expected);
    assert_eq!(server.most_in_flight(), 8);
}

#[test]
fn a_flag_that_fails_stops_no_other() {
    let server = Server::new(1, |flag| match flag {
        "broken" => None,
        _ => Some((SOUND, SOUND)),
    });
    let workshop = server.shop(&["apples", "broken", "damaged", "plums"]);
    workshop.write("shop/looks/production/damaged.ndjson", "no look\n");
    let run = workshop.advance(NOW, &[]);
    let json = run.json();
    let run = run.fails(1, "look-damaged");
    let expected = [
        ("apples", "promote"),
        ("broken", "hold"),
        ("damaged", "hold"),
        ("plums", "promote"),
    ];
    assert_eq!(decided(&json), expected);
    assert_eq!(codes(&json["plans"][1])[0], "source-failed");
    assert_eq!(json["plans"][2]["failure"]["code"], "look-damaged", "{}", run.out);
}

#[test]
fn what_was_to_be_rolled_back_is_rolled_back_before_others_are_measured() {
    let file: Arc<Mutex<Option<PathBuf>>> = Arc::default();
    let watched = file.clone();
    let server = Server::new(2, move |_| {
        let text = std::fs::read_to_string(watched.lock().unwrap().as_ref()?).ok()?;
        text.contains("rolled_back").then_some((SOUND, SOUND))
    });
    let workshop = server.shop(&["apples", "plums", "undone"]);
    *file.lock().unwrap() = Some(workshop.path("shop/flags/undone.yaml"));
    let look = "{\"time\":\"2026-11-21T11:00:00Z\",\"plan\":\"launch\",\"stage\":\"s1\",\
        \"enteredAt\":\"2026-11-20T09:00:00Z\",\"decision\":\"rollback\",\"reasons\":[{\"code\":\"guardrail-breach\",\
        \"metric\":\"failed\",\"message\":\"worse\"}],\"metrics\":{}}\n";
    workshop.write("shop/looks/production/undone.ndjson", look);
    let json = workshop.advance(NOW, &[]).succeeds().json();
    let expected = [
        ("apples", "promote"),
        ("plums", "promote"),
        ("undone", "rollback"),
    ];
    assert_eq!(decided(&json), expected);
}
