//! Copies of folders.

use std::fs;
use std::io;
use std::path::Path;

use crate::runner::interrupt;

/// Copies a folder with the times of its files, by which cargo knows what has changed. Symbolic links in it
/// are followed.
pub(super) fn folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        if interrupt::requested() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let entry = entry?;
        let (source, copied) = (entry.path(), to.join(entry.file_name()));
        let facts = fs::metadata(&source)?;
        if facts.is_dir() {
            folder(&source, &copied)?;
        } else {
            fs::copy(&source, &copied)?;
            set_modified(&copied, facts.modified()?)?;
        }
    }
    Ok(())
}

/// Sets the time of a file's last change.
pub(super) fn set_modified(file: &Path, time: std::time::SystemTime) -> io::Result<()> {
    // Windows asks for the right to write.
    let opened = fs::OpenOptions::new().write(cfg!(windows)).read(true).open(file)?;
    opened.set_modified(time)
}
