//! One bench in one round: usually one process. Where a process ends early, others measure what it did not come to.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, bail};

use super::affinity;
use super::build::BenchExecutable;
use super::cargo::whole_command_line;
use super::census::{self, Listing};
use super::command::{Selection, bench_command, longest_silence, selections};
use super::failure::Failure;
use super::interrupt::{self, Interrupted};
use super::process::{self, Ending, ProcessOptions, ProcessReport, Progress};
use super::results::Results;
use super::rounds::{Notice, RunOptions};
use crate::model::{BenchmarkId, Settings};

/// Hangs of a bench after which what it has left is not tried: each of them may take minutes.
const MOST_HANGS: u32 = 2;

/// A bench, and what has become of it in the rounds so far.
pub(super) struct Bench<'a> {
    pub(super) executable: &'a BenchExecutable,
    /// The benchmarks that it measures from now on. `None`, unless it measures a part, until it fails: all that the filter
    /// lets through.
    pub(super) healthy: Option<BTreeSet<BenchmarkId>>,
    /// It must not be run again.
    pub(super) is_over: bool,
    /// Processes of it that hung.
    hangs: u32,
}

impl<'a> Bench<'a> {
    pub(super) fn new(executable: &'a BenchExecutable) -> Self {
        Bench { executable, healthy: None, is_over: false, hangs: 0 }
    }
}

/// Runs benches, and collects what they report.
pub(super) struct Runner<'a> {
    pub(super) settings: &'a Settings,
    pub(super) options: &'a RunOptions,
    pub(super) results: Results,
    /// How many benchmarks all parts have, where it measures one.
    pub(super) listed: Option<u32>,
}

/// What a process did.
struct Ran {
    is_criterion: bool,
    measured: BTreeSet<BenchmarkId>,
    failure: Option<Broken>,
}

impl Ran {
    fn has_hung(&self) -> bool {
        self.failure.as_ref().is_some_and(|failure| failure.hung)
    }
}

/// How a process ended early.
struct Broken {
    reason: String,
    /// The benchmark in which it did is known, and has failed.
    is_located: bool,
    /// It came no further.
    hung: bool,
}

impl<'a> Runner<'a> {
    pub(super) fn new(settings: &'a Settings, options: &'a RunOptions) -> Self {
        Runner { settings, options, results: Results::new(options.session, options.one_cpu), listed: None }
    }
}

