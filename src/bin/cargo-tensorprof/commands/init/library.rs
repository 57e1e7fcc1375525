//! From where a package gets the library, and criterion.

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use cargo_metadata::semver::VersionReq;
use tensorprof::init::{CRITERION, DevDependency, Inherited, Origin, inherited};
use tensorprof::runner::dialect::Dialect;
use tensorprof::runner::member::Usable;

use crate::cli::InitArguments;
use crate::commands::files::read;

pub(super) const LIBRARY: &str = env!("CARGO_PKG_NAME");
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Where the sources of this executable were.
const BUILT_FROM: &str = env!("CARGO_MANIFEST_DIR");

/// Criterion as a dependency: that of the workspace where the library can be built on it.
pub(super) fn criterion(workspace: &str) -> Result<DevDependency> {
    let fits = |version: &String| {
        version.parse::<VersionReq>().is_ok_and(|required| Dialect::has_library(&required))
    };
    let version = inherited(workspace, "criterion")?.and_then(|found| found.version);
    let origin = match version.filter(fits) {
        Some(_) => Origin::Workspace,
        None => Origin::Registry(CRITERION.to_owned()),
    };
    Ok(DevDependency { key: "criterion".to_owned(), origin, default_features: true })
}

/// A dependency that is optional as a dev-dependency; `None` where it is there in any case.
pub(super) fn in_any_case(found: &Usable) -> Option<DevDependency> {
    let key = found.key.clone();
    found.is_optional.then_some(DevDependency { key, origin: Origin::Optional, default_features: true })
}

/// The library as a dependency of a package in this folder, and what the user should know of it.
pub(super) fn library(
    arguments: &InitArguments,
    folder: &Path,
    workspace: &str,
) -> Result<(DevDependency, Option<String>)> {
    let found = inherited(workspace, LIBRARY)?;
    let (origin, warning) = match (&arguments.library_path, &arguments.library_git, found) {
        (Some(path), _, _) => (Origin::Path(relative(&checked(path)?, folder)?), None),
        (None, Some(url), _) => (Origin::Git(url.clone()), None),
        (None, None, Some(found)) => (Origin::Workspace, warning(&found)),
        (None, None, None) => (built_from(Path::new(BUILT_FROM), folder)?, None),
    };
    Ok((DevDependency { key: LIBRARY.to_owned(), origin, default_features: false }, warning))
}

fn warning(found: &Inherited) -> Option<String> {
    found.default_features.then(|| {
        format!(
            "benches will link all of the command: say `default-features = false` of `{LIBRARY}` in [workspace.dependencies]"
        )
    })
}

/// From where the sources came that this executable was built from.
fn built_from(sources: &Path, folder: &Path) -> Result<Origin> {
    // Cargo keeps the original manifest in packages of a registry, and marks its own checkouts.
    if sources.join("Cargo.toml.orig").is_file() {
        return Ok(Origin::Registry(VERSION.to_owned()));
    }
    let is_checkout = sources.ancestors().any(|folder| folder.join(".cargo-ok").is_file());
    match checked(sources) {
        Ok(sources) if !is_checkout => Ok(Origin::Path(relative(&sources, folder)?)),
        _ => bail!(
            "cannot tell where to get the library of this command from; name its repository by `--library-git`, or a folder \
             of it by `--library-path`"
        ),
    }
}

/// The folder, if it is that of the library.
fn checked(folder: &Path) -> Result<PathBuf> {
    let manifest: toml::Table =
        read(&folder.join("Cargo.toml"))?.parse().with_context(|| format!("{}", folder.display()))?;
    let name = manifest.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str);
    ensure!(
        name == Some(LIBRARY),
        "{} is not the folder of `{LIBRARY}`; name that by `--library-path`",
        folder.display()
    );
    Ok(fs::canonicalize(folder)?)
}

/// A folder as seen from another one, where the two have more than the root in common.
fn relative(path: &Path, from: &Path) -> Result<String> {
    let from = fs::canonicalize(from)?;
    let pairs = path.components().zip(from.components());
    let common = pairs.take_while(|(one, other)| one == other).count();
    let is_root = |part: &Component<'_>| !matches!(part, Component::Normal(_));
    if path.components().take(common).all(|part| is_root(&part)) {
        return Ok(path.display().to_string());
    }
    let up = from.components().skip(common).map(|_| "..".to_owned());
    let down = path.components().skip(common).map(|part| part.as_os_str().display().to_string());
    Ok(up.chain(down).collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named_as_seen_from_the_package() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = |name: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(&path).expect("makes a folder");
            fs::canonicalize(path).expect("is there")
        };
        let (library, package) = (place("library"), place("kernels/package"));
        assert_eq!(relative(&library, &package).expect("is there"), "../../library");
        assert_eq!(relative(&package, &library).expect("is there"), "../kernels/package");
        assert_eq!(relative(Path::new("/elsewhere"), &package).expect("is there"), "/elsewhere");
    }

    #[test]
    fn the_sources_of_the_executable_say_where_the_library_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let sources = folder.path().join("sources");
        fs::create_dir(&sources).expect("makes a folder");
        let origin = || built_from(&sources, folder.path());
        assert!(origin().is_err(), "the sources are gone");
        fs::write(sources.join("Cargo.toml"), "[package]\nname = \"tensorprof\"\n").expect("writes");
        assert_eq!(origin().expect("is there"), Origin::Path("sources".to_owned()));
        fs::write(folder.path().join(".cargo-ok"), "").expect("writes");
        assert!(origin().expect_err("is cargo's checkout").to_string().contains("--library-git"));
        fs::write(sources.join("Cargo.toml.orig"), "").expect("writes");
        assert_eq!(origin().expect("is there"), Origin::Registry(VERSION.to_owned()));
    }
}
