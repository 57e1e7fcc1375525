//! `cargo tensorprof init`

mod benches;
mod library;
mod package;
mod plan;
mod sources;
mod work;

use anyhow::Result;

use self::plan::Plan;
use crate::cli::{CargoFlags, InitArguments, ProjectOptions};
use crate::exit;
use crate::project::Project;
use crate::terminal::Terminal;

pub(crate) fn run(
    options: &ProjectOptions,
    arguments: &InitArguments,
    terminal: &mut Terminal,
) -> Result<u8> {
    let project = Project::open(options, &CargoFlags::default())?;
    let members = project.workspace.members(&arguments.packages)?;
    let workspace = project.workspace.root().join("Cargo.toml");
    let mut plan = Plan::default();
    for member in &members {
        plan.append(package::plan(member, &workspace, arguments)?);
    }
    if arguments.dry_run {
        plan.show(&project.workspace.root(), terminal)?;
    } else {
        plan.carry_out(terminal)?;
    }
    let measured = work::measured(&project, &members, terminal)?;
    match &measured {
        None if !arguments.dry_run => terminal.status("Next", &next_command(&project)),
        None => {}
        Some(measured) => {
            for member in &members {
                work::suggest(&project, member, measured, terminal)?;
            }
        }
    }
    Ok(exit::FINE)
}

/// What to do where nothing has been measured yet.
fn next_command(project: &Project) -> String {
    format!("`cargo tensorprof save before{}` measures the benches", project.flags())
}
