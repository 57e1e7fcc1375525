//! Gives the baseline the candidate's benches, so that both sides measure by the same code: the files of the
//! bench targets, the folders they are in, their declarations, and the packages that only benches and tests
//! depend on. Packages belong together by name.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use cargo_metadata::{Package, TargetKind};
use toml_edit::{DocumentMut, Item, Table, TableLike};

use super::manifest;
use super::walk;
use super::workshop::make_folder;
use crate::init::dev_dependencies_of;
use crate::runner::workspace::Workspace;

/// Where cargo looks for benches.
const FOLDER: &str = "benches";
/// Where the code of packages is, which is not replaced.
const CODE: &str = "src";

/// Replaces the benches of `baseline` by those of `candidate`. Returns whether they differed.
pub(super) fn replace(baseline: &Workspace, candidate: &Workspace) -> Result<bool> {
    let mut changed = false;
    for package in candidate.packages() {
        let counterpart = baseline.packages().into_iter().find(|other| other.name == package.name);
        if let Some(counterpart) = counterpart.filter(|_| declares_benches(package)) {
            changed |= replace_files(counterpart, package)?;
            changed |= replace_declarations(baseline, counterpart, candidate, package)?;
        }
    }
    Ok(changed)
}

fn declares_benches(package: &Package) -> bool {
    package.targets.iter().any(|target| target.kind.contains(&TargetKind::Bench))
}

fn folder_of(package: &Package) -> PathBuf {
    package.manifest_path.parent().map(PathBuf::from).unwrap_or_default()
}

fn replace_files(baseline: &Package, candidate: &Package) -> Result<bool> {
    let (to, from) = (folder_of(baseline), folder_of(candidate));
    let mut changed = false;
    for place in places(candidate, &from) {
        let (source, target) = (from.join(&place), to.join(&place));
        changed |= if source.is_dir() { sync(&source, &target)? } else { copy(&source, &target)? };
    }
    Ok(changed)
}

/// The folders and files of a package's benches, relative to its folder. A bench that lies in no folder of
/// its own is one file.
fn places(package: &Package, folder: &Path) -> BTreeSet<PathBuf> {
    let mut places = BTreeSet::new();
    if folder.join(FOLDER).is_dir() {
        places.insert(PathBuf::from(FOLDER));
    }
    for target in package.targets.iter().filter(|target| target.kind.contains(&TargetKind::Bench)) {
        let Ok(file) = target.src_path.as_std_path().strip_prefix(folder) else { continue };
        let around = file.parent().unwrap_or(Path::new(""));
        if around.starts_with(FOLDER) {
            continue;
        }
        let alone = around.as_os_str().is_empty() || around.starts_with(CODE);
        places.insert(if alone { file } else { around }.to_owned());
    }
    places
}

/// Makes the files in a folder those of another. Packages in it are left alone.
fn sync(from: &Path, to: &Path) -> Result<bool> {
    let is_package = |folder: &Path| folder.join("Cargo.toml").exists();
    let inside = |folder: &Path| -> Result<BTreeSet<PathBuf>> {
        let files = if folder.is_dir() { walk::files(folder, &is_package)? } else { Vec::new() };
        Ok(files.iter().filter_map(|file| file.strip_prefix(folder).ok().map(Path::to_owned)).collect())
    };
    let (wanted, present) = (inside(from)?, inside(to)?);
    let mut changed = false;
    for file in present.difference(&wanted) {
        let file = to.join(file);
        fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
        changed = true;
    }
    for file in &wanted {
        changed |= copy(&from.join(file), &to.join(file))?;
    }
    Ok(changed)
}

/// Copies a file if there is another or none. Returns whether it did.
fn copy(from: &Path, to: &Path) -> Result<bool> {
    let content = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    if fs::read(to).is_ok_and(|present| present == content) {
        return Ok(false);
    }
    make_folder(to.parent().unwrap_or(to))?;
    fs::write(to, content).with_context(|| format!("cannot write {}", to.display()))?;
    Ok(true)
}

