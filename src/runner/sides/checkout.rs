//! Checks a source out, submodules included, into a worktree of its own.
//!
//! The user's index, stash, branches and working tree are not touched: the worktree's `HEAD` is detached, it
//! has an index of its own, and no hook runs.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::repository::{Found, Repository, commit_of};
use super::snapshot::Snapshots;
use super::workshop::make_folder;
use crate::runner::{git, interrupt};

/// Settings of the user's that would make the checkout incomplete, or change the repository.
const SETTINGS: [&str; 10] = [
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.sparseCheckout=false",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "submodule.recurse=false",
    "-c",
    "worktree.useRelativePaths=false",
];

/// A checkout that is being made.
pub(super) struct Checkout<'a> {
    pub(super) repository: &'a Repository,
    pub(super) snapshots: &'a Snapshots,
    /// Things to tell the user.
    pub(super) notes: Vec<String>,
}

impl Checkout<'_> {
    /// Checks `found` out into the folder `tree`, which must not exist.
    pub(super) fn make(&mut self, found: &Found, tree: &Path) -> Result<()> {
        let what = || format!("cannot check out {} into {}", found.label, tree.display());
        let root = &self.repository.root;
        let mut add = git::command(root);
        add.args(SETTINGS).args(["worktree", "add", "--quiet", "--detach", "--no-checkout", "--force"]);
        git::run(add.arg(tree).arg(&found.revision.commit)).with_context(what)?;
        let content = self.content(root, found.live, &found.revision.commit)?;
        self.read(git::command(tree), &content).with_context(what)?;
        self.fill_submodules(root, tree, &content, found.live)
    }

    /// What is to be in a tree: the commit, or a snapshot of the working tree in `root`.
    fn content(&self, root: &Path, live: bool, commit: &str) -> Result<String> {
        if live { self.snapshots.take(root) } else { Ok(commit.to_owned()) }
    }

    /// Fills a working tree with content. `git` is a call of git for it.
    fn read(&self, mut git: Command, content: &str) -> Result<()> {
        interrupt::check()?;
        git.args(SETTINGS).args(["read-tree", "--reset", "-u", content]);
        git.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", self.snapshots.objects());
        git::run(&mut git).map(drop)
    }

    /// Fills the submodules from those that are checked out in the working tree `from`.
    fn fill_submodules(&mut self, from: &Path, tree: &Path, content: &str, live: bool) -> Result<()> {
        for Submodule { path, commit } in self.submodules(from, content)? {
            let source = from.join(&path);
            if !source.join(".git").exists() {
                self.notes.push(format!(
                    "submodule {} is not checked out in {}, so that it is left out; `git submodule update --init` checks \
                     it out",
                    path.display(),
                    from.display()
                ));
                continue;
            }
            if !live && commit_of(&source, &commit).is_none() {
                bail!(
                    "submodule {} has no commit {commit}, which {} needs; fetch it with `git -C {} fetch --all`",
                    path.display(),
                    content,
                    source.display()
                );
            }
            let folder = tree.join(&path);
            let content = self.content(&source, live, &commit)?;
            self.read_submodule(&source, &folder, &content)
                .with_context(|| format!("cannot check out submodule {}", path.display()))?;
            self.fill_submodules(&source, &folder, &content, live)?;
        }
        Ok(())
    }

    fn read_submodule(&self, source: &Path, folder: &Path, content: &str) -> Result<()> {
        make_folder(folder)?;
        let own = git::run_in(source, ["rev-parse", "--absolute-git-dir"])?;
        let own = String::from_utf8(own).context("git printed a path that is not UTF-8")?;
        let index = self.snapshots.fresh_index()?;
        let mut git = git::command(folder);
        git.env("GIT_INDEX_FILE", index);
        git.arg(format!("--git-dir={}", own.trim_end())).arg("--work-tree=.");
        self.read(git, content)
    }

    fn submodules(&self, root: &Path, content: &str) -> Result<Vec<Submodule>> {
        let mut git = git::command(root);
        git.args(["ls-tree", "-r", "-z", "--full-tree", content]);
        git.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", self.snapshots.objects());
        let listed = git::run(&mut git)?;
        Ok(String::from_utf8_lossy(&listed).split('\0').filter_map(Submodule::of_entry).collect())
    }
}

/// A submodule in a tree.
#[derive(Debug, PartialEq)]
struct Submodule {
    path: PathBuf,
    commit: String,
}

impl Submodule {
    /// Reads an entry of `git ls-tree`, such as `160000 commit 1f2e<tab>some/path`.
    fn of_entry(entry: &str) -> Option<Submodule> {
        let (facts, path) = entry.split_once('\t')?;
        let commit = facts.strip_prefix("160000 commit ")?.trim().to_owned();
        Some(Submodule { path: path.into(), commit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn submodules_are_told_from_files() {
        let submodule = Submodule { path: "a b/c".into(), commit: "1f2e".to_owned() };
        assert_eq!(Submodule::of_entry("160000 commit 1f2e\ta b/c"), Some(submodule));
        assert_eq!(Submodule::of_entry("100644 blob 1f2e\ta"), None);
        assert_eq!(Submodule::of_entry(""), None);
    }
}
