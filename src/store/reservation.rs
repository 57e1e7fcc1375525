//! Reserves a name before measuring starts, so that no time is spent on a save that would fail.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::atomic::{folder_of, publish, replaceable, stage};
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
    /// Replaces the baseline, if all of it was measured again.
    Force,
    /// Replaces the baseline. Benchmarks of it that were not measured again are recorded as failed.
    ForceIncomplete,
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
    replaced: Option<Baseline>,
    _lock: File,
    _made: MadeFolders,
}

/// Folders that did not exist before, the innermost first. Those that have stayed empty are removed when this is dropped.
#[derive(Debug)]
struct MadeFolders(Vec<PathBuf>);

impl MadeFolders {
    fn make(folder: &Path) -> io::Result<MadeFolders> {
        let missing = folder.ancestors().take_while(|folder| folder.symlink_metadata().is_err());
        let made = MadeFolders(missing.map(Path::to_owned).collect());
        fs::create_dir_all(folder).map(|()| made)
    }
}

impl Drop for MadeFolders {
    fn drop(&mut self) {
        for folder in &self.0 {
            // Fails where there is something in it.
            let _ = fs::remove_dir(folder);
        }
    }
}

impl Store {
    /// Reserves a name for a save, and creates the folder, which goes again with the reservation if it stays empty. Fails
    /// where [`Reservation::commit`] would fail, as far as that can be known before measuring.
    ///
    /// # Errors
    /// Another save of the name runs; the name is taken ([`Mode::New`]), missing or unreadable
    /// ([`Mode::Append`]) or its file is read-only or of a newer format; the folder cannot be written to.
    pub fn reserve(&self, name: &BaselineName, mode: Mode) -> Result<Reservation<'_>, StoreError> {
        let lock = lock(self.locks(), name)?;
        let existing = self.check_name(name, mode)?;
        let made = self.check_writable(name)?;
        let replaced = if mode == Mode::Force { self.replaced(name) } else { Replaced::Nothing };
        let replaced = replaced.baseline();
        Ok(Reservation {
            store: self,
            name: name.clone(),
            mode,
            existing,
            replaced,
            _lock: lock,
            _made: made,
        })
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
                let name = name.clone();
                Err(match fs::read_link(&file) {
                    Ok(target) if !file.exists() => StoreError::DanglingLink { name, file, target },
                    _ => StoreError::Exists { name, file },
                })
            }
            Mode::New => Ok(None),
            Mode::Force | Mode::ForceIncomplete => {
                self.refuse_special(name)?;
                self.refuse_newer(name)?;
                self.refuse_read_only(name).map(|()| None)
            }
            Mode::Append => {
                self.refuse_newer(name)?;
                let existing = self.load(name)?.baseline;
                self.refuse_read_only(name).map(|()| Some(existing))
            }
        }
    }

    /// A dangling link is replaced like a file.
    fn refuse_special(&self, name: &BaselineName) -> Result<(), StoreError> {
        let file = self.file(name);
        match fs::metadata(&file) {
            Ok(metadata) if !metadata.is_file() => Err(StoreError::NotAFile { name: name.clone(), file }),
            _ => Ok(()),
        }
    }

    fn refuse_newer(&self, name: &BaselineName) -> Result<(), StoreError> {
        match self.newer_format(name)? {
            Some(format) => {
                Err(StoreError::ReplacesNewer { name: name.clone(), file: self.file(name), format })
            }
            None => Ok(()),
        }
    }

    fn refuse_read_only(&self, name: &BaselineName) -> Result<(), StoreError> {
        let path = self.place(name)?;
        let allowed = replaceable(&path).map(drop);
        allowed.map_err(|cause| StoreError::Io { operation: "replace", path, cause })
    }

    fn check_writable(&self, name: &BaselineName) -> Result<MadeFolders, StoreError> {
        let place = self.place(name)?;
        let folder = folder_of(&place);
        MadeFolders::make(folder)
            .and_then(|made| stage(folder, b"", self.write).map(|_| made))
            .map_err(|cause| StoreError::Io { operation: "write to", path: folder.to_owned(), cause })
    }
}

/// What a save with force replaces.
enum Replaced {
    Nothing,
    Readable(Box<Baseline>),
    Unreadable(StoreError),
}

