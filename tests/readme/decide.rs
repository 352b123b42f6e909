use super::{README, project, support};
use tidegate::trust::SigningKey;

include!("one_page.rs");

/// The README's Rust block, as it stands.
pub(crate) const SOURCE: &str = include_str!("one_page.rs");

/// The first private key of RFC 8032's test vectors; the README trusts its public half, with which nobody signs in earnest.
const SEED: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

#[test]
fn the_rust_block_decides_the_flag_that_is_shown() {
    let mut seed = [0; 32];
    data_encoding::HEXLOWER
        .decode_mut(SEED.as_bytes(), &mut seed)
        .unwrap();
    let key = SigningKey::from_seed(&seed, false);
    assert!(README.contains(&key.trust().to_string()));

    let flags = project::flags();
    let mut files = vec![(
        "tidegate.yaml",
        "project: shop\nenvironments: [production, staging]\n",
    )];
    files.push((
        "segments/internal-qa.yaml",
        "if: { attribute: groups, anyOf: [qa] }\n",
    ));
    files.extend(flags.iter().map(|(path, text)| (*path, text.as_str())));
    let frame = key.sign(&support::payload(&files));
    assert!(one_page(frame, support::NOW_MS).unwrap());
}
