//! What is added to a manifest.

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, TableLike, TomlError, value};

use super::dependency::{DevDependency, Origin};
use super::line_ends::with_line_ends_of;

/// The table of dependencies for benches and tests.
const DEV_DEPENDENCIES: &str = "dev-dependencies";
/// How that was spelled once. Cargo takes it up to the edition of 2021, and reads one of the two alone.
const OLD_DEV_DEPENDENCIES: &str = "dev_dependencies";
const TARGET: &str = "target";
const BENCH: &str = "bench";
const AUTOBENCHES: &str = "autobenches";
/// What the table of the package may be called; the second is an old name.
const PACKAGE: [&str; 2] = ["package", "project"];

/// What a manifest is to have besides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Additions {
    /// Dev-dependencies, which the package has not.
    pub dependencies: Vec<DevDependency>,
    /// The key of a dependency that those need: where the manifest has it for one target alone, they are for this target, too.
    pub beside: Option<String>,
    /// Bench targets with a harness of their own.
    pub benches: Vec<String>,
    /// Cargo is to find other benches by their files, too, which tables of benches keep it from in the edition of 2015.
    pub autobenches: bool,
}

/// A manifest that was added to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extended {
    /// The manifest.
    pub text: String,
    /// What was added to it, in words.
    pub added: Vec<String>,
}

/// Why nothing can be added to a manifest.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// Not TOML.
    #[error(transparent)]
    Syntax(#[from] TomlError),
    /// A key is no table.
    #[error("`{0}` is not a table, so nothing can be added to it")]
    NoTable(&'static str),
    /// The benches are no array of tables.
    #[error("`bench` is not an array of tables; write its elements as `[[bench]]`")]
    NoArrayOfTables,
    /// The key of a dependency is that of another one.
    #[error("`{0}` is what it calls another dependency; give that another name, by `package = \"...\"`")]
    Taken(String),
}

/// A manifest with these additions. All else in it stays as it is.
///
/// # Errors
/// It is not TOML, has something else in the place of a table, or another dependency under a key that is to be added.
pub fn extended(manifest: &str, additions: &Additions) -> Result<Extended, ManifestError> {
    let mut document: DocumentMut = manifest.parse()?;
    let target = additions.beside.as_deref().and_then(|key| only_target_with(&document, key));
    let mut added = Vec::new();
    for dependency in &additions.dependencies {
        added.push(add_dependency(&mut document, target.as_deref(), dependency)?);
    }
    for bench in &additions.benches {
        added.push(add_bench(&mut document, bench)?);
    }
    if additions.autobenches {
        added.push(add_autobenches(&mut document)?);
    }
    Ok(Extended { text: with_line_ends_of(manifest, &document.to_string()), added })
}

/// What a table calls its dependencies for benches and tests.
pub(crate) fn dev_dependencies_of(table: &dyn TableLike) -> &'static str {
    let is_old = table.contains_key(OLD_DEV_DEPENDENCIES) && !table.contains_key(DEV_DEPENDENCIES);
    if is_old { OLD_DEV_DEPENDENCIES } else { DEV_DEPENDENCIES }
}

/// The target for which alone a manifest has a dependency.
fn only_target_with(document: &DocumentMut, key: &str) -> Option<String> {
    let has = |table: &dyn TableLike| {
        ["dependencies", dev_dependencies_of(table)]
            .iter()
            .any(|kind| table.get(kind).and_then(|dependencies| dependencies.get(key)).is_some())
    };
    if has(document.as_table()) {
        return None;
    }
    let targets = document.get(TARGET)?.as_table_like()?;
    let mut with = targets.iter().filter(|(_, table)| table.as_table_like().is_some_and(has));
    let (only, None) = (with.next()?, with.next()) else { return None };
    Some(only.0.to_owned())
}

