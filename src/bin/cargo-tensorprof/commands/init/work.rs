//! What work by ids would give.

use anyhow::Result;
use tensorprof::metadata::Suggestion;
use tensorprof::model::{Baseline, Benchmark, BenchmarkId};
use tensorprof::report::saved::{self, Saved};
use tensorprof::runner::criterion_files::{SavedByCriterion, saved_by_criterion};
use tensorprof::runner::member::Member;
use tensorprof::work::WorkSource;

use crate::commands::import::{baseline, folder_of_criterion, imported};
use crate::project::{Project, display_path};
use crate::terminal::Terminal;

/// What criterion calls its last run.
const LAST_RUN: &str = "new";

/// Benchmarks that were measured, and by what.
pub(super) struct Measured {
    baseline: Baseline,
    source: String,
}

/// The newest baseline, or else what criterion measured last.
pub(super) fn measured(
    project: &Project,
    members: &[Member],
    terminal: &mut Terminal,
) -> Result<Option<Measured>> {
    if let Some(baseline) = project.newest(terminal)? {
        let source = format!("baseline `{}`", baseline.name);
        return Ok(Some(Measured { baseline, source }));
    }
    match members {
        // Criterion does not keep of which package a benchmark is.
        [only] if project.workspace.has_one_package() => last_run(project, only, terminal),
        _ => Ok(None),
    }
}

fn last_run(project: &Project, member: &Member, terminal: &mut Terminal) -> Result<Option<Measured>> {
    let folder = folder_of_criterion(project);
    if !folder.is_dir() {
        return Ok(None);
    }
    let saved = saved_by_criterion(&folder, LAST_RUN).unwrap_or_else(|error| {
        terminal.warning(&format!("{error:#}"));
        Vec::new()
    });
    if saved.is_empty() {
        return Ok(None);
    }
    let id = |benchmark: &SavedByCriterion| BenchmarkId {
        package: member.name.clone(),
        target: String::new(),
        criterion: benchmark.id.clone(),
    };
    let benchmarks = saved.iter().map(|benchmark| imported(id(benchmark), benchmark)).collect();
    let source = "criterion's last runs, which may have benchmarks that are gone".to_owned();
    Ok(Some(Measured { baseline: baseline(LAST_RUN.parse()?, &saved, benchmarks)?, source }))
}

/// Prints rows for the benchmarks of a package whose work is not known, and what reports would have by them.
pub(super) fn suggest(
    project: &Project,
    member: &Member,
    measured: &Measured,
    terminal: &mut Terminal,
) -> Result<()> {
    let mut benchmarks = measured.baseline.benchmarks.clone();
    benchmarks.retain(|benchmark| benchmark.id.package == member.name);
    // By the metadata of now, which may be newer than the baseline.
    project.metadata.rows.complete(&mut benchmarks);
    benchmarks.retain(is_unknown);
    let ids: Vec<String> = benchmarks.iter().map(|benchmark| benchmark.id.path()).collect();
    let suggestion = Suggestion::of(ids.iter().map(String::as_str));
    if suggestion.is_empty() {
        return Ok(());
    }
    let manifest = display_path(&member.manifest);
    let mut text = format!("{}\n{}", words(&suggestion, &manifest), suggestion.table("package"));
    suggestion.rows()?.complete(&mut benchmarks);
    benchmarks.retain(|benchmark| !is_unknown(benchmark));
    if !benchmarks.is_empty() {
        let given = Baseline { benchmarks, ..measured.baseline.clone() };
        let rows = saved::rows_table(&Saved::of(&given, &|_| true), terminal.width());
        text.push_str(&format!("\nBy {}, that gives:\n\n{rows}", measured.source));
    }
    Ok(terminal.result(&text)?)
}

/// Neither the bench nor the metadata say its work.
fn is_unknown(benchmark: &Benchmark) -> bool {
    benchmark.work.as_ref().is_none_or(|work| !work.counts_something() || work.from == WorkSource::Throughput)
}

/// What the rows are.
fn words(suggestion: &Suggestion, manifest: &str) -> String {
    let how = match (suggestion.says_work(), suggestion.assumes_dtype()) {
        (false, _) => "with formulas to fill in",
        (true, false) => "with operations guessed by their names",
        (true, true) => "with operations guessed by their names, and f32 where an id names no element type",
    };
    format!("Ids have sizes, so that rows in {manifest} can say work, {how}:\n")
}
