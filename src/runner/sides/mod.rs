//! The two sides of a head-to-head comparison: from "what each side is" to bench executables.
//!
//! [`prepare`] checks both sources out (`checkout`, `snapshot`), gives the baseline the candidate's benches
//! (`benches`), changes what the sides differ by (`manifest`), and builds them one after the other at one path
//! (`workshop`, `side`), so that identical code gives identical executables. `times` and `sizes` keep what is
//! built for the next time. [`Sides`] holds all of that until it is dropped; then nothing is left but the
//! build folders in the project's target directory.
//!
//! # What is the same on both sides
//! The toolchain that the user's folder chooses, cargo's flags, the variables, and cargo's configuration around
//! the repository. A `Cargo.lock` and a `.cargo/config.toml` in the repository belong to the revision; a
//! `Cargo.lock` that git does not have is that of the working tree on both sides.
//!
//! # What is left behind
//! Without `keep`, no checkout and no worktree in git's list, whether the run succeeds, fails, is interrupted
//! ([`super::interrupt`]) or, at the next run, was killed. With `keep`, the checkouts of the last run, of the
//! four newest projects. The build folders stay in `target/tensorprof/ab`; one that has grown to three times
//! its first size, and beyond 1 GiB, is built anew.

mod arguments;
mod benches;
mod checkout;
mod copy;
mod manifest;
mod orphans;
mod registered;
mod relocate;
mod repository;
mod side;
mod sizes;
mod snapshot;
mod surroundings;
mod times;
mod walk;
mod workshop;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::build::{BuildFailed, BuildRequest, Built, Diagnostics};
use super::interrupt;
use super::invocation::Invocation;
use super::toolchain::BuildChoices;
use super::workspace::Workspace;
use crate::model::{Build, Digests, Revision};
use checkout::Checkout;
pub(super) use repository::commit_of;
use repository::{Found, Repository, real_path};
use side::Builder;
use snapshot::Snapshots;
pub(super) use times::hash;
pub use workshop::Role;
use workshop::Workshop;

/// Where a side's code comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A git revision, as the user names it.
    Revision(String),
    /// The working tree with all changes, and with the untracked files that git does not ignore.
    WorkingTree,
}

/// What a side is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideSpec {
    /// Its code.
    pub source: Source,
    /// Features in addition to those of the [`Request`].
    pub features: Vec<String>,
    /// Variables for its build and its bench processes.
    pub variables: BTreeMap<String, String>,
    /// Flags for rustc after the user's own.
    pub rustflags: Vec<String>,
    /// A toolchain that rustup has installed instead of the user's, with or without `+`.
    pub toolchain: Option<String>,
    /// Dependencies, by name, and the versions to use instead of the locked ones.
    pub versions: BTreeMap<String, String>,
    /// Number of threads of its bench processes. Only carried: see [`super::threads`].
    pub threads: Option<u32>,
}

impl SideSpec {
    /// A side that differs by its code only.
    pub fn of(source: Source) -> SideSpec {
        SideSpec {
            source,
            features: Vec::new(),
            variables: BTreeMap::new(),
            rustflags: Vec::new(),
            toolchain: None,
            versions: BTreeMap::new(),
            threads: None,
        }
    }
}

/// Whose benches measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Benches {
    /// The candidate's on both sides; if the baseline does not build with them, each side's own.
    Candidate,
    /// Each side's own.
    Own,
}

/// What is common to both sides.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The user's project.
    pub workspace: &'a Workspace,
    /// What to build.
    pub build: BuildRequest,
    /// The same, for the record.
    pub choices: BuildChoices,
    /// Folder of the baselines: changes in it do not make the working tree dirty.
    pub baselines: PathBuf,
    /// Whose benches measure.
    pub benches: Benches,
    /// Keep the checkouts.
    pub keep: bool,
    /// Folder for the checkouts of all projects, such as `ab` in [`super::cache::folder`]; outside of the
    /// project's repository.
    pub checkouts: PathBuf,
}

