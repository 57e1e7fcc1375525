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

/// Why no revision is known of a project that lies in a repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownRevision {
    /// There is no git.
    #[error("the project lies in a git repository, but `git` cannot be started ({0}); install it")]
    NoGit(String),
    /// Git does not read the repository.
    #[error("git refuses the repository of the project: {said}{}", in_words(advice.as_deref()))]
    Refused {
        /// What git said, its first line.
        said: String,
        /// The command that git advises.
        advice: Option<String>,
    },
    /// The repository is another project's: it ignores this one.
    #[error(
        "the project lies in the repository {}, which ignores it; `git init` makes it one of its own",
        .0.display()
    )]
    Ignored(PathBuf),
    /// Nothing has been committed yet.
    #[error("the git repository of the project has no commits yet; commit first")]
    NoCommits,
}

/// The revision checked out in `root`, the folder of a project, or `None` if it is in no repository. It is dirty where a file
/// that git tracks has changed, or where a file that git neither tracks nor ignores can influence the build: those in
/// `sources`, the absolute paths from which the benches are built, and configuration. Files under `ignored` do not count:
/// saving a baseline must not mark the source of the next one as changed.
///
/// # Errors
/// Why it is not known.
pub fn revision(
    root: &Path,
    ignored: &Path,
    sources: &BTreeSet<PathBuf>,
) -> Result<Option<Revision>, UnknownRevision> {
    let Some(commit) = head(root)? else { return Ok(None) };
    // One that git tracks is not ignored, whatever the patterns say.
    if answer(root, &["check-ignore", "--quiet", "--", "Cargo.toml"]).is_some() {
        let other = answer(root, &["rev-parse", "--show-toplevel"]).unwrap_or_default();
        return Err(UnknownRevision::Ignored(other.into()));
    }
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
    Ok(Some(Revision { commit, branch, dirty }))
}

/// The commit that is checked out; `None` without a repository or a commit.
fn head(root: &Path) -> Result<Option<String>, UnknownRevision> {
    let asked = command(root).args(["rev-parse", "--verify", "--quiet", "HEAD"]).output();
    let in_repository = || root.ancestors().any(|folder| folder.join(".git").exists());
    match asked {
        Ok(output) if output.status.success() => {
            Ok(Some(String::from_utf8_lossy(&output.stdout).trim().to_owned()))
        }
        Ok(_) if !in_repository() => Ok(None),
        // It says nothing.
        Ok(output) if output.stderr.is_empty() => Err(UnknownRevision::NoCommits),
        Ok(output) => Err(refusal(&String::from_utf8_lossy(&output.stderr))),
        Err(cause) if in_repository() => Err(UnknownRevision::NoGit(cause.to_string())),
        Err(_) => Ok(None),
    }
}

/// Whether the repository that `folder` is in has this commit.
pub fn knows(folder: &Path, commit: &str) -> bool {
    answer(folder, &["cat-file", "-e", &format!("{commit}^{{commit}}")]).is_some()
}

/// A file as it was at a commit. `None` where it was not there, or where the commit is not known.
pub fn file_at(commit: &str, file: &Path) -> Option<String> {
    let (folder, name) = (file.parent()?, file.file_name()?.to_str()?);
    answer(folder, &["show", &format!("{commit}:./{name}")])
}

fn in_words(advice: Option<&str>) -> String {
    advice.map(|command| format!("; `{command}` makes git trust it")).unwrap_or_default()
}

fn refusal(said: &str) -> UnknownRevision {
    let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default().trim_start_matches("fatal: ").to_owned();
    UnknownRevision::Refused {
        said: first,
        advice: lines.find(|line| line.starts_with("git config ")).map(str::to_owned),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_advises_is_passed_on() {
        let said = "fatal: detected dubious ownership in repository at '/x'\nTo add an exception for this directory, \
                    call:\n\n\tgit config --global --add safe.directory /x\n";
        assert_eq!(
            refusal(said).to_string(),
            "git refuses the repository of the project: detected dubious ownership in repository at '/x'; `git config \
             --global --add safe.directory /x` makes git trust it"
        );
        assert_eq!(
            refusal("fatal: not a git repository: /gone\n").to_string(),
            "git refuses the repository of the project: not a git repository: /gone"
        );
    }
}
