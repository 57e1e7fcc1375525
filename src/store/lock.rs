//! One change of a baseline at a time: an advisory lock that vanishes with the process that holds it.
//!
//! Lock files lie outside the folder of baselines, so that none is committed by accident, and are never
//! removed: a lock on a removed file and a lock on its successor would both be granted.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::Path;

use super::error::StoreError;
use crate::model::BaselineName;

/// Locks a name until the file returned is dropped.
pub(super) fn lock(folder: &Path, name: &BaselineName) -> Result<File, StoreError> {
    let path = folder.join(format!("{name}.lock"));
    let refused = |cause| StoreError::Io { operation: "lock", path: path.clone(), cause };
    fs::create_dir_all(folder).map_err(refused)?;
    let mut file = open(&path).map_err(refused)?;
    match file.try_lock() {
        Ok(()) => sign(&mut file).map_err(refused)?,
        Err(TryLockError::WouldBlock) => {
            return Err(StoreError::Busy { name: name.clone(), process: holder(&mut file) });
        }
        Err(TryLockError::Error(cause)) => return Err(refused(cause)),
    }
    Ok(file)
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

/// Leaves the id of this process for whoever finds the name locked.
fn sign(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    write!(file, "{}", std::process::id())
}

/// Windows refuses to read a file that another process locked: then the holder stays unknown.
fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
