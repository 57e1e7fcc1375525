//! Builds one side.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::repository::{Found, real_path};
use super::workshop::{Bench, Role, Workshop};
use super::{Request, Side, SideSpec, arguments, manifest, relocate, times};
use crate::runner::build::{self, BuildRequest, Diagnostics};
use crate::runner::cargo::Cargo;
use crate::runner::digests::digests;
use crate::runner::toolchain::{self, BuildChoices};
use crate::runner::workspace::Workspace;

/// What it takes to build a side.
pub(super) struct Builder<'a> {
    request: &'a Request<'a>,
    spec: SideSpec,
    /// The user's manifest in the repository.
    manifest: PathBuf,
    /// Cargo, without a folder.
    cargo: Cargo,
    /// Arguments for the build.
    arguments: Vec<String>,
    /// Arguments with which the project is read.
    metadata_arguments: Vec<String>,
    choices: BuildChoices,
}

impl<'a> Builder<'a> {
    pub(super) fn new(request: &'a Request<'a>, spec: &SideSpec, manifest: &Path) -> Result<Builder<'a>> {
        let folder = std::env::current_dir().context("cannot find the current folder")?;
        let mut arguments = arguments::for_sides(&request.build.arguments, &folder);
        let mut choices = request.choices.clone();
        for features in &spec.features {
            arguments.extend(["--features".to_owned(), features.clone()]);
            choices.features.push(features.clone());
        }
        Ok(Builder {
            request,
            spec: spec.clone(),
            manifest: manifest.to_owned(),
            cargo: cargo(request, spec)?,
            arguments,
            metadata_arguments: arguments::for_sides(request.workspace.arguments(), &folder),
            choices,
        })
    }

    /// The project in a checkout.
    pub(super) fn locate(&self, tree: &Path, label: &str) -> Result<Workspace> {
        self.locate_with(&BTreeMap::new(), tree, label)
    }

    /// The project in a checkout, as cargo sees it with more variables.
    fn locate_with(
        &self,
        variables: &BTreeMap<String, OsString>,
        tree: &Path,
        label: &str,
    ) -> Result<Workspace> {
        let manifest = tree.join(&self.manifest);
        if !manifest.is_file() {
            bail!("{label} has no {}; compare with a revision that has it", self.manifest.display());
        }
        // Cargo looks for its configuration from here on.
        let mut cargo = Cargo { directory: manifest.parent().map(Path::to_owned), ..self.cargo.clone() };
        cargo.variables.extend(variables.clone());
        Workspace::locate_with(cargo, Some(&manifest), &self.metadata_arguments)
    }

    /// Copies the user's `Cargo.lock` into a checkout if git does not have it.
    pub(super) fn provide_lock(&self, tree: &Path, repository: &Path) -> Result<()> {
        let Ok(root) = real_path(&self.request.workspace.root()) else { return Ok(()) };
        let (Ok(inside), lock) = (root.strip_prefix(repository), root.join("Cargo.lock")) else {
            return Ok(());
        };
        let folder = tree.join(inside);
        let copied = folder.join("Cargo.lock");
        if lock.is_file() && folder.is_dir() && !copied.exists() {
            fs::copy(&lock, &copied)
                .with_context(|| format!("cannot copy {} to {}", lock.display(), copied.display()))?;
        }
        Ok(())
    }

    /// Builds the side that is at work.
    pub(super) fn build(&self, bench: &Bench<'_>, found: &Found, diagnostics: Diagnostics) -> Result<Made> {
        let tree = bench.tree();
        let mut variables = self.build_folder_variables(bench);
        let mut workspace = self.locate_with(&variables, &tree, &found.label)?;
        for (name, version) in &self.spec.versions {
            manifest::versions::set(&workspace, &tree, name, version)?;
        }
        if !self.spec.rustflags.is_empty() {
            let mut flags = toolchain::rustflags(workspace.cargo(), &self.choices)?;
            flags.extend(self.spec.rustflags.iter().cloned());
            variables.insert("CARGO_ENCODED_RUSTFLAGS".to_owned(), flags.join("\x1f").into());
            workspace = self.locate_with(&variables, &tree, &found.label)?;
        }
        times::restore(&tree, &bench.build_folder())?;
        let request = BuildRequest { arguments: self.arguments.clone(), ..self.request.build.clone() };
        let built = build::build_with(&workspace, &request, diagnostics)?;
        // After the build, which may write Cargo.lock.
        let facts = toolchain::build_facts(&workspace, &self.choices)?;
        let digests = digests(&built.executables)?;
        let side = Side {
            label: found.label.clone(),
            root: workspace.root(),
            built,
            revision: found.revision.clone(),
            build: facts,
            variables: self.spec.variables.clone().into_iter().collect(),
            spec: self.spec.clone(),
            digests,
        };
        Ok(Made(side))
    }

    /// Variables by which cargo builds into the side's own folder.
    fn build_folder_variables(&self, bench: &Bench<'_>) -> BTreeMap<String, OsString> {
        let separate = self.request.workspace.separate_build_directory().is_some();
        let names = ["CARGO_TARGET_DIR"].into_iter().chain(separate.then_some("CARGO_BUILD_BUILD_DIR"));
        names.map(|name| (name.to_owned(), bench.build_folder().into())).collect()
    }
}

/// Cargo for a side.
fn cargo(request: &Request<'_>, spec: &SideSpec) -> Result<Cargo> {
    let mut cargo = request.workspace.cargo().clone();
    cargo.directory = None;
    cargo.variables.extend(spec.variables.iter().map(|(name, value)| (name.clone(), value.into())));
    if let Some(toolchain) = &spec.toolchain {
        cargo.program = Some(toolchain::cargo_of(toolchain)?);
    }
    // A checkout may hold another choice of a toolchain than the user's folder.
    let toolchain = spec.toolchain.as_deref().map(|name| name.trim_start_matches('+').to_owned());
    if let Some(toolchain) = toolchain.or_else(toolchain::chosen_by_rustup) {
        cargo.variables.insert(toolchain::RUSTUP_VARIABLE.to_owned(), toolchain.into());
    }
    Ok(cargo)
}

/// A side whose paths are still those at which it was built.
pub(super) struct Made(Side);

impl Made {
    /// The side with the paths at which it stays.
    pub(super) fn settle(self, workshop: &Workshop, role: Role) -> Result<Side> {
        let Made(mut side) = self;
        let moves = workshop.moves(role);
        let moved = |path: &Path| {
            let inside = moves.iter().find_map(|(from, to)| Some(to.join(path.strip_prefix(from).ok()?)));
            inside.unwrap_or_else(|| path.to_owned())
        };
        side.root = moved(&side.root);
        let copies = workshop.fresh_folder_for_copies(role)?;
        for bench in &mut side.built.executables {
            bench.directory = moved(&bench.directory);
            bench.libraries = bench.libraries.iter().map(|folder| moved(folder)).collect();
            bench.path = relocate::relocate(&moved(&bench.path), &moves, &copies)?;
        }
        Ok(side)
    }
}