fn replace_declarations(
    baseline: &Workspace,
    package: &Package,
    candidate: &Workspace,
    candidates_package: &Package,
) -> Result<bool> {
    let path = package.manifest_path.as_std_path();
    let (mut ours, theirs) =
        (manifest::read(path)?, manifest::read(candidates_package.manifest_path.as_std_path())?);
    let before = ours.to_string();
    let inherited = declare(&mut ours, &theirs);
    let changed = ours.to_string() != before;
    if changed {
        manifest::write(path, &ours)?;
    }
    Ok(provide(&baseline.root(), &candidate.root(), &inherited)? || changed)
}

/// Takes the declarations of benches and of their dependencies from `theirs`. Returns the names of the
/// dependencies that are inherited from the workspace.
fn declare(ours: &mut DocumentMut, theirs: &DocumentMut) -> BTreeSet<String> {
    set(ours.as_table_mut(), "bench", theirs.get("bench"));
    let automatic = theirs.get("package").and_then(|package| package.get("autobenches"));
    if let Some(package) = ours.get_mut("package").and_then(Item::as_table_like_mut) {
        set(package, "autobenches", automatic);
    }
    let mut inherited = BTreeSet::new();
    depend(ours.as_table_mut(), theirs.as_table(), &mut inherited);
    for (platform, table) in
        theirs.get("target").and_then(Item::as_table_like).into_iter().flat_map(TableLike::iter)
    {
        let has_some = |table: &&dyn TableLike| table.contains_key(dev_dependencies_of(*table));
        let Some(theirs) = table.as_table_like().filter(has_some) else { continue };
        let ours = child(child(ours.as_table_mut(), "target"), platform);
        depend(ours, theirs, &mut inherited);
    }
    inherited
}

/// Sets a key to what it is elsewhere, or removes it.
fn set(table: &mut dyn TableLike, key: &str, item: Option<&Item>) {
    let same = table.get(key).map(Item::to_string) == item.map(Item::to_string);
    match item {
        _ if same => {}
        Some(item) => drop(table.insert(key, item.clone())),
        None => drop(table.remove(key)),
    }
}

/// Adds the dependencies of benches that `theirs` has. Others stay: tests may need them.
fn depend(ours: &mut dyn TableLike, theirs: &dyn TableLike, inherited: &mut BTreeSet<String>) {
    let Some(wanted) = theirs.get(dev_dependencies_of(theirs)).and_then(Item::as_table_like) else { return };
    let key = dev_dependencies_of(ours);
    let ours = child(ours, key);
    for (name, item) in wanted.iter() {
        set(ours, name, Some(item));
        if item.as_table_like().is_some_and(|item| item.contains_key("workspace")) {
            inherited.insert(name.to_owned());
        }
    }
}

/// The table under a key, made if there is none.
fn child<'a>(table: &'a mut dyn TableLike, key: &str) -> &'a mut dyn TableLike {
    let new = || {
        let mut new = Table::new();
        new.set_implicit(true);
        Item::Table(new)
    };
    if table.get(key).is_none_or(|item| !item.is_table_like()) {
        table.insert(key, new());
    }
    table.get_mut(key).and_then(Item::as_table_like_mut).expect("is a table: see above")
}

