//! What cargo knows of the project: where it is, which packages it has, which benches they declare.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use cargo_metadata::{Metadata, MetadataCommand, Package, PackageId, TargetKind};

/// Oldest criterion that speaks the runner protocol.
const OLDEST_CRITERION: cargo_metadata::semver::Version = cargo_metadata::semver::Version::new(0, 3, 3);

/// A cargo project as `cargo metadata` describes it.
#[derive(Debug)]
pub struct Workspace {
    metadata: Metadata,
}

/// The harness of a bench target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Harness {
    /// `harness = false` and a criterion that speaks the protocol: it may be run.
    Own,
    /// libtest's: `harness = false` is missing.
    Libtest,
    /// The package's criterion is older than the protocol.
    OldCriterion(String),
}

impl Workspace {
    /// Asks cargo.
    ///
    /// # Errors
    /// When there is no manifest or cargo cannot resolve it.
    pub fn locate(manifest_path: Option<&PathBuf>, cargo_arguments: &[String]) -> Result<Workspace> {
        let mut command = MetadataCommand::new();
        if let Some(path) = manifest_path {
            command.manifest_path(path);
        }
        command.other_options(cargo_arguments.to_vec());
        let metadata = command.exec().context("cannot read the project with `cargo metadata`")?;
        Ok(Workspace { metadata })
    }

    /// The folder of the workspace's manifest.
    pub fn root(&self) -> PathBuf {
        self.metadata.workspace_root.clone().into()
    }

    /// Where cargo builds.
    pub fn target_directory(&self) -> PathBuf {
        self.metadata.target_directory.clone().into()
    }

    /// `[workspace.metadata.tensorprof] KEY`, else `[package.metadata.tensorprof] KEY` of the root package.
    pub fn setting(&self, key: &str) -> Option<&str> {
        let package = self.metadata.root_package().map(|package| &package.metadata);
        [Some(&self.metadata.workspace_metadata), package]
            .into_iter()
            .flatten()
            .find_map(|table| table.get("tensorprof")?.get(key)?.as_str())
    }

    /// Fails unless some package of the workspace declares a bench.
    ///
    /// # Errors
    /// When none does.
    pub(crate) fn require_benches(&self) -> Result<()> {
        let any = self
            .metadata
            .workspace_packages()
            .iter()
            .any(|package| package.targets.iter().any(|target| target.kind.contains(&TargetKind::Bench)));
        if !any {
            bail!(
                "there are no benches in {}; add a criterion bench with `[[bench]] name = \"...\"` and \
                 `harness = false` to a package",
                self.metadata.workspace_root
            );
        }
        Ok(())
    }

    pub(crate) fn package(&self, id: &PackageId) -> Option<&Package> {
        self.metadata.packages.iter().find(|package| &package.id == id)
    }

    /// The harness of a package's bench target.
    pub(crate) fn harness(&self, package: &Package, target: &str) -> Result<Harness> {
        if !self.declares_own_harness(package, target)? {
            return Ok(Harness::Libtest);
        }
        Ok(match self.criterion_of(package) {
            Some(version) if *version < OLDEST_CRITERION => Harness::OldCriterion(version.to_string()),
            _ => Harness::Own,
        })
    }

    /// Cargo's metadata leaves `harness` out, so the manifest is asked.
    fn declares_own_harness(&self, package: &Package, target: &str) -> Result<bool> {
        let path = &package.manifest_path;
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
        let manifest: toml::Table = text.parse().with_context(|| format!("cannot parse {path}"))?;
        let benches = manifest.get("bench").and_then(toml::Value::as_array);
        let own = benches.into_iter().flatten().any(|bench| {
            bench.get("name").and_then(toml::Value::as_str) == Some(target)
                && bench.get("harness").and_then(toml::Value::as_bool) == Some(false)
        });
        Ok(own)
    }

    /// Version of the criterion that a package depends on directly.
    fn criterion_of(&self, package: &Package) -> Option<&cargo_metadata::semver::Version> {
        let node = self.metadata.resolve.as_ref()?.nodes.iter().find(|node| node.id == package.id)?;
        node.deps
            .iter()
            .filter_map(|dependency| self.package(&dependency.pkg))
            .find(|dependency| dependency.name.as_str() == "criterion")
            .map(|criterion| &criterion.version)
    }
}
