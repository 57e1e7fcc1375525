//! Rounds: every bench runs in a new process each round, and the results are collected.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::affinity;
use super::build::BenchExecutable;
use super::collect::{Collected, Collector};
use super::failure::Failure;
use super::process::{self, Ending, ProcessOptions, ProcessReport, Progress};
use crate::inference::Model;
use crate::model::{Benchmark, BenchmarkId, Settings};

/// A warm-up may take this many times as long as requested before it counts as hanging.
const WARM_UP_SLACK: f64 = 4.0;

/// Longest filter, bytes: systems limit the length of one argument, Linux to 128 KiB.
const LONGEST_FILTER: usize = 60_000;

/// What happens while the runner measures.
#[derive(Debug, Clone)]
pub enum Notice<'a> {
    /// A process starts.
    Process {
        /// The round, from 1.
        round: u32,
        /// The bench target.
        target: &'a str,
    },
    /// A benchmark begins.
    Begins(BenchmarkId),
    /// A benchmark has been measured in this round.
    Measured(BenchmarkId),
    /// The first round is over: the number of benchmarks in a round is known.
    RoundLength(usize),
    /// An extra round starts, of the benchmarks that had contention in most rounds or whose rounds differ too
    /// much.
    ExtraRound {
        /// The round, counted on from the ordinary rounds.
        round: u32,
        /// Number of benchmarks in it.
        benchmarks: usize,
    },
    /// A process or a benchmark failed.
    Failed(Failure),
    /// A bench does not speak criterion's protocol and is skipped.
    NotCriterion(&'a str),
}

/// The result of the rounds.
#[derive(Debug, Default)]
pub struct Measurement {
    /// Every benchmark, sorted by id.
    pub benchmarks: Vec<Benchmark>,
    /// The models that the benchmarks measure, sorted by name.
    pub models: Vec<Model>,
    /// Version of criterion in the benches.
    pub criterion: Option<String>,
    /// Processes and benchmarks that failed, each once.
    pub failures: Vec<Failure>,
}

/// How bench processes are run, apart from their [`Settings`].
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Environment variables for every process.
    pub variables: Vec<(String, String)>,
    /// Pin each process to one CPU, if the system can. The CPU changes from round to round, since one may
    /// share its core with more work than another.
    pub one_cpu: bool,
    /// A process that reports nothing for this long counts as hanging.
    pub timeout: Duration,
    /// Index of the session that the rounds belong to.
    pub session: usize,
}

/// Measures every executable in `settings.rounds` rounds. Benchmarks that shared their core with another
/// hardware thread in most of the rounds, or whose rounds differ too much, are measured in extra rounds, up to
/// `settings.most_rounds()` in all.
///
/// A bench that fails is not run in later rounds. What it has measured is kept, and the benchmark that was
/// running when it failed is marked as failed.
///
/// # Errors
/// When a process cannot be started at all.
pub fn measure(
    executables: &[BenchExecutable],
    settings: &Settings,
    options: &RunOptions,
    notice: &mut dyn FnMut(Notice<'_>),
) -> Result<Measurement> {
    let mut rounds = Rounds {
        settings,
        options,
        collector: Collector::new(options.session),
        criterion: None,
        failures: Vec::new(),
    };
    let mut healthy: Vec<&BenchExecutable> = executables.iter().collect();
    for round in 1..=settings.rounds {
        for executable in healthy.clone() {
            notice(Notice::Process { round, target: &executable.target });
            if !rounds.run(executable, round, settings.filter.as_deref(), notice)? {
                healthy.retain(|other| *other != executable);
            }
        }
        if round == 1 {
            notice(Notice::RoundLength(rounds.collector.len()));
        }
    }
    rounds.run_extra_rounds(healthy, notice)?;
    let Rounds { collector, criterion, failures, .. } = rounds;
    let Collected { benchmarks, models } = collector.finish();
    Ok(Measurement { benchmarks, models, criterion, failures })
}

struct Rounds<'a> {
    settings: &'a Settings,
    options: &'a RunOptions,
    collector: Collector,
    criterion: Option<String>,
    failures: Vec<Failure>,
}

