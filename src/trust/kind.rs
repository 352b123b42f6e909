/// The three documents that are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Keys, and what each may sign.
    Root,
    /// The short-lived pointer to the snapshot in force, with the kills since.
    Head,
    /// The compiled rules.
    Snapshot,
}

/// What every payload type begins with.
const VENDOR: &[u8] = b"application/vnd.tidegate.";

/// What the names of development documents begin with.
const DEVELOPMENT: &[u8] = b"dev-";

impl Kind {
    /// What a payload type names, for keys of production or of development; `None` for what those may not sign.
    pub(super) fn read(payload_type: &[u8], development: bool) -> Option<Self> {
        let mut name = payload_type.strip_prefix(VENDOR)?;
        if development {
            name = name.strip_prefix(DEVELOPMENT)?;
        }
        match name {
            b"snapshot" => Some(Self::Snapshot),
            b"head" => Some(Self::Head),
            b"root" if !development => Some(Self::Root),
            _ => None,
        }
    }

    /// The payload type that a key of production or of development signs.
    #[cfg(feature = "compile")]
    pub(super) fn payload_type(self, development: bool) -> String {
        let vendor = String::from_utf8_lossy(VENDOR);
        let prefix = String::from_utf8_lossy(if development { DEVELOPMENT } else { b"" });
        format!("{vendor}{prefix}{}", self.name())
    }

    /// `root`, `head` or `snapshot`.
    #[cfg(feature = "compile")]
    pub fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Head => "head",
            Self::Snapshot => "snapshot",
        }
    }
}
