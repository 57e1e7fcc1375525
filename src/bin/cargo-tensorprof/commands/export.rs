//! `cargo tensorprof export NAME [FILTER]`

use anyhow::{Result, bail};
use tensorprof::report::export;

use super::show::found;
use crate::cli::{CargoFlags, ExportArguments, ExportFormat, ProjectOptions};
use crate::exit;
use crate::filter::Filter;
use crate::sources::{self, Source};
use crate::terminal::Terminal;

pub(crate) fn run(
    options: &ProjectOptions,
    arguments: &ExportArguments,
    terminal: &mut Terminal,
) -> Result<u8> {
    let word = &arguments.name;
    let project = sources::project_unless(word.is_path(), options, &CargoFlags::default(), terminal)?;
    let filter = Filter::parse(arguments.filter.text())?;
    let source = Source::of(word, project.as_ref())?;
    let found = found(&source, &filter, project.as_ref(), terminal)?;
    let has_models = found.benchmarks().iter().any(|benchmark| benchmark.inference.is_some());
    if arguments.format == ExportFormat::LlamaBench && !has_models {
        bail!("cannot export baseline `{}` for llama-bench: no benchmark of a model is chosen", found.name());
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