impl Replaced {
    fn baseline(self) -> Option<Baseline> {
        match self {
            Replaced::Readable(baseline) => Some(*baseline),
            Replaced::Nothing | Replaced::Unreadable(_) => None,
        }
    }
}

/// Whether a measurement certainly holds all that a file of unknown content does.
fn measures_all(measured: &Baseline) -> bool {
    let (filter, partition) = (&measured.settings.filter, measured.settings.partition);
    measured.gaps().is_none() && filter.is_none() && partition.is_none()
}

impl Store {
    fn replaced(&self, name: &BaselineName) -> Replaced {
        match self.load(name) {
            Ok(loaded) => Replaced::Readable(Box::new(loaded.baseline)),
            Err(StoreError::Missing { .. }) => Replaced::Nothing,
            Err(error) => Replaced::Unreadable(error),
        }
    }

    /// The baseline to write in the place of another, which is not lost by it.
    fn replacement(
        &self,
        name: &BaselineName,
        measured: &Baseline,
        mode: Mode,
    ) -> Result<Baseline, StoreError> {
        let lost = match self.replaced(name) {
            Replaced::Nothing => Vec::new(),
            Replaced::Readable(old) => old.lost_in(measured),
            Replaced::Unreadable(error) if mode == Mode::Force && !measures_all(measured) => {
                let cause = Box::new(error);
                return Err(StoreError::ReplacesUnreadable { name: name.clone(), cause });
            }
            Replaced::Unreadable(_) => Vec::new(),
        };
        match mode {
            Mode::Force if !lost.is_empty() => Err(StoreError::Loses { name: name.clone(), lost }),
            _ => Ok(measured.clone().with_lost(lost)),
        }
    }
}

impl Reservation<'_> {
    /// The reserved name.
    pub fn name(&self) -> &BaselineName {
        &self.name
    }

    /// What becomes of an existing baseline of the name.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The baseline to append to. The new session must be measured under the same conditions
    /// ([`Baseline::mismatch`]).
    pub fn existing(&self) -> Option<&Baseline> {
        self.existing.as_ref()
    }

    /// The baseline that is replaced, as far as it can be read. All of it must be measured again
    /// ([`Baseline::lost_in`]). `None` where it need not be.
    pub fn replaced(&self) -> Option<&Baseline> {
        self.replaced.as_ref()
    }

    /// Writes what was measured under the reserved name, and returns what the file now holds: the given
    /// baseline, in [`Mode::Append`] together with the older sessions. On failure the older file is unchanged
    /// and the name stays reserved.
    ///
    /// # Errors
    /// As for [`Store::reserve`]; the sessions cannot be joined; not all of the replaced baseline was measured again; a
    /// value cannot be stored; the file cannot be written.
    pub fn commit(&self, measured: &Baseline) -> Result<Baseline, StoreError> {
        let existing = self.store.check_name(&self.name, self.mode)?;
        let mut baseline = match (existing, self.mode) {
            (Some(existing), _) => existing
                .append(measured.clone())
                .map_err(|mismatch| StoreError::Mismatch { name: self.name.clone(), mismatch })?,
            (None, Mode::Force | Mode::ForceIncomplete) => {
                self.store.replacement(&self.name, measured, self.mode)?
            }
            (None, Mode::New | Mode::Append) => measured.clone(),
        };
        baseline.name = self.name.clone();
        self.write(&baseline)?;
        Ok(baseline)
    }

    fn write(&self, baseline: &Baseline) -> Result<(), StoreError> {
        let name = &self.name;
        let text = render(baseline).map_err(|fault| StoreError::Unwritable { name: name.clone(), fault })?;
        let file = self.store.place(name)?;
        // Another save of the folder's first baseline may have come to nothing, and taken the folder along.
        let written = fs::create_dir_all(self.store.folder())
            .and_then(|()| stage(folder_of(&file), text.as_bytes(), self.store.write))
            .and_then(|staged| publish(staged, &file, self.mode != Mode::New));
        written.map_err(|cause| match cause.kind() {
            io::ErrorKind::AlreadyExists => StoreError::Exists { name: name.clone(), file },
            _ => StoreError::Io { operation: "write", path: file, cause },
        })
    }
}
