//! Measures the working tree, for `save` and for `diff` with one baseline: build, rounds, environment.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::{Result, bail};
use jiff::Timestamp;
use tensorprof::estimate::{self, Disturbance, Restless};
use tensorprof::model::{
    Arriving, Baseline, BaselineName, BenchmarkId, Environment, Session, Settings, first_names, things,
};
use tensorprof::runner::build::{self, Built};
use tensorprof::runner::failure::Failure;
use tensorprof::runner::machine::{self, Load};
use tensorprof::runner::rounds::{self, Measurement, Notice, RunOptions};
use tensorprof::runner::{digests, git, interrupt, listed, threads, toolchain};

use crate::brought_back::{self, Said};
use crate::cli::CargoFlags;
use crate::code_sessions;
use crate::exit::BenchFailed;
use crate::filter::{Filter, of_id_alone};
use crate::peaks::{self, WhichPeaks};
use crate::progress::RoundLines;
use crate::project::{self, Project};
use crate::recorded::Recorded;
use crate::terminal::{self, Terminal};

/// Most benches that an error names.
const MOST_NAMED: usize = 3;

/// What to measure, and how.
pub(crate) struct Request {
    pub(crate) name: BaselineName,
    pub(crate) cargo: CargoFlags,
    pub(crate) settings: Settings,
    /// Variables that set a number of threads, for every bench process.
    pub(crate) threads: BTreeMap<String, String>,
    /// A bench process that reports nothing for this long is killed.
    pub(crate) timeout: Duration,
    /// What the filter lets through must have something that this one does too. `None` where that is known.
    pub(crate) required: Option<Filter>,
    /// The peaks of this machine.
    pub(crate) peaks: WhichPeaks,
}

impl Request {
    /// A request to measure as `baseline` was measured, as far as it may say that, except for what the
    /// user said, with the peaks that are known.
    pub(crate) fn like(
        baseline: &Baseline,
        name: BaselineName,
        said: &Said<'_>,
        timeout: Duration,
        terminal: &mut Terminal,
    ) -> Result<Request> {
        let (cargo, bench_arguments) = brought_back::arguments(baseline, said)?;
        let cargo_arguments = cargo.recorded();
        let settings = Settings { bench_arguments, cargo_arguments, ..baseline.settings.or_default() };
        let threads = brought_back::threads(baseline, terminal);
        Ok(Request { name, cargo, settings, threads, timeout, required: None, peaks: WhichPeaks::Known })
    }

    /// Sets the most rounds of a benchmark, where the user did.
    pub(crate) fn bound_rounds(&mut self, max_rounds: Option<u32>) -> Result<()> {
        let rounds = self.settings.rounds;
        match max_rounds {
            Some(most) if most < rounds => bail!(
                "`--max-rounds {most}` is less than the {} that every benchmark has; give at least {rounds}",
                things(rounds as usize, "round")
            ),
            Some(most) => self.settings.max_rounds = Some(most),
            None => {}
        }
        Ok(())
    }
}

/// The result of a measurement.
pub(crate) struct Measured {
    pub(crate) baseline: Baseline,
    pub(crate) failures: Vec<Failure>,
    /// The user interrupted it; so many rounds are left to be measured.
    pub(crate) rounds_left: Option<u32>,
}

/// Returns an error if some bench failed, for the exit code. By then the other results have been saved.
pub(crate) fn require_no_failures(failures: &[Failure]) -> Result<()> {
    match failures {
        [] => Ok(()),
        [only] => bail!(BenchFailed(format!("bench `{}` failed: {}", only.bench, only.reason))),
        several => {
            let failures = things(several.len(), "failure");
            bail!(BenchFailed(format!("{failures} while measuring; see the warnings above")))
        }
    }
}

/// An error with the exit code of a bench that failed, if one did.
pub(crate) fn or_failed(error: anyhow::Error, failures: &[Failure]) -> anyhow::Error {
    if failures.is_empty() { error } else { BenchFailed(format!("{error:#}")).into() }
}

