//! `cargo tensorprof list`

use anyhow::Result;
use tensorprof::report::saved;

use crate::cli::{CargoFlags, DataFormat, ListArguments, ProjectOptions};
use crate::project::{self, Project};
use crate::terminal::Terminal;

pub(crate) fn run(
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
    if readable.is_empty() && arguments.format == DataFormat::Table {
        let folder = project::shown(&project.baselines);
        terminal.status("Empty", &format!("no baseline in {folder}; run `cargo tensorprof save NAME`"));
    } else {
        terminal.result(&text)?;
    }
    Ok(code)
}
