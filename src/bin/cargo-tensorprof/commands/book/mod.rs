//! `cargo tensorprof book [COMMAND]`

mod add;
mod build;
mod expand;
mod init;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::cli::{BookArguments, BookCommand, ProjectOptions};
use crate::terminal::Terminal;

/// mdBook's own file.
const CONFIG: &str = "book.toml";
const SUMMARY: &str = "SUMMARY.md";

pub(crate) fn run(options: &ProjectOptions, arguments: BookArguments, terminal: &mut Terminal) -> Result<u8> {
    match arguments.command {
        None => expand::run(options, terminal),
        Some(BookCommand::Supports { renderer }) => Ok(expand::supports(&renderer)),
        Some(BookCommand::Init(arguments)) => init::run(&arguments, terminal),
        Some(BookCommand::Add(arguments)) => add::run(options, &arguments, terminal),
        Some(BookCommand::Build(arguments)) => build::run(&arguments),
    }
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
