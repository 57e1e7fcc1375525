//! One comparison of a run: executables of two sides, what was measured of them, and which benchmarks are undecided. A run
//! has the arm that is asked about, and may have a null arm, whose candidate is a copy of the baseline.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};

use super::order::Order;
use super::pair;
use super::targets::Target;
use super::{HeadToHeadOptions, Notice};
use crate::compare::{HeadToHeadRule, Side, Sides};
use crate::estimate::{CpuClock, Sensors, uncontended_level};
use crate::model::{Benchmark, BenchmarkId, Round};
use crate::runner::cargo::whole_command_line;
use crate::runner::command::{Selection, bench_command};
use crate::runner::process::{ProcessOptions, Progress};
use crate::runner::results::Results;

pub(super) struct Arm<'a> {
    pub(super) targets: Vec<Target<'a>>,
    pub(super) results: Sides<Results>,
    /// Benchmarks that are not decided and did not fail.
    pub(super) open: BTreeSet<BenchmarkId>,
    /// Every process is kept on one CPU.
    one_cpu: bool,
    /// Which side starts first, by the first benchmark of a pair: balanced over the blocks, since processes that take turns
    /// by whole benchmarks have no other balance.
    starts: BTreeMap<BenchmarkId, Order>,
}

impl<'a> Arm<'a> {
    pub(super) fn new(targets: Vec<Target<'a>>, open: BTreeSet<BenchmarkId>, one_cpu: bool) -> Arm<'a> {
        let results = Sides::of(|_| Results::new(0, one_cpu));
        Arm { targets, results, open, one_cpu, starts: BTreeMap::new() }
    }

    /// Measures one block of every open benchmark.
    pub(super) fn measure_block(
        &mut self,
        block: u32,
        options: &HeadToHeadOptions<'_>,
        notice: &mut dyn FnMut(Notice<'_>),
    ) -> Result<()> {
        for side in Side::BOTH {
            self.results[side].collector.set_block(Some(block));
        }
        for index in 0..self.targets.len() {
            for selection in self.targets[index].selections(&self.open) {
                self.measure_selection(index, &selection, block, options, notice)?;
            }
        }
        Ok(())
    }

    fn measure_selection(
        &mut self,
        target: usize,
        selection: &Selection,
        block: u32,
        options: &HeadToHeadOptions<'_>,
        notice: &mut dyn FnMut(Notice<'_>),
    ) -> Result<()> {
        let executables = self.targets[target].executables;
        let Selection { benchmarks, filter } = selection;
        let commands = Sides::of(|side| {
            bench_command(executables[side], Some(filter), options.settings, options.variables[side])
        });
        for command in commands.iter() {
            notice(Notice::Runs(whole_command_line(command)));
        }
        let processes = ProcessOptions { takes_turns: true, ..options.process(block) };
        let Some(name) = benchmarks.first() else { return Ok(()) };
        let first = self.starts.entry(name.clone()).or_default().next()?;
        let reports = pair::run(commands, processes, first, &mut |side, progress| match (side, progress) {
            (Side::Baseline, _) => {}
            (Side::Candidate, Progress::Begins(id)) => notice(Notice::Begins(executables.candidate.id(id))),
            (Side::Candidate, Progress::Measured(id)) => {
                notice(Notice::Measured(executables.candidate.id(id)));
            }
        });
        let reports = reports.with_context(|| {
            format!("cannot run bench `{}` of both sides in turn", executables.baseline.label)
        })?;
        for (side, report) in Side::BOTH.into_iter().zip(reports.into_array()) {
            let Some(report) = report else { continue };
            let unfinished = report.unfinished.clone();
            let fail = &mut |failure| notice(Notice::Failed(side, failure));
            if !self.results[side].add(executables[side], report, fail) {
                match unfinished {
                    // The others can be measured without it.
                    Some(id) => _ = self.open.remove(&executables[side].id(&id)),
                    None => {
                        self.results[side].leave_unfinished(executables[side]);
                        self.open.retain(|id| !benchmarks.contains(id));
                    }
                }
            }
        }
        self.open.retain(|id| Side::BOTH.iter().all(|&side| !self.results[side].collector.has_failed(id)));
        Ok(())
    }

    /// Lets the benchmarks go that are due for a look and decided. Returns how many.
    pub(super) fn decide(&mut self, rule: &HeadToHeadRule) -> usize {
        let measured =
            self.results.as_ref().map(|results| results.collector.benchmarks().collect::<Vec<_>>());
        let level = uncontended_level(measured.iter().flatten().copied());
        let by_id = measured.map(|benchmarks| {
            benchmarks.into_iter().map(|benchmark| (&benchmark.id, benchmark)).collect::<BTreeMap<_, _>>()
        });
        let is_decided = |id: &BenchmarkId| {
            let sides = by_id.as_ref().map(|benchmarks| benchmarks.get(id).copied()).both();
            sides.is_some_and(|sides| decided(sides, level, self.one_cpu, &rule.for_row(id)))
        };
        let before = self.open.len();
        let undecided = self.open.iter().filter(|id| !is_decided(id)).cloned().collect();
        self.open = undecided;
        before - self.open.len()
    }
}

fn decided(sides: Sides<&Benchmark>, level: Option<f64>, one_cpu: bool, rule: &HeadToHeadRule) -> bool {
    let rounds = sides.map(|benchmark| benchmark.rounds.as_slice());
    if !rule.is_look(rounds.baseline.len().min(rounds.candidate.len())) {
        return false;
    }
    let clock = CpuClock::of(rounds.iter().copied().flatten(), one_cpu);
    let counting: Sides<Vec<Round>> =
        rounds.map(|rounds| Sensors::of(rounds, level, clock).uncontended(rounds));
    rule.look(counting.as_ref().map(Vec::as_slice)).verdict.is_some()
}
