//! Files of the user's that commands add to.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use tensorprof::store::rewrite_file;

/// The text of a file. Anything else, such as a pipe, is an error: it could be waited for for ever.
pub(super) fn read(path: &Path) -> Result<String> {
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        bail!("cannot read {}: it is not a file", path.display());
    }
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes a file that has been read: as a whole or not at all. A link to it stays one.
pub(super) fn write(path: &Path, text: &str) -> Result<()> {
    rewrite_file(path, text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))
}

/// Creates a file. Returns false where the name is taken, be it by a link that leads nowhere.
pub(super) fn create_new(path: &Path, text: &str) -> Result<bool> {
    let written = File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes()));
    match written {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        written => written.map(|()| true).with_context(|| format!("cannot create {}", path.display())),
    }
}
