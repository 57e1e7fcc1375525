//! `cargo tensorprof book build [DIR]`

use anyhow::{Result, bail};
use tensorprof::book;
use tensorprof::runner::mdbook;

use super::CONFIG;
use crate::cli::BookFolder;
use crate::exit;

pub(super) fn run(arguments: &BookFolder) -> Result<u8> {
    let folder = &arguments.folder;
    if !folder.join(CONFIG).exists() {
        bail!("there is no book in {0}; run `cargo tensorprof book init {0}`", folder.display());
    }
    mdbook::build(folder, book::TESTED)?;
    Ok(exit::FINE)
}
