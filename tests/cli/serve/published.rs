use super::server::{Response, Server};
use super::{BANNER, LATEST};
use crate::Workshop;
use crate::shop::published;
use std::fs;

pub(super) const HEAD: &str = "/production/client/head";

impl Workshop {
    /// A copy of what is published to `out`, to publish more to and bring it over in parts.
    pub(super) fn copy_of_out(&self, name: &str) {
        let copied = std::process::Command::new("cp")
            .args(["-r", "out", name])
            .current_dir(self.folder.path())
            .status();
        assert!(copied.unwrap().success());
    }

    pub(super) fn bring(&self, from: &str, file: &str) {
        let bytes = self.read(&format!("{from}/production/client/{file}"));
        self.write(&format!("out/production/client/{file}"), bytes);
    }

    pub(super) fn newest_snapshot(&self, folder: &str) -> String {
        let head = self.read(&format!("{folder}/production/client/head"));
        let names = fs::read_dir(self.path(&format!("{folder}/production/client/snapshot"))).unwrap();
        names
            .map(|name| format!("snapshot/{}", name.unwrap().file_name().into_string().unwrap()))
            .find(|name| head.windows(name.len()).any(|part| part == name.as_bytes()))
            .unwrap()
    }
}

impl Response {
    pub(super) fn assert_is(&self, bytes: &[u8], cache_control: &str) {
        assert_eq!(self.status, 200);
        assert_eq!(self.body, bytes);
        assert_eq!(self.header("cache-control"), Some(cache_control));
        assert_eq!(
            self.header("content-type"),
            Some("application/vnd.tidegate.frame")
        );
        assert!(self.header("etag").unwrap().starts_with('"'));
    }
}

#[test]
fn what_is_published_is_served_as_caches_need_it() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    workshop.publish_all(&[]).succeeds();
    let server = Server::of_published(&workshop, &[]);
    for audience in ["client", "server"] {
        let file = |name: &str| workshop.read(&format!("out/production/{audience}/{name}"));
        let get = |name: &str| server.get(&format!("/production/{audience}/{name}"));
        get("head").assert_is(&file("head"), "max-age=5");
        get("latest").assert_is(&file("latest"), "max-age=5");
        let folder = workshop.path(&format!("out/production/{audience}/snapshot"));
        let name = fs::read_dir(folder).unwrap().next().unwrap().unwrap().file_name();
        let name = format!("snapshot/{}", name.to_str().unwrap());
        get(&name).assert_is(&file(&name), "max-age=31536000, immutable");
        let shared = (audience == "client").then_some("*");
        for name in ["head", "latest", &name, "2.root"] {
            assert_eq!(
                get(name).header("access-control-allow-origin"),
                shared,
                "a page is no server"
            );
        }
    }
    assert_eq!(server.get("/production/client/snapshot/00").status, 404);
    assert_eq!(
        server.get("/production/client/../../keys/tidegate.key").status,
        404
    );
    let index = server.until(|_| true);
    assert_eq!(index["scopes"].as_array().unwrap().len(), 4);
    assert!(index["trust"].is_null());

    let only = Server::of_published(&workshop, &["--environment", "staging", "--audience", "client"]);
    assert_eq!(only.get("/staging/client/head").status, 200);
    assert_eq!(only.get("/staging/server/head").status, 404);
    assert_eq!(only.get(HEAD).status, 404);
}

#[test]
fn a_kill_is_served_and_first_visits_have_it_too() {
    let workshop = published();
    let server = Server::of_published(&workshop, &[]);
    let snapshot = format!("/production/client/{}", workshop.newest_snapshot("out"));
    let before = server.get(&snapshot).body;
    workshop.kill("banner").succeeds();
    let head = workshop.read("out/production/client/head");
    server.ask_until(HEAD, "", |response| response.body == head);
    let latest = server.get(LATEST).body;
    assert_eq!(latest, [head, before.clone()].concat());
    assert_eq!(server.get(&snapshot).body, before);
    let old = server.get(HEAD).header("etag").unwrap().to_owned();
    workshop.publish(&[]).succeeds();
    server.ask_until(HEAD, &format!("if-none-match: {old}\r\n"), |response| {
        response.status == 200
    });
    // A head that is on its way through caches still finds its snapshot.
    assert_eq!(server.get(&snapshot).body, before);
}

#[test]
fn what_is_published_first_while_it_runs_is_found() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    fs::create_dir(workshop.path("out")).unwrap();
    let server = Server::of_published(&workshop, &[]);
    assert_eq!(server.get("/readyz").status, 503);
    workshop.publish(&[]).succeeds();
    server.ask_until("/readyz", "", |response| response.status == 200);
    assert_eq!(server.get(HEAD).status, 200);
}

#[test]
fn a_snapshot_that_stands_alone_is_served_and_followed() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    let compile = || {
        workshop.compile(&["--force"]).succeeds();
        workshop.write("out/production/client/latest", workshop.read("shop.tgf"));
    };
    compile();
    let server = Server::of_published(&workshop, &["--trust", &workshop.trust()]);
    server
        .get(LATEST)
        .assert_is(&workshop.read("shop.tgf"), "max-age=5");
    assert_eq!(server.get(HEAD).status, 404);
    workshop.write("shop/flags/other.yaml", BANNER);
    compile();
    let next = workshop.read("shop.tgf");
    server.ask_until(LATEST, "", |response| response.body == next);
}
