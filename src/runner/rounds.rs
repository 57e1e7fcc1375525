//! Rounds: every bench runs in a new process each round, and the results are collected.

use std::time::Duration;

use anyhow::{Context as _, Error, Result};

use super::affinity;
use super::build::BenchExecutable;
use super::command::{bench_command, longest_silence, selections};
use super::failure::Failure;
use super::process::{self, ProcessOptions, ProcessReport, Progress};
use super::results::Results;
use crate::inference::Model;
use crate::model::{Benchmark, BenchmarkId, Settings, UnfinishedBench};
use crate::store::limits;

/// What happens while the runner measures.
#[derive(Debug, Clone)]
pub enum Notice<'a> {
    /// A process starts.
    Process {
        /// The round, from 1.
        round: u32,
        /// Of this bench.
        bench: &'a BenchExecutable,
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
    /// The benches that did not come to their end.
    pub unfinished: Vec<UnfinishedBench>,
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
/// When a process cannot be started at all, or no baseline would hold all that is to be measured.
pub fn measure(
    executables: &[BenchExecutable],
    settings: &Settings,
    options: &RunOptions,
    notice: &mut dyn FnMut(Notice<'_>),
) -> Result<Measurement> {
    let mut rounds = Rounds { settings, options, results: Results::new(options.session, options.one_cpu) };
    let mut healthy: Vec<&BenchExecutable> = executables.iter().collect();
    for round in 1..=settings.rounds {
        for executable in healthy.clone() {
            notice(Notice::Process { round, bench: executable });
            if !rounds.run(executable, round, settings.filter.as_deref(), notice)? {
                healthy.retain(|other| *other != executable);
            }
        }
        if round == 1 {
            // Hours may follow, which must not be for nothing.
            let (most, samples) = (settings.most_rounds(), settings.samples);
            limits::check_planned(rounds.results.collector.len(), most, samples).map_err(Error::msg)?;
            notice(Notice::RoundLength(rounds.results.collector.len()));
        }
    }
    rounds.run_extra_rounds(healthy, notice)?;
    Ok(rounds.results.finish())
}

struct Rounds<'a> {
    settings: &'a Settings,
    options: &'a RunOptions,
    results: Results,
}

impl Rounds<'_> {
    /// Measures again the benchmarks that need more rounds.
    fn run_extra_rounds(
        &mut self,
        mut healthy: Vec<&BenchExecutable>,
        notice: &mut dyn FnMut(Notice<'_>),
    ) -> Result<()> {
        let rounds = self.settings.rounds;
        let most = self.settings.most_rounds() - rounds;
        let extra_rounds = self.results.collector.extra_rounds_for_precision(most);
        for extra in 1..=most {
            let mut selected = self.results.collector.contended(rounds, most - extra + 1);
            selected.extend(
                extra_rounds.iter().filter(|(_, needed)| **needed >= extra).map(|(id, _)| id.clone()),
            );
            healthy.retain(|executable| !selections(&selected, executable).is_empty());
            if healthy.is_empty() {
                break;
            }
            let round = rounds + extra;
            notice(Notice::ExtraRound { round, benchmarks: selected.len() });
            for executable in healthy.clone() {
                for selection in selections(&selected, executable) {
                    if !self.run(executable, round, Some(&selection.filter), notice)? {
                        healthy.retain(|other| *other != executable);
                        break;
                    }
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
            Err(error) if self.results.collector.len() > 0 => {
                let failure = Failure::new(executable, None, format!("{error:#}"));
                self.results.fail(failure, &mut |failure| notice(Notice::Failed(failure)));
                self.results.leave_unfinished(executable);
                return Ok(false);
            }
            Err(error) => return Err(error),
        };
        if !report.speaks_criterion(executable) {
            notice(Notice::NotCriterion(&executable.target));
            return Ok(false);
        }
        let finished = self.results.add(executable, report, &mut |failure| notice(Notice::Failed(failure)));
        if !finished {
            self.results.leave_unfinished(executable);
        }
        Ok(finished)
    }

    fn run_process(
        &self,
        executable: &BenchExecutable,
        round: u32,
        filter: Option<&str>,
        notice: &mut dyn FnMut(Notice<'_>),
    ) -> Result<ProcessReport> {
        let command = bench_command(executable, filter, self.settings, &self.options.variables);
        let options = ProcessOptions {
            cpu: affinity::cpu_of_round(self.options.one_cpu, round),
            timeout: longest_silence(self.settings, self.options.timeout),
            takes_turns: false,
        };
        process::run(command, options, &mut |progress| match progress {
            Progress::Begins(criterion) => notice(Notice::Begins(executable.id(criterion))),
            Progress::Measured(criterion) => notice(Notice::Measured(executable.id(criterion))),
        })
        .with_context(|| format!("cannot run bench `{}` ({})", executable.target, executable.path.display()))
    }
}