/// What is being done, for the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// A side is checked out.
    ChecksOut(Role, &'a str),
    /// A side is built.
    Builds(Role, &'a str),
    /// Cargo is called by this command, a line for a shell.
    Calls(&'a str),
}

/// A side that is ready to be measured.
#[derive(Debug)]
pub struct Side {
    /// What it is.
    pub spec: SideSpec,
    /// The same in words, such as `main (1a2b3c4d)` or `the working tree`.
    pub label: String,
    /// Folder of the workspace in the checkout.
    pub root: PathBuf,
    /// The executables.
    pub built: Built,
    /// The source, for the record.
    pub revision: Revision,
    /// The build, for the record, without criterion's version.
    pub build: Build,
    /// How cargo starts each executable where it was built, which is the same place for both sides. Without the variables
    /// that describe its package.
    pub invocations: Vec<Invocation>,
    /// SHA-256 of each executable as it was built, by package and bench target.
    pub digests: Digests,
}

/// Both sides, ready to be measured until this is dropped.
#[derive(Debug)]
pub struct Sides {
    /// What is compared with.
    pub baseline: Side,
    /// What is judged.
    pub candidate: Side,
    /// What the user should know, in words.
    pub notes: Vec<String>,
    _workshop: Workshop,
}

impl Sides {
    /// The bench targets, by package and name, whose executables are byte for byte the same on both sides.
    pub fn identical_targets(&self) -> BTreeSet<(String, String)> {
        let same = |(target, digest): &(&(String, String), &String)| {
            self.candidate.digests.get(*target) == Some(*digest)
        };
        self.baseline.digests.iter().filter(same).map(|(target, _)| target.clone()).collect()
    }

    /// Whether nothing but chance can make the sides differ: the same targets, all executables byte for byte
    /// the same, started in the same way and with the same number of threads.
    pub fn are_identical(&self) -> bool {
        self.baseline.digests == self.candidate.digests
            && self.baseline.invocations == self.candidate.invocations
            && self.baseline.spec.threads == self.candidate.spec.threads
    }
}

/// Whether `name` names a revision in the repository that the folder is in.
pub fn is_revision(folder: &Path, name: &str) -> bool {
    repository::commit_of(folder, name).is_some()
}

/// Checks out and builds both sides. `on_step` is told what is being done.
///
/// # Errors
/// [`BuildFailed`] when a side does not build; [`interrupt::Interrupted`]; others when there is no repository
/// or no such revision, another run is at work, or git, cargo or the file system says no.
pub fn prepare(
    request: &Request<'_>,
    baseline: &SideSpec,
    candidate: &SideSpec,
    on_step: &mut dyn FnMut(Step<'_>),
) -> Result<Sides> {
    try_prepare(request, baseline, candidate, on_step).map_err(|error| {
        if interrupt::requested() {
            // Whatever failed did so because it was interrupted as well.
            interrupt::Interrupted.into()
        } else if is_full_disk(&error) {
            error.context(format!(
                "there seems to be no space left on the disk of {} or of {}; free some and run this again",
                request.checkouts.display(),
                request.workspace.target_directory().display()
            ))
        } else {
            error
        }
    })
}

/// Whether the system, or a program that was started, says so.
fn is_full_disk(error: &anyhow::Error) -> bool {
    // Git does not say why it could not write.
    const WORDS: [&str; 2] = ["No space left on device", "unable to write file"];
    error.chain().any(|cause| {
        let text = cause.to_string();
        let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        matches!(kind, Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded))
            || WORDS.iter().any(|words| text.contains(words))
    })
}

fn try_prepare(
    request: &Request<'_>,
    baseline: &SideSpec,
    candidate: &SideSpec,
    on_step: &mut dyn FnMut(Step<'_>),
) -> Result<Sides> {
    let root = request.workspace.root();
    let repository = Repository::around(&root)?;
    let manifest = manifest_in(&repository, request.workspace)?;
    let found = |spec: &SideSpec| repository.find(&spec.source, request);
    let found = [found(baseline)?, found(candidate)?];
    let builders =
        [Builder::new(request, baseline, &manifest)?, Builder::new(request, candidate, &manifest)?];
    let target_directory = request.workspace.target_directory();
    let mut workshop = Workshop::open(&request.checkouts, &target_directory, repository, request.keep)?;
    let home = surroundings::cargo_home();
    let around =
        surroundings::configurations(&workshop.repository().root, workshop.scratch(), home.as_deref());
    workshop.set_levels(surroundings::levels(&around));
    let snapshots =
        Snapshots::new(workshop.scratch(), real_path(&target_directory).unwrap_or(target_directory))?;
    let mut preparation = Preparation {
        request,
        workshop: &workshop,
        snapshots,
        around,
        builders,
        found,
        notes: Vec::new(),
        on_step,
    };
    let [baseline, candidate] = preparation.run()?;
    let notes = std::mem::take(&mut preparation.notes);
    Ok(Sides { baseline, candidate, notes, _workshop: workshop })
}

/// The path of the user's manifest in the repository.
fn manifest_in(repository: &Repository, workspace: &Workspace) -> Result<PathBuf> {
    let root = real_path(&workspace.root()).context("cannot find the workspace")?;
    if !root.starts_with(&repository.root) {
        bail!(
            "the workspace {} is not in the repository {} of the package, so that its revisions cannot be built",
            root.display(),
            repository.root.display()
        );
    }
    let manifest = match workspace.manifest_path() {
        Some(path) => path.clone(),
        None => {
            let current = std::env::current_dir().context("cannot find the current folder")?;
            let nearest =
                current.ancestors().map(|folder| folder.join("Cargo.toml")).find(|path| path.is_file());
            nearest.context("there is no Cargo.toml in this folder or around it")?
        }
    };
    let manifest = real_path(&manifest).with_context(|| format!("cannot find {}", manifest.display()))?;
    let inside = manifest.strip_prefix(&repository.root);
    inside.map(Path::to_owned).with_context(|| {
        format!("{} is not in the repository {}", manifest.display(), repository.root.display())
    })
}

/// Both sides on their way.
struct Preparation<'a, 'b> {
    request: &'a Request<'a>,
    workshop: &'a Workshop,
    snapshots: Snapshots,
    /// Cargo's configurations around the repository.
    around: Vec<PathBuf>,
    builders: [Builder<'a>; 2],
    found: [Found; 2],
    notes: Vec<String>,
    on_step: &'b mut dyn FnMut(Step<'_>),
}

impl Preparation<'_, '_> {
    fn run(&mut self) -> Result<[Side; 2]> {
        self.check_out(Role::Baseline)?;
        self.check_out(Role::Candidate)?;
        let replaced = self.request.benches == Benches::Candidate && self.replace_benches()?;
        self.adapt(Role::Candidate)?;
        let baseline = self.build_baseline(replaced)?;
        self.workshop.seed(Role::Baseline, Role::Candidate)?;
        let candidate = self.build(Role::Candidate, Diagnostics::Shown)?;
        Ok([baseline, candidate])
    }

    fn check_out(&mut self, role: Role) -> Result<()> {
        let found = &self.found[role as usize];
        (self.on_step)(Step::ChecksOut(role, &found.label));
        surroundings::surround(&self.workshop.surroundings(role), &self.around)?;
        let notes = std::mem::take(&mut self.notes);
        let mut checkout =
            Checkout { repository: self.workshop.repository(), snapshots: &self.snapshots, notes };
        checkout.make(found, &self.workshop.tree(role))?;
        self.notes = checkout.notes;
        self.builders[role as usize].provide_lock(&self.workshop.tree(role), &self.workshop.repository().root)
    }

    /// Gives the baseline the candidate's benches. Returns whether they differed.
    fn replace_benches(&self) -> Result<bool> {
        let workspace = |role: Role| {
            self.builders[role as usize].locate(&self.workshop.tree(role), &self.found[role as usize].label)
        };
        benches::replace(&workspace(Role::Baseline)?, &workspace(Role::Candidate)?)
    }

    /// Changes a checkout into what its side is to be.
    fn adapt(&mut self, role: Role) -> Result<()> {
        let tree = self.workshop.tree(role);
        for folder in manifest::outside::make_absolute(&tree, &self.workshop.repository().root)? {
            let note =
                format!("{} is not in the repository: both sides use it as it is now", folder.display());
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        Ok(())
    }

    /// Builds the baseline: with the candidate's benches if it has got them, else or if that fails with its
    /// own.
    fn build_baseline(&mut self, replaced: bool) -> Result<Side> {
        self.adapt(Role::Baseline)?;
        if !replaced {
            return self.build(Role::Baseline, Diagnostics::Shown);
        }
        let error = match self.build(Role::Baseline, Diagnostics::Kept) {
            Err(error) if error.is::<BuildFailed>() => error,
            built => {
                self.notes.push(
                    "both sides run the candidate's benches, which differ from the baseline's".to_owned(),
                );
                return built;
            }
        };
        let reasons = error.downcast_ref::<BuildFailed>().map(|failed| failed.diagnostics.as_slice());
        let reason = reasons.and_then(<[String]>::first).and_then(|text| text.lines().next());
        self.notes.push(format!(
            "the baseline does not build with the candidate's benches{}, so that each side runs its own",
            reason.map(|text| format!(" ({text})")).unwrap_or_default()
        ));
        self.workshop.discard(Role::Baseline)?;
        self.check_out(Role::Baseline)?;
        self.adapt(Role::Baseline)?;
        self.build(Role::Baseline, Diagnostics::Shown)
    }

    fn build(&mut self, role: Role, diagnostics: Diagnostics) -> Result<Side> {
        interrupt::check()?;
        let found = &self.found[role as usize];
        (self.on_step)(Step::Builds(role, &found.label));
        let failed = || format!("the {} is {}", role.name(), found.label);
        let bench = self.workshop.bench(role)?;
        let on_step = &mut *self.on_step;
        let made = self.builders[role as usize]
            .build(&bench, found, diagnostics, &mut |line| on_step(Step::Calls(line)))
            .with_context(failed)?;
        drop(bench);
        sizes::record(&self.workshop.build_folder(role))?;
        made.settle(self.workshop, role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_by_the_system_and_by_git() {
        let ours = anyhow::Error::from(io::Error::from(io::ErrorKind::StorageFull)).context("cannot write x");
        let gits = anyhow::anyhow!("`git` failed: error: unable to write file x");
        assert!(is_full_disk(&ours) && is_full_disk(&gits.context("cannot check out")));
        assert!(!is_full_disk(&anyhow::Error::from(io::Error::from(io::ErrorKind::NotFound))));
    }
}
