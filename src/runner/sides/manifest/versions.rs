//! Other versions of dependencies.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use toml_edit::{DocumentMut, Item, value};

use super::dependencies;
use crate::runner::cargo::command_line;
use crate::runner::workspace::Workspace;

/// What the manifests of a checkout say of a dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    /// Nothing: it is a dependency of dependencies.
    Nowhere,
    /// Its version.
    Required,
    /// A folder or a repository to take it from.
    Elsewhere,
}

/// Sets dependency `name` to `version` in the checkout `tree` and in its `Cargo.lock`.
pub(in crate::runner::sides) fn set(
    workspace: &Workspace,
    tree: &Path,
    name: &str,
    version: &str,
) -> Result<()> {
    let mut found = Found::Nowhere;
    for (file, mut document) in super::all(tree)? {
        match require(&mut document, name, version) {
            Found::Nowhere => {}
            Found::Required => {
                super::write(&file, &document)?;
                found = Found::Required;
            }
            Found::Elsewhere => bail!(
                "cannot set dependency `{name}` to version {version}: {} takes it from a path or a git repository, where it \
                 has one version",
                file.strip_prefix(tree).unwrap_or(&file).display()
            ),
        }
    }
    update(workspace, found, name, version).with_context(|| {
        format!("cannot set dependency `{name}` to version {version}; `cargo info {name}` names the versions that exist")
    })
}

fn update(workspace: &Workspace, found: Found, name: &str, version: &str) -> Result<()> {
    let mut command = workspace.cargo().command();
    command.args(["update", "--quiet"]);
    if let Some(path) = workspace.manifest_path() {
        command.arg("--manifest-path").arg(path);
    }
    match found {
        // The manifests admit no other version, so that the lock has to follow.
        Found::Required => command.arg("--workspace"),
        _ => command.args(["--package", name, "--precise", version]),
    };
    command.args(workspace.arguments().iter().filter_map(|argument| match argument.as_str() {
        // The lock has to change, whatever the build may do.
        "--locked" => None,
        "--frozen" => Some("--offline"),
        other => Some(other),
    }));
    let output = command.output().with_context(|| format!("cannot start `{}`", command_line(&command)))?;
    if !output.status.success() {
        bail!("`{}` failed: {}", command_line(&command), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

/// Makes a manifest require exactly this version, wherever it names the dependency's version.
fn require(document: &mut DocumentMut, name: &str, version: &str) -> Found {
    let mut found = Found::Nowhere;
    dependencies::for_each(document, &mut |key, item| {
        if dependencies::package(key, item) != name {
            return;
        }
        let exact = format!("={version}");
        if item.is_str() {
            *item = value(exact);
            found = Found::Required;
        } else if has(item, "path") || has(item, "git") {
            found = Found::Elsewhere;
        } else if has(item, "version") {
            dependencies::set_text(item, "version", exact);
            found = Found::Required;
        }
    });
    found
}

fn has(item: &Item, key: &str) -> bool {
    dependencies::text(item, key).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn required(text: &str) -> (Found, String) {
        let mut document: DocumentMut = text.parse().expect("is TOML");
        (require(&mut document, "candle", "0.12.0"), document.to_string())
    }

    #[test]
    fn requirements_become_exact_wherever_a_version_is_named() {
        let text = "[dependencies]\ncandle = \"0.9\"\nother = \"1\"\n\
                    [dev-dependencies]\nold = { package = \"candle\", version = \"0.8\", default-features = false }\n\
                    [target.x.dependencies]\ncandle.workspace = true\n\
                    [workspace.dependencies.candle]\nversion = \"0.9\"\n";
        let (found, changed) = required(text);
        assert_eq!(found, Found::Required);
        assert_eq!(changed, text.replace("\"0.9\"", "\"=0.12.0\"").replace("\"0.8\"", "\"=0.12.0\""));
    }

    #[test]
    fn dependencies_without_versions_are_told_apart() {
        assert_eq!(
            required("[dependencies]\ncandle = { path = \"x\", version = \"1\" }\n").0,
            Found::Elsewhere
        );
        assert_eq!(required("[dependencies]\ncandle = { git = \"x\" }\n").0, Found::Elsewhere);
        assert_eq!(
            required("[dependencies]\ncandle = { workspace = true }\ncandles = \"1\"\n").0,
            Found::Nowhere
        );
    }
}
