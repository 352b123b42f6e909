use super::publisher;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;
use tidegate::model::{Project, SourceFile};

/// The files of the sample shop.
pub(super) static FILES: LazyLock<Vec<SourceFile>> = LazyLock::new(|| {
    let mut files = Vec::new();
    collect(&Path::new(crate::TOP).join("www/flags"), "", &mut files);
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
});

/// The sample shop, as its files say.
pub(super) fn project() -> Project {
    publisher::project(&FILES)
}

/// For each flag of the sample shop the files that say all of it: the project's own, and those of what both refer to.
pub(super) fn by_flag() -> BTreeMap<&'static str, Vec<&'static SourceFile>> {
    let flags = FILES.iter().filter(|file| file.path.starts_with("flags/"));
    let with_all = |flag: &'static SourceFile| {
        let own = FILES.iter().filter(|file| file.path == "tidegate.yaml");
        let mut files: Vec<&SourceFile> = own.chain([flag]).collect();
        let mut read = 0;
        while let Some(text) = files.get(read).map(|file| &file.text) {
            let refers = |file: &&SourceFile| text.contains(name(file)) && file.path != "tidegate.yaml";
            for other in FILES.iter().filter(refers) {
                if !files.contains(&other) {
                    files.push(other);
                }
            }
            read += 1;
        }
        (name(flag), files)
    };
    flags.map(with_all).collect()
}

/// What a file is referred to by.
fn name(file: &SourceFile) -> &str {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    name.strip_suffix(".yaml").unwrap_or(name)
}

fn collect(folder: &Path, below: &str, files: &mut Vec<SourceFile>) {
    for entry in std::fs::read_dir(folder).expect("the sample is there").flatten() {
        let path = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{path}/"), files);
        } else if !path.ends_with(".md") {
            let text = std::fs::read_to_string(entry.path()).expect("the sample is text");
            files.push(SourceFile { path, text });
        }
    }
}