/// As `cargo add` does: in its place where the others are sorted, or else last.
fn add_dependency(
    document: &mut DocumentMut,
    target: Option<&str>,
    dependency: &DevDependency,
) -> Result<String, ManifestError> {
    let key = dependency.key.as_str();
    let taken = || ManifestError::Taken(key.to_owned());
    let value = dependency.value(document).ok_or_else(taken)?;
    let added = format!("`{key} = {value}`");
    let table = match target {
        None => Some(document.as_table_mut() as &mut dyn TableLike),
        Some(target) => {
            let targets = document.get_mut(TARGET).and_then(|targets| targets.get_mut(target));
            targets.and_then(Item::as_table_like_mut)
        }
    };
    let table = table.ok_or(ManifestError::NoTable(TARGET))?;
    let others = table.get("dependencies").filter(|_| dependency.origin != Origin::Optional);
    if others.is_some_and(|others| others.get(key).is_some()) {
        return Err(taken());
    }
    let kind = dev_dependencies_of(table);
    let dependencies = table.entry(kind).or_insert_with(|| Item::Table(Table::new()));
    let dependencies = dependencies.as_table_like_mut().ok_or(ManifestError::NoTable(kind))?;
    if dependencies.contains_key(key) {
        return Err(taken());
    }
    let were_sorted = is_sorted(dependencies);
    dependencies.insert(key, toml_edit::value(value));
    if were_sorted {
        dependencies.sort_values();
    }
    Ok(added)
}

/// Sorting a table changes nothing in it. It sorts what is under dotted keys, too.
fn is_sorted(table: &dyn TableLike) -> bool {
    let dotted = |item: &Item| item.as_table_like().filter(|inner| inner.is_dotted()).is_none_or(is_sorted);
    table.iter().map(|(key, _)| key).is_sorted() && table.iter().all(|(_, item)| dotted(item))
}

/// Adds a bench, or to one that is there the key that it has a harness of its own, unless it says something of it.
fn add_bench(document: &mut DocumentMut, name: &str) -> Result<String, ManifestError> {
    let benches = document.entry(BENCH).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    let benches = benches.as_array_of_tables_mut().ok_or(ManifestError::NoArrayOfTables)?;
    let is_named = |bench: &Table| bench.get("name").and_then(Item::as_str) == Some(name);
    let place = benches.iter().position(is_named);
    match place.and_then(|place| benches.get_mut(place)) {
        Some(bench) => drop(bench.entry("harness").or_insert(value(false))),
        None => benches.push(Table::from_iter([("name", value(name)), ("harness", value(false))])),
    }
    Ok(format!("bench `{name}` with `harness = false`"))
}

