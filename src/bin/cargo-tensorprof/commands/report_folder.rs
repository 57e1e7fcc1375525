//! The folder that a report is written to.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

pub(super) fn create(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot create the report folder {}", folder.display()))
}

/// Writes the files of a report, each a name and its content, into an existing folder.
pub(super) fn write(folder: &Path, files: impl IntoIterator<Item = (String, String)>) -> Result<()> {
    for (name, text) in files {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write the report to {}", path.display()))?;
    }
    Ok(())
}
