//! What is added to a manifest.

use std::fmt;

use toml_edit::{ArrayOfTables, DocumentMut, InlineTable, Item, Table, TomlError, Value, value};

/// The criterion that the library is built on, as a dependency.
pub const CRITERION: &str = "0.8.2";

const DEV_DEPENDENCIES: &str = "dev-dependencies";
const BENCH: &str = "bench";

/// A dev-dependency that a package is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DevDependency {
    /// The package that it depends on.
    pub name: &'static str,
    /// From where that comes.
    pub origin: Origin,
    /// With its default features.
    pub default_features: bool,
}

/// From where a dependency comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The workspace has it, and says all else of it.
    Workspace,
    /// A registry, in this version.
    Registry(String),
    /// A folder.
    Path(String),
    /// A git repository.
    Git(String),
}

/// What a manifest is to have besides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Additions {
    /// Dev-dependencies, which the package has not.
    pub dependencies: Vec<DevDependency>,
    /// Bench targets with a harness of their own.
    pub benches: Vec<String>,
}

/// What a workspace says of a dependency that its packages may inherit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inherited {
    /// The version that it requires.
    pub version: Option<String>,
    /// With its default features. A package that inherits it cannot do without them.
    pub default_features: bool,
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
}

/// A manifest with these additions. All else in it stays as it is.
///
/// # Errors
/// It is not TOML, or has something else in the place of a table.
pub fn extended(manifest: &str, additions: &Additions) -> Result<String, ManifestError> {
    let mut document: DocumentMut = manifest.parse()?;
    for dependency in &additions.dependencies {
        add_dependency(&mut document, dependency)?;
    }
    for bench in &additions.benches {
        add_bench(&mut document, bench)?;
    }
    Ok(with_line_ends_of(manifest, document.to_string()))
}

/// What `[workspace.dependencies]` of a manifest says of a package; `None` where it says nothing.
///
/// # Errors
/// It is not TOML.
pub fn inherited(manifest: &str, package: &str) -> Result<Option<Inherited>, ManifestError> {
    let document: DocumentMut = manifest.parse()?;
    let dependencies = document.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    let Some(dependency) = dependencies.and_then(|dependencies| dependencies.get(package)) else {
        return Ok(None);
    };
    let text = |item: Option<&Item>| item.and_then(Item::as_str).map(str::to_owned);
    // Of another package, under this name.
    if text(dependency.get("package")).is_some_and(|other| other != package) {
        return Ok(None);
    }
    let version = text(Some(dependency)).or_else(|| text(dependency.get("version")));
    let default_features = dependency.get("default-features").and_then(Item::as_bool).unwrap_or(true);
    Ok(Some(Inherited { version, default_features }))
}

/// As `cargo add` does: in its place where the others are sorted, or else last.
fn add_dependency(document: &mut DocumentMut, dependency: &DevDependency) -> Result<(), ManifestError> {
    let dependencies = document.entry(DEV_DEPENDENCIES).or_insert_with(|| Item::Table(Table::new()));
    let dependencies = dependencies.as_table_like_mut().ok_or(ManifestError::NoTable(DEV_DEPENDENCIES))?;
    let were_sorted = dependencies.iter().map(|(name, _)| name).is_sorted();
    dependencies.insert(dependency.name, value(dependency.value()));
    if were_sorted {
        dependencies.sort_values();
    }
    Ok(())
}

/// Adds a bench, or to one that is there the key that it has a harness of its own, unless it says something of it.
fn add_bench(document: &mut DocumentMut, name: &str) -> Result<(), ManifestError> {
    let benches = document.entry(BENCH).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    let benches = benches.as_array_of_tables_mut().ok_or(ManifestError::NoArrayOfTables)?;
    let is_named = |bench: &Table| bench.get("name").and_then(Item::as_str) == Some(name);
    let Some(place) = benches.iter().position(is_named) else {
        let mut bench = Table::new();
        bench.insert("name", value(name));
        bench.insert("harness", value(false));
        benches.push(bench);
        return Ok(());
    };
    if let Some(bench) = benches.get_mut(place) {
        bench.entry("harness").or_insert(value(false));
    }
    Ok(())
}

