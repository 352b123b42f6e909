//! A bucket, played by a folder behind a few lines of the S3 protocol.

use super::published::HEAD;
use super::server::Server;
use crate::Workshop;
use crate::shop::published;
use sha2::{Digest, Sha512};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const OK: &str = "tidegate_refresh_ok{environment=\"production\",audience=\"client\"} 1";
const NOT_OK: &str = "tidegate_refresh_ok{environment=\"production\",audience=\"client\"} 0";

/// Serves a folder as the bucket `flags`, below `shop/`.
struct Bucket {
    address: String,
    told: Arc<Told>,
}

#[derive(Default)]
struct Told {
    forbids: AtomicBool,
    /// Answers with a file.
    files: AtomicUsize,
    /// Answers that it is the same.
    unchanged: AtomicUsize,
}

impl Bucket {
    fn of(folder: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let told = Arc::new(Told::default());
        let telling = told.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (folder, told) = (folder.clone(), telling.clone());
                std::thread::spawn(move || told.answer(&stream.unwrap(), &folder));
            }
        });
        Self { address, told }
    }

    fn serve(&self, workshop: &Workshop) -> Server {
        let mut command = workshop.command(&["serve", "--port", "0", "--json", "--refresh", "1s"]);
        command
            .args(["--from", "s3://flags/shop"])
            .env("AWS_ENDPOINT", format!("http://{}", self.address))
            .env("AWS_ALLOW_HTTP", "true")
            .env("AWS_REGION", "eu-central-1")
            .env("AWS_ACCESS_KEY_ID", "id")
            .env("AWS_SECRET_ACCESS_KEY", "secret");
        Server::spawn(command)
    }
}

impl Told {
    fn answer(&self, mut stream: &TcpStream, folder: &Path) {
        let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
        let Some(first) = lines.next() else { return };
        let headers: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
        let path = first.split(' ').nth(1).unwrap();
        let (status, etag, body) = self.file(path, &headers, folder);
        let head = format!(
            "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\netag: {etag}\r\n\
             last-modified: Sun, 22 Nov 2026 12:00:00 GMT\r\n\r\n",
            body.len()
        );
        // Who asked may have gone.
        let _ = stream.write_all(&[head.as_bytes(), &body].concat());
    }

    fn file(&self, path: &str, headers: &[String], folder: &Path) -> (&'static str, String, Vec<u8>) {
        let plain = |status| (status, "\"x\"".to_owned(), Vec::new());
        if self.forbids.load(Ordering::SeqCst) {
            return plain("403 Forbidden");
        }
        if let Some((_, query)) = path.split_once('?') {
            return ("200 OK", "\"x\"".to_owned(), list(query, folder));
        }
        let file = path.strip_prefix("/flags/shop/").unwrap();
        let Ok(bytes) = fs::read(folder.join(file)) else {
            return plain("404 Not Found");
        };
        let etag = format!(
            "\"{}\"",
            data_encoding::HEXLOWER.encode(&Sha512::digest(&bytes)[..8])
        );
        let known = format!("if-none-match: {etag}");
        if headers.iter().any(|header| header.eq_ignore_ascii_case(&known)) {
            self.unchanged.fetch_add(1, Ordering::SeqCst);
            return ("304 Not Modified", etag, Vec::new());
        }
        self.files.fetch_add(1, Ordering::SeqCst);
        ("200 OK", etag, bytes)
    }
}

/// The folders in the one that `prefix=shop%2F…%2F` names.
fn list(query: &str, folder: &Path) -> Vec<u8> {
    let prefix = query
        .split('&')
        .find_map(|part| part.strip_prefix("prefix="))
        .unwrap();
    let prefix = prefix.replace("%2F", "/");
    let below = prefix.strip_prefix("shop/").unwrap();
    let mut xml = "<ListBucketResult><IsTruncated>false</IsTruncated>".to_owned();
    for entry in fs::read_dir(folder.join(below)).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        xml.push_str(&format!(
            "<CommonPrefixes><Prefix>{prefix}{name}/</Prefix></CommonPrefixes>"
        ));
    }
    xml.push_str("</ListBucketResult>");
    xml.into_bytes()
}

#[test]
fn a_bucket_is_asked_only_for_what_changed_and_may_fail() {
    let workshop = published();
    let bucket = Bucket::of(workshop.path("out"));
    let server = bucket.serve(&workshop);
    let first = workshop.read("out/production/client/head");
    assert_eq!(server.get(HEAD).body, first);
    let count = |counter: &AtomicUsize| counter.load(Ordering::SeqCst);
    while count(&bucket.told.unchanged) < 2 {
        std::thread::yield_now();
    }
    assert_eq!(count(&bucket.told.files), 2, "the head and its snapshot, once");

    workshop.kill("banner").succeeds();
    let second = workshop.read("out/production/client/head");
    assert_ne!(second, first);
    server.ask_until(HEAD, "", |response| response.body == second);
    assert_eq!(count(&bucket.told.files), 3, "the head alone");

    bucket.told.forbids.store(true, Ordering::SeqCst);
    server.until_measured(NOT_OK);
    assert_eq!(server.get(HEAD).body, second);
    bucket.told.forbids.store(false, Ordering::SeqCst);
    server.until_measured(OK);
}
