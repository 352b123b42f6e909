use super::*;

const SOUND: &str = "{\"treatment\":{\"total\":100,\"events\":3},\"control\":{\"total\":90,\"events\":\"4\"},\
                     \"until\":\"2026-11-18T11:00:00Z\",\"unit\":\"ratio\"}";

fn metric(address: &str, more: &str) -> String {
    format!(
        "type: proportion, harm: increase, http: {{ url: 'http://{address}/$flag/$environment', {more} }}"
    )
}

#[test]
fn a_document_is_fetched_once_for_both_arms() {
    let server = Loopback::saying("200 OK", "application/json", SOUND);
    let reading = reading(&metric(&server.address, "headers: { X-Tenant: web }"));
    assert_eq!(
        (reading.treatment, reading.control),
        (proportion(100.0, 3.0), proportion(90.0, 4.0))
    );
    assert_eq!(
        (reading.until_ms, reading.unit.as_deref()),
        (1_794_999_600_000, Some("ratio"))
    );
    let asked = server.asked();
    assert_eq!(asked.len(), 1);
    assert!(
        asked[0].starts_with("GET /checkout/production HTTP/1.1\r\n"),
        "{asked:?}"
    );
    assert!(asked[0].contains("x-tenant: web\r\n") && asked[0].contains("accept: application/json\r\n"));
}

#[test]
fn a_document_for_each_arm_is_fetched_for_each() {
    let server = Loopback::new(|head, stream| {
        let body = match head.contains("arm=control") {
            true => "{\"n\":90,\"k\":4}",
            false => "{\"n\":100,\"k\":3}",
        };
        say(stream, "200 OK", "application/json", body);
    });
    let address = &server.address;
    let reading = reading(&format!(
        "type: proportion, harm: increase, http: {{ url: 'http://{address}/?arm=$arm', pointers: {{ total: /n, events: /k }} }}"
    ));
    assert_eq!(
        (reading.treatment, reading.control),
        (proportion(100.0, 3.0), proportion(90.0, 4.0))
    );
    assert_eq!(reading.until_ms, NOW_MS);
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn an_error_a_page_or_nonsense_is_a_failure() {
    for (status, kind, body, expected) in [
        (
            "500 Internal Server Error",
            "application/json",
            SOUND,
            "it answered 500 Internal Server Error",
        ),
        ("204 No Content", "text/plain", "", "it answered 204 No Content"),
        (
            "401 Unauthorized",
            "application/json",
            "{}",
            "it answered 401 Unauthorized",
        ),
        (
            "200 OK",
            "text/html; charset=utf-8",
            "<html>",
            "it answered with a page, not with JSON",
        ),
        (
            "200 OK",
            "application/json",
            "<html>",
            "it told no JSON: expected value at line 1 column 1",
        ),
        (
            "200 OK",
            "application/json",
            "",
            "it told no JSON: EOF while parsing a value at line 1 column 0",
        ),
        (
            "200 OK",
            "application/json",
            "{\"a\":",
            "it told no JSON: EOF while parsing a value at line 1 column 5",
        ),
        (
            "200 OK",
            "application/json",
            "[]",
            "there is nothing at `/treatment/total`",
        ),
        (
            "200 OK",
            "application/json",
            "{\"treatment\":{\"total\":\"many\",\"events\":3}}",
            "`/treatment/total` is no number",
        ),
    ] {
        let server = Loopback::saying(status, kind, body);
        assert_eq!(failure(&metric(&server.address, "")), expected, "{status} {body}");
    }
}

#[test]
fn what_is_not_there_yet_is_missing() {
    let none =
        "{\"treatment\":{\"total\":null,\"events\":null},\"control\":{\"total\":null,\"events\":null}}";
    let server = Loopback::saying("200 OK", "application/json", none);
    assert_eq!(measured(&metric(&server.address, "")), Measurement::Missing);
    let one = "{\"treatment\":{\"total\":5,\"events\":0},\"control\":{\"total\":null,\"events\":null}}";
    let server = Loopback::saying("200 OK", "application/json", one);
    let reading = reading(&metric(&server.address, ""));
    assert_eq!((reading.treatment, reading.control), (proportion(5.0, 0.0), None));
}

#[test]
fn a_server_that_hangs_is_left_at_the_time_out() {
    // Before the first byte, in the middle of the head, and in the middle of the body.
    for part in [
        "",
        "HTTP/1.1 200 OK\r\ncontent-le",
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"tr",
    ] {
        let server = Loopback::new(move |_, stream| {
            stream.write_all(part.as_bytes()).unwrap();
            std::thread::park();
        });
        let why = failure(&format!("timeout: 1s, {}", metric(&server.address, "")));
        assert_eq!(why, "no answer within 1s", "{part}");
    }
}

#[test]
fn half_an_answer_is_a_failure() {
    for part in [
        "",
        "HTTP/1.1 200 OK\r\ncontent-le",
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"treatment\":{\"total\":100,\"events\":3}",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"tre",
        "not HTTP at all\r\n\r\n",
    ] {
        let server = Loopback::new(move |_, stream| stream.write_all(part.as_bytes()).unwrap());
        let why = failure(&metric(&server.address, ""));
        assert!(!why.contains("127.0.0.1") && !why.is_empty(), "{part}: {why}");
    }
}

#[test]
fn nobody_at_the_address_is_a_failure() {
    let address = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().to_string()
    };
    let why = failure(&metric(&address, ""));
    assert!(why.starts_with("cannot connect: "), "{why}");
}

