//! The worktrees that git knows of, and how ours are taken off its list.
//!
//! Never by `git worktree prune`, which would also forget worktrees of the user's that are on a disk which is
//! not mounted now.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::runner::{child, git};

/// Removes the worktrees of a repository that lie in `folder`, whether or not their files are still there.
pub(super) fn remove_under(repository: &Path, folder: &Path) -> Result<()> {
    let listed = git::run(child::shield(git::command(repository).args(["worktree", "list", "--porcelain"])))?;
    for tree in paths(&String::from_utf8_lossy(&listed)).filter(|tree| tree.starts_with(folder)) {
        // Twice: even if it has changes, even if it is locked.
        let mut remove = git::command(repository);
        git::run(child::shield(remove.args(["worktree", "remove", "--force", "--force"]).arg(tree)))?;
    }
    Ok(())
}

/// Removes the worktrees whose checkouts are in `folder`, of whatever repositories. What cannot be removed
/// stays.
pub(super) fn remove_all_in(folder: &Path) {
    for tree in checkouts(folder) {
        if let Some(common) = git::answer(&tree, &["rev-parse", "--path-format=absolute", "--git-common-dir"])
        {
            let _ = remove_under(Path::new(&common), folder);
        }
    }
}

fn paths(porcelain: &str) -> impl Iterator<Item = PathBuf> {
    porcelain.lines().filter_map(|line| line.strip_prefix("worktree ")).map(PathBuf::from)
}

/// Folders, at most a few levels deep, with the `.git` file of a worktree.
fn checkouts(folder: &Path) -> Vec<PathBuf> {
    const DEEPEST: usize = 8;
    let mut found = Vec::new();
    let mut level = vec![folder.to_owned()];
    for _ in 0..DEEPEST {
        let (trees, others): (Vec<_>, Vec<_>) = level.into_iter().partition(|at| at.join(".git").is_file());
        found.extend(trees);
        level = others
            .iter()
            .filter_map(|at| at.read_dir().ok())
            .flat_map(|entries| entries.flatten().map(|entry| entry.path()))
            .filter(|path| path.is_dir() && !path.is_symlink())
            .collect();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worktrees_are_read_from_gits_list() {
        let text = "worktree /a b\nHEAD 12\nbranch refs/heads/main\n\nworktree /c\nHEAD 34\ndetached\n\n";
        assert_eq!(paths(text).collect::<Vec<_>>(), [PathBuf::from("/a b"), PathBuf::from("/c")]);
    }
}
