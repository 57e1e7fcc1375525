//! One file per command. Only these touch the disk and the terminal.

pub(crate) mod book;
pub(crate) mod diff;
pub(crate) mod history;
pub(crate) mod list;
pub(crate) mod rm;
pub(crate) mod save;
pub(crate) mod show;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use regex::Regex;

/// The regular expression of a filter on ids.
fn filter(text: &str) -> Result<Regex> {
    Regex::new(text).with_context(|| format!("`{text}` is not a regular expression"))
}

fn create_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot create the report folder {}", folder.display()))
}

/// Writes the files of a report, each a name and its content, into a folder that is there.
fn write_files(folder: &Path, files: impl IntoIterator<Item = (String, String)>) -> Result<()> {
    for (name, text) in files {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write the report to {}", path.display()))?;
    }
    Ok(())
}