/// Adds dependencies to a workspace that lacks them. Returns whether it did.
fn provide(ours: &Path, theirs: &Path, names: &BTreeSet<String>) -> Result<bool> {
    if names.is_empty() {
        return Ok(false);
    }
    let path = ours.join("Cargo.toml");
    let (mut ours, theirs) = (manifest::read(&path)?, manifest::read(&theirs.join("Cargo.toml"))?);
    let before = ours.to_string();
    let known = child(child(ours.as_table_mut(), "workspace"), "dependencies");
    for name in names.iter().filter(|name| !known.contains_key(name)).cloned().collect::<Vec<_>>() {
        let item =
            theirs.get("workspace").and_then(|all| all.get("dependencies")).and_then(|all| all.get(&name));
        set(known, &name, item);
    }
    let changed = ours.to_string() != before;
    if changed {
        manifest::write(&path, &ours)?;
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn benches_and_their_dependencies_are_declared_as_the_candidate_does() {
        let mut ours: DocumentMut =
            "[package]\nname = \"p\"\nautobenches = false\n\n[dependencies]\na = \"1\"\n\n\
            [dev-dependencies]\nkept = \"1\"\ncriterion = \"0.7\"\n\n[[bench]]\nname = \"old\"\n"
                .parse()
                .expect("is TOML");
        let theirs: DocumentMut =
            "[package]\nname = \"p\"\n\n[dependencies]\na = \"2\"\n\n[dev-dependencies]\n\
            criterion = \"0.8\"\nw.workspace = true\n\n[target.'cfg(unix)'.dev-dependencies]\nu = \"1\"\n\n\
            [[bench]]\nname = \"new\"\nharness = false\n"
                .parse()
                .expect("is TOML");
        assert_eq!(declare(&mut ours, &theirs), BTreeSet::from(["w".to_owned()]));
        let declared: toml::Table = ours.to_string().parse().expect("is TOML");
        let expected: toml::Table =
            "[package]\nname = \"p\"\n[dependencies]\na = \"1\"\n[dev-dependencies]\nkept = \"1\"\n\
            criterion = \"0.8\"\nw.workspace = true\n[target.'cfg(unix)'.dev-dependencies]\nu = \"1\"\n\
            [[bench]]\nname = \"new\"\nharness = false\n"
                .parse()
                .expect("is TOML");
        assert_eq!(declared, expected);
        let before = ours.to_string();
        declare(&mut ours, &theirs);
        assert_eq!(ours.to_string(), before);
    }

    /// Of two tables under its two names, cargo would read one alone.
    #[test]
    fn the_old_name_of_a_table_of_dependencies_is_kept() {
        let mut ours: DocumentMut =
            "[dev_dependencies]\nkept = \"1\"\ncriterion = \"0.7\"\n".parse().expect("is TOML");
        let theirs: DocumentMut = "[dev-dependencies]\ncriterion = \"0.8\"\n\n\
            [target.'cfg(unix)'.dev_dependencies]\nu = \"1\"\n"
            .parse()
            .expect("is TOML");
        declare(&mut ours, &theirs);
        let expected = "[dev_dependencies]\nkept = \"1\"\ncriterion = \"0.8\"\n\n\
            [target.'cfg(unix)'.dev-dependencies]\nu = \"1\"\n";
        let declared: toml::Table = ours.to_string().parse().expect("is TOML");
        assert_eq!(declared, expected.parse().expect("is TOML"));
    }

    #[test]
    fn files_are_synchronized_except_for_packages() {
        let folder = tempfile::TempDir::new().expect("makes");
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        let put = |file: PathBuf| {
            fs::create_dir_all(file.parent().expect("has a parent")).expect("makes");
            fs::write(&file, file.file_name().expect("has a name").as_encoded_bytes()).expect("writes");
        };
        for file in ["a.rs", "sub/b.rs", "package/Cargo.toml", "package/c.rs"] {
            put(from.join(file));
        }
        for file in ["old.rs", "package/Cargo.toml", "package/d.rs"] {
            put(to.join(file));
        }
        assert!(sync(&from, &to).expect("copies"));
        let mut files = walk::files(&to, &|_| false).expect("lists");
        files.sort_unstable();
        let expected = ["a.rs", "package/Cargo.toml", "package/d.rs", "sub/b.rs"].map(|file| to.join(file));
        assert_eq!(files, expected);
        assert!(!sync(&from, &to).expect("copies"));
    }
}
