//! What cargo knows about the project: its folders, its packages, and the benches that they declare.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use cargo_metadata::camino::Utf8Path;
use cargo_metadata::semver::Version;
use cargo_metadata::{Metadata, MetadataCommand, Package, PackageId, Target, TargetKind};

use super::cargo::Cargo;
use super::dependencies;
use super::dialect::Dialect;
use super::selection::Offer;
use crate::metadata::{self, ManifestText};

/// A cargo project as `cargo metadata` describes it, without its dependencies: these take cargo much longer,
/// and only a build needs them.
#[derive(Debug)]
pub struct Workspace {
    metadata: Metadata,
    command: MetadataCommand,
    cargo: Cargo,
    manifest_path: Option<PathBuf>,
    /// Arguments for cargo with which it was read.
    arguments: Vec<String>,
}

/// A project with its dependencies resolved.
#[derive(Debug)]
pub(crate) struct Resolved(Metadata);

/// The harness of a bench target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Harness {
    /// `harness = false` and a criterion that speaks the protocol: the bench can be run.
    Own,
    /// libtest's: `harness = false` is missing.
    Libtest,
    /// The package's criterion is older than the protocol.
    OldCriterion(String),
}

impl Workspace {
    /// Finds the project of the current folder, or of a manifest.
    ///
    /// # Errors
    /// When there is no manifest or cargo cannot resolve it.
    pub fn locate(manifest_path: Option<&PathBuf>, cargo_arguments: &[String]) -> Result<Workspace> {
        Workspace::locate_with(Cargo::default(), manifest_path, cargo_arguments)
    }

    /// Finds the project of a manifest, or of cargo's current folder, as `cargo` sees it.
    ///
    /// # Errors
    /// When there is no manifest or cargo cannot resolve it.
    pub fn locate_with(
        cargo: Cargo,
        manifest_path: Option<&PathBuf>,
        cargo_arguments: &[String],
    ) -> Result<Workspace> {
        let mut command = MetadataCommand::new();
        command.cargo_path(cargo.program());
        if let Some(path) = manifest_path {
            command.manifest_path(path);
        }
        if let Some(directory) = &cargo.directory {
            command.current_dir(directory);
        }
        for (name, value) in &cargo.variables {
            command.env(name, value);
        }
        command.other_options(cargo_arguments.to_vec());
        let metadata = read(command.clone().no_deps())?;
        let (manifest_path, arguments) = (manifest_path.cloned(), cargo_arguments.to_vec());
        Ok(Workspace { metadata, command, cargo, manifest_path, arguments })
    }

    /// Resolves the dependencies.
    ///
    /// # Errors
    /// When cargo cannot.
    pub(crate) fn resolved(&self) -> Result<Resolved> {
        read(&self.command).map(Resolved)
    }

    /// How cargo is called for it.
    pub(crate) fn cargo(&self) -> &Cargo {
        &self.cargo
    }

    /// The arguments for cargo with which it was read.
    pub(crate) fn arguments(&self) -> &[String] {
        &self.arguments
    }

    /// The packages of the workspace.
    pub(crate) fn packages(&self) -> Vec<&Package> {
        self.metadata.workspace_packages()
    }

    /// Where cargo keeps what it builds on the way, if that is not the target directory.
    pub(crate) fn separate_build_directory(&self) -> Option<PathBuf> {
        let folder = self.metadata.build_directory.as_ref()?;
        (*folder != self.metadata.target_directory).then(|| folder.clone().into())
    }

    /// It has a single package.
    pub fn has_one_package(&self) -> bool {
        self.packages().len() == 1
    }

    /// The manifest that the user named.
    pub(crate) fn manifest_path(&self) -> Option<&PathBuf> {
        self.manifest_path.as_ref()
    }

    /// The folder of the workspace's manifest.
    pub fn root(&self) -> PathBuf {
        self.metadata.workspace_root.clone().into()
    }

    /// Where cargo builds.
    pub fn target_directory(&self) -> PathBuf {
        self.metadata.target_directory.clone().into()
    }

    /// What its manifests say in their tables for this tool.
    ///
    /// # Errors
    /// A manifest cannot be read, or says what cannot be used.
    pub fn settings(&self) -> Result<metadata::Metadata> {
        let root = self.metadata.workspace_root.join("Cargo.toml");
        let says = |metadata: &serde_json::Value| metadata.get("tensorprof").is_some();
        let packages = self.packages().into_iter().filter(|package| says(&package.metadata));
        let mut manifests: BTreeMap<&Utf8Path, Option<String>> = packages
            .map(|package| (package.manifest_path.as_path(), Some(package.name.to_string())))
            .collect();
        if says(&self.metadata.workspace_metadata) {
            manifests.entry(&root).or_default();
        }
        let read = |(path, package): (&Utf8Path, Option<String>)| -> Result<ManifestText> {
            let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
            let file = path.strip_prefix(&self.metadata.workspace_root).unwrap_or(path).to_string();
            Ok(ManifestText { file, text, package, is_root: path == root })
        };
        let manifests = manifests.into_iter().map(read).collect::<Result<Vec<_>>>()?;
        Ok(metadata::Metadata::of(&manifests)?)
    }

    /// From where the benches of its packages are built: manifests, build scripts, and the folders of libraries, programs
    /// and benches. Absolute; only what lies inside the workspace.
    pub fn sources(&self) -> BTreeSet<PathBuf> {
        let packages = self.metadata.workspace_packages();
        let manifests = packages.iter().map(|package| package.manifest_path.as_path());
        let targets = packages.iter().flat_map(|package| package.targets.iter().filter_map(source_of));
        let inside = |path: &&Utf8Path| path.starts_with(&self.metadata.workspace_root);
        manifests.chain(targets).filter(inside).map(Into::into).collect()
    }