fn add_autobenches(document: &mut DocumentMut) -> Result<String, ManifestError> {
    let key = PACKAGE.into_iter().find(|key| document.contains_key(key)).unwrap_or(PACKAGE[0]);
    let package = document.get_mut(key).and_then(Item::as_table_like_mut);
    let package = package.ok_or(ManifestError::NoTable(PACKAGE[0]))?;
    package.entry(AUTOBENCHES).or_insert(value(true));
    Ok("`autobenches = true`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::dependency::CRITERION;
    use super::*;

    fn library() -> DevDependency {
        let origin = Origin::Path("../t".to_owned());
        DevDependency { key: "tensorprof".to_owned(), origin, default_features: false }
    }

    fn criterion() -> DevDependency {
        let origin = Origin::Registry(CRITERION.to_owned());
        DevDependency { key: "criterion".to_owned(), origin, default_features: true }
    }

    fn with(manifest: &str, additions: &Additions) -> String {
        extended(manifest, additions).expect("is a manifest").text
    }

    fn with_dependencies(manifest: &str) -> String {
        with(manifest, &Additions { dependencies: vec![criterion(), library()], ..Additions::default() })
    }

    fn with_library_beside_criterion(manifest: &str) -> String {
        let (dependencies, beside) = (vec![library()], Some("criterion".to_owned()));
        with(manifest, &Additions { dependencies, beside, ..Additions::default() })
    }

    fn with_bench(manifest: &str) -> String {
        with(manifest, &Additions { benches: vec!["kernels".to_owned()], ..Additions::default() })
    }

    const LINES: &str = "criterion = \"0.8.2\"\ntensorprof = { path = \"../t\", default-features = false }\n";

    #[test]
    fn dependencies_are_added_and_nothing_else_is_touched() {
        let package = "# Ours\n[package]\nname   = 'a' # odd\n\n[dependencies]\nz = \"1\"\n";
        assert_eq!(with_dependencies(package), format!("{package}\n[dev-dependencies]\n{LINES}"));
        let sorted =
            "[dev-dependencies]\n# Of tests.\nproptest = \"1\"\nzip = \"1\"\n\n[profile.bench]\nlto = true\n";
        assert_eq!(
            with_dependencies(sorted),
            "[dev-dependencies]\ncriterion = \"0.8.2\"\n# Of tests.\nproptest = \"1\"\n\
             tensorprof = { path = \"../t\", default-features = false }\nzip = \"1\"\n\n[profile.bench]\nlto = true\n"
        );
        let unsorted = "[dev-dependencies]\nzip = \"1\"\nproptest = \"1\"\n";
        assert_eq!(with_dependencies(unsorted), format!("{unsorted}{LINES}"));
    }

    #[test]
    fn every_form_of_table_is_added_to() {
        let inline = with_dependencies("dev-dependencies = { zip = \"1\" } # mine\n");
        assert!(
            inline.contains("criterion = \"0.8.2\"") && inline.ends_with("zip = \"1\" } # mine\n"),
            "{inline}"
        );
        let dotted = with_dependencies("dev-dependencies.zip = \"1\"\n[package]\nname = \"a\"\n");
        assert!(dotted.contains("dev-dependencies.criterion = \"0.8.2\"\n"), "{dotted}");
        let tables = with_dependencies("[dev-dependencies.zip]\nversion = \"1\"\n");
        assert!(
            tables.contains(LINES) && tables.contains("[dev-dependencies.zip]\nversion = \"1\"\n"),
            "{tables}"
        );
    }

    #[test]
    fn what_is_under_dotted_keys_keeps_its_order() {
        let sorted = "[dev-dependencies]\nbytes = \"1\"\ncriterion.workspace = true\nzip = \"1\"\n";
        let library = "tensorprof = { path = \"../t\", default-features = false }\n";
        assert_eq!(
            with_library_beside_criterion(sorted),
            sorted.replace("zip", &format!("{library}zip")),
            "as a key of its own"
        );
        let unsorted =
            "[dev-dependencies]\ncriterion.version = \"0.8\"\ncriterion.features = []\nzip = \"1\"\n";
        assert_eq!(with_library_beside_criterion(unsorted), format!("{unsorted}{library}"));
    }

    /// Cargo reads one of the two tables alone.
    #[test]
    fn the_old_name_of_the_table_is_kept() {
        let old = "[dev_dependencies]\nproptest = \"1\"\n";
        let expected = "[dev_dependencies]\ncriterion = \"0.8.2\"\nproptest = \"1\"\n\
                        tensorprof = { path = \"../t\", default-features = false }\n";
        assert_eq!(with_dependencies(old), expected);
        let both = "[dev_dependencies]\nproptest = \"1\"\n\n[dev-dependencies]\nproptest = \"1\"\n";
        assert_eq!(
            with_dependencies(both),
            format!("[dev_dependencies]\nproptest = \"1\"\n\n{}", expected.replace('_', "-"))
        );
    }

    #[test]
    fn the_library_is_for_the_targets_of_criterion() {
        let library = "tensorprof = { path = \"../t\", default-features = false }\n";
        let one = "[target.'cfg(not(wasm))'.dev-dependencies]\ncriterion = \"0.8\"\n\n[target.'cfg(unix)'.dependencies]\na = \"1\"\n";
        let expected = one.replace("\"0.8\"\n", &format!("\"0.8\"\n{library}"));
        assert_eq!(with_library_beside_criterion(one), expected);
        let normal =
            "[target.'cfg(unix)'.dependencies]\ncriterion = { version = \"0.8\", optional = true }\n";
        let expected = format!("{normal}\n[target.'cfg(unix)'.dev-dependencies]\n{library}");
        assert_eq!(with_library_beside_criterion(normal), expected);
        let several = format!("{one}criterion = \"0.8\"\n");
        assert_eq!(
            with_library_beside_criterion(&several),
            format!("{several}\n[dev-dependencies]\n{library}")
        );
        let all = format!("{one}\n[dev-dependencies]\ncriterion = \"0.8\"\n");
        assert_eq!(with_library_beside_criterion(&all), format!("{all}{library}"));
    }

    #[test]
    fn the_name_of_another_dependency_is_not_taken() {
        let additions = Additions { dependencies: vec![criterion()], ..Additions::default() };
        let manifest = "[dev-dependencies]\ncriterion = { package = \"other\", version = \"1\" }\n";
        let error = extended(manifest, &additions).expect_err("is taken").to_string();
        assert!(error.starts_with("`criterion` is what it calls another dependency"), "{error}");
    }

    #[test]
    fn cargo_goes_on_to_find_benches() {
        let additions =
            Additions { benches: vec!["kernels".to_owned()], autobenches: true, ..Additions::default() };
        let added = "[[bench]]\nname = \"kernels\"\nharness = false\n";
        for table in ["package", "project"] {
            let manifest = format!("[{table}]\nname = \"a\"\n");
            let expected = format!("{manifest}autobenches = true\n\n{added}");
            let extended = extended(&manifest, &additions).expect("is a manifest");
            assert_eq!(extended.text, expected);
            assert_eq!(extended.added, ["bench `kernels` with `harness = false`", "`autobenches = true`"]);
        }
    }

    #[test]
    fn a_bench_is_added_or_gets_its_harness() {
        let added = "\n[[bench]]\nname = \"kernels\"\nharness = false\n";
        assert_eq!(with_bench("[package]\nname = \"a\""), format!("[package]\nname = \"a\"\n{added}"));
        let other = "[[bench]]\nname = \"other\"\n\n[profile.bench]\nlto = true\n";
        let text = with_bench(other);
        assert!(text.contains(added) && text.starts_with("[[bench]]\nname = \"other\"\n"), "{text}");
        let without = "[[bench]]\nname = \"kernels\"\npath = \"k.rs\" # here\n";
        assert_eq!(with_bench(without), format!("{without}harness = false\n"));
        let with = "[[bench]]\nname = \"kernels\"\nharness = true\n";
        assert_eq!(with_bench(with), with);
    }

    #[test]
    fn line_ends_stay() {
        let text =
            with_dependencies("[package]\r\nname = \"a\"\r\n\r\n[dev-dependencies]\r\nzip = \"1\"\r\n");
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        assert!(
            text.starts_with("[package]\r\nname = \"a\"\r\n\r\n[dev-dependencies]\r\ncriterion"),
            "{text}"
        );
    }

    #[test]
    fn what_has_no_place_is_an_error() {
        let additions = Additions {
            dependencies: vec![criterion()],
            benches: vec!["a".to_owned()],
            ..Additions::default()
        };
        let error = |manifest: &str| extended(manifest, &additions).expect_err("has no place").to_string();
        assert!(error("dev-dependencies = 1").starts_with("`dev-dependencies` is not a table"));
        assert!(error("bench = [{ name = \"a\" }]").starts_with("`bench` is not an array of tables"));
        assert!(matches!(extended("[package", &additions), Err(ManifestError::Syntax(_))));
    }
}