impl DevDependency {
    fn value(&self) -> Value {
        let (key, text) = match &self.origin {
            Origin::Registry(version) if self.default_features => return version.as_str().into(),
            Origin::Workspace => return inline([("workspace", true.into())]),
            Origin::Registry(version) => ("version", version),
            Origin::Path(path) => ("path", path),
            Origin::Git(url) => ("git", url),
        };
        let defaults = (!self.default_features).then(|| ("default-features", Value::from(false)));
        inline([(key, Value::from(text))].into_iter().chain(defaults))
    }
}

/// As it stands in a manifest.
impl fmt::Display for DevDependency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.name, self.value())
    }
}

fn inline(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    InlineTable::from_iter(entries).into()
}

/// With the line ends of the original, which the editor does not keep.
fn with_line_ends_of(original: &str, text: String) -> String {
    let is_windows = original.contains("\r\n") && !original.replace("\r\n", "").contains('\n');
    if is_windows { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library(origin: Origin) -> DevDependency {
        DevDependency { name: "tensorprof", origin, default_features: false }
    }

    fn criterion() -> DevDependency {
        DevDependency {
            name: "criterion",
            origin: Origin::Registry(CRITERION.to_owned()),
            default_features: true,
        }
    }

    fn with_dependencies(manifest: &str) -> String {
        let dependencies = vec![criterion(), library(Origin::Path("../t".to_owned()))];
        extended(manifest, &Additions { dependencies, benches: vec![] }).expect("is a manifest")
    }

    fn with_bench(manifest: &str) -> String {
        let additions = Additions { dependencies: vec![], benches: vec!["kernels".to_owned()] };
        extended(manifest, &additions).expect("is a manifest")
    }

    const LINES: &str = "criterion = \"0.8.2\"\ntensorprof = { path = \"../t\", default-features = false }\n";

    #[test]
    fn the_version_of_criterion_is_that_of_the_library() {
        let manifest: toml::Table = include_str!("../../Cargo.toml").parse().expect("is TOML");
        assert_eq!(manifest["dependencies"]["criterion"]["version"].as_str(), Some(CRITERION));
    }

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
    fn origins_are_written_as_cargo_reads_them() {
        for (origin, written) in [
            (Origin::Workspace, "tensorprof = { workspace = true }"),
            (
                Origin::Registry("0.1.0".to_owned()),
                "tensorprof = { version = \"0.1.0\", default-features = false }",
            ),
            (
                Origin::Git("https://x".to_owned()),
                "tensorprof = { git = \"https://x\", default-features = false }",
            ),
        ] {
            assert_eq!(library(origin).to_string(), written);
        }
        assert_eq!(criterion().to_string(), "criterion = \"0.8.2\"");
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
    fn what_a_workspace_has_is_found() {
        let manifest = "[workspace.dependencies]\ncriterion = \"0.8\"\ntensorprof = { path = \"t\", default-features = false }\n\
                        other = { package = \"divan\", version = \"1\" }\n";
        let of = |name| inherited(manifest, name).expect("is TOML");
        let found = |version: Option<&str>, default_features| {
            Some(Inherited { version: version.map(str::to_owned), default_features })
        };
        assert_eq!(of("criterion"), found(Some("0.8"), true));
        assert_eq!(of("tensorprof"), found(None, false));
        assert_eq!((of("other"), of("divan")), (None, None));
    }

    #[test]
    fn what_has_no_place_is_an_error() {
        let additions = Additions { dependencies: vec![criterion()], benches: vec!["a".to_owned()] };
        let error = |manifest: &str| extended(manifest, &additions).expect_err("has no place").to_string();
        assert!(error("dev-dependencies = 1").starts_with("`dev-dependencies` is not a table"));
        assert!(error("bench = [{ name = \"a\" }]").starts_with("`bench` is not an array of tables"));
        assert!(matches!(extended("[package", &additions), Err(ManifestError::Syntax(_))));
    }
}
