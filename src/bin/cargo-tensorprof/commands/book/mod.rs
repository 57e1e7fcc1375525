//! `cargo tensorprof book [COMMAND]`

mod add;
mod expand;
mod init;

use std::path::Path;

use anyhow::{Result, bail};
use tensorprof::book;
use tensorprof::runner::mdbook;

use crate::cli::{BookArguments, BookCommand, ProjectOptions};
use crate::exit;
use crate::terminal::Terminal;

/// mdBook's own files.
const CONFIG: &str = "book.toml";
const SUMMARY: &str = "SUMMARY.md";

pub(crate) fn run(options: &ProjectOptions, arguments: BookArguments, terminal: &mut Terminal) -> Result<u8> {
    match arguments.command {
        None => expand::run(options, terminal),
        Some(BookCommand::Supports { renderer }) => Ok(expand::supports(&renderer)),
        Some(BookCommand::Init(arguments)) => init::run(&arguments, terminal),
        Some(BookCommand::Add(arguments)) => add::run(options, &arguments, terminal),
        Some(BookCommand::Build(arguments)) => build(&arguments.folder),
    }
}

fn build(folder: &Path) -> Result<u8> {
    if !folder.join(CONFIG).exists() {
        bail!("there is no book in {0}; run `cargo tensorprof book init {0}`", folder.display());
    }
    mdbook::build(folder, book::TESTED)?;
    Ok(exit::FINE)
}
