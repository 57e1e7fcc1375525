//! The git revision of a folder, and calls of git.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
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

/// What cargo and rustup read wherever it lies, as patterns of git. Not the lock file, whose hash is recorded.
const CONFIGURATION: [&str; 3] = [":(glob)**/Cargo.toml", ":(glob)**/.cargo/**", ":(glob)**/rust-toolchain*"];

/// The revision checked out in `root`, or `None` if there is no git or no commit. It is dirty where a file that git
/// tracks has changed, or where a file that git neither tracks nor ignores can influence the build: those in `sources`,
/// the absolute paths from which the benches are built, and configuration. Files under `ignored` do not count: saving a
/// baseline must not mark the source of the next one as changed.
pub fn revision(root: &Path, ignored: &Path, sources: &BTreeSet<PathBuf>) -> Option<Revision> {
    let commit = answer(root, &["rev-parse", "--verify", "--quiet", "HEAD"])?;
    let branch = answer(root, &["symbolic-ref", "--quiet", "--short", "HEAD"]);
    let inside = ignored.starts_with(root) && ignored != root;
    let exclude = format!(":(exclude){}", ignored.strip_prefix(root).unwrap_or(ignored).display());
    let exclude = inside.then_some(exclude);
    let is_any = |arguments: &[&str], paths: &[String]| {
        let arguments = arguments.iter().copied().chain(paths.iter().map(String::as_str));
        let all: Vec<&str> = arguments.chain(exclude.as_deref()).collect();
        answer(root, &all).is_some_and(|found| !found.is_empty())
    };
    let literal = sources.iter().map(|path| format!(":(literal){}", path.display()));
    let influential: Vec<String> = CONFIGURATION.map(str::to_owned).into_iter().chain(literal).collect();
    let dirty = is_any(&["status", "--porcelain", "--untracked-files=no", "--"], &[".".to_owned()])
        || is_any(&["ls-files", "--others", "--exclude-standard", "--"], &influential);
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
