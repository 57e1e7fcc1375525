//! The user's git repository, which is only ever read, except for the registration of our worktrees.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::{Request, Source};
use crate::model::Revision;
use crate::runner::git;

/// A repository with a working tree.
#[derive(Debug)]
pub(super) struct Repository {
    /// Folder of the working tree.
    pub(super) root: PathBuf,
}

/// A source that was found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// The commit; that of the working tree is the one it is based on.
    pub(super) revision: Revision,
    /// The working tree rather than what the commit holds.
    pub(super) live: bool,
    /// For the user: the revision as it was named, with its commit.
    pub(super) label: String,
}

impl Repository {
    /// The repository that a folder is in.
    pub(super) fn around(folder: &Path) -> Result<Repository> {
        let root = ask(folder, &["rev-parse", "--show-toplevel"]).with_context(|| {
            format!(
                "{} is not in the working tree of a git repository, which comparing revisions needs; run `git init` and \
                 commit, or compare saved baselines with `cargo tensorprof diff`",
                folder.display()
            )
        })?;
        // Git may print a relative path.
        let root =
            real_path(&folder.join(&root)).with_context(|| format!("cannot find the folder {root}"))?;
        Ok(Repository { root })
    }

    /// Finds a source. The request says what makes the working tree dirty.
    pub(super) fn find(&self, source: &Source, request: &Request<'_>) -> Result<Found> {
        match source {
            Source::Revision(name) => self.find_revision(name),
            Source::WorkingTree => self.find_working_tree(request),
        }
    }

    fn find_revision(&self, name: &str) -> Result<Found> {
        let Some(commit) = commit_of(&self.root, name) else { bail!(self.missing(name)) };
        let full = git::answer(&self.root, &["rev-parse", "--symbolic-full-name", name]);
        let branch = full.and_then(|full| full.strip_prefix("refs/heads/").map(str::to_owned));
        let short: String = commit.chars().take(8).collect();
        let label = if commit.starts_with(name) { short } else { format!("{name} ({short})") };
        Ok(Found { revision: Revision { commit, branch, dirty: false }, live: false, label })
    }

    fn find_working_tree(&self, request: &Request<'_>) -> Result<Found> {
        match git::revision(&self.root, &request.baselines, &request.workspace.sources())? {
            Some(revision) => Ok(Found { revision, live: true, label: "the working tree".to_owned() }),
            None => bail!(self.no_commits()),
        }
    }

    /// Why a revision is not there, and what to do.
    fn missing(&self, name: &str) -> String {
        if commit_of(&self.root, "HEAD").is_none()
            && git::answer(&self.root, &["rev-list", "--all", "-n1"]).is_none_or(|any| any.is_empty())
        {
            return self.no_commits();
        }
        let root = self.root.display();
        if git::answer(&self.root, &["rev-parse", "--is-shallow-repository"]).as_deref() == Some("true") {
            return format!(
                "revision `{name}` is not in {root}, which is a shallow clone; fetch it with `git fetch --unshallow`, or \
                 with `git fetch --depth=N origin {name}`"
            );
        }
        format!(
            "revision `{name}` does not exist in {root}; `git branch --all` and `git log --oneline` list what does, and \
             `git fetch` gets what others have pushed"
        )
    }

    fn no_commits(&self) -> String {
        format!(
            "the repository {} has no commits yet, so there is nothing to compare with; commit first",
            self.root.display()
        )
    }
}

/// The full hash of the commit that `name` names in a repository.
pub(in crate::runner) fn commit_of(folder: &Path, name: &str) -> Option<String> {
    // No revision begins so, and git would take it for an option.
    if name.starts_with('-') {
        return None;
    }
    git::answer(folder, &["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")])
}

/// What git prints for a question that it must be able to answer.
fn ask(folder: &Path, arguments: &[&str]) -> Result<String> {
    let text =
        String::from_utf8(git::run_in(folder, arguments)?).context("git printed a path that is not UTF-8")?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

/// A path without symbolic links, as git prints it. On Windows such a path would be in a form that git does
/// not read.
pub(super) fn real_path(path: &Path) -> std::io::Result<PathBuf> {
    if cfg!(windows) { std::path::absolute(path) } else { path.canonicalize() }
}
