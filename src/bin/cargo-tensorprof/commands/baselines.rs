//! `cargo tensorprof list`, `mv OLD NEW`, `cp OLD NEW` and `rm NAME...`: list saved baselines, rename, copy and remove them.

use anyhow::Result;
use tensorprof::report::saved;

use crate::cli::{CargoFlags, DataFormat, ListArguments, ProjectOptions, RmArguments, TwoNames};
use crate::exit;
use crate::project::{self, Project};
use crate::terminal::Terminal;

pub(crate) fn list(
    options: &ProjectOptions,
    arguments: &ListArguments,
    terminal: &mut Terminal,
) -> Result<u8> {
    let project = Project::open(options, &CargoFlags::default())?;
    let (readable, code) = project.load_each(&project.store.names()?, terminal);
    let text = match arguments.format {
        DataFormat::Table => saved::list_table(&readable, terminal.width()),
        DataFormat::Json => saved::list_json(&readable),
    };
    if readable.is_empty() && code == exit::FINE && arguments.format == DataFormat::Table {
        let folder = project::display_path(&project.baselines);
        terminal.status("Empty", &format!("no baseline in {folder}; run `cargo tensorprof save NAME`"));
    } else {
        terminal.result(&text)?;
    }
    Ok(code)
}

pub(crate) fn mv(options: &ProjectOptions, arguments: &TwoNames, terminal: &mut Terminal) -> Result<u8> {
    let project = Project::open(options, &CargoFlags::default())?;
    let (old, new) = (project.name(&arguments.old)?, project.name(&arguments.new)?);
    project.store.rename(&old, &new)?;
    terminal.status("Renamed", &format!("baseline `{old}` to `{new}`"));
    Ok(exit::FINE)
}

pub(crate) fn cp(options: &ProjectOptions, arguments: &TwoNames, terminal: &mut Terminal) -> Result<u8> {
    let project = Project::open(options, &CargoFlags::default())?;
    let (old, new) = (project.name(&arguments.old)?, project.name(&arguments.new)?);
    project.store.copy(&old, &new)?;
    terminal.status("Copied", &format!("baseline `{old}` to `{new}`"));
    Ok(exit::FINE)
}

pub(crate) fn rm(options: &ProjectOptions, arguments: &RmArguments, terminal: &mut Terminal) -> Result<u8> {
    let project = Project::open(options, &CargoFlags::default())?;
    let names = arguments.names.iter().map(|word| project.name(word)).collect::<Result<Vec<_>>>()?;
    for name in names {
        project.store.remove(&name)?;
        terminal.status("Removed", &format!("baseline `{name}`"));
    }
    Ok(exit::FINE)
}
