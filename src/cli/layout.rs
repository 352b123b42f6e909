//! What lies where in a published folder, and how long each file may be kept by whoever passes it on.
//!
//! ```text
//! DESTINATION/ENVIRONMENT/AUDIENCE/head                 the pointer to the snapshot, and the kills
//! DESTINATION/ENVIRONMENT/AUDIENCE/latest               head and snapshot, for a first visit
//! DESTINATION/ENVIRONMENT/AUDIENCE/snapshot/<SHA-512>   snapshots, each named for its bytes
//! DESTINATION/ENVIRONMENT/AUDIENCE/1.root 2.root …      the chain of roots, where there is one
//! ```

use tidegate::snapshot::limits;

pub(crate) const HEAD: &str = "head";
pub(crate) const LATEST: &str = "latest";
pub(crate) const SNAPSHOTS: &str = "snapshot";

/// The type of everything that is published.
pub(crate) const CONTENT_TYPE: &str = "application/vnd.tidegate.frame";

/// What clients take at most: of a snapshot, or of `latest`, and of a head or a root.
pub(crate) const FRAME_BYTES: u64 = limits::FRAME_BYTES as u64;
pub(crate) const DOCUMENT_BYTES: u64 = limits::DOCUMENT_BYTES as u64;

/// The name of a root.
pub(crate) fn root(version: u64) -> String {
    format!("{version}.root")
}

/// How long caches may keep a file: snapshots never change, and the rest is asked for again and again.
pub(crate) fn cache_control(path: &str) -> &'static str {
    let snapshots = path.rsplit('/').nth(1) == Some(SNAPSHOTS);
    if snapshots {
        "max-age=31536000, immutable"
    } else {
        "max-age=5"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_snapshots_are_kept_for_long() {
        let kept = "max-age=31536000, immutable";
        assert_eq!(cache_control("snapshot/07"), kept);
        assert_eq!(cache_control("production/client/snapshot/07"), kept);
        for path in ["head", "snapshot", "production/snapshot/latest/head", &root(1)] {
            assert_eq!(cache_control(path), "max-age=5", "{path}");
        }
    }
}
