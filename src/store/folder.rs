//! The folder of baselines: lists, loads and removes them.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::atomic::{WriteAll, write_synced};
use super::error::{FileFault, StoreError};
use super::format::{FORMAT, Loaded, declared_format, parse};
use super::limits;
use super::lock::lock;
use crate::model::BaselineName;

/// A folder of baselines.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    locks: PathBuf,
    pub(super) write: WriteAll,
}

impl Store {
    /// The baselines in `folder`, which need not exist yet. Lock files go to `locks`, a folder that is not
    /// under version control.
    pub fn new(folder: impl Into<PathBuf>, locks: impl Into<PathBuf>) -> Self {
        Store { folder: folder.into(), locks: locks.into(), write: write_synced }
    }

    /// The folder of baselines.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn locks(&self) -> &Path {
        &self.locks
    }

    /// The file of a baseline, whether it exists or not.
    pub fn file(&self, name: &BaselineName) -> PathBuf {
        self.folder.join(format!("{name}.toml"))
    }

    /// The names of all baselines, sorted. Other files than `NAME.toml` are ignored. A folder that does not
    /// exist has no baselines.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn names(&self) -> Result<Vec<BaselineName>, StoreError> {
        let refused = |cause| StoreError::Io { operation: "list", path: self.folder.clone(), cause };
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(cause) => return Err(refused(cause)),
        };
        let mut names = Vec::new();
        for entry in entries {
            names.extend(baseline_name(&entry.map_err(refused)?.file_name()));
        }
        names.sort();
        Ok(names)
    }

    /// Loads a baseline. It gets the name of its file, whatever name is written in it.
    ///
    /// # Errors
    /// It does not exist or cannot be read, or is not a valid baseline.
    pub fn load(&self, name: &BaselineName) -> Result<Loaded, StoreError> {
        let bytes = self.bytes(name)?;
        String::from_utf8(bytes)
            .map_err(|error| FileFault::NotText { offset: error.utf8_error().valid_up_to() })
            .and_then(|text| parse(&text, name))
            .map_err(|fault| self.unreadable(name, fault))
    }

    /// The bytes of a baseline's file.
    pub(super) fn bytes(&self, name: &BaselineName) -> Result<Vec<u8>, StoreError> {
        let file = self.file(name);
        let bytes = match read(&file) {
            Ok(bytes) => bytes,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => match fs::read_link(&file) {
                Ok(target) => Err(FileFault::DanglingLink { target }),
                Err(_) => return Err(self.missing(name)),
            },
            Err(cause) => return Err(StoreError::Io { operation: "read", path: file, cause }),
        };
        bytes.map_err(|fault| self.unreadable(name, fault))
    }

    fn unreadable(&self, name: &BaselineName, fault: FileFault) -> StoreError {
        StoreError::Unreadable { name: name.clone(), file: self.file(name), fault }
    }

    /// Removes a baseline, readable or not.
    ///
    /// # Errors
    /// It does not exist or cannot be removed, or a save of it is running.
    pub fn remove(&self, name: &BaselineName) -> Result<(), StoreError> {
        let _lock = lock(&self.locks, name)?;
        self.remove_locked(name)
    }

    /// Removes a baseline whose name is locked.
    pub(super) fn remove_locked(&self, name: &BaselineName) -> Result<(), StoreError> {
        let file = self.file(name);
        match fs::remove_file(&file) {
            Ok(()) => Ok(()),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Err(self.missing(name)),
            Err(cause) => Err(StoreError::Io { operation: "remove", path: file, cause }),
        }
    }

    /// The format of a baseline's file, if it is newer than [`FORMAT`]. A file without a format is not newer, nor one that is
    /// not there.
    ///
    /// # Errors
    /// As of [`format`](Self::format).
    pub(super) fn newer_format(&self, name: &BaselineName) -> Result<Option<i64>, StoreError> {
        Ok(self.format(name)?.filter(|&format| format > FORMAT))
    }

    /// The file that a save of a name writes: its own, or the baseline to which a link of its name leads. A link to anything
    /// else is replaced: a project that has one does not get at other files of who saves in it.
    ///
    /// # Errors
    /// As of [`format`](Self::format).
    pub(super) fn place(&self, name: &BaselineName) -> Result<PathBuf, StoreError> {
        let file = self.file(name);
        let target = self.format(name)?.and_then(|_| file.canonicalize().ok());
        Ok(target.filter(|_| file.is_symlink()).unwrap_or(file))
    }

    /// The format that a baseline's file declares. `None` of a file that is no baseline, or not there.
    ///
    /// # Errors
    /// The system does not let it be read.
    fn format(&self, name: &BaselineName) -> Result<Option<i64>, StoreError> {
        let path = self.file(name);
        // As far as a baseline may go, even where the file goes further.
        let start = |mut file: io::Take<File>| {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).map(|_| bytes)
        };
        match open(&path).and_then(|opened| opened.ok().map(start).transpose()) {
            Ok(bytes) => Ok(bytes.and_then(|bytes| declared_format(&String::from_utf8_lossy(&bytes)))),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(StoreError::Io { operation: "read", path, cause }),
        }
    }

    fn missing(&self, name: &BaselineName) -> StoreError {
        let saved = self.names().unwrap_or_default();
        StoreError::Missing { name: name.clone(), folder: self.folder.clone(), saved }
    }
}

fn baseline_name(file: &std::ffi::OsStr) -> Option<BaselineName> {
    file.to_str()?.strip_suffix(".toml")?.parse().ok()
}

/// The bytes of a file. The outer error is that of the operating system; the inner one says that the file
/// cannot be a baseline.
fn read(path: &Path) -> io::Result<Result<Vec<u8>, FileFault>> {
    let mut file = match open(path)? {
        Ok(file) => file,
        Err(fault) => return Ok(Err(fault)),
    };
    // Not read at all if it is known to be too large; it may still grow.
    if let Err(fault) = limits::check_bytes(file.get_ref().metadata()?.len()) {
        return Ok(Err(fault));
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(limits::check_bytes(bytes.len() as u64).map(|()| bytes))
}

/// A file to be read as far as the largest baseline goes, and one byte more. A pipe is not opened: that would wait for
/// its other end.
fn open(path: &Path) -> io::Result<Result<io::Take<File>, FileFault>> {
    if !fs::metadata(path)?.is_file() {
        return Ok(Err(FileFault::NotAFile));
    }
    Ok(Ok(File::open(path)?.take(limits::FILE_BYTES + 1)))
}
