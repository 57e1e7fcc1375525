//! `cargo tensorprof rm NAME...`

use anyhow::Result;

use crate::cli::{CargoFlags, ProjectOptions, RmArguments};
use crate::exit;
use crate::project::Project;
use crate::terminal::Terminal;

pub(crate) fn run(options: &ProjectOptions, arguments: &RmArguments, terminal: &mut Terminal) -> Result<u8> {
    let project = Project::open(options, &CargoFlags::default())?;
    for name in &arguments.names {
        project.store.remove(name)?;
        terminal.status("Removed", &format!("baseline `{name}`"));
    }
    Ok(exit::FINE)
}
