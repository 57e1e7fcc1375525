//! Rounds: every bench runs in a new process each round, and the results are collected.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Error, Result};
use jiff::Timestamp;

use super::build::BenchExecutable;
use super::command::selections;
use super::failure::Failure;
use super::interrupt::{self, Interrupted};
use super::machine::machine;
use super::round::{Bench, Runner};
use crate::inference::Model;
use crate::model::{
    Baseline, BaselineName, Benchmark, BenchmarkId, Environment, Session, Settings, UnfinishedBench,
};
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
    /// The same, as a line for a shell that runs the bench by itself.
    Runs(String),
    /// A benchmark begins.
    Begins(BenchmarkId),
    /// A benchmark has been measured in this round.
    Measured(BenchmarkId),
    /// A round is over or an extra one begins: so many measurements of a benchmark are expected from here on, in the rounds
    /// to come and, as far as can be told from those that were, in extra rounds.
    Expected(usize),
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
    NotCriterion(&'a BenchExecutable),
}

/// The result of the rounds.
#[derive(Debug, Default)]
pub struct Measurement {
    /// Every benchmark, sorted by id.
    pub benchmarks: Vec<Benchmark>,
    /// The models that the benchmarks measure, sorted by name.
    pub models: Vec<Model>,
    /// The versions of criterion in the benches, separated by commas.
    pub criterion: Option<String>,
    /// Processes and benchmarks that failed, each once.
    pub failures: Vec<Failure>,
    /// The benches that did not come to their end.
    pub unfinished: Vec<UnfinishedBench>,
    /// The user interrupted it after so many whole rounds.
    pub interrupted: Option<u32>,
    /// How many benchmarks there are in all parts, where one was measured.
    pub listed: Option<u32>,
}

impl Measurement {
    /// A baseline of this machine and of one session, which names no build: for what is measured of
    /// the machine and not of a project. `threads` are the variables that were set.
    pub fn alone(
        self,
        name: BaselineName,
        settings: Settings,
        threads: BTreeMap<String, String>,
    ) -> Baseline {
        Baseline {
            name,
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            environment: Environment { machine: machine(), threads, ..Environment::default() },
            settings,
            sessions: vec![Session::new(Timestamp::now())],
            unfinished: self.unfinished,
            models: self.models,
            benchmarks: self.benchmarks,
        }
    }
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
/// A benchmark in which its bench fails is marked as failed and not run again; what follows it in the bench is. A bench
/// that fails elsewhere is not run in later rounds. What it has measured is kept.
///
/// # Errors
/// When a process cannot be started at all, no baseline would hold all that is to be measured, or the user interrupts it
/// before the first round is over.
pub fn measure(
    executables: &[BenchExecutable],
    settings: &Settings,
    options: &RunOptions,
    notice: &mut dyn FnMut(Notice<'_>),
) -> Result<Measurement> {
    let mut runner = Runner::new(settings, options);
    let mut whole = 0;
    let interrupted = match run_rounds(&mut runner, executables, &mut whole, notice) {
        Err(error) if error.is::<Interrupted>() && whole > 0 => Some(whole),
        over => over.map(|()| None)?,
    };
    let listed = runner.listed;
    Ok(Measurement { interrupted, listed, ..runner.results.finish() })
}

/// Counts the ordinary rounds that are over in `whole`.
fn run_rounds(
    runner: &mut Runner<'_>,
    executables: &[BenchExecutable],
    whole: &mut u32,
    notice: &mut dyn FnMut(Notice<'_>),
) -> Result<()> {
    let settings = runner.settings;
    let mut benches: Vec<Bench<'_>> = executables.iter().map(Bench::new).collect();
    if let Some(partition) = settings.partition {
        runner.listed = Some(runner.take_part(&mut benches, partition, notice)?);
    }
    for round in 1..=settings.rounds {
        for bench in &mut benches {
            notice(Notice::Process { round, bench: bench.executable });
            runner.run(bench, round, notice)?;
        }
        interrupt::check()?;
        *whole = round;
        benches.retain(|bench| !bench.is_over);
        if round == 1 {
            // Hours may follow, which must not be for nothing.
            let benchmarks = runner.results.collector.len();
            limits::check_planned(benchmarks, settings.most_rounds(), settings.samples)
                .map_err(Error::msg)?;
        }
        notice(Notice::Expected(expected_after(runner, round, &benches)));
    }
    run_extra_rounds(runner, benches, notice)
}

/// How many measurements are expected after an ordinary round, extra rounds included.
fn expected_after(runner: &Runner<'_>, round: u32, benches: &[Bench<'_>]) -> usize {
    let collector = &runner.results.collector;
    let is_run = |benchmark: &&Benchmark| {
        let is_of =
            |bench: &Bench<'_>| benchmark.id.is_of_bench(&bench.executable.package, &bench.executable.target);
        benches.iter().any(is_of)
    };
    let rounds = runner.settings.rounds;
    collector.benchmarks().filter(is_run).count() * (rounds - round) as usize
        + collector.likely_extra_rounds(rounds, runner.settings.most_rounds() - rounds)
}

/// Measures again the benchmarks that need more rounds.
fn run_extra_rounds(
    runner: &mut Runner<'_>,
    mut benches: Vec<Bench<'_>>,
    notice: &mut dyn FnMut(Notice<'_>),
) -> Result<()> {
    let rounds = runner.settings.rounds;
    let most = runner.settings.most_rounds() - rounds;
    let extra_rounds = runner.results.collector.extra_rounds_for_precision(most);
    for extra in 1..=most {
        let collector = &runner.results.collector;
        let mut selected = collector.contended(rounds, most - extra + 1);
        selected
            .extend(extra_rounds.iter().filter(|(_, needed)| **needed >= extra).map(|(id, _)| id.clone()));
        selected.retain(|id| !collector.has_failed(id));
        benches.retain(|bench| !bench.is_over && !selections(&selected, bench.executable).is_empty());
        if benches.is_empty() {
            break;
        }
        let round = rounds + extra;
        let left = collector.extra_rounds_left(&extra_rounds, rounds, extra - 1, most);
        notice(Notice::Expected(left.max(selected.len())));
        notice(Notice::ExtraRound { round, benchmarks: selected.len() });
        for bench in &mut benches {
            runner.run_selected(bench, round, selected.clone(), notice)?;
        }
        interrupt::check()?;
    }
    Ok(())
}
