//! The files of a book that these commands read and write.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// mdBook's own file.
pub(super) const CONFIG: &str = "book.toml";
pub(super) const SUMMARY: &str = "SUMMARY.md";

pub(super) fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

pub(super) fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
