//! `cargo tensorprof export NAME [CANDIDATE] [FILTER]`

use anyhow::{Context as _, Result, anyhow, bail};
use clap::ValueEnum as _;
use tensorprof::compare::{Comparison, Sides};
use tensorprof::model::BenchmarkId;
use tensorprof::report::saved::{self, Saved};
use tensorprof::report::{self, Reproduction, export};

use super::comparison::require_rows;
use super::diff::{Question, Terms};
use super::show::found;
use crate::cli::{BaselineWord, CargoFlags, ExportArguments, ExportFormat, ProjectOptions};
use crate::exit;
use crate::filter::Filter;
use crate::sources::{self, Source};
use crate::terminal::Terminal;

pub(crate) fn run(
    options: &ProjectOptions,
    arguments: &ExportArguments,
    terminal: &mut Terminal,
) -> Result<u8> {
    let text = match &arguments.candidate {
        Some(candidate) => comparison(options, arguments, candidate, terminal)?,
        None => baseline(options, arguments, terminal)?,
    };
    terminal.result(&text)?;
    Ok(exit::FINE)
}

fn baseline(
    options: &ProjectOptions,
    arguments: &ExportArguments,
    terminal: &mut Terminal,
) -> Result<String> {
    let word = &arguments.name;
    let project = sources::project_unless(word.is_path(), options, &CargoFlags::default())?;
    let filter = Filter::parse(arguments.filter.text())?;
    let source = Source::of(word, project.as_ref())?;
    let found = found(&source, &filter, project.as_ref(), terminal)?;
    Ok(match arguments.format {
        ExportFormat::Bencher => export::bencher(&found),
        ExportFormat::Critcmp => export::critcmp(&found),
        ExportFormat::Csv => saved::show_csv(&found),
        ExportFormat::GithubActionBenchmark => export::github_action_benchmark(&found),
        ExportFormat::Json => saved::show_json(&found),
        ExportFormat::LlamaBench => llama_bench(&found)?,
    })
}

fn llama_bench(found: &Saved) -> Result<String> {
    let has_models = found.benchmarks().iter().any(|benchmark| benchmark.inference.is_some());
    if !has_models {
        bail!("cannot export baseline `{}` for llama-bench: no benchmark of a model is chosen", found.name());
    }
    Ok(export::llama_bench(found))
}

fn comparison(
    options: &ProjectOptions,
    arguments: &ExportArguments,
    candidate: &BaselineWord,
    terminal: &mut Terminal,
) -> Result<String> {
    let render: fn(&Comparison, &Reproduction) -> String = match arguments.format {
        ExportFormat::Csv => |comparison, _| report::csv(comparison),
        ExportFormat::Json => report::json::render,
        other => return Err(takes_one_baseline(other, &arguments.name, candidate)),
    };
    let filter = Filter::parse(arguments.filter.text())?;
    let question = Question::of_stored(options, Sides::new(&arguments.name, candidate))?;
    let (baseline, candidate) = question.load(terminal)?;
    let candidate = candidate.context("name the baseline to judge")?;
    let terms = Terms {
        wanted: &|id: &BenchmarkId| filter.matches(id),
        filter: arguments.filter.text(),
        judging: &arguments.judging,
        learning: arguments.learning,
        measuring: None,
    };
    let (comparison, reproduction) = question.compared(Sides::new(&baseline, &candidate), &terms);
    require_rows(&comparison, terms.filter)?;
    Ok(render(&comparison, &reproduction))
}

/// The error of a comparison for a tool that compares by itself.
fn takes_one_baseline(
    format: ExportFormat,
    baseline: &BaselineWord,
    candidate: &BaselineWord,
) -> anyhow::Error {
    let format = format.to_possible_value();
    let format = format.as_ref().map_or("that tool", |format| format.get_name());
    anyhow!(
        "cannot export the comparison of `{baseline}` and `{candidate}` for {format}, which takes one baseline at a time: leave \
         `{candidate}` out and export it on its own, or choose `--format json` or `--format csv`; a FILTER goes after \
         `--filter`"
    )
}