    /// Fails unless some package of the workspace declares a bench.
    ///
    /// # Errors
    /// When none does.
    pub(crate) fn require_benches(&self) -> Result<()> {
        if self.benches().next().is_none() {
            bail!(
                "there are no benches in {}; add a criterion bench with `[[bench]] name = \"...\"` and \
                 `harness = false` to a package",
                self.metadata.workspace_root
            );
        }
        Ok(())
    }

    /// Whether `cargo bench` leaves some bench out: one that requires features, or has `bench = false`.
    ///
    /// # Errors
    /// When a manifest cannot be read.
    pub(crate) fn leaves_benches_out(&self) -> Result<bool> {
        for package in self.packages() {
            let table = benches_of(package)?;
            let is_left_out = |bench: &Target| {
                !bench.required_features.is_empty() || declares(&table, &bench.name, "bench", false)
            };
            if package.targets.iter().filter(|target| is_bench(target)).any(is_left_out) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What its packages have to select from.
    pub(super) fn offers(&self) -> Vec<Offer> {
        let defaults = &self.metadata.workspace_default_members;
        let offer = |package: &Package| Offer {
            package: package.name.to_string(),
            benches: package
                .targets
                .iter()
                .filter(|target| is_bench(target))
                .map(|target| target.name.clone())
                .collect(),
            // An older cargo does not tell.
            is_default: defaults.is_missing() || defaults.contains(&package.id),
        };
        self.packages().into_iter().map(offer).collect()
    }

    /// Its benches that require features, each with these as `--features` takes them.
    pub fn benches_with_features(&self) -> Vec<(String, String)> {
        let with = self.benches().filter(|bench| !bench.required_features.is_empty());
        with.map(|bench| (bench.name.clone(), bench.required_features.join(","))).collect()
    }

    fn benches(&self) -> impl Iterator<Item = &Target> {
        self.packages().into_iter().flat_map(|package| &package.targets).filter(|target| is_bench(target))
    }
}

pub(super) fn is_bench(target: &Target) -> bool {
    target.kind.contains(&TargetKind::Bench)
}

/// The file or the folder of a target that a build of benches may compile.
fn source_of(target: &Target) -> Option<&Utf8Path> {
    let is = |kinds: &[TargetKind]| target.kind.iter().any(|kind| kinds.contains(kind));
    if is(&[TargetKind::Test, TargetKind::Example]) {
        None
    } else if is(&[TargetKind::CustomBuild]) {
        Some(&target.src_path)
    } else {
        target.src_path.parent()
    }
}

fn read(command: &MetadataCommand) -> Result<Metadata> {
    command.exec().context("cannot read the project with `cargo metadata`")
}

impl Resolved {
    pub(crate) fn package(&self, id: &PackageId) -> Option<&Package> {
        self.0.packages.iter().find(|package| &package.id == id)
    }

    /// The harness of a package's bench target.
    pub(crate) fn harness(&self, package: &Package, target: &str) -> Result<Harness> {
        if !declares(&benches_of(package)?, target, "harness", false) {
            return Ok(Harness::Libtest);
        }
        Ok(match self.dialect(package).too_old() {
            Some(version) => Harness::OldCriterion(version.to_string()),
            None => Harness::Own,
        })
    }

    /// The benchmark harnesses that a package depends on, and a criterion that another package hands on to it.
    pub(crate) fn dialect(&self, package: &Package) -> Dialect {
        let own = Dialect::of(harnesses(&dependencies::direct(&self.0, &package.id)));
        if own.has_criterion() {
            return own;
        }
        // Of several the last counts, which shall be the nearest.
        own.with_criterion_of(Dialect::of(harnesses(&dependencies::linked(&self.0, &package.id)).rev()))
    }
}

/// Packages as harnesses are known: by name and version.
fn harnesses<'a>(packages: &'a [&'a Package]) -> impl DoubleEndedIterator<Item = (&'a str, &'a Version)> {
    packages.iter().map(|package| (package.name.as_str(), &package.version))
}

/// The `[[bench]]` tables of a package. Cargo's metadata does not contain `bench` and `harness`, so this reads the manifest.
pub(super) fn benches_of(package: &Package) -> Result<Vec<toml::Value>> {
    let path = &package.manifest_path;
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
    let mut manifest: toml::Table = text.parse().with_context(|| format!("cannot parse {path}"))?;
    match manifest.remove("bench") {
        Some(toml::Value::Array(benches)) => Ok(benches),
        _ => Ok(Vec::new()),
    }
}

/// Whether a bench of this name has this key with this value.
pub(super) fn declares(benches: &[toml::Value], name: &str, key: &str, value: bool) -> bool {
    tables_of(benches, name).any(|bench| bench.get(key).and_then(toml::Value::as_bool) == Some(value))
}

/// Whether a table is of a bench of this name.
pub(super) fn is_declared(benches: &[toml::Value], name: &str) -> bool {
    tables_of(benches, name).next().is_some()
}

fn tables_of<'a>(benches: &'a [toml::Value], name: &'a str) -> impl Iterator<Item = &'a toml::Value> {
    benches.iter().filter(move |bench| bench.get("name").and_then(toml::Value::as_str) == Some(name))
}
