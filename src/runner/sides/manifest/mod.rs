//! Changes of the manifests in a checkout.

pub(super) mod dependencies;
pub(super) mod outside;
pub(super) mod versions;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use toml_edit::DocumentMut;

use super::walk;

/// The manifests in a checkout that can be read: a project may hold broken ones on purpose.
pub(super) fn all(tree: &Path) -> Result<Vec<(PathBuf, DocumentMut)>> {
    let files = walk::files(tree, &|_| false)?;
    let manifests =
        files.into_iter().filter(|file| file.file_name().is_some_and(|name| name == "Cargo.toml"));
    Ok(manifests.filter_map(|file| read(&file).ok().map(|document| (file, document))).collect())
}

pub(super) fn read(file: &Path) -> Result<DocumentMut> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    text.parse().with_context(|| format!("cannot parse {}", file.display()))
}

pub(super) fn write(file: &Path, document: &DocumentMut) -> Result<()> {
    fs::write(file, document.to_string()).with_context(|| format!("cannot write {}", file.display()))
}
