//! Replaces files atomically: writes a temporary file in the same folder, flushes it to the disk, then
//! renames it.
//!
//! A temporary file is locked as long as its process lives. One that nobody holds was left by a process that was
//! killed, and the next one that writes into the folder removes it.
//!
//! What is replaced keeps its permissions. A file that the user may not write is not replaced, though its folder would let a
//! rename do so.

use std::fs::{self, File, Permissions};
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

/// How the name of a temporary file begins and ends.
const PREFIX: &str = ".tensorprof-";
const SUFFIX: &str = ".tmp";

/// Why a file is not replaced, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("the file is read-only; make it writable first (`chmod u+w` on Unix)")]
pub(super) struct ReadOnly;

/// Replaces a file, or creates it. A link of that name is replaced too, and not followed.
///
/// # Errors
/// The file is read-only, the folder cannot be written to, or the name is that of a folder. The older file is then unchanged.
pub fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    publish(stage(folder_of(path), bytes, write_synced)?, path, true)
}

/// Replaces the content of a file, or creates it. Where the name is that of a link, this is the file to which it leads; a link
/// to nothing is replaced.
///
/// # Errors
/// As of [`replace_file`].
pub fn rewrite_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match path.canonicalize() {
        Ok(file) => replace_file(&file, bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => replace_file(path, bytes),
        Err(error) => Err(error),
    }
}

/// The folder that a file is in.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Keeps other processes from changing a file of a cache while the lock is held. The file's folder is made where it is
/// missing.
pub(super) fn lock_cache(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let lock = File::create(path.with_extension("lock"))?;
    lock.lock()?;
    Ok(lock)
}

/// Writes a temporary file in the folder, which is removed when dropped. Removes those of processes that were killed.
pub(super) fn stage(folder: &Path, bytes: &[u8], write: WriteAll) -> io::Result<NamedTempFile> {
    remove_abandoned(folder);
    let mut staged = create_held(folder)?;
    write(staged.as_file_mut(), bytes)?;
    Ok(staged)
}

/// Creates a temporary file and locks it. Between the two, another process may take it for abandoned and remove it: then
/// the next one is tried.
fn create_held(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    use_default_permissions(&mut builder);
    loop {
        let staged = builder.tempfile_in(folder)?;
        // Where the file system has no locks, nobody removes it either.
        let _ = staged.as_file().lock();
        if staged.path().symlink_metadata().is_ok() {
            return Ok(staged);
        }
    }
}

/// Removes the temporary files that no process holds. One that cannot be removed is in nobody's way.
fn remove_abandoned(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let is_temporary = |name: &str| name.starts_with(PREFIX) && name.ends_with(SUFFIX);
    for entry in entries.flatten().filter(|entry| entry.file_name().to_str().is_some_and(is_temporary)) {
        // Opening anything else than a file could wait for ever.
        if entry.file_type().is_ok_and(|kind| kind.is_file()) {
            _ = remove_unless_held(&entry.path());
        }
    }
}

fn remove_unless_held(path: &Path) -> io::Result<()> {
    let file = File::options().write(true).open(path)?;
    if file.try_lock().is_ok() { fs::remove_file(path) } else { Ok(()) }
}

/// Gives a staged file its name, and the permissions of a file that it replaces. Without `replace`, an existing target is an
/// error of kind [`io::ErrorKind::AlreadyExists`].
pub(super) fn publish(staged: NamedTempFile, target: &Path, replace: bool) -> io::Result<()> {
    let published = if replace {
        if let Some(permissions) = replaceable(target)? {
            staged.as_file().set_permissions(permissions)?;
        }
        staged.persist(target)
    } else {
        staged.persist_noclobber(target)
    };
    published.map_err(|failed| failed.error)?;
    sync_folder(target);
    Ok(())
}

