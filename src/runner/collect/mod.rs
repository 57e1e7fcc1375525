//! Joins what criterion and the bench half reported of each benchmark, over all processes.
//!
//! `round` reads what one process reports of one benchmark, `cpu` and `round_cpu` its processor time, `generation` the steps of its
//! generations; `declared_models` holds the models declared so far; `nesting` finds which benchmarks are parts of
//! others; `extra_rounds` which are measured again.

mod cpu;
mod declared_models;
mod extra_rounds;
mod generation;
mod nesting;
mod round;
mod round_cpu;

use std::collections::{BTreeMap, BTreeSet};

use self::declared_models::DeclaredModels;
use self::nesting::nest_phases;
use self::round::{MeasuredRound, checked_work};
use super::build::BenchExecutable;
use super::failure::{Failure, kept};
use super::observer::Observed;
use super::process::ProcessReport;
use crate::channel::{CriterionId, Inference, Record};
use crate::inference::Model;
use crate::model::{self, Benchmark, BenchmarkId, check_name};
use crate::store::check_benchmark;

/// The benchmarks of a session, to which every round is added.
#[derive(Debug)]
pub(super) struct Collector {
    session: usize,
    /// Every process is kept on one CPU.
    one_cpu: bool,
    /// The block of a head-to-head session that is measured.
    block: Option<u32>,
    benchmarks: BTreeMap<BenchmarkId, Benchmark>,
    /// Those whose id no baseline can hold.
    unnameable: BTreeSet<BenchmarkId>,
    models: DeclaredModels,
}

/// The benchmarks and models of a session.
#[derive(Debug)]
pub(super) struct Collected {
    /// Sorted by id.
    pub(super) benchmarks: Vec<Benchmark>,
    /// Their models, sorted by name.
    pub(super) models: Vec<Model>,
}

impl Collector {
    pub(super) fn new(session: usize, one_cpu: bool) -> Self {
        Collector {
            session,
            one_cpu,
            block: None,
            benchmarks: BTreeMap::new(),
            unnameable: BTreeSet::new(),
            models: DeclaredModels::default(),
        }
    }

    /// What follows is measured in this block, or in none.
    pub(super) fn set_block(&mut self, block: Option<u32>) {
        self.block = block;
    }

    pub(super) fn has_failed(&self, id: &BenchmarkId) -> bool {
        self.unnameable.contains(id)
            || self.benchmarks.get(id).is_some_and(|benchmark| benchmark.failure.is_some())
    }

    /// Those measured so far.
    pub(super) fn benchmarks(&self) -> impl Iterator<Item = &Benchmark> {
        self.benchmarks.values()
    }

    pub(super) fn len(&self) -> usize {
        self.benchmarks.len()
    }

    pub(super) fn finish(self) -> Collected {
        let mut benchmarks: Vec<Benchmark> = self.benchmarks.into_values().collect();
        nest_phases(&mut benchmarks);
        Collected { benchmarks, models: self.models.into_vec() }
    }

    /// Marks a benchmark as failed. Returns false if it was marked before.
    pub(super) fn fail(&mut self, id: &BenchmarkId, reason: &str) -> bool {
        if id.check().is_err() {
            return self.unnameable.insert(id.clone());
        }
        let benchmark = self.entry(id);
        let first = benchmark.failure.is_none();
        benchmark.failure.get_or_insert_with(|| kept(reason));
        benchmark.not_measured = None;
        first
    }

    /// Says of a benchmark that no process has come to it, and why.
    pub(super) fn leave_out(&mut self, id: &BenchmarkId, reason: &str) {
        if id.check().is_ok() {
            let benchmark = self.entry(id);
            let unknown = benchmark.rounds.is_empty() && benchmark.failure.is_none();
            benchmark.not_measured = unknown.then(|| kept(reason));
        }
    }