/// Builds the benches and measures them. `existing` is the baseline to which this will add a session:
/// conditions that differ are found before anything is measured.
pub(crate) fn measure(
    project: &Project,
    mut request: Request,
    existing: Option<&Baseline>,
    terminal: &mut Terminal,
) -> Result<Measured> {
    interrupt::watch()?;
    // A bad filter, or a number out of bounds, is found before the build.
    brought_back::check_bounds(&request.settings)?;
    Filter::parse(request.settings.filter.as_deref())?;
    let variables = threads::of_process(&request.threads);
    let recorded = project.recorded_variables(terminal);
    let built = build(project, &request.cargo, &variables, terminal)?;
    let one_cpu = request.threads.contains_key(threads::AFFINITY);
    let options = RunOptions { variables, one_cpu, timeout: request.timeout, session: 0 };
    if let Some(required) = &request.required {
        require_listed(&built, &request.settings, &options, required, terminal)?;
    }
    // After the build, which may write Cargo.lock.
    let mut environment = environment(project, &request, &built, &recorded, terminal)?;
    if let Some(existing) = existing {
        check_conditions(existing, &environment, &request.settings)?;
    }
    if !existing.is_some_and(|existing| has_peaks(existing, &environment)) {
        environment.peaks = peaks::for_benches(&environment.threads, request.peaks, terminal)?;
    }
    // Before they run: something else may build them anew meanwhile.
    let digests = digests::digests(&built.executables)?;
    let started = Timestamp::now();
    let load_before = Load::now();
    let mut measurement = run_rounds(&built, &request.settings, &options, terminal)?;
    project.complete_work([&mut measurement.benchmarks], terminal);
    let rounds_left = measurement.interrupted.map(|whole| request.settings.rounds - whole);
    request.settings.rounds -= rounds_left.unwrap_or(0);
    if let Some(partition) = &mut request.settings.partition {
        partition.benchmarks = measurement.listed;
    }
    require_results(&measurement, &built, request.settings.filter.as_deref())?;
    environment.build.criterion = measurement.criterion;
    let baseline = Baseline {
        name: request.name,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        environment,
        settings: request.settings,
        sessions: vec![Session::new(started)],
        unfinished: measurement.unfinished,
        models: measurement.models,
        benchmarks: measurement.benchmarks,
    };
    project.warn_of_idle_patterns(&[&baseline], terminal);
    warn_of_disturbance(&baseline, load_before, terminal);
    if let Some(restless) = Restless::of(&baseline) {
        terminal.warning(&restless.to_string());
    }
    code_sessions::record(estimate::code_session(&baseline, &digests), terminal);
    Ok(Measured { baseline, failures: measurement.failures, rounds_left })
}

/// A baseline has all the peaks that a session of this environment could add.
fn has_peaks(existing: &Baseline, environment: &Environment) -> bool {
    let known = existing.environment.peaks.iter().map(|peaks| peaks.threads).collect();
    threads::counts(&environment.threads).is_subset(&known)
}

/// Says that other programs disturbed a measurement that has just ended.
fn warn_of_disturbance(measured: &Baseline, load_before: Option<Load>, terminal: &mut Terminal) {
    let load = Load::now();
    let stolen = load.zip(load_before).map_or(0.0, |(now, before)| now.stolen_since(&before));
    if let Some(disturbance) = Disturbance::of(measured, stolen, load.map(|load| load.average)) {
        terminal.warning(&disturbance.to_string());
    }
}

/// Criterion's version is not known before the benches run, so it is checked when the sessions are joined.
fn check_conditions(existing: &Baseline, environment: &Environment, settings: &Settings) -> Result<()> {
    let mut environment = environment.clone();
    environment.build.criterion = existing.environment.build.criterion.clone();
    match existing.mismatch(&environment, settings) {
        Some(mismatch) => bail!(
            "cannot append to baseline `{}`: {mismatch}; save under another name or replace it with `--force`",
            existing.name
        ),
        None => Ok(()),
    }
}

/// Builds the benches, and says which of them cannot be run.
pub(crate) fn build(
    project: &Project,
    cargo: &CargoFlags,
    variables: &[(String, String)],
    terminal: &mut Terminal,
) -> Result<Built> {
    let recorder = project::recorder()?;
    let build_request = cargo.request(variables.to_vec(), terminal.for_cargo(), recorder);
    let built = build::build(&project.workspace, &build_request, &mut |line| terminal.command(line))?;
    tell_of_benches(&[&built], terminal);
    if built.executables.is_empty() {
        bail!("there is {}", no_bench(project));
    }
    Ok(built)
}

/// Says which benches of some builds cannot be run, and how others measure: once what is true of several.
pub(crate) fn tell_of_benches(builds: &[&Built], terminal: &mut Terminal) {
    let skipped = builds.iter().flat_map(|built| &built.skipped);
    let skipped: BTreeSet<String> = skipped.map(|bench| skipped_text(&bench.label, &bench.reason)).collect();
    skipped.iter().for_each(|text| terminal.warning(text));
    let noted = builds.iter().flat_map(|built| &built.executables);
    let noted = noted.filter_map(|bench| Some(format!("bench `{}`: {}", bench.label, bench.dialect.note()?)));
    noted.collect::<BTreeSet<String>>().iter().for_each(|text| terminal.status("Note", text));
}

fn environment(
    project: &Project,
    request: &Request,
    built: &Built,
    recorded: &[String],
    terminal: &mut Terminal,
) -> Result<Environment> {
    let workspace = &project.workspace;
    let Recorded { threads, variables } = Recorded::of(&built.executables, &request.threads, recorded);
    let revision = git::revision(&workspace.root(), &project.baselines, &workspace.sources());
    Ok(Environment {
        revision: revision.unwrap_or_else(|unknown| {
            terminal.warning(&format!("no commit is recorded: {unknown}"));
            None
        }),
        build: toolchain::build_facts(workspace, &request.cargo.choices())?,
        machine: machine::machine(),
        threads,
        variables,
        peaks: Vec::new(),
    })
}