impl Rounds<'_> {
    fn cpu(&self, round: u32) -> Option<usize> {
        let cpus = if self.options.one_cpu { affinity::cpus() } else { Vec::new() };
        (!cpus.is_empty()).then(|| cpus[round as usize % cpus.len()])
    }

    /// Measures again the benchmarks that need more rounds.
    fn run_extra_rounds(
        &mut self,
        mut healthy: Vec<&BenchExecutable>,
        notice: &mut dyn FnMut(Notice<'_>),
    ) -> Result<()> {
        let rounds = self.settings.rounds;
        let most = self.settings.most_rounds() - rounds;
        let extra_rounds = self.collector.extra_rounds_for_precision(most);
        for extra in 1..=most {
            let mut selected = self.collector.contended(rounds, most - extra + 1);
            selected.extend(
                extra_rounds.iter().filter(|(_, needed)| **needed >= extra).map(|(id, _)| id.clone()),
            );
            healthy.retain(|executable| filter_of(&selected, executable).is_some());
            if healthy.is_empty() {
                break;
            }
            let round = rounds + extra;
            notice(Notice::ExtraRound { round, benchmarks: selected.len() });
            for executable in healthy.clone() {
                let filter = filter_of(&selected, executable);
                if !self.run(executable, round, filter.as_deref(), notice)? {
                    healthy.retain(|other| *other != executable);
                }
            }
        }
        Ok(())
    }

    /// Runs a bench once. Returns false if it must not be run again: it failed, or it does not use criterion.
    fn run(
        &mut self,
        executable: &BenchExecutable,
        round: u32,
        filter: Option<&str>,
        notice: &mut dyn FnMut(Notice<'_>),
    ) -> Result<bool> {
        let report = match self.run_process(executable, round, filter, notice) {
            Ok(report) => report,
            // What has been measured so far must not be lost.
            Err(error) if self.collector.len() > 0 => {
                self.add_failure(Failure::new(executable, None, format!("{error:#}")), notice);
                return Ok(false);
            }
            Err(error) => return Err(error),
        };
        if report.criterion.is_none() && !(executable.uses_criterion && report.ending.is_failure()) {
            notice(Notice::NotCriterion(&executable.target));
            return Ok(false);
        }
        self.criterion = self.criterion.take().or_else(|| report.criterion.clone());
        for failure in self.collector.add(executable, &report) {
            self.add_failure(failure, notice);
        }
        Ok(self.finish_process(executable, report, notice))
    }

    fn run_process(
        &self,
        executable: &BenchExecutable,
        round: u32,
        filter: Option<&str>,
        notice: &mut dyn FnMut(Notice<'_>),
    ) -> Result<ProcessReport> {
        let command = bench_command(executable, filter, self.settings, &self.options.variables);
        // During a warm-up the bench reports nothing.
        let warm_up = Duration::from_secs_f64(WARM_UP_SLACK * self.settings.warm_up);
        let timeout = self.options.timeout.max(warm_up);
        let options = ProcessOptions { cpu: self.cpu(round), timeout, takes_turns: false };
        process::run(command, options, &mut |progress| match progress {
            Progress::Begins(criterion) => notice(Notice::Begins(executable.id(criterion))),
            Progress::Measured(criterion) => notice(Notice::Measured(executable.id(criterion))),
        })
        .with_context(|| format!("cannot run bench `{}` ({})", executable.target, executable.path.display()))
    }

    /// Records how a process ended. Returns whether it succeeded.
    fn finish_process(
        &mut self,
        executable: &BenchExecutable,
        report: ProcessReport,
        notice: &mut dyn FnMut(Notice<'_>),
    ) -> bool {
        let Ending::Failed { reason, output } = report.ending else { return true };
        let unfinished = report.unfinished.map(|criterion| executable.id(&criterion));
        if let Some(id) = &unfinished {
            self.collector.fail(id, &reason);
        }
        let failure = Failure { output, ..Failure::new(executable, unfinished.as_ref(), reason) };
        self.add_failure(failure, notice);
        false
    }

    fn add_failure(&mut self, failure: Failure, notice: &mut dyn FnMut(Notice<'_>)) {
        notice(Notice::Failed(failure.clone()));
        self.failures.push(failure);
    }
}

/// A regular expression that matches exactly these benchmarks of an executable, or as many of them as fit
/// into an argument. `None` if the executable has none of them.
fn filter_of(benchmarks: &BTreeSet<BenchmarkId>, executable: &BenchExecutable) -> Option<String> {
    let own = |id: &&BenchmarkId| id.package == executable.package && id.target == executable.target;
    let mut paths: Vec<String> = Vec::new();
    let mut length = 0;
    for id in benchmarks.iter().filter(own) {
        let path = regex::escape(&id.path());
        length += path.len() + 1;
        if length > LONGEST_FILTER {
            break;
        }
        paths.push(path);
    }
    (!paths.is_empty()).then(|| format!("^(?:{})$", paths.join("|")))
}

/// The command that runs a bench once, as `cargo bench` would, in its package's folder.
fn bench_command(
    executable: &BenchExecutable,
    filter: Option<&str>,
    settings: &Settings,
    variables: &[(String, String)],
) -> Command {
    let mut command = Command::new(&executable.path);
    command
        .current_dir(&executable.directory)
        .env("CARGO_MANIFEST_DIR", &executable.directory)
        .env("CARGO_PKG_NAME", &executable.package)
        .env("CARGO_PKG_VERSION", &executable.version)
        .envs(library_path(executable))
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .args(["--bench", "--noplot"])
        .args(["--warm-up-time", &settings.warm_up.to_string()])
        .args(["--measurement-time", &settings.measurement.to_string()])
        .args(["--sample-size", &settings.samples.to_string()])
        .args(&settings.bench_arguments)
        .args(filter);
    command
}

/// The dynamic linker's search path with the build's folders in front.
fn library_path(executable: &BenchExecutable) -> BTreeMap<&'static str, OsString> {
    let variable = if cfg!(windows) {
        "PATH"
    } else if cfg!(target_os = "macos") {
        "DYLD_FALLBACK_LIBRARY_PATH"
    } else {
        "LD_LIBRARY_PATH"
    };
    let inherited = std::env::var_os(variable).unwrap_or_default();
    let folders = executable.libraries.iter().cloned().chain(std::env::split_paths(&inherited));
    // A folder whose name holds the path separator cannot be in a search path.
    std::env::join_paths(folders).ok().map(|path| (variable, path)).into_iter().collect()
}
