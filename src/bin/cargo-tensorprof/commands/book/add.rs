//! `cargo tensorprof book add A B`

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use tensorprof::book::{setup, summary};
use tensorprof::compare::{Fact, Sides};
use tensorprof::model::BaselineName;

use super::{CONFIG, SUMMARY};
use crate::cli::{BookAddArguments, CargoFlags, ProjectOptions};
use crate::commands::files::{create_new, read, write};
use crate::exit;
use crate::project::{Project, display_path};
use crate::terminal::Terminal;

pub(super) fn run(
    options: &ProjectOptions,
    arguments: &BookAddArguments,
    terminal: &mut Terminal,
) -> Result<u8> {
    let project = Project::open(options, &CargoFlags::default())?;
    let names = Sides::new(project.name(&arguments.baseline)?, project.name(&arguments.candidate)?);
    for name in names.iter() {
        project.load(name, terminal)?;
    }
    let folder = &arguments.book;
    let config = read(&folder.join(CONFIG)).with_context(|| {
        format!("there is no book in {0}; run `cargo tensorprof book init {0}`", folder.display())
    })?;
    let sources = folder.join(setup::source_folder(&config)?);
    let contents = sources.join(SUMMARY);
    // Both files are read before either is written.
    let before = read(&contents)?;
    let file = format!("{}-{}.md", names.baseline, names.candidate);
    let title = title(arguments, &names);
    create(&sources.join(&file), &chapter(&title, arguments, &names))?;
    terminal.status("Created", &display_path(&sources.join(&file)));
    write(&contents, &summary::with_chapter(&before, &title, &file))?;
    terminal.status("Added", &format!("`{title}` to {}", display_path(&contents)));
    Ok(exit::FINE)
}

/// The title, in one line.
fn title(arguments: &BookAddArguments, names: &Sides<BaselineName>) -> String {
    let given = arguments.title.as_deref().unwrap_or_default();
    let words: Vec<&str> = given.split_whitespace().collect();
    if words.is_empty() {
        return format!("{} against {}", names.candidate, names.baseline);
    }
    words.join(" ")
}

fn chapter(title: &str, arguments: &BookAddArguments, names: &Sides<BaselineName>) -> String {
    let facts: Vec<&str> = arguments.across.iter().map(|fact: &Fact| fact.name()).collect();
    let across = if facts.is_empty() { String::new() } else { format!(" across={}", facts.join(",")) };
    let Sides { baseline, candidate } = names;
    format!("# {title}\n\n{{{{#tensorprof diff {baseline} {candidate}{across}}}}}\n")
}

/// Writes a chapter, which must not exist.
fn create(path: &Path, text: &str) -> Result<()> {
    if !create_new(path, text)? {
        bail!("cannot add the chapter: {} exists; edit or remove it", path.display());
    }
    Ok(())
}
