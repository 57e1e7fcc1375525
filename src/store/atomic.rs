//! Replaces files atomically: writes a temporary file in the same folder, flushes it to the disk, then
//! renames it.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

/// Writes bytes to a file. Replaceable, so that tests can simulate a full disk.
pub(super) type WriteAll = fn(&mut File, &[u8]) -> io::Result<()>;

/// Writes the bytes and waits until they are on the disk, so that a rename never publishes a file without its
/// content.
pub(super) fn write_synced(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()
}

/// Writes a temporary file in the folder, which is removed when dropped.
pub(super) fn stage(folder: &Path, bytes: &[u8], write: WriteAll) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".tensorprof-").suffix(".tmp");
    use_default_permissions(&mut builder);
    let mut staged = builder.tempfile_in(folder)?;
    write(staged.as_file_mut(), bytes)?;
    Ok(staged)
}

/// Gives a staged file its name. Without `replace`, an existing target is an error of kind
/// [`io::ErrorKind::AlreadyExists`].
pub(super) fn publish(staged: NamedTempFile, target: &Path, replace: bool) -> io::Result<()> {
    let published = if replace { staged.persist(target) } else { staged.persist_noclobber(target) };
    published.map_err(|failed| failed.error)?;
    sync_folder(target);
    Ok(())
}

/// Temporary files are private by default; a baseline gets the usual permissions of a new file.
#[cfg(unix)]
fn use_default_permissions(builder: &mut Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(std::fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn use_default_permissions(_builder: &mut Builder<'_, '_>) {}

/// Flushes the rename to the disk. If a file system cannot do so, either the old or the new file is there as
/// a whole, so an error is ignored.
fn sync_folder(target: &Path) {
    if let Some(Ok(folder)) = target.parent().map(File::open) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_target_is_replaced_only_on_request() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("main.toml");
        let staged = |text: &str| stage(folder.path(), text.as_bytes(), write_synced).expect("a staged file");
        publish(staged("first"), &target, false).expect("a new file");
        let error = publish(staged("second"), &target, false).expect_err("the file exists");
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&target).expect("a file"), "first");
        publish(staged("third"), &target, true).expect("a replaced file");
        assert_eq!(fs::read_to_string(&target).expect("a file"), "third");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing staged is left");
    }
}
