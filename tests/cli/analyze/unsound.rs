use super::{Value, analyze, gzip, lines, with};

#[test]
fn there_must_be_something_to_compare() {
    let workshop = with(&lines(8));
    workshop
        .run(&["analyze", "search", "--logs", "log.ndjson"])
        .fails(1, "error[no-exposures]: the logs have no exposures to the flag")
        .fails(1, "is the flag's key right");
    let one: Vec<String> = lines(8)
        .into_iter()
        .filter(|line| !line.contains("one-page"))
        .collect();
    analyze(&with(&one), &[]).fails(1, "error[one-side]");
    workshop.write("empty.ndjson", "");
    workshop
        .run(&["analyze", "checkout", "--logs", "empty.ndjson"])
        .fails(1, "no-exposures");
    for (option, wrong) in [
        ("--confidence", "50"),
        ("--confidence", "100"),
        ("--looks", "0"),
        ("--window", "7"),
    ] {
        analyze(&workshop, &[option, wrong]).fails(2, option);
    }
}

#[test]
fn what_cannot_be_read_is_told_and_refused_when_it_is_much() {
    let mut broken = lines(8);
    broken[2] = "{\"time\":".to_owned();
    broken[5] = broken[5].replace("\"value\":0", "\"value\":NaN");
    broken.push("x".repeat(100_000));
    broken.push(r#"{"time":1793491200000,"unit":"u-0","metric":"failed-order","value":-1}"#.to_owned());
    let torn = broken[0][..40].to_owned();
    broken.push(torn);
    let workshop = with(&broken);
    let metric = ["--metric", "failed-order", "--metric", "revenue:mean", "--json"];
    let run = analyze(&workshop, &metric).succeeds();
    let warning: Value = serde_json::from_str(&run.err).unwrap();
    assert_eq!(
        (&warning["severity"], &warning["code"]),
        (&"warning".into(), &"bad-lines".into())
    );
    let told = run.json();
    assert_eq!(told["lines"]["bad"], 5, "{}", told["badLines"]);
    let places: Vec<_> = told["badLines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bad| bad["line"].as_u64())
        .collect();
    assert_eq!(places, [Some(3), Some(6), Some(8_351), Some(8_352), Some(8_353)]);
    analyze(&workshop, &["--metric", "failed-order", "--bad-lines", "3"]).fails(
        1,
        "error[too-many-bad-lines]: 5 of 8353 lines cannot be read; the first: log.ndjson:3: EOF",
    );

    let whole = gzip(lines(8).join("\n").as_bytes());
    workshop.write("half.ndjson.gz", &whole[..whole.len() / 2]);
    let run = workshop
        .run(&["analyze", "checkout", "--logs", "half.ndjson.gz"])
        .succeeds();
    assert!(run.err.contains("damaged, or ends too soon"), "{}", run.err);
    workshop.write("table.csv", "a,b\n1,2\n");
    workshop
        .run(&["analyze", "checkout", "--logs", "table.csv"])
        .fails(1, "does not name the columns");
}

#[test]
fn a_page_has_it_all_and_loads_nothing() {
    let hostile = r#"<script>alert(\"1\")</script>"#;
    let renamed: Vec<String> = lines(8)
        .iter()
        .map(|line| line.replace("one-page", hostile))
        .collect();
    let workshop = with(&renamed);
    analyze(
        &workshop,
        &[
            "--metric",
            "failed-order:increase",
            "--segment",
            "country",
            "--html",
            "page.html",
        ],
    )
    .succeeds();
    let page = String::from_utf8(workshop.read("page.html")).unwrap();
    assert!(page.starts_with("<!doctype html>\n"));
    assert!(page.ends_with("</html>\n"));
    for part in [
        "<svg ",
        "<polygon ",
        "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;",
        "<th role=\"rowheader\" scope=\"row\">classic</th>",
        "data-heading=\"estimate\">5.00% <span class=\"soft\">",
        "data-heading=\"decision\">worse</td>",
        "<svg role=\"img\" aria-label=\"&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;: difference at each look",
        "<h2>country: CA</h2>",
        "2026-11-0",
    ] {
        assert!(page.contains(part), "no `{part}`");
    }
    for absent in ["<script", "src=", "href=", "url(", "@import", "NaN", "inf"] {
        assert!(!page.contains(absent), "there is `{absent}`");
    }
    let folder = ["--metric", "failed-order", "--html", "."];
    analyze(&workshop, &folder).fails(1, "error[cannot-write]");
}
