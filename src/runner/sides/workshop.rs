//! The folders in which the sides are checked out and built, one command at a time.
//!
//! Both sides are built **at the same path**, one after the other: a side's folder is renamed to [`AT_WORK`]
//! for its build and back after it. So whatever a path can end up in (file names in panics, `env!`, debug
//! information, what build scripts and C compilers write, the hashes of packages outside of the workspace) is
//! the same on both sides, and the user's flags stay as they are. [`super::relocate`] then points the few
//! paths that a bench uses while it runs to the side's own folder.
//!
//! A checkout lies in the user's cache directory rather than in the project: there, cargo would also read the
//! `.cargo/config.toml` and take part in the workspace of the user's working tree, which are those of one side
//! only. What is built lies in the project's target directory, and stays there for the next time.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::repository::{Repository, real_path};
use super::{copy, orphans, registered, sizes};
use crate::model::short_hash;
use crate::store::lock::{Refusal, lock_file};

/// The name of a side's folders while it is built. As long as those of the sides: see [`super::relocate`].
const AT_WORK: &str = "side-x";
/// In a build folder: whose it is, for the case that a killed run left it at work.
const OWNER: &str = ".tensorprof-side";
/// In the folder of a side's checkout: the checkout.
const TREE: &str = "tree";
/// In the folder of a project's checkouts: the path of its lock.
const LOCK_PATH: &str = "lock-path";
/// In a build folder: copies of executables.
const COPIES: &str = "relocated";
/// So many projects may keep checkouts.
const KEPT_PROJECTS: usize = 4;

/// One of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// What is compared with.
    Baseline,
    /// What is judged.
    Candidate,
}

impl Role {
    /// The name of the side's folders.
    fn folder(self) -> &'static str {
        match self {
            Role::Baseline => "side-a",
            Role::Candidate => "side-b",
        }
    }

    /// `baseline` or `candidate`.
    pub fn name(self) -> &'static str {
        match self {
            Role::Baseline => "baseline",
            Role::Candidate => "candidate",
        }
    }
}

/// The folders, held until dropped. Then the checkouts are removed, unless they are to be kept.
#[derive(Debug)]
pub(super) struct Workshop {
    /// Folder of this project's checkouts.
    checkouts: PathBuf,
    /// Folder of what is built.
    builds: PathBuf,
    /// Levels of folders between a side's folder and its checkout.
    levels: PathBuf,
    repository: Repository,
    keep: bool,
    _lock: File,
}

impl Workshop {
    /// Takes the folders for a repository and a target directory, and removes what a killed run has left.
    /// `folder` is that of all projects' checkouts.
    pub(super) fn open(
        folder: &Path,
        target_directory: &Path,
        repository: Repository,
        keep: bool,
    ) -> Result<Workshop> {
        let builds = target_directory.join("tensorprof").join("ab");
        let (lock, lock_path) = lock(&builds)?;
        make_folder(folder)?;
        let folder = real_path(folder).with_context(|| format!("cannot open {}", folder.display()))?;
        let key = key_of(target_directory);
        let checkouts = folder.join(&key);
        let workshop = Workshop { checkouts, builds, levels: PathBuf::new(), repository, keep, _lock: lock };
        workshop.recover_builds()?;
        workshop.discard_checkouts()?;
        make_folder(&workshop.checkouts)?;
        fs::write(workshop.checkouts.join(LOCK_PATH), lock_path.as_os_str().as_encoded_bytes())
            .with_context(|| format!("cannot write into {}", workshop.checkouts.display()))?;
        remove_old_projects(&folder, &key);
        Ok(workshop)
    }

    pub(super) fn repository(&self) -> &Repository {
        &self.repository
    }

    /// Where snapshots of working trees keep their objects and their index.
    pub(super) fn scratch(&self) -> &Path {
        &self.checkouts
    }

    /// The folder around a side's checkout.
    pub(super) fn surroundings(&self, role: Role) -> PathBuf {
        self.checkouts.join(role.folder())
    }

    /// From now on, checkouts lie so much deeper in the folders around them.
    pub(super) fn set_levels(&mut self, levels: PathBuf) {
        self.levels = levels;
    }

    /// A side's checkout, while it is not at work.
    pub(super) fn tree(&self, role: Role) -> PathBuf {
        self.surroundings(role).join(&self.levels).join(TREE)
    }

    /// What was built of a side, while it is not at work.
    pub(super) fn build_folder(&self, role: Role) -> PathBuf {
        self.builds.join(role.folder())
    }