    /// Adds the results of one process. Returns the failures of benchmarks that are new.
    pub(super) fn add(&mut self, executable: &BenchExecutable, report: &ProcessReport) -> Vec<Failure> {
        let records: BTreeMap<&CriterionId, &Record> =
            report.records.iter().map(|record| (&record.id, record)).collect();
        let mut seen = BTreeSet::new();
        let mut failures = Vec::new();
        for observed in &report.measured {
            let criterion_id = &observed.measured.id;
            let id = executable.id(criterion_id);
            let outcome = if seen.insert(criterion_id) {
                self.add_round(&id, observed, records.get(criterion_id).copied())
            } else {
                Err("two benchmarks have this id; rename one of them".to_owned())
            };
            failures.extend(self.first_failure(executable, &id, outcome));
        }
        for (criterion_id, reason) in &report.refused {
            let id = executable.id(criterion_id);
            failures.extend(self.first_failure(executable, &id, Err(reason.clone())));
        }
        // A benchmark may fail before it is measured.
        let unmeasured = report.records.iter().filter(|record| !seen.contains(&record.id));
        for record in unmeasured.filter(|record| record.failure.is_some()) {
            let id = executable.id(&record.id);
            let outcome = self.declare(&id, record);
            failures.extend(self.first_failure(executable, &id, outcome));
        }
        failures
    }

    /// The failure to report, if it is the first of its benchmark.
    fn first_failure(
        &mut self,
        executable: &BenchExecutable,
        id: &BenchmarkId,
        outcome: Result<(), String>,
    ) -> Option<Failure> {
        let reason = outcome.err().filter(|reason| self.fail(id, reason))?;
        Some(Failure::new(executable, Some(id), reason))
    }

    fn add_round(
        &mut self,
        id: &BenchmarkId,
        observed: &Observed,
        record: Option<&Record>,
    ) -> Result<(), String> {
        id.check()?;
        let throughput = observed.measured.throughput.as_ref();
        let declared = record.and_then(|record| record.work.as_ref()).or(throughput);
        self.entry(id).work = checked_work(declared)?;
        if let Some(record) = record {
            self.declare(id, record)?;
        }
        let (session, block) = (self.session, self.block);
        let round = MeasuredRound::read(session, block, observed, record)?;
        let mut extended = self.entry(id).clone();
        round.add_to(&mut extended);
        extended.not_measured = None;
        // What no file can hold fails its benchmark alone, and not the baseline of all.
        check_benchmark(&extended, session + 1)
            .map_err(|reason| format!("what it sent of its round cannot be saved: {reason}"))?;
        *self.entry(id) = extended;
        Ok(())
    }

    /// Records what a benchmark measures, as its process declares it.
    ///
    /// # Errors
    /// Why the declaration cannot be used, or why the benchmark failed.
    fn declare(&mut self, id: &BenchmarkId, record: &Record) -> Result<(), String> {
        id.check()?;
        if let Some(nested_in) = &record.nested_in {
            check_name("the path of the benchmark that contains it", nested_in)?;
            self.entry(id).nested_in = Some(nested_in.clone());
        }
        if let Some(Inference { model, phase }) = &record.inference {
            let inference = model::Inference { model: model.name.clone(), phase: *phase };
            if let Some(earlier) = self.entry(id).inference.as_ref().filter(|earlier| **earlier != inference)
            {
                return Err(format!("it measures the {inference}, but measured the {earlier} before"));
            }
            self.models.declare(model, phase)?;
            self.entry(id).inference = Some(inference);
        }
        record.failure.clone().map_or(Ok(()), Err)
    }

    fn entry(&mut self, id: &BenchmarkId) -> &mut Benchmark {
        self.benchmarks.entry(id.clone()).or_insert_with(|| Benchmark {
            id: id.clone(),
            work: None,
            nested_in: None,
            inference: None,
            rounds: Vec::new(),
            allocation: None,
            failure: None,
            not_measured: None,
            step_allocation: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests;
