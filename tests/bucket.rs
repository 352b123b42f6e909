//! Publishing to a bucket that speaks S3, over HTTP, with signed requests and conditional writes.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use data_encoding::BASE64URL_NOPAD;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use serde_json::Value;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

const ACCESS_KEY: &str = "AKIDPUBLISHER";
const SECRET_KEY: &str = "wJalrXUtnFEMI-not-a-real-one";

const FLAG: &str = "\
description: A banner
owner: web
type: release
clientVisible: true
salt: k3v9x2
default: off
rules: [{ name: canada, if: { attribute: country, in: [CA] }, serve: on }]
environments: { production: {} }
";

/// A bucket `flags` that is kept in a folder and served on this machine, and a project to publish to it.
struct Shop {
    folder: tempfile::TempDir,
    address: SocketAddr,
    _runtime: Runtime,
}

/// Exit code, standard output and standard error.
#[derive(Debug)]
struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Shop {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("store/flags")).unwrap();
        let runtime = Runtime::new().unwrap();
        let address = runtime.block_on(serve(folder.path().join("store")));
        let shop = Self {
            folder,
            address,
            _runtime: runtime,
        };
        shop.write(
            "shop/tidegate.yaml",
            "project: shop\nenvironments: [production]\n",
        );
        shop.write("shop/flags/banner.yaml", FLAG);
        shop.run(&["keygen", "--out", "keys"]).succeeds();
        shop
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    fn start(&self, arguments: &[&str], secret_key: &str) -> Child {
        Command::new(env!("CARGO_BIN_EXE_tidegate"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env("AWS_ACCESS_KEY_ID", ACCESS_KEY)
            .env("AWS_SECRET_ACCESS_KEY", secret_key)
            .env("AWS_ENDPOINT", format!("http://{}", self.address))
            .env("AWS_ALLOW_HTTP", "true")
            .env("AWS_REGION", "us-east-1")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Run {
        ended(self.start(arguments, SECRET_KEY))
    }

    /// What a first visit finds.
    fn chain(&self) -> Value {
        let trust = ["--trust", "keys/tidegate.pub", "--json"];
        let run = self.run(&[&["verify", "--chain", "s3://flags/shop"], &trust[..]].concat());
        serde_json::from_str(&run.succeeds().out).unwrap()
    }
}

impl Run {
    fn succeeds(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }
}

fn ended(child: Child) -> Run {
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let run = Run {
        code: output.status.code().unwrap_or(-1),
        out: text(output.stdout),
        err: text(output.stderr),
    };
    assert!(
        !run.out.contains(SECRET_KEY) && !run.err.contains(SECRET_KEY),
        "{run:?}"
    );
    run
}

async fn serve(root: PathBuf) -> SocketAddr {
    let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(root).unwrap());
    service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
    let service = service.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let connection = Builder::new(TokioExecutor::new());
                let _ = connection.serve_connection(TokioIo::new(socket), service).await;
            });
        }
    });
    address
}

const PUBLISH: [&str; 7] = [
    "publish",
    "--project",
    "shop",
    "--to",
    "s3://flags/shop",
    "--key",
    "keys/tidegate.key",
];
const AT: [&str; 4] = ["--at", "s3://flags/shop", "--environment", "production"];

#[test]
fn a_bucket_is_published_to_killed_in_and_rolled_back() {
    let shop = Shop::new();
    let told = shop.run(&[&PUBLISH[..], &["--json"]].concat()).succeeds();
    let told: Value = serde_json::from_str(&told.out).unwrap();
    let first = told["scopes"][0]["version"].to_string();
    assert_eq!(told["scopes"].as_array().unwrap().len(), 2);
    let again = shop.run(&PUBLISH).succeeds();
    assert!(again.out.contains("unchanged"), "{again:?}");

    let head_key = ["--head-key", "keys/tidegate.key"];
    shop.run(&[&["kill", "banner", "--reason", "r"], &AT[..], &head_key].concat())
        .succeeds();
    assert_eq!(shop.chain()["scopes"][0]["kills"][0], "banner");
    shop.write("shop/flags/banner.yaml", &FLAG.replace("CA", "US"));
    shop.run(&PUBLISH).succeeds();
    let key = ["--key", "keys/tidegate.key"];
    shop.run(&[&["rollback", "--to", &first], &AT[..], &key].concat())
        .succeeds();
    assert_eq!(shop.chain()["scopes"][1]["kills"][0], "banner");
    shop.run(&[&["unkill", "banner"], &AT[..], &key].concat())
        .succeeds();
    let chain = shop.chain();
    assert_eq!(chain["scopes"][0]["kills"], serde_json::json!([]));
    assert_eq!(chain["scopes"][0]["problems"], serde_json::json!([]));
}

#[test]
fn publishers_of_a_bucket_do_not_overwrite_one_another() {
    let shop = Shop::new();
    shop.run(&PUBLISH).succeeds();
    shop.write("shop/flags/banner.yaml", &FLAG.replace("CA", "US"));
    let children: Vec<Child> = (0..6)
        .map(|_| shop.start(&[&PUBLISH[..], &["--force"]].concat(), SECRET_KEY))
        .collect();
    let runs: Vec<Run> = children.into_iter().map(ended).collect();
    assert!(runs.iter().any(|run| run.code == 0), "{runs:?}");
    for run in runs.iter().filter(|run| run.code != 0) {
        assert!(run.err.contains("published-meanwhile"), "{run:?}");
    }
    shop.chain();
}

#[test]
fn files_in_a_bucket_have_the_headers_that_caches_go_by() {
    let shop = Shop::new();
    shop.run(&PUBLISH).succeeds();
    let mut seen = 0;
    for entry in fs::read_dir(shop.path("store")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let object = name
            .rsplit_once(".object-")
            .and_then(|(_, rest)| rest.strip_suffix(".metadata.json"));
        let Some(object) = object else {
            continue;
        };
        let object = BASE64URL_NOPAD.decode(object.as_bytes()).unwrap();
        let object = String::from_utf8(object).unwrap();
        let headers: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let cached = match object.contains("/snapshot/") {
            true => "max-age=31536000, immutable",
            false => "max-age=5",
        };
        assert_eq!(headers["cache_control"], cached, "{object}: {headers}");
        assert_eq!(headers["content_type"], "application/vnd.tidegate.frame");
        seen += 1;
    }
    assert_eq!(seen, 6);
}

#[test]
fn a_bucket_that_refuses_says_why_and_tells_no_secret() {
    let shop = Shop::new();
    let run = ended(shop.start(&PUBLISH, "another-secret-key"));
    assert_eq!(run.code, 1, "{run:?}");
    assert!(
        run.err.contains("cannot-read") && run.err.contains("credentials are read from the environment"),
        "{run:?}"
    );
    assert!(!run.err.contains("another-secret-key"), "{run:?}");
}
