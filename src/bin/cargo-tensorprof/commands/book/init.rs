//! `cargo tensorprof book init [DIR]`

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use tensorprof::book::setup;

use super::{CONFIG, SUMMARY};
use crate::cli::BookFolder;
use crate::commands::files::{create_new, read, write};
use crate::exit;
use crate::project::display_path;
use crate::terminal::Terminal;

pub(super) fn run(arguments: &BookFolder, terminal: &mut Terminal) -> Result<u8> {
    let folder = &arguments.folder;
    let config = folder.join(CONFIG);
    let text = if config.exists() {
        extend(&config, terminal)?
    } else {
        make(folder, terminal)?;
        create(&config, setup::CONFIG_TEXT, terminal)?;
        create(&folder.join(".gitignore"), "/book/\n", terminal)?;
        setup::CONFIG_TEXT.to_owned()
    };
    let sources = folder.join(setup::source_folder(&text)?);
    if sources.join(SUMMARY).exists() {
        terminal.status("Unchanged", &display_path(&sources.join(SUMMARY)));
    } else {
        make(&sources, terminal)?;
        create(&sources.join(SUMMARY), setup::SUMMARY_TEXT, terminal)?;
        create(&sources.join(setup::FIRST_CHAPTER), setup::FIRST_CHAPTER_TEXT, terminal)?;
    }
    Ok(exit::FINE)
}

/// Adds the preprocessor to an existing configuration, and returns the text.
fn extend(config: &Path, terminal: &mut Terminal) -> Result<String> {
    let text = read(config)?;
    let extended = setup::with_preprocessor(&text)
        .with_context(|| format!("cannot add the preprocessor to {}", config.display()))?;
    let Some(extended) = extended else {
        terminal.status("Unchanged", &format!("{} has [preprocessor.tensorprof]", display_path(config)));
        return Ok(text);
    };
    write(config, &extended)?;
    terminal.status("Added", &format!("[preprocessor.tensorprof] to {}", display_path(config)));
    Ok(extended)
}

fn make(folder: &Path, terminal: &mut Terminal) -> Result<()> {
    if !folder.exists() {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        terminal.status("Created", &display_path(&folder.join("")));
    }
    Ok(())
}

/// Creates a file where there is none.
fn create(path: &Path, text: &str, terminal: &mut Terminal) -> Result<()> {
    if create_new(path, text)? {
        terminal.status("Created", &display_path(path));
    }
    Ok(())
}
