//! `cargo tensorprof list`, `show NAME`, `mv OLD NEW`, `cp OLD NEW` and `rm NAME...`: look at saved baselines, rename, copy
//! and remove them.

use anyhow::{Context as _, Result, bail};
use tensorprof::estimate;
use tensorprof::model::Baseline;
use tensorprof::report::saved;

use crate::cli::{
    BaselineWord, CargoFlags, DataFormat, ListArguments, ProjectOptions, RmArguments, ShowArguments, TwoNames,
};
use crate::exit;
use crate::filter::Filter;
use crate::project::{self, Project};
use crate::sources::{self, Source};
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

pub(crate) fn show(
    options: &ProjectOptions,
    arguments: &ShowArguments,
    terminal: &mut Terminal,
) -> Result<u8> {
    let is_path = arguments.name.as_ref().is_some_and(BaselineWord::is_path);
    let project = sources::project_unless(is_path, options, &CargoFlags::default())?;
    let filter = Filter::parse(arguments.filter.text())?;
    let baseline = match (&arguments.name, &project) {
        (Some(word), project) => Source::of(word, project.as_ref())?.load(project.as_ref(), terminal)?,
        (None, Some(project)) => newest(project, terminal)?,
        (None, None) => bail!("name a baseline to show"),
    };
    // Of the samples, only those that `diff` would compare are shown.
    let mut found = estimate::uncontended(&baseline).side;
    let has_some = !found.benchmarks.is_empty();
    found.benchmarks.retain(|benchmark| filter.matches(&benchmark.id));
    if has_some && found.benchmarks.is_empty() {
        let name = &baseline.name;
        bail!(
            "no benchmark of baseline `{name}` matches `{filter}`; `cargo tensorprof show {name}` lists them"
        );
    }
    if let (true, Some(project)) = (arguments.work, &project) {
        project.warn_of_other_work(&found.benchmarks, terminal);
    }
    let text = match arguments.format {
        DataFormat::Table if arguments.work => saved::work_table(&found, terminal.width()),
        DataFormat::Table => saved::show_table(&found, terminal.width()),
        DataFormat::Json => saved::show_json(&found),
    };
    terminal.result(&text)?;
    Ok(exit::FINE)
}

/// The baseline that was saved last, of those that can be read.
fn newest(project: &Project, terminal: &mut Terminal) -> Result<Baseline> {
    let (readable, _) = project.load_each(&project.store.names()?, terminal);
    let newest = readable.into_iter().max_by(|one, other| one.by_date(other));
    newest.with_context(|| {
        let folder = project::display_path(&project.baselines);
        format!("no baseline in {folder}; run `cargo tensorprof save NAME`")
    })
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
