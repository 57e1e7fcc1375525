//! Rounds: fresh processes of every bench, again and again, and the benchmarks that come of them.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::affinity;
use super::build::BenchExecutable;
use super::collect::{Collected, Collector};
use super::failure::Failure;
use super::process::{self, Ending, ProcessReport, Progress};
use crate::inference::Model;
use crate::model::{Benchmark, BenchmarkId, Settings};

/// A warm-up may take this many times as long as it was asked to before it counts as hanging.
const WARM_UP_PATIENCE: f64 = 4.0;

/// Longest filter, bytes: systems limit the length of one argument, Linux to 128 KiB.
const LONGEST_FILTER: usize = 60_000;

/// What the runner tells while it measures.
#[derive(Debug, Clone)]
pub enum Notice<'a> {
    /// A process starts: round (from 1) and bench target.
    Process {
        /// From 1.
        round: u32,
        /// The bench target.
        target: &'a str,
    },
    /// A benchmark begins.
    Begins(BenchmarkId),
    /// A benchmark has been measured in this round.
    Measured(BenchmarkId),
    /// The number of benchmarks measured in one round is known now.
    RoundLength(usize),
    /// One more round, of so many benchmarks that had contention in most of theirs, or whose rounds differ by too much.
    Again {
        /// From the number of ordinary rounds + 1.
        round: u32,
        /// How many benchmarks.
        benchmarks: usize,
    },
    /// A process or a benchmark failed.
    Failed(Failure),
    /// A bench does not speak criterion's protocol and is left out.
    NotCriterion(&'a str),
}

/// What the rounds gave.
#[derive(Debug, Default)]
pub struct Measurement {
    /// Every benchmark, sorted by id.
    pub benchmarks: Vec<Benchmark>,
    /// The models that they measure, sorted by name.
    pub models: Vec<Model>,
    /// Version of criterion in the benches.
    pub criterion: Option<String>,
    /// Processes and benchmarks that failed, each once.
    pub failures: Vec<Failure>,
}

/// How bench processes are run beside their [`Settings`].
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Environment variables for every process.
    pub variables: Vec<(String, String)>,
    /// Keep each process on one CPU, where the system allows: another one each round, since one may have a busier
    /// neighbour than another.
    pub one_cpu: bool,
    /// How long a process may say nothing before it counts as hanging.
    pub silence: Duration,
    /// Index of the session that the rounds belong to.
    pub session: usize,
}

/// Measures every executable in `settings.rounds` rounds, and in up to as many more the benchmarks that shared the core
/// with another hardware thread in most of them or whose rounds differ by more than is useful.
///
/// A bench that fails is not run in later rounds; what it measured stays, and the benchmark in whose middle it
/// failed is marked.
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
    rounds.again(healthy, notice)?;
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

    /// More rounds of the benchmarks that they serve.
    fn again(
        &mut self,
        mut healthy: Vec<&BenchExecutable>,
        notice: &mut dyn FnMut(Notice<'_>),
    ) -> Result<()> {
        let rounds = self.settings.rounds;
        let wanting = self.collector.wanting(rounds);
        for more in 1..=rounds {
            let mut again = self.collector.contended(rounds);
            again.extend(wanting.iter().filter(|(_, wanted)| **wanted >= more).map(|(id, _)| id.clone()));
            healthy.retain(|executable| filter_of(&again, executable).is_some());
            if healthy.is_empty() {
                break;
            }
            let round = rounds + more;
            notice(Notice::Again { round, benchmarks: again.len() });
            for executable in healthy.clone() {
                let filter = filter_of(&again, executable);
                if !self.run(executable, round, filter.as_deref(), notice)? {
                    healthy.retain(|other| *other != executable);
                }
            }
        }
        Ok(())
    }

    /// Runs a bench once. False where it need not be run again: it failed, or it is not criterion's.
    fn run(
        &mut self,
        executable: &BenchExecutable,
        round: u32,
        filter: Option<&str>,
        notice: &mut dyn FnMut(Notice<'_>),
    ) -> Result<bool> {
        let report = match self.process(executable, round, filter, notice) {
            Ok(report) => report,
            // What has been measured must not be lost.
            Err(error) if self.collector.len() > 0 => {
                self.note(Failure::new(executable, None, format!("{error:#}")), notice);
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
            self.note(failure, notice);
        }
        Ok(self.end(executable, report, notice))
    }

    fn process(
        &self,
        executable: &BenchExecutable,
        round: u32,
        filter: Option<&str>,
        notice: &mut dyn FnMut(Notice<'_>),
    ) -> Result<ProcessReport> {
        let command = bench_command(executable, filter, self.settings, &self.options.variables);
        // A warm-up says nothing.
        let warm_up = Duration::from_secs_f64(WARM_UP_PATIENCE * self.settings.warm_up);
        let silence = self.options.silence.max(warm_up);
        process::run(command, self.cpu(round), silence, &mut |progress| match progress {
            Progress::Begins(criterion) => notice(Notice::Begins(executable.id(criterion))),
            Progress::Measured(criterion) => notice(Notice::Measured(executable.id(criterion))),
        })
        .with_context(|| format!("cannot run bench `{}` ({})", executable.target, executable.path.display()))
    }

    /// Notes how a process ended; true if it ended well.
    fn end(
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
        self.note(failure, notice);
        false
    }

    fn note(&mut self, failure: Failure, notice: &mut dyn FnMut(Notice<'_>)) {
        notice(Notice::Failed(failure.clone()));
        self.failures.push(failure);
    }
}

/// A regular expression for exactly those benchmarks of an executable, or as many of them as fit into an argument;
/// `None` where it has none of them.
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
    let present = std::env::var_os(variable).unwrap_or_default();
    let folders = executable.libraries.iter().cloned().chain(std::env::split_paths(&present));
    // A folder with the path separator in its name cannot be searched at all.
    std::env::join_paths(folders).ok().map(|path| (variable, path)).into_iter().collect()
}
