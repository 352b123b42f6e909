//! The real server, asked over sockets.

mod answers;
mod bucket;
mod events;
mod limits;
mod published;
mod server;
mod unsound;

use super::{BANNER, Workshop};
use serde_json::Value;
use server::Server;

const LATEST: &str = "/production/client/latest";

#[test]
fn client_snapshots_are_served_with_etags_for_pages_of_any_origin() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    let server = Server::of_project(&workshop, &[]);
    assert!(server.address.starts_with("127.0.0.1:"), "{}", server.address);
    let response = server.get(LATEST);
    assert_eq!(response.status, 200);
    assert_eq!(
        response.header("content-type"),
        Some("application/vnd.tidegate.frame")
    );
    assert_eq!(response.header("cache-control"), Some("no-cache"));
    assert_eq!(response.header("access-control-allow-origin"), Some("*"));
    assert_eq!(
        response.header("access-control-expose-headers"),
        Some("etag, retry-after")
    );
    let etag = response.header("etag").unwrap().to_owned();
    assert!(etag.starts_with('"'), "{etag}");
    workshop.write("served.tgf", &response.body);
    workshop
        .run(&[
            "verify",
            "served.tgf",
            "--trust",
            &server.trust,
            "--scope",
            "shop/production/client",
        ])
        .succeeds();

    for known in [etag.clone(), format!("\"x\", W/{etag}"), "*".to_owned()] {
        let unchanged = server.ask("GET", LATEST, &format!("if-none-match: {known}\r\n"));
        assert_eq!(unchanged.status, 304, "{known}");
        assert!(unchanged.body.is_empty());
        assert_eq!(unchanged.header("etag"), Some(etag.as_str()));
        assert_eq!(unchanged.header("access-control-allow-origin"), Some("*"));
    }
    assert_eq!(server.ask("GET", LATEST, "if-none-match: \"x\"\r\n").status, 200);
    let preflight = server.ask("OPTIONS", LATEST, "origin: http://a.example\r\n");
    assert_eq!(preflight.status, 204);
    assert!(
        preflight
            .header("access-control-allow-headers")
            .unwrap()
            .contains("if-none-match")
    );
    let for_servers = server.get("/production/server/latest");
    assert_eq!(for_servers.status, 200);
    assert_eq!(
        for_servers.header("access-control-allow-origin"),
        None,
        "a page is no server"
    );
    assert_eq!(server.get("/nowhere/client/latest").status, 404);
    assert_eq!(server.get("/other").status, 404);
    let index = server.until(|_| true);
    assert_eq!(index["trust"], server.trust.as_str());
    assert_eq!(index["scopes"].as_array().unwrap().len(), 4);
}

#[test]
fn edits_are_compiled_and_broken_ones_change_nothing() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    let server = Server::of_project(
        &workshop,
        &["--environment", "production", "--audience", "client"],
    );
    let version = |index: &Value| index["scopes"][0]["version"].as_u64().unwrap();
    let first = server.until(|index| index["scopes"].as_array().unwrap().len() == 1);
    let first_etag = server.get(LATEST).header("etag").unwrap().to_owned();

    workshop.write("shop/flags/banner.yaml", BANNER.replace("CA", "US"));
    let second = server.until(|index| version(index) > version(&first));
    let etag = server.get(LATEST).header("etag").unwrap().to_owned();
    assert_ne!(etag, first_etag);

    workshop.write("shop/flags/banner.yaml", BANNER.replace("salt", "slat"));
    let broken = server.until(|index| !index["diagnostics"].as_array().unwrap().is_empty());
    assert_eq!(broken["diagnostics"][0]["code"], "unknown-key");
    assert_eq!(version(&broken), version(&second));
    assert_eq!(server.get(LATEST).header("etag"), Some(etag.as_str()));

    // What means the same keeps its version.
    workshop.write(
        "shop/flags/banner.yaml",
        format!("# mended\n{}", BANNER.replace("CA", "US")),
    );
    let mended = server.until(|index| index["diagnostics"].as_array().unwrap().is_empty());
    assert_eq!(version(&mended), version(&second));

    workshop.write("shop/flags/other.yaml", BANNER);
    server.until(|index| version(index) > version(&second) && index["scopes"][0]["flags"] == 2);
}

#[test]
fn a_folder_that_comes_later_is_watched_too() {
    let workshop = Workshop::with_shop(&[]);
    let server = Server::of_project(&workshop, &[]);
    workshop.write("shop/flags/banner.yaml", BANNER);
    server.until(|index| index["scopes"][0]["flags"] == 1);
    workshop.write("shop/flags/other.yaml", BANNER);
    server.until(|index| index["scopes"][0]["flags"] == 2);
}

#[test]
fn it_does_not_start_with_errors_or_a_key_of_production() {
    let workshop = Workshop::with_shop(&[("banner", &BANNER.replace("salt", "slat"))]);
    let serve = ["serve", "--project", "shop", "--port", "0"];
    workshop.run(&serve).fails(1, "unknown key `slat`");
    workshop.write("shop/flags/banner.yaml", BANNER);
    workshop
        .run(&[
            "serve",
            "--project",
            "shop",
            "--port",
            "0",
            "--key",
            "keys/tidegate.key",
        ])
        .fails(1, "is not a development key");
    workshop
        .run(&[
            "serve",
            "--project",
            "shop",
            "--port",
            "0",
            "--environment",
            "nowhere",
        ])
        .fails(
            1,
            "environment `nowhere` does not exist, the project has production, staging",
        );
    workshop
        .run(&["serve", "--from", "nowhere", "--port", "0"])
        .fails(1, "no such file or folder");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    workshop
        .run(&["serve", "--project", "shop", "--port", &port])
        .fails(1, "choose another port");
}
