//! The end of a measurement: it is saved under its name or, where that fails, kept in another place, with the command that
//! brings it home. It has taken minutes.

use std::fs;
use std::path::Path;

use anyhow::{Error, Result, anyhow};
use tensorprof::model::{Baseline, BaselineName};
use tensorprof::report;
use tensorprof::runner::interrupt::Interrupted;
use tensorprof::store::{self, Mode, Reservation, Store, StoreError};

use crate::brought_back;
use crate::project::{Project, shell_words};
use crate::terminal::Terminal;

/// Saves a measurement, and warns if it is incomplete.
pub(crate) fn save(
    project: &Project,
    reservation: &Reservation<'_>,
    measured: &Baseline,
    terminal: &mut Terminal,
) -> Result<Baseline> {
    let saved =
        reservation.commit(measured).map_err(|error| keep_refused(project, reservation, measured, error))?;
    warn_of_gaps(&saved, terminal);
    Ok(saved)
}

/// Says that a baseline that was saved is incomplete, if it is.
pub(crate) fn warn_of_gaps(saved: &Baseline, terminal: &mut Terminal) {
    if let Some(lacks) = report::gaps(saved) {
        terminal.warning(&format!("baseline `{}` is incomplete: {lacks}", saved.name));
    }
}

/// Keeps a measurement that could not be saved. The error says why, and how to save what is kept.
fn keep_refused(
    project: &Project,
    reservation: &Reservation<'_>,
    measured: &Baseline,
    error: StoreError,
) -> Error {
    let (name, flags) = way_home(&project.store, reservation, &error);
    keep(project, error.into(), &[(measured, name, flags)])
}

/// Keeps the whole rounds of a measurement that the user interrupted. The error says how to save them, and how to add those
/// that are left.
pub(crate) fn interrupted(
    project: &Project,
    reservation: &Reservation<'_>,
    measured: &Baseline,
    rounds_left: u32,
) -> Error {
    let name = reservation.name();
    let kept = keep(project, Interrupted.into(), &[(measured, name.clone(), flags(reservation.mode()))]);
    if rounds_left == 0 {
        return kept;
    }
    let rest = if rounds_left == 1 {
        "the round that is".to_owned()
    } else {
        format!("the {rounds_left} rounds that are")
    };
    // The user has just said them.
    let said = shell_words(&brought_back::to_be_said(measured));
    anyhow!(
        "{kept:#}\nThen this adds {rest} left:\n    cargo tensorprof save {name} --append --rounds \
         {rounds_left}{}{said}",
        project.flags()
    )
}

/// Keeps measurements of which nothing could be made. Each stands with the name under which it is to be saved, and the flags
/// for that.
pub(crate) fn keep(project: &Project, error: Error, measured: &[(&Baseline, BaselineName, &str)]) -> Error {
    let folders = [project.unsaved(), std::env::temp_dir()];
    let mut commands = Vec::new();
    for (baseline, name, flags) in measured {
        let is_taken = flags.is_empty() && project.store.file(name).symlink_metadata().is_ok();
        let name = if is_taken { free_name(&project.store, name) } else { name.clone() };
        match store::keep(baseline, &folders) {
            Ok(file) => {
                let file = report::shell_word(&file.display().to_string());
                commands
                    .push(format!("cargo tensorprof save {name} --from {file}{flags}{}", project.flags()));
            }
            Err(lost) => return anyhow!("{error:#}; what was measured is lost: {lost}"),
        }
    }
    anyhow!("{error:#}; what was measured is kept, and this saves it:\n    {}", commands.join(" &&\n    "))
}

/// Removes a file that was kept and is saved now, so that it is not appended twice. A file of another folder is the user's.
pub(crate) fn drop_kept(project: &Project, file: &Path) {
    let folder = |path: &Path| path.canonicalize().ok();
    if file.parent().and_then(folder).is_some_and(|parent| folder(&project.unsaved()) == Some(parent)) {
        // What stays is a copy.
        let _ = fs::remove_file(file);
    }
}

/// Names under which measurements are kept that were not to be saved: their own, with no flags.
pub(crate) fn unnamed(measured: &Baseline) -> (&Baseline, BaselineName, &'static str) {
    (measured, measured.name.clone(), "")
}

/// The name and the flags that let a later save succeed where this one was refused.
fn way_home(
    store: &Store,
    reservation: &Reservation<'_>,
    error: &StoreError,
) -> (BaselineName, &'static str) {
    let name = reservation.name();
    match error {
        StoreError::Loses { .. } | StoreError::ReplacesUnreadable { .. } => {
            (name.clone(), " --force --keep-partial")
        }
        StoreError::Io { .. } => (name.clone(), flags(reservation.mode())),
        _ if reservation.mode() == Mode::New => (name.clone(), ""),
        _ => (free_name(store, name), ""),
    }
}

/// The flags of `save` for a mode.
pub(crate) fn flags(mode: Mode) -> &'static str {
    match mode {
        Mode::New => "",
        Mode::Append => " --append",
        Mode::Force => " --force",
        Mode::ForceIncomplete => " --force --keep-partial",
    }
}

/// A name like this one that no baseline has.
fn free_name(store: &Store, name: &BaselineName) -> BaselineName {
    let numbered = |number: u32| format!("{name}-{number}").parse::<BaselineName>().ok();
    let is_free = |name: &BaselineName| store.file(name).symlink_metadata().is_err();
    (2..1000).filter_map(numbered).find(is_free).unwrap_or_else(|| name.clone())
}
