//! A dependency that is added to a manifest, and what manifests say of others.

use toml_edit::{DocumentMut, InlineTable, Item, TableLike, TomlError, Value};

/// The criterion that the library is built on, as a dependency.
pub const CRITERION: &str = "0.8.2";

/// A dev-dependency that a package is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DevDependency {
    /// What the package calls it: its name, unless it has another one in the manifest already.
    pub key: String,
    /// From where it comes.
    pub origin: Origin,
    /// With its default features.
    pub default_features: bool,
}

/// From where a dependency comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The workspace has it, and says all else of it.
    Workspace,
    /// The package has it as an optional dependency, which says all else of it.
    Optional,
    /// A registry, in this version.
    Registry(String),
    /// A folder.
    Path(String),
    /// A git repository.
    Git(String),
}

/// What a workspace says of a dependency that its packages may inherit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inherited {
    /// The version that it requires.
    pub version: Option<String>,
    /// With its default features. A package that inherits it cannot do without them.
    pub default_features: bool,
}

/// What `[workspace.dependencies]` of a manifest says of a package; `None` where it says nothing.
///
/// # Errors
/// It is not TOML.
pub fn inherited(manifest: &str, package: &str) -> Result<Option<Inherited>, TomlError> {
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
    // Cargo takes the old spelling up to the edition of 2021.
    let defaults = ["default-features", "default_features"].iter().find_map(|key| dependency.get(key));
    let default_features = defaults.and_then(Item::as_bool).unwrap_or(true);
    Ok(Some(Inherited { version, default_features }))
}

impl DevDependency {
    /// Its value in a manifest; `None` where the manifest has no such optional dependency.
    pub(super) fn value(&self, manifest: &DocumentMut) -> Option<Value> {
        let (key, text) = match &self.origin {
            Origin::Registry(version) if self.default_features => return Some(version.as_str().into()),
            Origin::Workspace => return Some(inline([("workspace", true.into())])),
            Origin::Optional => return optional(manifest, &self.key).map(required),
            Origin::Registry(version) => ("version", version),
            Origin::Path(path) => ("path", path),
            Origin::Git(url) => ("git", url),
        };
        let defaults = (!self.default_features).then(|| ("default-features", Value::from(false)));
        Some(inline([(key, Value::from(text))].into_iter().chain(defaults)))
    }
}

/// The first dependency of this key, of all targets or of one.
fn optional<'a>(manifest: &'a DocumentMut, key: &str) -> Option<&'a dyn TableLike> {
    let targets = manifest.get("target").and_then(Item::as_table_like).into_iter().flat_map(TableLike::iter);
    let mut tables = std::iter::once(manifest.as_item()).chain(targets.map(|(_, table)| table));
    tables.find_map(|table| table.get("dependencies")?.get(key)?.as_table_like())
}

/// A dependency that is optional as one that is there in any case.
fn required(dependency: &dyn TableLike) -> Value {
    let entries = dependency.iter().filter(|(key, _)| *key != "optional");
    inline(entries.filter_map(|(key, item)| {
        let mut value = item.as_value()?.clone();
        // Blanks and comments around it belong where it is.
        value.decor_mut().clear();
        Some((key, value))
    }))
}

fn inline<'a>(entries: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    InlineTable::from_iter(entries).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(origin: Origin, manifest: &str) -> Option<String> {
        let dependency = DevDependency { key: "tensorprof".to_owned(), origin, default_features: false };
        dependency.value(&manifest.parse().expect("is TOML")).map(|value| value.to_string())
    }

    #[test]
    fn the_version_of_criterion_is_that_of_the_library() {
        let manifest: toml::Table = include_str!("../../Cargo.toml").parse().expect("is TOML");
        assert_eq!(manifest["dependencies"]["criterion"]["version"].as_str(), Some(CRITERION));
    }

    #[test]
    fn origins_are_written_as_cargo_reads_them() {
        for (origin, written) in [
            (Origin::Workspace, "{ workspace = true }"),
            (Origin::Registry("0.1.0".to_owned()), "{ version = \"0.1.0\", default-features = false }"),
            (Origin::Git("https://x".to_owned()), "{ git = \"https://x\", default-features = false }"),
        ] {
            assert_eq!(value(origin, "").as_deref(), Some(written));
        }
        let origin = Origin::Registry(CRITERION.to_owned());
        let criterion = DevDependency { key: "criterion".to_owned(), origin, default_features: true };
        assert_eq!(criterion.value(&DocumentMut::new()).expect("is known").to_string(), "\"0.8.2\"");
    }

    #[test]
    fn an_optional_dependency_is_repeated_without_that_word() {
        for (manifest, written) in [
            ("[dependencies]\ntensorprof = { path = \"t\", optional = true } # mine\n", "{ path = \"t\" }"),
            (
                "[dependencies.tensorprof]\noptional = true # yes\ngit = \"https://x\" # here\nrev = \"a\"\n",
                "{ git = \"https://x\", rev = \"a\" }",
            ),
            (
                "[dependencies]\ntensorprof.workspace = true\ntensorprof.optional = true\n",
                "{ workspace = true }",
            ),
            (
                "[target.'cfg(unix)'.dependencies]\ntensorprof = { optional = true, version = \"1\" }\n",
                "{ version = \"1\" }",
            ),
        ] {
            assert_eq!(value(Origin::Optional, manifest).as_deref(), Some(written), "{manifest}");
        }
        assert_eq!(value(Origin::Optional, "[dependencies]\nother = \"1\"\n"), None);
    }

    #[test]
    fn what_a_workspace_has_is_found() {
        let manifest = "[workspace.dependencies]\ncriterion = \"0.8\"\ntensorprof = { path = \"t\", default-features = false }\n\
                        old = { path = \"t\", default_features = false }\nother = { package = \"divan\", version = \"1\" }\n";
        let of = |name| inherited(manifest, name).expect("is TOML");
        let found = |version: Option<&str>, default_features| {
            Some(Inherited { version: version.map(str::to_owned), default_features })
        };
        assert_eq!(of("criterion"), found(Some("0.8"), true));
        assert_eq!((of("tensorprof"), of("old")), (found(None, false), found(None, false)));
        assert_eq!((of("other"), of("divan")), (None, None));
    }
}
