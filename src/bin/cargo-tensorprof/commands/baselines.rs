//! `cargo tensorprof list`, `show NAME`, `export NAME`, `mv OLD NEW`, `cp OLD NEW` and `rm NAME...`: look at saved baselines,
//! give them to other tools, rename, copy and remove them.

use anyhow::{Result, bail};
use tensorprof::estimate;
use tensorprof::model::Baseline;
use tensorprof::report::{export, saved};

use crate::cli::{
    BaselineWord, CargoFlags, DataFormat, ExportArguments, ExportFormat, FilterArguments, ListArguments,
    ProjectOptions, RmArguments, ShowArguments, TwoNames,
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
    let found = found(options, &arguments.name, &arguments.filter, terminal)?;
    let text = match arguments.format {
        DataFormat::Table => saved::show_table(&found, terminal.width()),
        DataFormat::Json => saved::show_json(&found),
    };
    terminal.result(&text)?;
    Ok(exit::FINE)
}

pub(crate) fn export(
    options: &ProjectOptions,
    arguments: &ExportArguments,
    terminal: &mut Terminal,
) -> Result<u8> {
    let found = found(options, &arguments.name, &arguments.filter, terminal)?;
    if arguments.format == ExportFormat::LlamaBench && found.models.is_empty() {
        bail!("cannot export baseline `{}` for llama-bench: it has no benchmark of a model", found.name);
    }
    let text = match arguments.format {
        ExportFormat::Bencher => export::bencher(&found),
        ExportFormat::Critcmp => export::critcmp(&found),
        ExportFormat::GithubActionBenchmark => export::github_action_benchmark(&found),
        ExportFormat::LlamaBench => export::llama_bench(&found),
    };
    terminal.result(&text)?;
    Ok(exit::FINE)
}

/// The benchmarks of a baseline that a filter lets through. Of their samples, only those that `diff` would compare.
fn found(
    options: &ProjectOptions,
    word: &BaselineWord,
    filter: &FilterArguments,
    terminal: &mut Terminal,
) -> Result<Baseline> {
    let project = sources::project_unless(word.is_path(), options, &CargoFlags::default())?;
    let filter = Filter::parse(filter.text())?;
    let baseline = Source::of(word, project.as_ref())?.load(project.as_ref(), terminal)?;
    let mut found = estimate::uncontended(&baseline).side;
    let has_some = !found.benchmarks.is_empty();
    found.benchmarks.retain(|benchmark| filter.matches(&benchmark.id));
    if has_some && found.benchmarks.is_empty() {
        let name = word.stem();
        bail!(
            "no benchmark of baseline `{name}` matches `{filter}`; `cargo tensorprof show {name}` lists them"
        );
    }
    Ok(found)
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
