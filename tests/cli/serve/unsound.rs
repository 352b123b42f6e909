//! What is not served, and what is served all the same.

use super::published::HEAD;
use super::server::Server;
use super::{BANNER, LATEST};
use crate::shop::{HEAD_KEY, KILL, Order, SHOP, published};
use std::fs;
use tidegate::trust::{Kind, Role, Root, SigningKey, seal};

const OK: &str = "tidegate_refresh_ok{environment=\"production\",audience=\"client\"} 1";
const NOT_OK: &str = "tidegate_refresh_ok{environment=\"production\",audience=\"client\"} 0";

#[test]
fn half_of_a_publication_changes_nothing() {
    let workshop = published();
    let server = Server::of_published(&workshop, &[]);
    let good = server.get(HEAD).body;
    let good_latest = server.get(LATEST).body;
    workshop.copy_of_out("next");
    workshop.write("shop/flags/other.yaml", BANNER);
    let next = Order { to: "next", ..SHOP };
    workshop.run(&next.publish(&[])).succeeds();
    let next = workshop.read("next/production/client/head");
    let snapshot = workshop.newest_snapshot("next");
    assert_ne!(next, good);
    let stays = || {
        server.until_measured(NOT_OK);
        assert_eq!(server.get(HEAD).body, good);
        assert_eq!(server.get(LATEST).body, good_latest);
        assert_eq!(server.get("/readyz").status, 200);
    };

    workshop.write("out/production/client/head", &next[..next.len() / 2]);
    stays();
    workshop.write("out/production/client/head", &good);
    server.until_measured(OK);
    workshop.bring("next", "head");
    stays();
    let whole = workshop.read(&format!("next/production/client/{snapshot}"));
    let path = format!("out/production/client/{snapshot}");
    workshop.write(&path, &whole[..whole.len() / 2]);
    stays();
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 1;
    workshop.write(&path, damaged);
    stays();
    fs::remove_file(workshop.path("out/production/client/head")).unwrap();
    stays();
    workshop.bring("next", "head");
    workshop.bring("next", &snapshot);
    server.ask_until(HEAD, "", |response| response.body == next);
    server.until_measured(OK);
}

#[test]
fn forgeries_and_older_versions_are_not_served_where_somebody_vouches() {
    let workshop = published();
    workshop.copy_of_out("old");
    workshop.kill("banner").succeeds();
    let good = workshop.read("out/production/client/head");
    let server = Server::of_published(&workshop, &["--trust", &workshop.trust()]);
    assert_eq!(server.get(HEAD).body, good);
    assert_eq!(server.until(|_| true)["scopes"][0]["flags"], 1);
    workshop.bring("old", "head");
    server.until_measured(NOT_OK);
    assert_eq!(server.get(HEAD).body, good);

    workshop.run(&["keygen", "--out", "others"]).succeeds();
    let forged = Order {
        key: "others/tidegate.key",
        to: "forged",
        ..SHOP
    };
    workshop.run(&forged.publish(&[])).succeeds();
    let snapshot = workshop.newest_snapshot("forged");
    for file in [snapshot.as_str(), "latest", "head"] {
        workshop.bring("forged", file);
    }
    server.until_measured(NOT_OK);
    assert_eq!(server.get(HEAD).body, good);
    assert_eq!(server.get(&format!("/production/client/{snapshot}")).status, 404);

    let late = Server::of_published(&workshop, &["--trust", "keys/tidegate.pub"]);
    assert_eq!(late.get(HEAD).status, 404);
    assert_eq!(late.get("/readyz").status, 503);
    assert_eq!(late.get("/healthz").status, 200);
    // Who trusts nobody leaves it to clients.
    let open = Server::of_published(&workshop, &[]);
    assert_eq!(open.get(HEAD).body, workshop.read("out/production/client/head"));
}

#[test]
fn another_scopes_files_are_not_served() {
    let workshop = published();
    workshop.write(
        "out/staging/client/head",
        workshop.read("out/production/client/head"),
    );
    let server = Server::of_published(&workshop, &[]);
    assert_eq!(server.get("/staging/client/head").status, 404);
    server.until_measured("tidegate_refresh_ok{environment=\"staging\",audience=\"client\"} 0");
}

#[test]
fn roots_are_served_up_to_the_first_that_is_missing_or_broken() {
    let workshop = published();
    workshop.copy_of_out("next");
    workshop.at("next", &KILL, &HEAD_KEY).succeeds();
    let key = SigningKey::from_seed(&[7; 32], false);
    let root = |version, project: &str| {
        let role = || Role::any(&[[9; 32]]);
        let root = Root {
            project: project.to_owned(),
            version,
            longest_head_lifetime_ms: 1_000,
            root: role(),
            snapshot: role(),
            head: role(),
        };
        seal(Kind::Root, &root.encode(), &[&key]).unwrap()
    };
    let put = |name: &str, frame: &[u8]| workshop.write(&format!("out/production/client/{name}"), frame);
    let (first, second) = (root(1, "shop"), root(2, "shop"));
    put("1.root", &first);
    put("2.root", &second);
    put("4.root", &root(4, "shop"));
    let server = Server::of_published(&workshop, &[]);
    server
        .get("/production/client/1.root")
        .assert_is(&first, "max-age=5");
    server
        .get("/production/client/2.root")
        .assert_is(&second, "max-age=5");
    assert_eq!(server.get("/production/client/4.root").status, 404);

    // A broken root holds back no kill.
    put("3.root", &root(3, "other"));
    workshop.bring("next", "head");
    let head = workshop.read("out/production/client/head");
    server.ask_until(HEAD, "", |response| response.body == head);
    assert_eq!(server.get("/production/client/3.root").status, 404);
}
