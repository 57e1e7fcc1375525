//! Rounds: fresh processes of every bench, again and again, and the benchmarks that come of them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::build::BenchExecutable;
use super::collect::Collector;
use super::process::{self, Ending, Progress};
use crate::model::{Benchmark, BenchmarkId, Settings};

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
    /// A process failed.
    Failed(Failure),
    /// A bench does not speak criterion's protocol and is left out.
    NotCriterion(&'a str),
}

/// A bench process that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Bench target.
    pub target: String,
    /// The benchmark in whose middle it failed.
    pub benchmark: Option<String>,
    /// Why, in words.
    pub reason: String,
    /// The last lines of its output.
    pub output: String,
}

/// What the rounds gave.
#[derive(Debug, Default)]
pub struct Measurement {
    /// Every benchmark, sorted by id.
    pub benchmarks: Vec<Benchmark>,
    /// Version of criterion in the benches.
    pub criterion: Option<String>,
    /// Processes that failed.
    pub failures: Vec<Failure>,
}

/// How bench processes are run beside their [`Settings`].
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Environment variables for every process.
    pub variables: Vec<(String, String)>,
    /// How long a process may say nothing before it counts as hanging.
    pub silence: Duration,
    /// Index of the session that the rounds belong to.
    pub session: usize,
}

/// Measures every executable in `settings.rounds` rounds.
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
    let mut rounds =
        Rounds { settings, options, collector: Collector::new(options.session), failures: Vec::new() };
    let mut criterion = None;
    let mut healthy: Vec<&BenchExecutable> = executables.iter().collect();
    for round in 1..=settings.rounds {
        let mut failed = Vec::new();
        for executable in &healthy {
            notice(Notice::Process { round, target: &executable.target });
            match rounds.run(executable, notice)? {
                Health::Good(version) => criterion = criterion.or(version),
                Health::Failed | Health::NotCriterion => failed.push(executable.path.clone()),
            }
        }
        healthy.retain(|executable| !failed.contains(&executable.path));
        if round == 1 {
            notice(Notice::RoundLength(rounds.collector.len()));
        }
    }
    Ok(Measurement { benchmarks: rounds.collector.finish(), criterion, failures: rounds.failures })
}

enum Health {
    Good(Option<String>),
    Failed,
    NotCriterion,
}

struct Rounds<'a> {
    settings: &'a Settings,
    options: &'a RunOptions,
    collector: Collector,
    failures: Vec<Failure>,
}

impl Rounds<'_> {
    fn run(&mut self, executable: &BenchExecutable, notice: &mut dyn FnMut(Notice<'_>)) -> Result<Health> {
        let command = bench_command(executable, self.settings, &self.options.variables);
        let id = |criterion: &crate::channel::CriterionId| BenchmarkId {
            package: executable.package.clone(),
            target: executable.target.clone(),
            criterion: criterion.clone(),
        };
        let report = process::run(command, self.options.silence, &mut |progress| match progress {
            Progress::Begins(criterion) => notice(Notice::Begins(id(criterion))),
            Progress::Measured(criterion) => notice(Notice::Measured(id(criterion))),
        })
        .with_context(|| {
            format!("cannot run bench `{}` ({})", executable.target, executable.path.display())
        })?;
        let mut problems = self.collector.add(executable, &report);
        let failed = match report.ending {
            Ending::Failed { reason, output } => {
                let unfinished = report.unfinished.map(|criterion| id(&criterion));
                if let Some(id) = &unfinished {
                    self.collector.fail(id, &reason);
                }
                problems.push(Failure {
                    target: executable.target.clone(),
                    benchmark: unfinished.map(|id| id.path()),
                    reason,
                    output,
                });
                true
            }
            Ending::Finished => false,
        };
        for failure in problems {
            notice(Notice::Failed(failure.clone()));
            self.failures.push(failure);
        }
        Ok(match (failed, report.criterion) {
            (true, _) => Health::Failed,
            (false, None) => {
                notice(Notice::NotCriterion(&executable.target));
                Health::NotCriterion
            }
            (false, version) => Health::Good(version),
        })
    }
}

/// The command that runs a bench once, as `cargo bench` would, in its package's folder.
fn bench_command(
    executable: &BenchExecutable,
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
        .args(&settings.filter);
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
