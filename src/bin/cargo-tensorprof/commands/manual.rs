//! `cargo tensorprof completions SHELL` and `man DIR`: what clap makes of the command line, so that no command is missing.

use std::fs;

use anyhow::{Context as _, Result};
use clap::CommandFactory as _;

use crate::cli::{Cargo, CompletionsArguments, ManArguments};
use crate::exit;
use crate::project::display_path;
use crate::terminal::Terminal;

/// The executable, by which shells and `man` know the command.
const EXECUTABLE: &str = "cargo-tensorprof";

/// What the user types.
const TYPED: &str = "cargo tensorprof";

pub(crate) fn completions(arguments: &CompletionsArguments, terminal: &mut Terminal) -> Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command(), EXECUTABLE, &mut script);
    terminal.result(&String::from_utf8(script).context("the completions are no text")?)?;
    Ok(exit::FINE)
}

pub(crate) fn man(arguments: &ManArguments, terminal: &mut Terminal) -> Result<u8> {
    let folder = &arguments.folder;
    let written = fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(command().bin_name(TYPED).display_name(EXECUTABLE), folder));
    written.with_context(|| format!("cannot write the manual pages to {}", folder.display()))?;
    terminal
        .status("Wrote", &format!("{EXECUTABLE}.1 and a page for each command to {}", display_path(folder)));
    Ok(exit::FINE)
}

/// The command line without cargo in front of it.
fn command() -> clap::Command {
    let cargo = Cargo::command();
    let own = cargo.get_subcommands().next().cloned();
    own.unwrap_or(cargo).name(EXECUTABLE)
}