#[test]
fn an_answer_without_end_is_cut_off() {
    let server = Loopback::new(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while stream.write_all(&[b' '; 65_536]).is_ok() {}
    });
    assert_eq!(
        failure(&metric(&server.address, "")),
        "it answered with more than 4194304 bytes"
    );
}

#[test]
fn another_host_is_not_followed_and_gets_no_token() {
    let other = Loopback::saying("200 OK", "application/json", SOUND);
    let there = format!(
        "HTTP/1.1 302 Found\r\nlocation: http://{}/\r\ncontent-length: 0\r\n\r\n",
        other.address
    );
    let server = Loopback::new(move |_, stream| stream.write_all(there.as_bytes()).unwrap());
    assert_eq!(
        failure(&metric(&server.address, "bearer: 'env:PATH'")),
        "it redirects to another host"
    );
    assert_eq!(other.asked(), [""; 0]);
}

#[test]
fn the_same_host_is_followed_but_not_for_ever() {
    let server = Loopback::new(|head, stream| match head.starts_with("GET /there ") {
        true => say(stream, "200 OK", "application/json", SOUND),
        false => {
            let _ = stream.write_all(
                b"HTTP/1.1 302 Found\r\nlocation: /there\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            );
        }
    });
    assert!(reading(&metric(&server.address, "")).treatment.is_some());
    let server = Loopback::new(|_, stream| {
        let _ = stream.write_all(
            b"HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        );
    });
    assert_eq!(failure(&metric(&server.address, "")), "it redirects without end");
}

#[test]
fn secrets_come_from_the_environment_and_are_told_to_nobody() {
    let server = Loopback::saying("500 Oh", "application/json", "");
    // A variable that every process has.
    let secret = std::env::var("PATH").unwrap();
    let why = failure(&metric(
        &server.address,
        "bearer: 'env:PATH', headers: { X-Key: 'env:PATH' }",
    ));
    assert!(!why.contains(&secret), "{why}");
    let asked = server.asked().remove(0);
    assert!(
        asked.contains(&format!("authorization: Bearer {secret}\r\n")),
        "{asked}"
    );
    assert!(asked.contains(&format!("x-key: {secret}\r\n")), "{asked}");
    for (more, expected) in [
        (
            "bearer: 'env:TIDEGATE_NOT_SET'",
            "the environment variable `TIDEGATE_NOT_SET` is not set",
        ),
        (
            "headers: { X-Key: 'env:TIDEGATE_NOT_SET' }",
            "the environment variable `TIDEGATE_NOT_SET` is not set",
        ),
    ] {
        assert_eq!(failure(&metric(&server.address, more)), expected);
    }
    let url = "type: proportion, harm: increase, http: { url: 'env:PATH', pointers: {} }";
    assert_eq!(failure(url), "its address is not a URL of http or https");
}

#[test]
fn arms_in_different_units_are_a_failure() {
    let server = Loopback::new(|head, stream| {
        let body = match head.contains("control") {
            true => "{\"n\":90,\"k\":4,\"unit\":\"percent\"}",
            false => "{\"n\":100,\"k\":3,\"unit\":\"ratio\"}",
        };
        say(stream, "200 OK", "application/json", body);
    });
    let address = &server.address;
    let metric = format!(
        "type: proportion, harm: increase, http: {{ url: 'http://{address}/$arm', pointers: {{ total: /n, events: /k }} }}"
    );
    assert_eq!(
        failure(&metric),
        "the arms have different units, `ratio` and `percent`"
    );
}

#[test]
fn an_age_that_nobody_tells_is_a_failure() {
    let body = "{\"treatment\":{\"total\":5,\"events\":0},\"control\":{\"total\":5,\"events\":0}}";
    let server = Loopback::saying("200 OK", "application/json", body);
    let metric = format!("maxAge: 5m, {}", metric(&server.address, ""));
    assert_eq!(failure(&metric), "it does not tell `until`, which `maxAge` needs");
}