fn run_rounds(
    built: &Built,
    settings: &Settings,
    options: &RunOptions,
    terminal: &mut Terminal,
) -> Result<Measurement> {
    let progress = terminal.progress("about");
    let many = built.executables.len() > 1;
    let mut names = Arriving::default();
    let mut lines = RoundLines::default();
    let rounds = settings.rounds;
    terminal.status("Measuring", &extent(settings));
    let measurement = rounds::measure(&built.executables, settings, options, &mut |notice| match notice {
        // Of extra rounds the next notice tells.
        Notice::Process { round, bench }
            if progress.is_hidden() && round <= rounds && lines.is_due(round) =>
        {
            let which = if many { format!(", bench {}", bench.label) } else { String::new() };
            terminal.status("Measuring", &format!("round {round} of {rounds}{which}{}", progress.words()));
        }
        Notice::Process { .. } => {}
        Notice::Expected(left) => progress.expect(left),
        Notice::ExtraRound { round, benchmarks } if progress.is_hidden() => {
            let need = if benchmarks == 1 { "needs" } else { "need" };
            let which = format!("{} {need} more rounds", things(benchmarks, "benchmark"));
            terminal.status("Measuring", &format!("round {round}, {which}{}", progress.words()));
        }
        Notice::ExtraRound { .. } => {}
        Notice::Runs(line) => progress.pause(|| terminal.command(&line)),
        Notice::Begins(id) => progress.begins(terminal::beside_bar(&names.benchmark(&id), 0)),
        Notice::Measured(_) => progress.measured(),
        Notice::Failed(failure) => {
            progress.pause(|| terminal.warning(&failure_text(&failure, &mut names)));
        }
        Notice::NotCriterion(bench) => {
            progress.pause(|| terminal.warning(&skipped_text(&bench.label, &bench.not_criterion())));
        }
    });
    progress.end();
    measurement
}

/// How much will be measured, such as `10 rounds, at most 20`.
fn extent(settings: &Settings) -> String {
    let (rounds, most) = (settings.rounds, settings.most_rounds());
    let counted = things(rounds as usize, "round");
    if most == rounds {
        return counted;
    }
    format!("{counted}, at most {most} of a benchmark that was disturbed (`--max-rounds`)")
}

/// What a side or a project lacks, and which benches would be built with features.
pub(crate) fn no_bench(project: &Project) -> String {
    let featured = project.workspace.benches_with_features();
    let featured: Vec<String> =
        featured.iter().map(|(bench, features)| format!("`{bench}` by `--features {features}`")).collect();
    let built = if featured.is_empty() {
        String::new()
    } else {
        format!("; features are required to build {}", first_names(&featured, MOST_NAMED))
    };
    format!("no criterion bench to run; a criterion bench is a `[[bench]]` with `harness = false`{built}")
}

pub(crate) fn skipped_text(bench: &str, reason: &str) -> String {
    format!("bench `{bench}` is skipped: {reason}")
}

pub(crate) fn failure_text(failure: &Failure, names: &mut Arriving) -> String {
    let benchmark = failure.benchmark.as_ref().map(|id| names.benchmark(id));
    let place = benchmark.map(|label| format!(" in benchmark `{label}`")).unwrap_or_default();
    let mut text = format!("bench `{}` failed{place}: {}", failure.bench, failure.reason);
    if !failure.output.is_empty() {
        text.push_str("\n--- the last lines of its output");
        for line in failure.output.lines() {
            text.push_str("\n    ");
            text.push_str(line);
        }
    }
    text
}

/// Returns an error if the benches have nothing of what is asked for, before any of it is measured.
fn require_listed(
    built: &Built,
    settings: &Settings,
    options: &RunOptions,
    required: &Filter,
    terminal: &mut Terminal,
) -> Result<()> {
    let matches = |id: &BenchmarkId| required.matches(id);
    let may_have = listed::may_have(&built.executables, settings, options, &matches, &mut |notice| {
        if let Notice::Runs(line) = notice {
            terminal.command(&line);
        }
    })?;
    if may_have {
        return Ok(());
    }
    let own = required.to_string();
    let both = if own.is_empty() { own } else { format!(" and `{own}`, the filter of the baseline") };
    bail!("{}{both}; {LISTING}", no_match(built, settings.filter.as_deref()))
}

/// Returns an error if nothing was measured.
fn require_results(measurement: &Measurement, built: &Built, filter: Option<&str>) -> Result<()> {
    if measurement.benchmarks.iter().any(|benchmark| !benchmark.rounds.is_empty()) {
        return Ok(());
    }
    if let Some(failure) = measurement.failures.first() {
        bail!(BenchFailed(format!(
            "nothing was measured: bench `{}` failed: {}",
            failure.bench, failure.reason
        )));
    }
    bail!("{}; {LISTING}", no_match(built, filter))
}

/// How to find out what there is to measure.
const LISTING: &str = "`cargo bench -- --list` lists what there is";

fn no_match(built: &Built, filter: Option<&str>) -> String {
    let benches: Vec<&str> = built.executables.iter().map(|bench| bench.label.as_str()).collect();
    match filter {
        Some(filter) => {
            format!("no benchmark of {} matches `{filter}`{}", benches.join(", "), of_id_alone(filter))
        }
        None => format!("{} holds no benchmark", benches.join(", ")),
    }
}
