//! Whole files, in and out.

use crate::failure::{Failure, Outcome};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use tempfile::NamedTempFile;

/// Reads a file of at most so many bytes.
pub(crate) fn read(path: &Path, most_bytes: u64) -> Outcome<Vec<u8>> {
    let read = || -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(most_bytes + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|error| Failure::file("read", path, &error))?;
    if bytes.len() as u64 > most_bytes {
        let message = format!("`{}` is larger than {most_bytes} bytes", path.display());
        return Err(Failure::new("file-too-large", message).about(path));
    }
    Ok(bytes)
}

/// Puts a file in the place of another all at once: whoever reads finds the old bytes or the new ones.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Outcome {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let write = || -> io::Result<()> {
        if path.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let file = temporary(folder, bytes)?;
        // Who may read and write it stays as it is.
        if let Ok(there) = path.metadata() {
            file.as_file().set_permissions(there.permissions())?;
        }
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|error| Failure::file("write", path, &error))
}

/// A whole file under a passing name, safe on the disk, to be given its own name at once.
pub(crate) fn temporary(folder: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tidegate-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Makes a file that must not be there yet; a secret one is for its owner's eyes only.
pub(crate) fn create(path: &Path, bytes: &[u8], secret: bool) -> Outcome {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if secret { 0o600 } else { 0o666 });
    #[cfg(not(unix))]
    let _ = secret;
    let write = || -> io::Result<()> {
        let mut file = options.open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => exists(path),
        _ => Failure::file("write", path, &error),
    })
}

/// Waits until the names in a folder are safe on the disk: a file whose name is lost is lost too.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    // Elsewhere a folder cannot be opened like a file.
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// The refusal to overwrite.
pub(crate) fn exists(path: &Path) -> Failure {
    Failure::new(
        "already-exists",
        format!("`{}` exists and is not overwritten", path.display()),
    )
    .about(path)
}
