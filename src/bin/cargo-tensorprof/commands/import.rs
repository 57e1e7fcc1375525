//! `cargo tensorprof import CRITERION_NAME [NAME]`

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};
use jiff::Timestamp;
use tensorprof::channel::CriterionId;
use tensorprof::model::{
    Arriving, Baseline, BaselineName, Benchmark, BenchmarkId, Environment, Round, Session, Settings,
    first_names, things,
};
use tensorprof::runner::criterion_files::{SavedByCriterion, names_saved_by_criterion, saved_by_criterion};
use tensorprof::runner::interrupt;
use tensorprof::runner::listed::{Listed, listed};
use tensorprof::runner::rounds::{Notice, RunOptions};
use tensorprof::store::Mode;

use super::save::report_saved;
use crate::cli::{ImportArguments, ProjectOptions};
use crate::exit;
use crate::measure;
use crate::project::{self, Project};
use crate::terminal::Terminal;
use crate::unsaved;

/// How long a bench may take to list its benchmarks.
const TIMEOUT: Duration = Duration::from_secs(300);
/// Most benchmarks that a warning names.
const MOST_NAMED: usize = 3;

pub(crate) fn run(
    options: &ProjectOptions,
    arguments: &ImportArguments,
    terminal: &mut Terminal,
) -> Result<u8> {
    interrupt::watch()?;
    let project = Project::open(options, &arguments.cargo)?;
    let name = match &arguments.name {
        Some(word) => project.name(word)?,
        None => arguments.criterion_name.parse()?,
    };
    let folder = arguments.from.clone().unwrap_or_else(|| folder_of_criterion(&project));
    let saved = found(&folder, &arguments.criterion_name)?;
    let mode = if arguments.force { Mode::Force } else { Mode::New };
    let reservation = project.store.reserve(&name, mode)?;
    let Listed { benchmarks: listed, unfinished, failures } = current(&project, arguments, terminal)?;
    let mut benchmarks = benchmarks(&arguments.criterion_name, &saved, listed, terminal)?;
    project.complete_work([&mut benchmarks], terminal);
    let baseline = baseline(name, &saved, benchmarks)?;
    let settings = Settings { cargo_arguments: arguments.cargo.recorded(), ..baseline.settings };
    let baseline = Baseline { settings, unfinished, ..baseline };
    let saved = reservation.commit(&baseline)?;
    unsaved::warn_of_gaps(&saved, terminal);
    report_saved(&saved, &project, terminal);
    measure::require_no_failures(&failures)?;
    Ok(exit::FINE)
}

/// Where criterion saves what it measures, unless the user says otherwise.
pub(super) fn folder_of_criterion(project: &Project) -> PathBuf {
    let named = env::var_os("CRITERION_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    named.unwrap_or_else(|| project.workspace.target_directory().join("criterion"))
}

/// What criterion has saved as a baseline with these benchmarks of it.
pub(super) fn baseline(
    name: BaselineName,
    saved: &[SavedByCriterion],
    benchmarks: Vec<Benchmark>,
) -> Result<Baseline> {
    Ok(Baseline {
        name,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        // Criterion keeps neither the source nor the machine.
        environment: Environment::default(),
        settings: settings(saved)?,
        sessions: vec![Session::new(started(saved)?)],
        benchmarks,
        unfinished: Vec::new(),
        models: Vec::new(),
    })
}

/// What criterion has of that baseline, at least one benchmark.
fn found(folder: &Path, name: &str) -> Result<Vec<SavedByCriterion>> {
    let shown = project::display_path(folder);
    if !folder.is_dir() {
        bail!("criterion has saved nothing: there is no folder {shown}; name it with `--from`");
    }
    let saved = saved_by_criterion(folder, name)?;
    if saved.is_empty() {
        let names: Vec<String> = names_saved_by_criterion(folder)?.into_iter().collect();
        let there = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        bail!("criterion has saved no baseline `{name}` in {shown}; there is {there}");
    }
    Ok(saved)
}

/// The benchmarks that the project has now.
fn current(project: &Project, arguments: &ImportArguments, terminal: &mut Terminal) -> Result<Listed> {
    let built = measure::build(project, &arguments.cargo, &[], terminal)?;
    let options = RunOptions { variables: Vec::new(), one_cpu: false, timeout: TIMEOUT, session: 0 };
    let mut names = Arriving::default();
    listed(&built.executables, &Settings::default(), &options, &mut |notice| match notice {
        Notice::Failed(failure) => terminal.warning(&measure::failure_text(&failure, &mut names)),
        Notice::NotCriterion(bench) => {
            terminal.warning(&measure::skipped_text(&bench.label, &bench.not_criterion()))
        }
        _ => {}
    })
}

/// The benchmarks that the project still has, sorted by id. The others are told.
fn benchmarks(
    name: &str,
    saved: &[SavedByCriterion],
    listed: Vec<BenchmarkId>,
    terminal: &mut Terminal,
) -> Result<Vec<Benchmark>> {
    let mut current: BTreeMap<CriterionId, Vec<BenchmarkId>> = BTreeMap::new();
    for id in listed {
        current.entry(id.criterion.clone()).or_default().push(id);
    }
    let (mut benchmarks, mut stale, mut several) = (Vec::new(), Vec::new(), Vec::new());
    for benchmark in saved {
        match current.get(&benchmark.id).map(Vec::as_slice) {
            None | Some([]) => stale.push(benchmark.id.path()),
            Some([id]) => benchmarks.push(imported(id.clone(), benchmark)),
            Some(_) => several.push(benchmark.id.path()),
        }
    }
    let mut tell = |left_out: &[String], why: &str| {
        if !left_out.is_empty() {
            let named = first_names(left_out, MOST_NAMED);
            terminal.warning(&format!("{} left out, {why}: {named}", things(left_out.len(), "benchmark")));
        }
    };
    tell(&stale, "which no bench lists");
    tell(&several, "which several benches have, and criterion keeps the last alone");
    if benchmarks.is_empty() {
        bail!(
            "cannot import baseline `{name}`: no bench that is built has a benchmark of it; build others by `-p` and `--bench`, or \
             save it again by `cargo bench -- --save-baseline {name}`"
        );
    }
    benchmarks.sort_by(|left: &Benchmark, right| left.id.cmp(&right.id));
    Ok(benchmarks)
}

/// When the last of them was measured.
fn started(saved: &[SavedByCriterion]) -> Result<Timestamp> {
    let written = saved.iter().map(|benchmark| benchmark.written).max();
    Ok(written.map(Timestamp::try_from).transpose()?.unwrap_or_default())
}

/// What is known of how they were measured.
fn settings(saved: &[SavedByCriterion]) -> Result<Settings> {
    let samples = saved.iter().map(|benchmark| benchmark.samples.len()).max().unwrap_or(0);
    let samples = u32::try_from(samples)?;
    Ok(Settings { rounds: 1, warm_up: 0.0, measurement: 0.0, samples, ..Settings::default() })
}

/// One process of criterion's is one round.
pub(super) fn imported(id: BenchmarkId, saved: &SavedByCriterion) -> Benchmark {
    let round = Round { samples: saved.samples.clone(), ..Round::default() };
    Benchmark {
        work: saved.work.clone(),
        rounds: vec![round],
        not_measured: None,
        ..Benchmark::unmeasured(id, String::new())
    }
}
