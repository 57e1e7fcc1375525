//! A package of the workspace, as who sets up its benches has to know it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use cargo_metadata::{Dependency, DependencyKind, Edition, Package};

use super::dialect::{CRITERION, Dialect};
use super::workspace::{Workspace, benches_of, declares, is_bench, is_declared};

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
    /// It is itself one that speaks criterion's protocol.
    pub is_criterion: bool,
    /// What its benches call other packages that speak criterion's protocol.
    pub other_criterions: Vec<String>,
    /// The library, if its benches can use it.
    pub library: Option<Usable>,
    /// The root files of the libraries of the workspace with which its benches are linked, its own first.
    pub linked: Vec<PathBuf>,
    /// It is of the edition of 2015, in which cargo finds benches by their files only where no table names one.
    pub is_of_2015: bool,
}

/// A bench target.
#[derive(Debug)]
pub struct BenchTarget {
    /// Its name.
    pub name: String,
    /// Its root file.
    pub source: PathBuf,
    /// A table is of it; else cargo has found its file.
    pub has_table: bool,
    /// Its table says whose harness it has.
    pub says_harness: bool,
}

/// A package that the benches of another one can use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usable {
    /// What the manifest calls it.
    pub key: String,
    /// It is there only with a feature of the package that depends on it.
    pub is_optional: bool,
}

/// What a package requires of criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CriterionDependency {
    /// Nothing.
    None,
    /// One on which the library can be built.
    OfLibrary(Usable),
    /// Another one, in words.
    Other(String),
}

impl Member {
    /// The folder of its manifest.
    pub fn folder(&self) -> &Path {
        self.manifest.parent().unwrap_or(Path::new("."))
    }

    fn of(package: &Package, workspace: &[&Package]) -> Result<Member> {
        let table = benches_of(package)?;
        let declares_any = |name: &str, key: &str, values: &[bool]| {
            values.iter().any(|value| declares(&table, name, key, *value))
        };
        let benches = package.targets.iter().filter(|target| is_bench(target)).map(|target| BenchTarget {
            name: target.name.clone(),
            source: target.src_path.clone().into(),
            has_table: is_declared(&table, &target.name),
            says_harness: declares_any(&target.name, "harness", &[false, true]),
        });
        let dependencies = usable(package);
        let criterion = CriterionDependency::of(&dependencies);
        let others = criterions(&dependencies).map(Usable::of).map(|other| other.crate_name());
        Ok(Member {
            name: package.name.to_string(),
            manifest: package.manifest_path.clone().into(),
            benches: benches.collect(),
            is_criterion: CRITERION.contains(&package.name.as_str()),
            other_criterions: others.filter(|name| !criterion.is_called(name)).collect(),
            criterion,
            library: library_for(package, &dependencies),
            linked: linked(package, workspace),
            is_of_2015: package.edition == Edition::E2015,
        })
    }
}

impl Usable {
    fn of(dependency: &Dependency) -> Usable {
        let key = dependency.rename.as_ref().unwrap_or(&dependency.name).clone();
        Usable { key, is_optional: dependency.optional }
    }

    /// What code calls it.
    pub fn crate_name(&self) -> String {
        self.key.replace('-', "_")
    }
}

impl CriterionDependency {
    /// Of those that are there in any case, if there are such.
    fn of(dependencies: &[&Dependency]) -> CriterionDependency {
        let (optional, required): (Vec<_>, Vec<_>) =
            criterions(dependencies).partition(|dependency| dependency.optional);
        let found = if required.is_empty() { optional } else { required };
        let is_of_library = |dependency: &&&Dependency| {
            dependency.name == CRITERION[0] && Dialect::has_library(&dependency.req)
        };
        match (found.iter().find(is_of_library), found.first()) {
            (Some(dependency), _) => CriterionDependency::OfLibrary(Usable::of(dependency)),
            (None, Some(Dependency { name, req, .. })) => CriterionDependency::Other(format!("{name} {req}")),
            (None, None) => CriterionDependency::None,
        }
    }

    fn is_called(&self, name: &str) -> bool {
        matches!(self, CriterionDependency::OfLibrary(found) if found.crate_name() == name)
    }
}

/// The dependencies that benches can use.
fn usable(package: &Package) -> Vec<&Dependency> {
    package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Build).collect()
}

fn criterions<'a>(dependencies: &[&'a Dependency]) -> impl Iterator<Item = &'a Dependency> {
    dependencies.iter().copied().filter(|dependency| CRITERION.contains(&dependency.name.as_str()))
}

/// The library for the benches of a package, which may be the library itself: as a dependency that is there in any case, if
/// there is such.
fn library_for(package: &Package, dependencies: &[&Dependency]) -> Option<Usable> {
    if package.name == LIBRARY {
        return Some(Usable { key: LIBRARY.to_owned(), is_optional: false });
    }
    let found = dependencies.iter().filter(|dependency| dependency.name == LIBRARY);
    found.min_by_key(|dependency| dependency.optional).map(|dependency| Usable::of(dependency))
}

/// The root files of the libraries that the benches of a package are linked with: its own, and those that it depends on inside
/// the workspace.
fn linked(package: &Package, workspace: &[&Package]) -> Vec<PathBuf> {
    let mut reached = vec![package];
    let mut next = 0;
    while let Some(from) = reached.get(next).copied() {
        let counts = |dependency: &&Dependency| match dependency.kind {
            DependencyKind::Build => false,
            DependencyKind::Development => next == 0,
            _ => true,
        };
        for dependency in from.dependencies.iter().filter(counts) {
            let is_it = |other: &&&Package| dependency.path.as_deref() == other.manifest_path.parent();
            let found =
                workspace.iter().find(is_it).filter(|other| reached.iter().all(|one| one.id != other.id));
            reached.extend(found);
        }
        next += 1;
    }
    let roots = reached
        .iter()
        .flat_map(|package| &package.targets)
        .filter(|target| target.is_lib() || target.is_rlib());
    roots.map(|target| target.src_path.clone().into()).collect()
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
        let all = self.packages();
        each.into_values().map(|package| Member::of(package, &all)).collect()
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
