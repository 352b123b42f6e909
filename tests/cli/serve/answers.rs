use super::server::Server;
use super::{BANNER, LATEST};
use crate::Workshop;
use crate::shop::published;
use flate2::read::GzDecoder;
use std::io::Read;

/// A flag with values that compress well.
fn roomy() -> Workshop {
    let values = format!(
        "variants: {{ plain: {0}, other: {0}b }}\noffVariant: plain\n",
        "a".repeat(5_000)
    );
    let flag = BANNER
        .replace("default: off\n", &format!("{values}default: plain\n"))
        .replace("serve: on", "serve: other");
    let workshop = Workshop::with_shop(&[("roomy", &flag)]);
    workshop.publish(&[]).succeeds();
    workshop
}

#[test]
fn what_compresses_well_is_sent_as_the_client_likes_it_best() {
    let workshop = roomy();
    let server = Server::of_published(&workshop, &[]);
    let plain = server.get(LATEST);
    assert_eq!(plain.header("content-encoding"), None);
    assert_eq!(plain.header("vary"), Some("accept-encoding"));
    let coded = |accepted: &str, coding: &str| {
        let accepted = format!("accept-encoding: {accepted}\r\n");
        // Plain until it is compressed.
        server.ask_until(LATEST, &accepted, |response| {
            response.header("content-encoding") == Some(coding)
        })
    };
    let brotli = coded("gzip, br", "br");
    let gzip = coded("br;q=0.2, gzip;q=0.9", "gzip");
    let mut unpacked = Vec::new();
    brotli_decompressed(&brotli.body, &mut unpacked);
    assert_eq!(unpacked, plain.body);
    unpacked.clear();
    GzDecoder::new(&*gzip.body).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
    assert!(brotli.body.len() < plain.body.len() / 4);

    // Other bytes, another tag; each of them says that the client has what is in force.
    let tags = [&plain, &brotli, &gzip].map(|response| response.header("etag").unwrap().to_owned());
    assert!(
        tags[0] != tags[1] && tags[1] != tags[2] && tags[0] != tags[2],
        "{tags:?}"
    );
    for tag in &tags {
        let unchanged = server.ask(
            "GET",
            LATEST,
            &format!("accept-encoding: br\r\nif-none-match: {tag}\r\n"),
        );
        assert_eq!(unchanged.status, 304);
        assert_eq!(unchanged.header("etag"), Some(tag.as_str()));
        assert_eq!(unchanged.header("vary"), Some("accept-encoding"));
    }
    // A head is one packet as it is.
    let head = server.ask("GET", "/production/client/head", "accept-encoding: br, gzip\r\n");
    assert_eq!(head.header("content-encoding"), None);
}

fn brotli_decompressed(mut coded: &[u8], plain: &mut Vec<u8>) {
    brotli::BrotliDecompress(&mut coded, plain).unwrap();
}

#[test]
fn head_requests_tell_all_but_the_body() {
    let workshop = published();
    let server = Server::of_published(&workshop, &[]);
    let whole = server.get(LATEST);
    let told = server.ask("HEAD", LATEST, "");
    assert_eq!(told.status, 200);
    assert!(told.body.is_empty());
    for header in ["etag", "content-length", "cache-control", "content-type", "vary"] {
        assert!(told.header(header).is_some(), "{header}");
        assert_eq!(told.header(header), whole.header(header), "{header}");
    }
}

#[test]
fn health_readiness_and_metrics_are_told() {
    let workshop = published();
    let server = Server::of_published(&workshop, &[]);
    assert_eq!(server.get("/healthz").status, 200);
    assert_eq!(server.get("/readyz").status, 200);
    let bytes = server.get(LATEST).body.len();
    server.ask("HEAD", LATEST, "");
    server.ask("GET", LATEST, "if-none-match: *\r\n");
    server.get("/production/client/nothing");
    let metrics = String::from_utf8(server.get("/metrics").body).unwrap();
    for line in [
        "tidegate_requests_total{route=\"latest\",status=\"200\"} 2",
        "tidegate_requests_total{route=\"latest\",status=\"304\"} 1",
        "tidegate_requests_total{route=\"other\",status=\"404\"} 1",
        "tidegate_requests_total{route=\"health\",status=\"200\"} 2",
        &format!("tidegate_response_body_bytes_total{{route=\"latest\"}} {bytes}"),
        "tidegate_event_clients 0",
        "tidegate_refresh_ok{environment=\"production\",audience=\"client\"} 1",
    ] {
        assert!(
            metrics.lines().any(|measured| measured == line),
            "no {line} in {metrics}"
        );
    }
    for start in [
        "tidegate_head_age_seconds{environment=\"production\",audience=\"client\"} ",
        "tidegate_head_version{environment=\"production\",audience=\"client\"} ",
        "tidegate_last_refresh_timestamp_seconds{environment=\"production\",audience=\"client\"} ",
    ] {
        assert!(
            metrics.lines().any(|measured| measured.starts_with(start)),
            "{metrics}"
        );
    }
    assert!(metrics.ends_with("# EOF\n"));
}

#[test]
fn nothing_takes_a_body_or_another_method() {
    let workshop = published();
    let server = Server::of_published(&workshop, &[]);
    assert_eq!(server.ask("POST", LATEST, "").status, 405);
    for body in ["content-length: 5\r\n", "transfer-encoding: chunked\r\n"] {
        assert_eq!(server.ask("GET", LATEST, body).status, 413, "{body}");
    }
    assert_eq!(server.ask("GET", LATEST, "content-length: 0\r\n").status, 200);
}
