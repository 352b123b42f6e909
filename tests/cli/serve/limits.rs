use super::server::Server;
use super::{BANNER, LATEST};
use crate::Workshop;
use crate::shop::published;
use std::io::{Read, Write};
use std::net::TcpStream;
use tidegate::trust::{Document, SigningKey};

/// More than sockets hold by themselves.
const LARGE: usize = 32 << 20;

#[test]
fn a_connection_that_stands_still_is_closed() {
    let workshop = published();
    let server = Server::of_published(&workshop, &["--idle", "1s"]);
    for begun in ["", "GET / HTTP/1.1\r\nhost: x\r\nacce"] {
        let mut stream = server.connect();
        stream.write_all(begun.as_bytes()).unwrap();
        assert!(!rest(&mut stream).starts_with(b"HTTP/1.1 200"), "{begun}");
    }
    // One that was answered, too.
    let mut stream = server.send("GET", LATEST, "");
    assert!(rest(&mut stream).starts_with(b"HTTP/1.1 200"));
}

#[test]
fn headers_have_a_limit() {
    let workshop = published();
    let server = Server::of_published(&workshop, &[]);
    let long = format!("x-long: {}\r\n", "x".repeat(100_000));
    let mut stream = server.connect();
    // The server may have hung up before all of it was sent.
    let _ = stream.write_all(format!("GET / HTTP/1.1\r\nhost: x\r\n{long}\r\n").as_bytes());
    let mut start = [0; 12];
    if stream.read_exact(&mut start).is_ok() {
        assert_eq!(&start, b"HTTP/1.1 431");
    }
    assert_eq!(server.get(LATEST).status, 200);
}

#[cfg(unix)]
#[test]
fn what_is_being_answered_when_it_stops_is_finished() {
    let workshop = large();
    let mut server = Server::of_published(&workshop, &[]);
    let mut stream = server.send("GET", LATEST, "");
    let mut start = [0; 1_000];
    stream.read_exact(&mut start).unwrap();
    server.signal("-TERM");
    // It takes no more requests, and is still there.
    while TcpStream::connect(&server.address).is_ok() {
        std::thread::yield_now();
    }
    assert!(server.child.try_wait().unwrap().is_none());
    assert!(rest(&mut stream).len() > LARGE - start.len());
    server.ended();
}

#[cfg(unix)]
#[test]
fn nobody_holds_up_the_stop_beyond_its_time() {
    let workshop = large();
    let mut server = Server::of_published(&workshop, &["--grace", "1s"]);
    let mut stream = server.send("GET", LATEST, "");
    let mut start = [0; 1_000];
    stream.read_exact(&mut start).unwrap();
    server.signal("-TERM");
    server.ended();
    assert!(rest(&mut stream).len() < LARGE - start.len());
}

#[cfg(unix)]
#[test]
fn who_takes_nothing_is_let_go() {
    let workshop = large();
    let server = Server::of_published(&workshop, &["--idle", "1s"]);
    let mut stream = server.send("GET", LATEST, "");
    let mut start = [0; 1_000];
    stream.read_exact(&mut start).unwrap();
    std::thread::sleep(std::time::Duration::from_secs(4));
    assert!(rest(&mut stream).len() < LARGE - start.len());
}

/// All that comes until the connection is closed, in whichever way.
fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    bytes
}

/// A snapshot with zeros behind what the server reads of it.
fn large() -> Workshop {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    workshop.compile(&[]).succeeds();
    let frame = workshop.read("shop.tgf");
    let mut payload = Document::all(&frame).unwrap()[0].payload().to_vec();
    payload.resize(LARGE, 0);
    let key = SigningKey::from_seed(&[7; 32], false);
    workshop.write("out/production/client/latest", key.sign(&payload));
    workshop
}
