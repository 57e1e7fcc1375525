//! The git revision of a folder, and calls of git.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::cargo::command_line;
use crate::model::Revision;

/// Variables by which git would look at another repository than that of the folder it is called for, such as
/// git sets them for its hooks.
const REPOSITORY_VARIABLES: [&str; 7] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
];

/// The revision checked out in `root`, or `None` if there is no git or no commit. Files under `ignored` do
/// not make it dirty: saving a baseline must not mark the source of the next one as changed.
pub fn revision(root: &Path, ignored: &Path) -> Option<Revision> {
    let commit = answer(root, &["rev-parse", "--verify", "--quiet", "HEAD"])?;
    let branch = answer(root, &["symbolic-ref", "--quiet", "--short", "HEAD"]);
    let exclude = format!(":(exclude){}", ignored.strip_prefix(root).unwrap_or(ignored).display());
    let inside = ignored.starts_with(root) && ignored != root;
    let mut status = vec!["status", "--porcelain", "--", "."];
    if inside {
        status.push(&exclude);
    }
    let dirty = answer(root, &status).is_some_and(|changes| !changes.is_empty());
    Some(Revision { commit, branch, dirty })
}

/// What git says, without white space around it; `None` if it cannot be run or says no.
pub(crate) fn answer(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = command(folder).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// A call of git for the repository that `folder` is in.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    for variable in REPOSITORY_VARIABLES {
        command.env_remove(variable);
    }
    command.arg("-C").arg(folder);
    command
}

/// Runs git and returns what it prints, as it is.
///
/// # Errors
/// When git cannot be started or fails; then with what it said.
pub(crate) fn run(command: &mut Command) -> Result<Vec<u8>> {
    let line = command_line(command);
    let output = command.output().with_context(|| format!("cannot start `{line}`"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        bail!("`{line}` failed with {}: {said}", output.status);
    }
    Ok(output.stdout)
}

/// Like [`run`], for a command given by its arguments.
pub(crate) fn run_in<A: AsRef<OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = A>,
) -> Result<Vec<u8>> {
    run(command(folder).args(arguments))
}
