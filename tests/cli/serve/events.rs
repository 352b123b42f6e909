use super::server::{Response, Server};
use crate::shop::published;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;

const EVENTS: &str = "/production/client/events";

/// A client that listens.
struct Listener {
    lines: BufReader<TcpStream>,
}

impl Listener {
    fn of(server: &Server) -> Self {
        Self {
            lines: BufReader::new(server.send("GET", EVENTS, "")),
        }
    }

    /// The next line that is not empty, in lower case; nothing at the end.
    fn line(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            if !line.trim().is_empty() {
                return Some(line.trim().to_lowercase());
            }
        }
    }

    /// The version that the next event tells.
    fn version(&mut self) -> u64 {
        loop {
            let line = self.line().unwrap();
            if line == "event: head" {
                let data = self.line().unwrap();
                return data.strip_prefix("data: ").unwrap().parse().unwrap();
            }
        }
    }
}

fn version(server: &Server) -> u64 {
    server.until(|_| true)["scopes"][0]["version"].as_u64().unwrap()
}

#[test]
fn a_listener_hears_the_version_in_force_and_each_later_one() {
    let workshop = published();
    let server = Server::of_published(&workshop, &[]);
    let mut listener = Listener::of(&server);
    assert_eq!(listener.line().unwrap(), "http/1.1 200 ok");
    let mut headers = Vec::new();
    let first = version(&server);
    loop {
        let line = listener.line().unwrap();
        if line == "event: head" {
            break;
        }
        headers.push(line);
    }
    for header in [
        "content-type: text/event-stream",
        "cache-control: no-store",
        "access-control-allow-origin: *",
        "x-accel-buffering: no",
    ] {
        assert!(headers.iter().any(|line| line == header), "{headers:?}");
    }
    assert_eq!(listener.line().unwrap(), format!("data: {first}"));
    let retry = listener.line().unwrap();
    let retry: u64 = retry.strip_prefix("retry: ").unwrap().parse().unwrap();
    assert!((1_000..5_000).contains(&retry), "{retry}");
    server.until_measured("tidegate_event_clients 1");

    workshop.kill("banner").succeeds();
    let second = listener.version();
    assert!(second > first);
    assert_eq!(version(&server), second);
    workshop.publish(&[]).succeeds();
    assert!(listener.version() > second);
    drop(listener);
    server.until_measured("tidegate_event_clients 0");
    assert_eq!(server.get("/nowhere/client/events").status, 404);
}

#[test]
fn a_projects_edit_is_told_too() {
    let workshop = published();
    let server = Server::of_project(&workshop, &[]);
    let mut listener = Listener::of(&server);
    let first = listener.version();
    workshop.write("shop/flags/banner.yaml", super::BANNER.replace("CA", "US"));
    assert!(listener.version() > first);
}

#[test]
fn a_kill_reaches_a_thousand_listeners() {
    // Each is a file here and one there.
    assert!(rlimit::increase_nofile_limit(4_096).unwrap() > 1_100);
    let workshop = published();
    let server = Server::of_published(&workshop, &[]);
    let mut listeners: Vec<Listener> = (0..1_000).map(|_| Listener::of(&server)).collect();
    let first = listeners[0].version();
    for listener in &mut listeners[1..] {
        assert_eq!(listener.version(), first);
    }
    server.until_measured("tidegate_event_clients 1000");
    workshop.kill("banner").succeeds();
    let second = listeners[0].version();
    assert!(second > first);
    for listener in &mut listeners[1..] {
        assert_eq!(listener.version(), second);
    }
}

#[test]
fn more_listeners_than_allowed_are_sent_to_polling() {
    let workshop = published();
    let server = Server::of_published(&workshop, &["--max-clients", "2"]);
    let mut listeners = [Listener::of(&server), Listener::of(&server)];
    for listener in &mut listeners {
        listener.version();
    }
    let refused: Response = server.get(EVENTS);
    assert_eq!(refused.status, 503);
    assert!(refused.header("retry-after").is_some());
    assert_eq!(refused.header("access-control-allow-origin"), Some("*"));
    drop(listeners);
    server.until_measured("tidegate_event_clients 0");
    server.until_measured("tidegate_event_clients_refused_total 1");
    Listener::of(&server).version();
}

#[cfg(unix)]
#[test]
fn streams_end_when_the_server_stops() {
    let workshop = published();
    for signal in ["-TERM", "-INT"] {
        let mut server = Server::of_published(&workshop, &[]);
        let mut listener = Listener::of(&server);
        listener.version();
        server.signal(signal);
        while listener.line().is_some() {}
        server.ended();
    }
}
