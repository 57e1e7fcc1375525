//! The commits between two, for a search by halving. Only reads: a `git bisect` of the user's is not disturbed.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use super::git;
use super::sides::commit_of;
use crate::model::Commit;

/// The history of a repository.
#[derive(Debug, Clone)]
pub struct Commits {
    /// A folder in the repository.
    folder: PathBuf,
    /// Only the first parents of merges are followed.
    first_parent: bool,
}

impl Commits {
    /// The history of the repository that a folder is in, along first parents only if wanted.
    pub fn new(folder: PathBuf, first_parent: bool) -> Commits {
        Commits { folder, first_parent }
    }

    /// The commit that a name stands for.
    ///
    /// # Errors
    /// There is none.
    pub fn find(&self, name: &str) -> Result<Commit> {
        let Some(hash) = commit_of(&self.folder, name) else {
            bail!(
                "revision `{name}` does not exist in {}; `git branch --all` and `git log --oneline` list what does",
                self.folder.display()
            );
        };
        let format = "--format=%H%x00%s%x00%an%x00%aI";
        let settings = ["-c", "log.showSignature=false"];
        let said = git::run(git::command(&self.folder).args(settings).args(["log", "-1", format, &hash]))?;
        let said = String::from_utf8_lossy(&said);
        let mut parts = said.trim_end_matches('\n').split('\0').map(str::to_owned);
        let mut part = || parts.next().with_context(|| format!("git does not describe commit {hash}"));
        Ok(Commit { hash: part()?, subject: part()?, author: part()?, date: part()? })
    }

    /// The hash of the first parent; `None` for the first commit, and where a shallow clone ends.
    pub fn parent(&self, commit: &Commit) -> Option<String> {
        commit_of(&self.folder, &format!("{}^", commit.hash))
    }

    /// Whether the history of `bad` holds `good`.
    pub fn is_ancestor(&self, good: &Commit, bad: &Commit) -> bool {
        git::run_in(&self.folder, ["merge-base", "--is-ancestor", &good.hash, &bad.hash]).is_ok()
    }

    /// The commits in the history of `bad` that are in none of `good`, itself included: first those that halve the rest best.
    ///
    /// # Errors
    /// When git fails.
    pub fn between<'a>(&self, good: impl Iterator<Item = &'a str>, bad: &str) -> Result<Vec<String>> {
        let mut list = git::command(&self.folder);
        list.args(["rev-list", "--bisect-all"]).args(self.first_parent.then_some("--first-parent"));
        list.arg(bad).args(good.map(|hash| format!("^{hash}")));
        let listed = git::run(&mut list)?;
        // A line is a hash and `(dist=N)`, perhaps after names.
        let listed = String::from_utf8_lossy(&listed);
        Ok(listed.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
    }
}
