//! `cargo tensorprof list`

use anyhow::Result;
use tensorprof::report::saved;

use crate::cli::{CargoFlags, DataFormat, ListArguments, ProjectOptions};
use crate::exit;
use crate::project::{self, Project};
use crate::terminal::Terminal;

pub(crate) fn run(
    options: &ProjectOptions,
    arguments: &ListArguments,
    terminal: &mut Terminal,
) -> Result<u8> {
    let project = Project::open(options, &CargoFlags::default())?;
    let mut readable = Vec::new();
    let mut code = exit::FINE;
    for entry in project.store.list()? {
        match entry.loaded {
            Ok(loaded) => readable.push(loaded.baseline),
            Err(error) => {
                terminal.warning(&error.to_string());
                code = exit::BAD_INPUT;
            }
        }
    }
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
