use super::shop::{Order, SHOP};
use super::{BANNER, Run, Workshop, exists};
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
    let development = Order {
        key: "dev/tidegate.key",
        out: "dev.tgf",
        ..SHOP
    };
    workshop.run(&development.compile(&[])).succeeds();
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
            .expect("openssl is needed: `tests/programs.mjs` says where it comes from")
    };
    let shown = openssl(&["pkey", "-in", "keys/tidegate.key", "-noout", "-text"]);
    assert!(
        String::from_utf8_lossy(&shown.stdout).starts_with("ED25519 Private-Key"),
        "{shown:?}"
    );
    assert!(
        openssl(&["genpkey", "-algorithm", "ed25519", "-out", "theirs.key"])
            .status
            .success()
    );
    let theirs = Order {
        key: "theirs.key",
        ..SHOP
    };
    workshop.run(&theirs.compile(&[])).succeeds();
}

#[test]
fn what_is_no_key_is_refused() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    let compile = |key: &str| workshop.run(&Order { key, ..SHOP }.compile(&[]));
    compile("missing.key").fails(1, "cannot read `missing.key`: there is no such file or folder");
    compile("keys/tidegate.pub").fails(1, "it is a trust string, the public half");
    workshop.write("noise.key", [0xff; 40]);
    compile("noise.key").fails(1, "key-invalid");
    workshop.write(
        "broken.key",
        "-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----\n",
    );
    compile("broken.key").fails(1, "expected an Ed25519 key as PKCS#8 in PEM");
    let broken = Order {
        key: "broken.key",
        ..SHOP
    };
    let told = workshop.run(&broken.compile(&["--json"]));
    let told: Value = serde_json::from_str(&told.err).unwrap();
    assert_eq!(told["code"], "key-invalid");
    assert_eq!(told["file"], "broken.key");
    assert!(!exists(&workshop.path("shop.tgf")));
}

fn compile_with(workshop: &Workshop, key: &str, environment: &[(&str, &str)]) -> Run {
    workshop.run_in(environment, &Order { key, ..SHOP }.compile(&["--force"]))
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_is_not_used() {
    use std::os::unix::fs::PermissionsExt;
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    for mode in [0o644, 0o640, 0o604, 0o602] {
        fs::set_permissions(
            workshop.path("keys/tidegate.key"),
            fs::Permissions::from_mode(mode),
        )
        .unwrap();
        let run = compile_with(&workshop, "keys/tidegate.key", &[]);
        assert!(run.err.contains(&format!("has mode {mode:o}")), "{run:?}");
        run.fails(1, "key-exposed");
    }
    fs::set_permissions(
        workshop.path("keys/tidegate.key"),
        fs::Permissions::from_mode(0o400),
    )
    .unwrap();
    compile_with(&workshop, "keys/tidegate.key", &[]).succeeds();
}

#[test]
fn a_key_may_stand_in_the_environment_and_never_on_the_command_line() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    let pem = String::from_utf8(workshop.read("keys/tidegate.key")).unwrap();
    compile_with(&workshop, "env:SHOP_KEY", &[("SHOP_KEY", &pem)]).succeeds();
    let secret = pem.lines().nth(1).unwrap();
    for (key, value, code, why) in [
        ("env:SHOP_KEY", "nothing", 1, "is not a private key"),
        ("env:SHOP_KEY", secret, 1, "is not a private key"),
        ("env:OTHER_KEY", "", 1, "`OTHER_KEY` is not set"),
        (
            &format!("env:{secret}"),
            "",
            2,
            "not the name of an environment variable",
        ),
        (&pem, "", 2, "must not stand on the command line"),
    ] {
        compile_with(&workshop, key, &[("SHOP_KEY", value)]).fails(code, why);
    }
}

/// A signer of its own that keeps its key, as one for a vault would.
#[cfg(unix)]
pub(super) fn external_signer(workshop: &Workshop, sign: &str) {
    workshop.write(
        "signer.sh",
        format!("set -e\ncase $1 in\npublic) cat keys/tidegate.pub ;;\nsign) {sign} ;;\nesac\n"),
    );
}

#[cfg(unix)]
#[test]
fn a_command_signs_where_the_key_cannot_be_had() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    external_signer(
        &workshop,
        "cat > in && openssl pkeyutl -sign -inkey keys/tidegate.key -rawin -in in | openssl base64 -A",
    );
    let external = Order {
        key: "exec:sh signer.sh",
        ..SHOP
    };
    workshop.run(&external.publish(&[])).succeeds();
    workshop.publish(&[]).succeeds();
}

#[cfg(unix)]
#[test]
fn a_command_that_signs_badly_is_told_and_nothing_is_written() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    let publish = |key: &str| workshop.run(&Order { key, ..SHOP }.publish(&[]));
    let zeros = format!("cat >/dev/null; echo {}==", "A".repeat(86));
    for (sign, why) in [
        ("exit 3", "exit status: 3"),
        ("cat >/dev/null; echo hello", "is not a signature of 64 bytes"),
        (zeros.as_str(), "the signature does not fit its public key"),
        ("cat keys/tidegate.key", "is not a signature of 64 bytes"),
    ] {
        external_signer(&workshop, sign);
        publish("exec:sh signer.sh").fails(1, why);
    }
    publish("exec:false").fails(1, "signer-failed");
    publish("exec:echo hello").fails(1, "is not a trust string");
    assert!(!exists(&workshop.path("out")));
    workshop.compile(&[]).succeeds();
}
