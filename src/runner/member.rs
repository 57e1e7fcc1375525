//! A package of the workspace, as who sets up its benches has to know it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use cargo_metadata::{Dependency, DependencyKind, Package};

use super::dialect::{CRITERION, Dialect};
use super::workspace::{Workspace, benches_of, declares, is_bench};

/// The package of the library.
const LIBRARY: &str = "tensorprof";

/// A package of the workspace.
#[derive(Debug)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Its manifest.
    pub manifest: PathBuf,
    /// Its bench targets, in cargo's order.
    pub benches: Vec<BenchTarget>,
    /// The criterion that its benches can use.
    pub criterion: CriterionDependency,
    /// Its benches can use the library.
    pub has_library: bool,
    /// The folder of its library, with which all of its benches are linked.
    pub linked: Option<PathBuf>,
}

/// A bench target.
#[derive(Debug)]
pub struct BenchTarget {
    /// Its name.
    pub name: String,
    /// Its root file.
    pub source: PathBuf,
    /// Its table says whose harness it has.
    pub says_harness: bool,
}

/// What a package requires of criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CriterionDependency {
    /// Nothing.
    None,
    /// One on which the library can be built.
    OfLibrary,
    /// Another one, in words.
    Other(String),
}

impl Member {
    /// The folder of its manifest.
    pub fn folder(&self) -> &Path {
        self.manifest.parent().unwrap_or(Path::new("."))
    }

    fn of(package: &Package) -> Result<Member> {
        let table = benches_of(package)?;
        let benches = package.targets.iter().filter(|target| is_bench(target)).map(|target| BenchTarget {
            name: target.name.clone(),
            source: target.src_path.clone().into(),
            says_harness: [false, true].iter().any(|own| declares(&table, &target.name, "harness", *own)),
        });
        let library = package.targets.iter().find(|target| target.is_lib() || target.is_rlib());
        Ok(Member {
            name: package.name.to_string(),
            manifest: package.manifest_path.clone().into(),
            benches: benches.collect(),
            criterion: CriterionDependency::of(usable(package)),
            has_library: usable(package).any(|dependency| dependency.name == LIBRARY),
            linked: library.and_then(|target| target.src_path.parent()).map(Into::into),
        })
    }
}

impl CriterionDependency {
    fn of<'a>(mut dependencies: impl Iterator<Item = &'a Dependency>) -> CriterionDependency {
        let found = dependencies.find(|dependency| CRITERION.contains(&dependency.name.as_str()));
        match found {
            None => CriterionDependency::None,
            Some(Dependency { name, req, .. }) if name == CRITERION[0] && Dialect::has_library(req) => {
                CriterionDependency::OfLibrary
            }
            Some(Dependency { name, req, .. }) => CriterionDependency::Other(format!("{name} {req}")),
        }
    }
}

/// The dependencies that benches can use.
fn usable(package: &Package) -> impl Iterator<Item = &Dependency> {
    package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Build)
}

impl Workspace {
    /// The packages that these specifications name, each once; for none, that of the current folder or of the manifest that the
    /// user named.
    ///
    /// # Errors
    /// One names no package of the workspace, none is given and the folder is of no single package, or a manifest cannot be
    /// read.
    pub fn members(&self, specifications: &[String]) -> Result<Vec<Member>> {
        let packages: Vec<&Package> = match specifications {
            [] => vec![self.current()?],
            _ => specifications.iter().map(|name| self.named(name)).collect::<Result<_>>()?,
        };
        let each: BTreeMap<_, _> = packages.into_iter().map(|package| (&package.id, package)).collect();
        each.into_values().map(Member::of).collect()
    }

    fn named(&self, specification: &str) -> Result<&Package> {
        let is_named = |package: &&Package| {
            let versioned = format!("{}@{}", package.name, package.version);
            [package.name.as_str(), versioned.as_str(), package.id.repr.as_str()].contains(&specification)
        };
        self.packages().into_iter().find(is_named).with_context(|| {
            format!("no package of the workspace is `{specification}`; there are {}", self.names())
        })
    }

    /// The package of the nearest manifest, or the only one.
    fn current(&self) -> Result<&Package> {
        let nearest = self.nearest_manifest().and_then(|manifest| manifest.canonicalize().ok());
        let is_nearest = |package: &&&Package| package.manifest_path.canonicalize().ok() == nearest;
        let packages = self.packages();
        match packages.as_slice() {
            [only] => Ok(*only),
            several => several.iter().find(is_nearest).copied().with_context(|| {
                format!("no single package is meant; name it by `--package`: {}", self.names())
            }),
        }
    }

    fn nearest_manifest(&self) -> Option<PathBuf> {
        if let Some(manifest) = self.manifest_path() {
            return Some(manifest.clone());
        }
        let folder = std::path::absolute(self.cargo().directory()).ok()?;
        folder.ancestors().map(|folder| folder.join("Cargo.toml")).find(|manifest| manifest.is_file())
    }

    fn names(&self) -> String {
        let names: Vec<&str> = self.packages().into_iter().map(|package| package.name.as_str()).collect();
        names.join(", ")
    }
}
