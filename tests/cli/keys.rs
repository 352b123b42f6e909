use super::{BANNER, Workshop, exists};
use serde_json::Value;
use std::fs;
use std::process::Command;

#[test]
fn keygen_writes_a_pair_that_fits_and_never_overwrites() {
    let workshop = Workshop::new();
    let trust = workshop.run(&["keygen", "--out", "new/keys"]).succeeds().out;
    assert!(trust.starts_with("ed25519:") && trust.ends_with("=\n"), "{trust}");
    assert_eq!(workshop.read("new/keys/tidegate.pub"), trust.as_bytes());
    let private = workshop.read("new/keys/tidegate.key");
    assert!(private.starts_with(b"-----BEGIN PRIVATE KEY-----\n"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(workshop.path("new/keys/tidegate.key"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    workshop
        .run(&["keygen", "--out", "new/keys"])
        .fails(1, "is not overwritten");
    assert_eq!(workshop.read("new/keys/tidegate.key"), private);
    // Half a pair is not completed either.
    fs::remove_file(workshop.path("new/keys/tidegate.key")).unwrap();
    workshop
        .run(&["keygen", "--out", "new/keys"])
        .fails(1, "tidegate.pub");
    assert!(!exists(&workshop.path("new/keys/tidegate.key")));
}

#[test]
fn two_keys_are_never_the_same() {
    let workshop = Workshop::new();
    let one = workshop.run(&["keygen", "--out", "a"]).succeeds().out;
    let other = workshop.run(&["keygen", "--out", "b"]).succeeds().out;
    assert_ne!(one, other);
}

#[test]
fn a_development_key_signs_for_its_own_trust_only() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    let trust = workshop
        .run(&["keygen", "--out", "dev", "--development", "--json"])
        .succeeds()
        .json()["trust"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(trust.starts_with("ed25519-dev:"));
    workshop.compile(&["--key", "dev/tidegate.key"]).fails(2, "--key");
    workshop
        .run(&[
            "compile",
            "--project",
            "shop",
            "--environment",
            "production",
            "--audience",
            "client",
            "--key",
            "dev/tidegate.key",
            "--out",
            "dev.tgf",
        ])
        .succeeds();
    workshop.run(&["verify", "dev.tgf", "--trust", &trust]).succeeds();
    let as_production = trust.replace("ed25519-dev:", "ed25519:");
    workshop
        .run(&["verify", "dev.tgf", "--trust", &as_production])
        .fails(1, "PAYLOAD_TYPE_UNEXPECTED");
}

#[test]
fn openssl_reads_our_keys_and_we_read_its() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    let openssl = |arguments: &[&str]| {
        let mut command = Command::new("openssl");
        command
            .args(arguments)
            .current_dir(workshop.folder.path())
            .output()
    };
    let Ok(shown) = openssl(&["pkey", "-in", "keys/tidegate.key", "-noout", "-text"]) else {
        eprintln!("there is no openssl here");
        return;
    };
    assert!(
        String::from_utf8_lossy(&shown.stdout).starts_with("ED25519 Private-Key"),
        "{shown:?}"
    );
    assert!(
        openssl(&["genpkey", "-algorithm", "ed25519", "-out", "theirs.key"])
            .unwrap()
            .status
            .success()
    );
    workshop
        .run(&[
            "compile",
            "--project",
            "shop",
            "--environment",
            "staging",
            "--audience",
            "server",
            "--key",
            "theirs.key",
            "--out",
            "theirs.tgf",
        ])
        .succeeds();
}

#[test]
fn what_is_no_key_is_refused() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    let compile = |key: &str| {
        workshop.run(&[
            "compile",
            "--project",
            "shop",
            "--environment",
            "production",
            "--audience",
            "client",
            "--out",
            "x.tgf",
            "--key",
            key,
        ])
    };
    compile("missing.key").fails(1, "cannot read `missing.key`: there is no such file or folder");
    compile("keys/tidegate.pub").fails(1, "it is a trust string, the public half");
    workshop.write("noise.key", [0xff; 40]);
    compile("noise.key").fails(1, "key-invalid");
    workshop.write(
        "broken.key",
        "-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----\n",
    );
    compile("broken.key").fails(1, "expected an Ed25519 key as PKCS#8 in PEM");
    let told = workshop.run(&[
        "compile",
        "--project",
        "shop",
        "--environment",
        "production",
        "--audience",
        "client",
        "--out",
        "x.tgf",
        "--key",
        "broken.key",
        "--json",
    ]);
    let told: Value = serde_json::from_str(&told.err).unwrap();
    assert_eq!(told["code"], "key-invalid");
    assert_eq!(told["file"], "broken.key");
    assert!(!exists(&workshop.path("x.tgf")));
}
