//! Snapshots of working trees as git trees: what `git add --all` would stage, untracked files included.
//!
//! They are made with an index and an object folder of our own, so that the repository is only read.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::workshop::make_folder;
use crate::runner::{git, interrupt};

/// Settings of the user's that would make git write to the repository, or stop.
const SETTINGS: [&str; 10] = [
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.splitIndex=false",
    "-c",
    "core.untrackedCache=false",
    "-c",
    "core.safecrlf=false",
    "-c",
    "core.looseCompression=0",
];

/// Where snapshots are kept.
#[derive(Debug)]
pub(super) struct Snapshots {
    folder: PathBuf,
    /// A folder that belongs to no snapshot, even if git does not ignore it.
    excluded: PathBuf,
}

impl Snapshots {
    pub(super) fn new(folder: &Path, excluded: PathBuf) -> Result<Snapshots> {
        let snapshots = Snapshots { folder: folder.to_owned(), excluded };
        make_folder(&snapshots.objects())?;
        Ok(snapshots)
    }

    /// The folder of git objects of all snapshots.
    pub(super) fn objects(&self) -> PathBuf {
        self.folder.join("objects")
    }

    /// A path for an index, at which there is none.
    pub(super) fn fresh_index(&self) -> Result<PathBuf> {
        let index = self.folder.join("index");
        match fs::remove_file(&index) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", index.display()))
            }
            _ => Ok(index),
        }
    }

    /// Takes a snapshot of the working tree in `root` and returns the hash of the git tree.
    pub(super) fn take(&self, root: &Path) -> Result<String> {
        interrupt::check()?;
        let index = self.copy_index(root)?;
        let objects = path_of(root, "objects")?;
        let stage = |arguments: &[&str]| {
            let mut git = git::command(root);
            git.args(SETTINGS).args(arguments);
            git.env("GIT_INDEX_FILE", &index)
                .env("GIT_OBJECT_DIRECTORY", self.objects())
                .env("GIT_ALTERNATE_OBJECT_DIRECTORIES", &objects);
            git
        };
        let mut add = stage(&["add", "--all", "--", ":/"]);
        add.args(self.exclusion(root));
        git::run(&mut add)
            .with_context(|| format!("cannot take a snapshot of the working tree {}", root.display()))?;
        let tree = git::run(&mut stage(&["write-tree"]))?;
        Ok(String::from_utf8_lossy(&tree).trim().to_owned())
    }

    /// A copy of the index, which spares git to read the files that have not changed.
    fn copy_index(&self, root: &Path) -> Result<PathBuf> {
        let (theirs, ours) = (path_of(root, "index")?, self.fresh_index()?);
        match fs::copy(&theirs, &ours) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot copy {} to {}", theirs.display(), ours.display()))
            }
            _ => Ok(ours),
        }
    }

    /// Git's pattern for what is left out, if that is in this working tree and git does not ignore it anyway:
    /// it refuses patterns for what it ignores.
    fn exclusion(&self, root: &Path) -> Option<OsString> {
        let inside = self.excluded.strip_prefix(root).ok().filter(|path| !path.as_os_str().is_empty())?;
        let ignored = git::run(git::command(root).args(["check-ignore", "--quiet"]).arg(inside)).is_ok();
        let mut pattern = OsString::from(":(top,exclude,literal)");
        pattern.push(inside);
        (!ignored).then_some(pattern)
    }
}

/// The path of something in git's folder of a working tree.
fn path_of(root: &Path, name: &str) -> Result<PathBuf> {
    let path = git::run_in(root, ["rev-parse", "--git-path", name])?;
    let path = String::from_utf8(path).context("git printed a path that is not UTF-8")?;
    Ok(root.join(path.trim_end_matches(['\n', '\r'])))
}