/// The permissions of a file that may be replaced; `None` where no file has this name.
///
/// # Errors
/// [`ReadOnly`].
pub(super) fn replaceable(path: &Path) -> io::Result<Option<Permissions>> {
    let Ok(found) = path.symlink_metadata() else { return Ok(None) };
    if !found.is_file() {
        return Ok(None);
    }
    // The permissions bind others than the superuser; the attempt knows of groups, owners and lists of access as well.
    let denied = || File::options().write(true).open(path).is_err_and(|error| is_denied(&error));
    if found.permissions().readonly() || denied() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, ReadOnly));
    }
    Ok(Some(found.permissions()))
}

fn is_denied(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::PermissionDenied
}

/// Temporary files are private by default; a baseline gets the usual permissions of a new file.
#[cfg(unix)]
fn use_default_permissions(builder: &mut Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn use_default_permissions(_builder: &mut Builder<'_, '_>) {}

/// Flushes the rename to the disk. If a file system cannot do so, either the old or the new file is there as
/// a whole, so an error is ignored.
fn sync_folder(target: &Path) {
    if let Ok(folder) = File::open(folder_of(target)) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn what_a_killed_process_left_is_removed_and_what_a_live_one_holds_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let names = || {
            let entries = fs::read_dir(folder.path()).expect("a folder");
            entries.map(|entry| entry.expect("an entry").file_name()).collect::<Vec<_>>().len()
        };
        let alive = stage(folder.path(), b"alive", write_synced).expect("a staged file");
        fs::write(folder.path().join(".tensorprof-killed.tmp"), "half").expect("a file");
        fs::write(folder.path().join(".tensorprof-other"), "the user's").expect("a file");
        assert_eq!(names(), 3);
        replace_file(&folder.path().join("main.toml"), b"new").expect("a file");
        assert!(!folder.path().join(".tensorprof-killed.tmp").exists());
        assert_eq!(names(), 3, "the live one, the user's, and the new one");
        publish(alive, &folder.path().join("other.toml"), false).expect("was not touched");
    }

    #[cfg(unix)]
    #[test]
    fn a_replaced_file_keeps_its_permissions() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("Cargo.toml");
        for mode in [0o600, 0o664, 0o755] {
            fs::write(&file, "old").expect("a file");
            fs::set_permissions(&file, Permissions::from_mode(mode)).expect("the user's");
            replace_file(&file, b"new").expect("is writable");
            assert_eq!(fs::read_to_string(&file).expect("a file"), "new");
            let kept = fs::metadata(&file).expect("a file").permissions().mode() & 0o777;
            assert_eq!(kept, mode, "{kept:o}");
        }
    }

    #[test]
    fn a_read_only_file_is_not_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("Cargo.toml");
        fs::write(&file, "the user's").expect("a file");
        let mut permissions = fs::metadata(&file).expect("a file").permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&file, permissions).expect("the user's");
        for write in [replace_file, rewrite_file] {
            let error = write(&file, b"new").expect_err("is read-only");
            assert!(error.to_string().contains("read-only; make it writable"), "{error}");
        }
        assert_eq!(fs::read_to_string(&file).expect("a file"), "the user's");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing staged is left");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_rewritten_where_links_to_it_lead() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("elsewhere")).expect("a folder");
        fs::write(path("elsewhere/file"), "old").expect("a file");
        symlink("elsewhere/file", path("one")).expect("a link");
        symlink("one", path("two")).expect("a link");
        rewrite_file(&path("two"), b"new").expect("is written");
        assert!(path("one").is_symlink() && path("two").is_symlink());
        assert_eq!(fs::read_to_string(path("elsewhere/file")).expect("a file"), "new");
        fs::remove_file(path("elsewhere/file")).expect("is there");
        rewrite_file(&path("two"), b"new").expect("takes the place of a link to nothing");
        assert!(!path("two").is_symlink() && !path("elsewhere/file").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_replaced_and_not_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        fs::write(&target, "the user's").expect("a file");
        std::os::unix::fs::symlink(&target, &link).expect("a link");
        replace_file(&link, b"new").expect("a file");
        assert_eq!(fs::read_to_string(&target).expect("a file"), "the user's");
        assert_eq!(fs::read_to_string(&link).expect("a file"), "new");
    }
}
