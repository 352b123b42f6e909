use super::README;
use super::blocks::{Block, blocks};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// The files of flags and policies that the README shows, by path.
pub(crate) fn flags() -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for block in blocks(README) {
        if block.language == "yaml" {
            found.push((path_of(&block), block.text));
        }
    }
    found
}

/// The path that a YAML block's first line gives.
pub(crate) fn path_of(block: &Block<'_>) -> &'static str {
    let path = README
        .lines()
        .nth(block.line)
        .and_then(|line| line.strip_prefix("# "));
    let folders = ["flags/", "policies/"];
    path.filter(|path| folders.iter().any(|folder| path.starts_with(folder)) && path.ends_with(".yaml"))
        .unwrap_or_else(|| {
            panic!(
                "README.md:{}: a file without its path in the first line",
                block.line
            )
        })
}

/// The steps of "The first flag", as one script.
fn first_flag() -> String {
    let mut scripts = scripts();
    scripts.retain(|script| script.starts_with("tidegate init "));
    assert_eq!(scripts.len(), 1, "one block holds the first steps");
    scripts.remove(0)
}

/// The blocks of commands.
fn scripts() -> Vec<String> {
    let scripts = blocks(README)
        .into_iter()
        .filter(|block| block.language == "sh" && block.text.starts_with("tidegate "));
    scripts.map(|block| block.text).collect()
}

/// A folder in which the README's first steps were taken, and its flags were added.
pub(crate) struct Shop {
    folder: TempDir,
    /// What the steps printed.
    pub(crate) printed: String,
}

impl Shop {
    pub(crate) fn new() -> Self {
        let mut shop = Self {
            folder: tempfile::tempdir().unwrap(),
            printed: String::new(),
        };
        let top = shop.folder.path().to_owned();
        shop.printed = succeeds(&shell(&first_flag(), &top));
        for (path, text) in flags() {
            let path = top.join("shop").join(path);
            assert!(!path.exists(), "`init` made {} already", path.display());
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        shop
    }

    /// Runs a line in the project's folder, and returns what it printed.
    pub(crate) fn run(&self, line: &str) -> String {
        succeeds(&shell(line, &self.folder.path().join("shop")))
    }

    /// Runs a line in the project's folder, and returns its exit code and all that it told.
    pub(crate) fn tell(&self, line: &str) -> (Option<i32>, String) {
        let output = shell(line, &self.folder.path().join("shop"));
        let told = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(told).unwrap())
    }
}

/// Runs a script as somebody would who put the command into the `PATH`.
fn shell(script: &str, folder: &Path) -> Output {
    let command = Path::new(env!("CARGO_BIN_EXE_tidegate")).parent().unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    Command::new("sh")
        .args(["-euxc", script])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", command.display()))
        .output()
        .unwrap()
}

fn succeeds(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_first_steps_and_the_flag_that_is_shown_work() {
    let shop = Shop::new();
    let trust = shop
        .printed
        .lines()
        .find(|line| line.starts_with("ed25519:"))
        .unwrap();
    assert!(shop.printed.contains("no problems: 1 flag"), "{}", shop.printed);

    let checked = shop.run("tidegate lint --deny-warnings");
    assert!(checked.contains("no problems: 3 flags"), "{checked}");
    let compile = first_flag()
        .lines()
        .find(|line| line.starts_with("tidegate compile"))
        .unwrap()
        .to_owned();
    shop.run(&compile);
    let verified = shop.run(&format!(
        "tidegate verify latest --trust {trust} --scope shop/production/client"
    ));
    assert!(verified.contains("3 flags"), "{verified}");
}

#[test]
fn what_is_typed_later_works_in_its_order() {
    let shop = Shop::new();
    let first = first_flag();
    let later: Vec<String> = scripts().into_iter().filter(|script| *script != first).collect();
    assert!(!later.is_empty());
    let printed: String = later.iter().map(|script| shop.run(script)).collect();
    assert!(printed.contains("root:"), "{printed}");
}