impl Runner<'_> {
    /// Runs a bench once, and what a failure keeps it from.
    pub(super) fn run(
        &mut self,
        bench: &mut Bench<'_>,
        round: u32,
        notice: &mut dyn FnMut(Notice<'_>),
    ) -> Result<()> {
        if let Some(healthy) = bench.healthy.clone() {
            return self.run_selected(bench, round, healthy, notice);
        }
        let filter = self.settings.filter.as_deref();
        let ran = self.run_process(bench.executable, round, filter, notice)?;
        bench.hangs += u32::from(ran.has_hung());
        match &ran.failure {
            Some(failure) => self.go_on(bench, round, &ran.measured, failure, notice),
            None => {
                bench.is_over = !ran.is_criterion || ran.measured.is_empty();
                Ok(())
            }
        }
    }

    /// Measures what follows where a bench has failed, as far as the bench can list it.
    fn go_on(
        &mut self,
        bench: &mut Bench<'_>,
        round: u32,
        measured: &BTreeSet<BenchmarkId>,
        failure: &Broken,
        notice: &mut dyn FnMut(Notice<'_>),
    ) -> Result<()> {
        let (listed, all) = self.list(bench.executable, round, notice)?;
        bench.is_over = !failure.is_located || listed.is_empty();
        if bench.is_over || !all {
            self.results.miss(bench.executable, failure.reason.clone());
        }
        let collector = &self.results.collector;
        let healthy: BTreeSet<BenchmarkId> =
            listed.into_iter().filter(|id| !collector.has_failed(id)).collect();
        let rest = healthy.difference(measured).cloned().collect();
        bench.healthy = Some(healthy);
        self.run_selected(bench, round, rest, notice)
    }

    /// The benchmarks that a bench lists, and whether these are all.
    pub(super) fn list(
        &self,
        executable: &BenchExecutable,
        round: u32,
        notice: &mut dyn FnMut(Notice<'_>),
    ) -> Result<(Vec<BenchmarkId>, bool)> {
        let listing = self.listing(executable, round, notice);
        interrupt::check()?;
        Ok(match listing {
            Ok(Listing::Listed { benchmarks, failure }) => (benchmarks, failure.is_none()),
            Ok(Listing::NotCriterion) => (Vec::new(), true),
            Ok(Listing::Unlisted(_)) | Err(_) => (Vec::new(), false),
        })
    }

    /// What a bench says that is to list its benchmarks.
    pub(super) fn listing(
        &self,
        executable: &BenchExecutable,
        round: u32,
        notice: &mut dyn FnMut(Notice<'_>),
    ) -> Result<Listing> {
        let command = census::command(executable, self.settings, &self.options.variables);
        notice(Notice::Runs(whole_command_line(&command)));
        census::list(executable, command, self.settings, self.process(round))
    }

    /// Measures these benchmarks of a bench, by as many processes as it takes. Each measures some of them or fails in one.
    /// What a process that does neither was to measure is tried one by one, and then left out.
    pub(super) fn run_selected(
        &mut self,
        bench: &mut Bench<'_>,
        round: u32,
        wanted: BTreeSet<BenchmarkId>,
        notice: &mut dyn FnMut(Notice<'_>),
    ) -> Result<()> {
        let mut waiting = vec![wanted];
        while let Some(mut wanted) = waiting.pop() {
            let selection = selections(&wanted, bench.executable).into_iter().next();
            let Some(Selection { mut benchmarks, filter }) = selection else { continue };
            let ran = self.run_process(bench.executable, round, Some(&filter), notice)?;
            bench.hangs += u32::from(ran.has_hung());
            let before = wanted.len();
            wanted.retain(|id| !ran.measured.contains(id) && !self.results.collector.has_failed(id));
            benchmarks.retain(|id| wanted.contains(id));
            let is_stuck = wanted.len() == before;
            if let Some(Broken { reason, is_located: false, .. }) = &ran.failure {
                bench.is_over = true;
                self.results.miss(bench.executable, reason.clone());
            }
            match ran.failure {
                Some(_) if !is_stuck => {}
                Some(_) if benchmarks.len() > 1 => {
                    wanted.retain(|id| !benchmarks.contains(id));
                    waiting.extend(benchmarks.into_iter().map(|id| BTreeSet::from([id])));
                }
                failure => {
                    wanted.retain(|id| !benchmarks.contains(id));
                    let reason = failure.map_or_else(
                        || "its bench came to its end without it".to_owned(),
                        |failure| format!("its bench ended before it: {}", failure.reason),
                    );
                    self.leave_out(bench, &benchmarks, &reason);
                }
            }
            waiting.push(wanted);
            if bench.hangs >= MOST_HANGS {
                self.give_up(bench, waiting.drain(..).flatten().collect());
            }
        }
        let collector = &self.results.collector;
        bench.healthy.iter_mut().for_each(|healthy| healthy.retain(|id| !collector.has_failed(id)));
        Ok(())
    }

    /// Leaves out what a bench that hangs again and again was still to measure.
    fn give_up(&mut self, bench: &mut Bench<'_>, left: BTreeSet<BenchmarkId>) {
        let executable = bench.executable;
        let reason = format!("its bench hung {MOST_HANGS} times");
        bench.is_over = true;
        self.results.miss(executable, reason.clone());
        let own = |id: &BenchmarkId| id.is_of_bench(&executable.package, &executable.target);
        self.leave_out(bench, &left.into_iter().filter(own).collect(), &reason);
    }

    /// Says of benchmarks that no process has come to them.
    fn leave_out(&mut self, bench: &mut Bench<'_>, benchmarks: &BTreeSet<BenchmarkId>, reason: &str) {
        for id in benchmarks {
            self.results.collector.leave_out(id, reason);
        }
        bench.healthy.iter_mut().for_each(|healthy| healthy.retain(|id| !benchmarks.contains(id)));
    }

    fn run_process(
        &mut self,
        executable: &BenchExecutable,
        round: u32,
        filter: Option<&str>,
        notice: &mut dyn FnMut(Notice<'_>),
    ) -> Result<Ran> {
        let report = match self.report(executable, round, filter, notice) {
            Ok(report) => report,
            Err(_) if interrupt::requested() => bail!(Interrupted),
            // What has been measured so far must not be lost.
            Err(error) if self.results.collector.len() > 0 => {
                let reason = format!("{error:#}");
                let failure = Failure::new(executable, None, reason.clone());
                self.results.fail(failure, &mut |failure| notice(Notice::Failed(failure)));
                let failure = Some(Broken { reason, is_located: false, hung: false });
                return Ok(Ran { is_criterion: true, measured: BTreeSet::new(), failure });
            }
            Err(error) => return Err(error),
        };
        if !report.speaks_criterion(executable) {
            notice(Notice::NotCriterion(executable));
            return Ok(Ran { is_criterion: false, measured: BTreeSet::new(), failure: None });
        }
        let measured = report.measured.iter().map(|observed| executable.id(&observed.measured.id)).collect();
        let failure = match &report.ending {
            Ending::Finished => None,
            Ending::Failed { reason, .. } => Some(Broken {
                reason: reason.clone(),
                is_located: report.unfinished.is_some(),
                hung: report.hung,
            }),
        };
        self.results.add(executable, report, &mut |failure| notice(Notice::Failed(failure)));
        Ok(Ran { is_criterion: true, measured, failure })
    }

    fn report(
        &self,
        executable: &BenchExecutable,
        round: u32,
        filter: Option<&str>,
        notice: &mut dyn FnMut(Notice<'_>),
    ) -> Result<ProcessReport> {
        let command = bench_command(executable, filter, self.settings, &self.options.variables);
        notice(Notice::Runs(whole_command_line(&command)));
        process::run(command, self.process(round), &mut |progress| match progress {
            Progress::Begins(criterion) => notice(Notice::Begins(executable.id(criterion))),
            Progress::Measured(criterion) => notice(Notice::Measured(executable.id(criterion))),
        })
        .with_context(|| executable.cannot_run())
    }

    fn process(&self, round: u32) -> ProcessOptions {
        ProcessOptions {
            cpu: affinity::cpu_of_round(self.options.one_cpu, round),
            timeout: longest_silence(self.settings, self.options.timeout),
            takes_turns: false,
        }
    }
}
