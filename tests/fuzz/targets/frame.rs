use super::{NOW_MS, take};
use tidegate::engine::Unverified;
use tidegate::trust::{Document, SigningKey, add_signature};
use tidegate::{Client, Loaded, Scope, Trust};

/// Bytes as they come from a network or a disk, for a client that trusts a bare key.
pub fn frame(data: &[u8]) {
    let mut client = take::client();
    let loaded = client.load(data.to_vec(), NOW_MS);
    if client.header().is_none() && client.head().is_none() && client.root_version() == 0 {
        assert!(loaded.is_err(), "nothing came of it, and nothing was refused");
        assert!(client.state().is_empty());
    } else {
        survives_a_restart(&client);
    }
    let text = String::from_utf8_lossy(data);
    let _ = Scope::parse(&text);
    if let Ok(trust) = Trust::parse(&text).or_else(|_| Trust::from_root(data.to_vec())) {
        assert_eq!(Trust::parse(&trust.to_string()).as_ref(), Ok(&trust));
    }
    for development in [false, true] {
        let key = SigningKey::from_seed(&[9; 32], development);
        if let Ok(signed) = add_signature(data, &key) {
            assert_eq!(
                add_signature(&signed, &key).as_ref(),
                Ok(&signed),
                "signing twice counts once"
            );
        }
    }
    for document in Document::all(data).unwrap_or_default() {
        assert!(!document.bytes().is_empty() && document.bytes().ends_with(document.payload()));
        let _ = (document.kind(), document.header(), document.key_ids());
    }
    if let Ok(shown) = Unverified::read(data.to_vec()) {
        assert_eq!(
            shown.flags().count(),
            shown.bind(&Default::default()).evaluate_all(NOW_MS).count()
        );
        assert!(tidegate::engine::inspect(data.to_vec()).is_ok());
    }
}

fn survives_a_restart(client: &Client) {
    let mut again = take::client();
    assert_eq!(again.load(client.state(), NOW_MS), Ok(Loaded::Applied));
    assert_eq!(again.state(), client.state());
}
