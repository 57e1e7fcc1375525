//! `cargo tensorprof history [FILTER]`

use anyhow::{Result, bail};
use tensorprof::compare::{self, History};
use tensorprof::model::{self, BenchmarkId};
use tensorprof::report::history;

use super::report_folder::ReportFolder;
use crate::cli::{CargoFlags, HistoryArguments, ProjectOptions, ReportFormat};
use crate::filter::Filter;
use crate::project::{self, Project};
use crate::terminal::Terminal;

pub(crate) fn run(
    options: &ProjectOptions,
    arguments: &HistoryArguments,
    terminal: &mut Terminal,
) -> Result<u8> {
    let project = Project::open(options, &CargoFlags::default())?;
    let filter = Filter::parse(arguments.filter.text())?;
    let only = arguments.only.iter().map(|word| project.pattern(word)).collect::<Result<Vec<_>>>()?;
    let chosen = model::choose(&project.store.names()?, &only)?;
    let (baselines, code) = project.load_each(&chosen, terminal);
    if baselines.is_empty() {
        let folder = project::display_path(&project.baselines);
        bail!("no baseline to show in {folder}; save one with `cargo tensorprof save NAME`");
    }
    let wanted = |id: &BenchmarkId| filter.matches(id);
    let judging = project::judging(Some(&project), arguments.smallest.said());
    let found = compare::history(&compare::latest(baselines, arguments.last), &judging, &wanted);
    if found.rows.is_empty() {
        return Err(filter.matches_nothing());
    }
    print(&found, arguments, terminal)?;
    Ok(code)
}

fn print(found: &History, arguments: &HistoryArguments, terminal: &mut Terminal) -> Result<()> {
    let report = history::render(found);
    let text = match arguments.format {
        ReportFormat::Table => history::tables(found, terminal.width()),
        ReportFormat::Markdown => report.markdown.clone(),
        ReportFormat::Json => history::json(found),
    };
    terminal.result(&text)?;
    if let Some(folder) = &arguments.output {
        let folder = ReportFolder::find(folder, [history::MARKDOWN_FILE, history::CHART_FILE])?;
        let mut folder = folder.create()?;
        folder.write(report.files())?;
        terminal.status("Report", &project::display_path(&folder.file(history::MARKDOWN_FILE)));
    }
    Ok(())
}
