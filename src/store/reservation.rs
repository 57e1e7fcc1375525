//! Reserves a name before measuring starts, so that no time is spent on a save that would fail.

use std::fs::{self, File};
use std::io;

use super::atomic::{publish, stage};
use super::error::StoreError;
use super::folder::Store;
use super::format::render;
use super::lock::lock;
use crate::model::{Baseline, BaselineName};

/// What a save does with an existing baseline of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Fails.
    New,
    /// Replaces the baseline.
    Force,
    /// Adds a session to the baseline, which must exist.
    Append,
}

/// The right to save one name, held until dropped.
#[derive(Debug)]
pub struct Reservation<'a> {
    store: &'a Store,
    name: BaselineName,
    mode: Mode,
    existing: Option<Baseline>,
    _lock: File,
}

impl Store {
    /// Reserves a name for a save, and creates the folder. Fails where [`Reservation::commit`] would fail, as
    /// far as that can be known before measuring.
    ///
    /// # Errors
    /// Another save of the name runs; the name is taken ([`Mode::New`]), missing or unreadable
    /// ([`Mode::Append`]) or its file is of a newer format; the folder cannot be written to.
    pub fn reserve(&self, name: &BaselineName, mode: Mode) -> Result<Reservation<'_>, StoreError> {
        let lock = lock(self.locks(), name)?;
        let existing = self.check_name(name, mode)?;
        self.check_writable()?;
        Ok(Reservation { store: self, name: name.clone(), mode, existing, _lock: lock })
    }

    /// Saves a baseline under its name, without measuring in between.
    ///
    /// # Errors
    /// Those of [`Store::reserve`] and [`Reservation::commit`].
    pub fn save(&self, baseline: &Baseline, mode: Mode) -> Result<Baseline, StoreError> {
        self.reserve(&baseline.name, mode)?.commit(baseline)
    }

    /// Checks that the mode allows to save under a name. Returns the baseline to append to, if any.
    fn check_name(&self, name: &BaselineName, mode: Mode) -> Result<Option<Baseline>, StoreError> {
        let file = self.file(name);
        match mode {
            Mode::New if file.symlink_metadata().is_ok() => {
                Err(StoreError::Exists { name: name.clone(), file })
            }
            Mode::New => Ok(None),
            Mode::Force => self.refuse_newer(name).map(|()| None),
            Mode::Append => {
                self.refuse_newer(name)?;
                Ok(Some(self.load(name)?.baseline))
            }
        }
    }

    fn refuse_newer(&self, name: &BaselineName) -> Result<(), StoreError> {
        match self.newer_format(name) {
            Some(format) => {
                Err(StoreError::ReplacesNewer { name: name.clone(), file: self.file(name), format })
            }
            None => Ok(()),
        }
    }

    fn check_writable(&self) -> Result<(), StoreError> {
        let folder = self.folder();
        fs::create_dir_all(folder)
            .and_then(|()| stage(folder, b"", self.write))
            .map(drop)
            .map_err(|cause| StoreError::Io { operation: "write to", path: folder.to_owned(), cause })
    }
}

impl Reservation<'_> {
    /// The baseline to append to. The new session must be measured under the same conditions
    /// ([`Baseline::mismatch`]).
    pub fn existing(&self) -> Option<&Baseline> {
        self.existing.as_ref()
    }

    /// Writes what was measured under the reserved name, and returns what the file now holds: the given
    /// baseline, in [`Mode::Append`] together with the older sessions. On failure the older file is unchanged
    /// and the name stays reserved.
    ///
    /// # Errors
    /// As for [`Store::reserve`]; the sessions cannot be joined; a value cannot be stored; the file cannot be
    /// written.
    pub fn commit(&self, measured: &Baseline) -> Result<Baseline, StoreError> {
        let existing = self.store.check_name(&self.name, self.mode)?;
        let mut baseline = match existing {
            Some(existing) => existing
                .append(measured.clone())
                .map_err(|mismatch| StoreError::Mismatch { name: self.name.clone(), mismatch })?,
            None => measured.clone(),
        };
        baseline.name = self.name.clone();
        self.write(&baseline)?;
        Ok(baseline)
    }

    fn write(&self, baseline: &Baseline) -> Result<(), StoreError> {
        let name = &self.name;
        let text = render(baseline).map_err(|fault| StoreError::Unwritable { name: name.clone(), fault })?;
        let file = self.store.file(name);
        let written = stage(self.store.folder(), text.as_bytes(), self.store.write)
            .and_then(|staged| publish(staged, &file, self.mode != Mode::New));
        written.map_err(|cause| match cause.kind() {
            io::ErrorKind::AlreadyExists => StoreError::Exists { name: name.clone(), file },
            _ => StoreError::Io { operation: "write", path: file, cause },
        })
    }
}
