//! `cargo tensorprof show NAME`

use anyhow::{Context as _, Result, bail};
use tensorprof::model::BenchmarkId;
use tensorprof::report::saved::{self, Saved};
use tensorprof::report::{self, Place, Reproduction};

use super::comparison::folder_at;
use crate::cli::{BaselineWord, CargoFlags, ProjectOptions, ShowArguments, ShowFormat};
use crate::exit;
use crate::filter::Filter;
use crate::project::{self, Project};
use crate::sources::{self, Source};
use crate::terminal::Terminal;

pub(crate) fn run(
    options: &ProjectOptions,
    arguments: &ShowArguments,
    terminal: &mut Terminal,
) -> Result<u8> {
    let is_path = arguments.name.as_ref().is_some_and(BaselineWord::is_path);
    let project = sources::project_unless(is_path, options, &CargoFlags::default())?;
    let filter = Filter::parse(arguments.filter.text())?;
    let source = match (&arguments.name, &project) {
        (Some(word), project) => Source::of(word, project.as_ref())?,
        (None, Some(project)) => newest(project, terminal)?,
        (None, None) => bail!("name a baseline to show"),
    };
    let found = found(&source, &filter, project.as_ref(), terminal)?;
    if let (true, Some(project)) = (arguments.work, &project) {
        project.warn_of_other_work(found.benchmarks(), terminal);
    }
    let mut command = report::show_command(&source.word(), arguments.filter.text());
    command.push_str(project.as_ref().map_or("", Project::flags));
    print(&found, &Reproduction { commands: vec![command], ..Reproduction::default() }, arguments, terminal)?;
    Ok(exit::FINE)
}

/// The benchmarks of a baseline that a filter lets through: some, where it has any.
pub(super) fn found(
    source: &Source,
    filter: &Filter,
    project: Option<&Project>,
    terminal: &mut Terminal,
) -> Result<Saved> {
    let baseline = source.load(project, terminal)?;
    let found = Saved::of(&baseline, &|id: &BenchmarkId| filter.matches(id));
    if found.is_empty() && !baseline.benchmarks.is_empty() {
        return Err(filter.matches_nothing_of(found.name()));
    }
    Ok(found)
}

/// The baseline that was saved last, of those that can be read.
fn newest(project: &Project, terminal: &mut Terminal) -> Result<Source> {
    let newest = project.newest(terminal)?.with_context(|| {
        let folder = project::display_path(&project.baselines);
        format!("no baseline in {folder}; run `cargo tensorprof save NAME`")
    })?;
    Ok(Source::Saved(newest.name))
}

fn print(
    found: &Saved,
    reproduction: &Reproduction,
    arguments: &ShowArguments,
    terminal: &mut Terminal,
) -> Result<()> {
    let folder = arguments.output.as_deref().map(folder_at).transpose()?;
    let text = match arguments.format {
        _ if arguments.work => saved::work_table(found, terminal.width()),
        ShowFormat::Table => saved::show_table(found, terminal.width()),
        // There are no files of charts beside standard output.
        ShowFormat::Markdown => saved::show_page(found, reproduction, Place::Inline(&|_| String::new())),
        ShowFormat::Csv => saved::show_csv(found),
        ShowFormat::Json => saved::show_json(found),
    };
    terminal.result(&text)?;
    if let Some(folder) = folder {
        let mut folder = folder.create()?;
        folder.replace_report(saved::report(found, reproduction).files().collect(), report::chart_files())?;
        terminal.status("Report", &project::display_path(&folder.file(report::MARKDOWN_FILE)));
    }
    Ok(())
}
