use super::*;

fn metric(address: &str, more: &str) -> String {
    format!(
        "type: proportion, harm: increase, prometheus: {{ url: 'http://{address}/prom/', \
         total: 'sum(increase(orders{{flag=\"$flag\",arm=\"$arm\"}}[$window]))', \
         events: 'sum(increase(failed{{flag=\"$flag\",arm=\"$arm\",stage=\"$stage\"}}[$window]))', {more} }}"
    )
}

fn vector(value: &str) -> String {
    format!(
        "{{\"status\":\"success\",\"data\":{{\"resultType\":\"vector\",\"result\":[{{\"metric\":{{}},\"value\":[1795000000,\"{value}\"]}}]}}}}"
    )
}

/// Numbers for each query, as Prometheus gives them.
fn prometheus() -> Loopback {
    Loopback::new(|head, stream| {
        let value = match (
            head.contains("failed"),
            head.contains("control"),
            head.contains("timestamp"),
        ) {
            (_, _, true) => "1794999940.25",
            (true, true, _) => "30",
            (true, false, _) => "32.5",
            (false, true, _) => "1000",
            (false, false, _) => "1001.5",
        };
        say(stream, "200 OK", "application/json", &vector(value));
    })
}

#[test]
fn queries_are_asked_at_the_time_of_the_look_for_both_arms() {
    let server = prometheus();
    let reading = reading(&metric(&server.address, "until: 'max(timestamp(orders))'"));
    assert_eq!(
        (reading.treatment, reading.control),
        (proportion(1_001.5, 32.5), proportion(1_000.0, 30.0))
    );
    assert_eq!(reading.until_ms, 1_794_999_940_250);
    let asked = server.asked();
    assert_eq!(asked.len(), 6);
    for head in &asked {
        assert!(head.starts_with("GET /prom/api/v1/query?query="), "{head}");
        assert!(head.contains("&time=1795000000.000 HTTP/1.1"), "{head}");
    }
    let of_control =
        "query=sum%28increase%28orders%7Bflag%3D%22checkout%22%2Carm%3D%22control%22%7D%5B5400s%5D%29%29&";
    assert!(asked.iter().any(|head| head.contains(of_control)), "{asked:?}");
}

#[test]
fn without_until_the_data_is_of_now_and_without_control_only_one_arm_is_asked() {
    let server = prometheus();
    let metric = metric(&server.address, "");
    let mut measurements = measured_in(Path::new("."), &metric, |asking| asking.is_compared = false);
    let Measurement::Read(reading) = measurements.metrics.remove(0).1 else {
        panic!("nothing was read")
    };
    assert_eq!((reading.control, reading.until_ms), (None, NOW_MS));
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn no_series_is_missing_and_an_error_is_a_failure() {
    let empty = "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}";
    let server = Loopback::saying("200 OK", "application/json", empty);
    assert_eq!(measured(&metric(&server.address, "")), Measurement::Missing);
    for (status, body, expected) in [
        (
            "400 Bad Request",
            "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"unexpected end of input\"}",
            "bad_data: unexpected end of input",
        ),
        (
            "503 Service Unavailable",
            "{\"status\":\"error\",\"errorType\":\"timeout\",\"error\":\"query timed out\"}",
            "timeout: query timed out",
        ),
        ("502 Bad Gateway", "<html>", "it answered 502 Bad Gateway"),
        ("200 OK", "<html>", "it did not answer as Prometheus does"),
        ("200 OK", "{}", "it did not answer as Prometheus does"),
    ] {
        let server = Loopback::saying(status, "application/json", body);
        assert_eq!(failure(&metric(&server.address, "")), expected, "{body}");
    }
}

#[test]
fn numbers_that_are_none_come_to_the_judge_as_they_are() {
    let server = Loopback::new(|_, stream| say(stream, "200 OK", "application/json", &vector("NaN")));
    let reading = reading(&metric(&server.address, ""));
    assert!(reading.treatment.unwrap().units().is_nan());
}

#[test]
fn an_end_of_data_that_has_no_value_is_a_failure() {
    let server = Loopback::new(|head, stream| {
        let value = if head.contains("timestamp") { "NaN" } else { "5" };
        say(stream, "200 OK", "application/json", &vector(value));
    });
    let why = failure(&metric(&server.address, "until: 'max(timestamp(orders))'"));
    assert_eq!(why, "`until` has no value");
}

#[test]
fn a_prometheus_that_hangs_is_left_at_the_time_out() {
    let server = Loopback::new(|_, _| std::thread::park());
    let why = failure(&format!("timeout: 1s, {}", metric(&server.address, "")));
    assert_eq!(why, "no answer within 1s");
}

#[test]
fn exposures_are_asked_like_metrics() {
    let server = Loopback::new(|head, stream| {
        let value = match (head.contains("both"), head.contains("control")) {
            (true, _) => "3",
            (_, true) => "990",
            _ => "1010",
        };
        say(stream, "200 OK", "application/json", &vector(value));
    });
    let address = &server.address;
    let policy = format!(
        "exposures: {{ prometheus: {{ url: 'http://{address}', total: 'n{{arm=\"$arm\"}}[$window]', both: 'both[$window]' }} }}\n\
         metrics: {{ m: {{ type: proportion, harm: increase, file: {{ path: nowhere.json }} }} }}\n"
    );
    let measurements = measured_by(Path::new("."), &policy, |_| {});
    assert_eq!(
        measurements.exposures,
        Some(Measurement::Read(Exposed {
            treatment: 1_010.0,
            control: 990.0,
            both: Some(3.0),
            until_ms: NOW_MS,
        }))
    );
    assert!(matches!(measurements.metrics[0].1, Measurement::Failed(_)));
}