    /// Moves a side to where it is built, until the bench is dropped.
    pub(super) fn bench(&self, role: Role) -> Result<Bench<'_>> {
        let build = self.build_folder(role);
        if sizes::is_overgrown(&build) {
            remove_folder(&build)?;
        }
        make_folder(&build)?;
        let owner = build.join(OWNER);
        fs::write(&owner, role.folder()).with_context(|| format!("cannot write {}", owner.display()))?;
        rename(&self.surroundings(role), &self.checkouts.join(AT_WORK))?;
        // From here on the first is moved back even if the second cannot be moved.
        let bench = Bench { workshop: self, role };
        rename(&build, &self.builds.join(AT_WORK))?;
        Ok(bench)
    }

    /// The pairs of folders, at work and at rest, of a side.
    pub(super) fn moves(&self, role: Role) -> [(PathBuf, PathBuf); 2] {
        [
            (self.checkouts.join(AT_WORK), self.surroundings(role)),
            (self.builds.join(AT_WORK), self.build_folder(role)),
        ]
    }

    /// The path of a folder, which does not exist, for copies of a side's executables.
    pub(super) fn fresh_folder_for_copies(&self, role: Role) -> Result<PathBuf> {
        let folder = self.build_folder(role).join(COPIES);
        remove_folder(&folder)?;
        Ok(folder)
    }

    /// Gives the candidate's first build what the baseline's has: most of it is the same.
    pub(super) fn seed(&self, from: Role, to: Role) -> Result<()> {
        let (from, to) = (self.build_folder(from), self.build_folder(to));
        if to.exists() || !from.exists() {
            return Ok(());
        }
        let unfinished = self.builds.join("unfinished");
        remove_folder(&unfinished)?;
        match copy::folder(&from, &unfinished) {
            Ok(()) => rename(&unfinished, &to),
            // It only saves time.
            Err(_) => remove_folder(&unfinished),
        }
    }

    /// Removes one checkout and its registration.
    pub(super) fn discard(&self, role: Role) -> Result<()> {
        registered::remove_under(&self.repository.root, &self.surroundings(role))?;
        remove_folder(&self.surroundings(role))
    }

    /// Moves what a killed run left at work back to its side.
    fn recover_builds(&self) -> Result<()> {
        let at_work = self.builds.join(AT_WORK);
        orphans::wait_for(&at_work)?;
        let owner = fs::read_to_string(at_work.join(OWNER)).ok();
        let role = [Role::Baseline, Role::Candidate]
            .into_iter()
            .find(|role| owner.as_deref() == Some(role.folder()));
        match role.map(|role| self.build_folder(role)) {
            Some(home) if !home.exists() => rename(&at_work, &home),
            _ => remove_folder(&at_work),
        }
    }

    fn discard_checkouts(&self) -> Result<()> {
        registered::remove_under(&self.repository.root, &self.checkouts)?;
        remove_folder(&self.checkouts)
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        if !self.keep {
            // What cannot be removed now is removed by the next run.
            let _ = self.discard_checkouts();
            // The folder of all projects, if this was the only one.
            let _ = self.checkouts.parent().map(fs::remove_dir);
        }
    }
}

/// A side at work. Dropped, it is moved back.
pub(super) struct Bench<'a> {
    workshop: &'a Workshop,
    role: Role,
}

impl Bench<'_> {
    /// The checkout.
    pub(super) fn tree(&self) -> PathBuf {
        self.workshop.checkouts.join(AT_WORK).join(&self.workshop.levels).join(TREE)
    }

    /// The target directory.
    pub(super) fn build_folder(&self) -> PathBuf {
        self.workshop.builds.join(AT_WORK)
    }
}

impl Drop for Bench<'_> {
    fn drop(&mut self) {
        for (at_work, home) in self.workshop.moves(self.role) {
            if at_work.exists() {
                // What cannot be moved back now is by the next run.
                let _ = fs::rename(at_work, home);
            }
        }
    }
}

/// Locks the build folders. Also returns the path of the lock.
fn lock(builds: &Path) -> Result<(File, PathBuf)> {
    let path = builds.join("lock");
    match lock_file(&path) {
        Ok(lock) => Ok((lock, path)),
        Err(Refusal::Busy(process)) => {
            let process = process.map(|id| format!(" (process {id})")).unwrap_or_default();
            bail!(
                "another head-to-head run{process} is at work in this project; wait for its end, or stop it"
            )
        }
        Err(Refusal::Io(cause)) => {
            Err(cause).with_context(|| format!("cannot lock {}; make its folder writable", path.display()))
        }
    }
}

/// A name for a project: two target directories have different ones.
fn key_of(target_directory: &Path) -> String {
    short_hash(target_directory.as_os_str().as_encoded_bytes())
}

/// Removes what other projects have kept, except for the newest. Nothing depends on it, so that errors are
/// none.
fn remove_old_projects(folder: &Path, ours: &str) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut others: Vec<_> = entries
        .flatten()
        .filter(|entry| entry.file_name() != ours && entry.path().is_dir())
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    others.sort_unstable();
    let surplus = others.len().saturating_sub(KEPT_PROJECTS - 1);
    for (_, project) in &others[..surplus] {
        // A project that is gone has no lock any more.
        let lock = fs::read_to_string(project.join(LOCK_PATH)).map(PathBuf::from);
        let held = lock.ok().filter(|path| path.exists()).map(|path| lock_file(&path));
        if !matches!(held, Some(Err(_))) {
            registered::remove_all_in(project);
            let _ = fs::remove_dir_all(project);
        }
    }
}

pub(super) fn make_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))
}

fn remove_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove the folder {}", folder.display()))
        }
        _ => Ok(()),
    }
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).with_context(|| format!("cannot rename {} to {}", from.display(), to.display()))
}
