use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tidegate::trust::{Document, Head};

/// The place whose head is asked for.
pub(crate) const PLACE: &str = "production/client";

/// A project that is published to two folders: one that is served, and one where the next head is made.
pub(crate) struct Shop {
    folder: tempfile::TempDir,
}

/// A head that is not in force yet.
pub(crate) struct NextHead {
    pub(crate) version: u64,
    made: PathBuf,
    served: PathBuf,
}

impl Shop {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let shop = Self { folder };
        shop.run("init shop");
        shop.run("keygen --out keys");
        shop.run("publish --project shop --to served --key keys/tidegate.key");
        for file in ["head", "latest"] {
            shop.copy(file);
        }
        let served = shop.path(&format!("served/{PLACE}/snapshot"));
        let next = shop.path(&format!("next/{PLACE}/snapshot"));
        fs::create_dir_all(&next).unwrap();
        for file in fs::read_dir(served).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), next.join(file.file_name())).unwrap();
        }
        shop
    }

    pub(crate) fn served(&self) -> PathBuf {
        self.path("served")
    }

    /// Signs a head beside the one that is served.
    pub(crate) fn next_head(&self) -> NextHead {
        self.run("renew --at next --environment production --audience client --head-key keys/tidegate.key");
        let made = self.path(&format!("next/{PLACE}/head"));
        let frame = fs::read(&made).unwrap();
        let document = Document::all(&frame).unwrap()[0];
        NextHead {
            version: Head::decode(document.payload()).unwrap().version,
            served: self.path(&format!("served/{PLACE}/head")),
            made,
        }
    }

    fn copy(&self, file: &str) {
        let next = self.path(&format!("next/{PLACE}"));
        fs::create_dir_all(&next).unwrap();
        fs::copy(self.path(&format!("served/{PLACE}/{file}")), next.join(file)).unwrap();
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn run(&self, arguments: &str) {
        let status = Command::new(env!("CARGO_BIN_EXE_tidegate"))
            .args(arguments.split(' '))
            .current_dir(self.folder.path())
            .stdout(Stdio::null())
            .status();
        assert!(status.unwrap().success(), "tidegate {arguments}");
    }
}

impl NextHead {
    /// Puts it in the place of the one that is served, all at once.
    pub(crate) fn put(&self) {
        let beside: &Path = &self.served.with_extension("next");
        fs::copy(&self.made, beside).unwrap();
        fs::rename(beside, &self.served).unwrap();
    }
}
