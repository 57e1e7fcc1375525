//! `cargo tensorprof show NAME`

use anyhow::Result;
use tensorprof::compare;
use tensorprof::report::saved;

use crate::cli::{CargoFlags, DataFormat, ProjectOptions, ShowArguments};
use crate::exit;
use crate::project::Project;
use crate::terminal::Terminal;

pub(crate) fn run(
    options: &ProjectOptions,
    arguments: &ShowArguments,
    terminal: &mut Terminal,
) -> Result<u8> {
    let project = Project::open(options, &CargoFlags::default())?;
    // What `diff` compares is what is shown.
    let found = compare::uncontended(&project.load(&arguments.name, terminal)?).side;
    let text = match arguments.format {
        DataFormat::Table => saved::show_table(&found, terminal.width()),
        DataFormat::Json => saved::show_json(&found),
    };
    terminal.result(&text)?;
    Ok(exit::FINE)
}
