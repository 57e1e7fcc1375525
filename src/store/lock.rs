//! Allows one change of a baseline at a time, by an advisory lock that ends with the process that holds it.
//!
//! Lock files lie outside the folder of baselines, so that none is committed by accident. They are never
//! removed: two processes could then hold a lock, one on the removed file and one on its successor.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::Path;

use super::error::StoreError;
use crate::model::BaselineName;

/// Locks a name until the file returned is dropped.
pub(super) fn lock(folder: &Path, name: &BaselineName) -> Result<File, StoreError> {
    let path = folder.join(format!("{name}.lock"));
    lock_file(&path).map_err(|refusal| match refusal {
        Refusal::Busy(process) => StoreError::Busy { name: name.clone(), process },
        Refusal::Io(cause) => StoreError::Io { operation: "lock", path: path.clone(), cause },
    })
}

/// Why a file could not be locked.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Another process holds it; its id, where known.
    Busy(Option<u32>),
    /// The file system says no.
    Io(io::Error),
}

/// Locks a file, which is created with its folder, until the file returned is dropped.
pub(crate) fn lock_file(path: &Path) -> Result<File, Refusal> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Refusal::Io)?;
    }
    let mut file = open(path).map_err(Refusal::Io)?;
    match file.try_lock() {
        Ok(()) => write_process_id(&mut file).map_err(Refusal::Io)?,
        Err(TryLockError::WouldBlock) => return Err(Refusal::Busy(holder(&mut file))),
        Err(TryLockError::Error(cause)) => return Err(Refusal::Io(cause)),
    }
    Ok(file)
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

/// Writes the id of this process, for the error of another that finds the name locked.
fn write_process_id(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    write!(file, "{}", std::process::id())
}

/// The process that holds a lock. Unknown on Windows, which does not let others read a locked file.
fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
