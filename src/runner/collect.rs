//! Joins what criterion and the bench half said of each benchmark over all processes.

use std::collections::{BTreeMap, BTreeSet};

use super::build::BenchExecutable;
use super::criterion::Measured;
use super::process::ProcessReport;
use super::rounds::Failure;
use crate::channel::{AllocationCount, CriterionId, Reading, Record};
use crate::model::{Allocation, Benchmark, BenchmarkId, Range, Round};
use crate::stats::{calm_rounds, own_core_level};
use crate::work::Work;

/// Calm rounds that make a benchmark's interval useful.
const ENOUGH_ROUNDS: usize = 5;

/// Benchmarks as they grow from round to round.
#[derive(Debug)]
pub(super) struct Collector {
    session: usize,
    benchmarks: BTreeMap<BenchmarkId, Benchmark>,
}

impl Collector {
    pub(super) fn new(session: usize) -> Self {
        Collector { session, benchmarks: BTreeMap::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.benchmarks.len()
    }

    /// Benchmarks that have fewer calm rounds than enough, or than the rounds asked for.
    pub(super) fn crowded(&self, rounds: u32) -> Vec<BenchmarkId> {
        let enough = ENOUGH_ROUNDS.min(rounds as usize);
        let level = own_core_level(self.benchmarks.values());
        let few = |benchmark: &&Benchmark| {
            benchmark.failure.is_none() && calm_rounds(&benchmark.rounds, level).len() < enough
        };
        self.benchmarks.values().filter(few).map(|benchmark| benchmark.id.clone()).collect()
    }

    pub(super) fn finish(self) -> Vec<Benchmark> {
        self.benchmarks.into_values().collect()
    }

    /// Marks a benchmark as failed. False where it was before.
    pub(super) fn fail(&mut self, id: &BenchmarkId, reason: &str) -> bool {
        let failure = &mut self.entry(id).failure;
        let first = failure.is_none();
        failure.get_or_insert_with(|| reason.to_owned());
        first
    }

    /// Adds one process. Returns what was measured and cannot be used, each benchmark once.
    pub(super) fn add(&mut self, executable: &BenchExecutable, report: &ProcessReport) -> Vec<Failure> {
        let records: BTreeMap<&CriterionId, &Record> =
            report.records.iter().map(|record| (&record.id, record)).collect();
        let mut seen = BTreeSet::new();
        let mut failures = Vec::new();
        for measured in &report.measured {
            let id = executable.id(&measured.id);
            let outcome = if seen.insert(&measured.id) {
                self.add_round(&id, measured, records.get(&measured.id).copied())
            } else {
                Err("two benchmarks have this id; give one of them another".to_owned())
            };
            if let Err(reason) = outcome
                && self.fail(&id, &reason)
            {
                failures.push(Failure {
                    target: executable.target.clone(),
                    benchmark: Some(id.path()),
                    reason,
                    output: String::new(),
                });
            }
        }
        failures
    }

    fn add_round(
        &mut self,
        id: &BenchmarkId,
        measured: &Measured,
        record: Option<&Record>,
    ) -> Result<(), String> {
        let samples = samples(measured)?;
        let session = self.session;
        let benchmark = self.entry(id);
        let readings = record.map(|record| readings(record, samples.len())).unwrap_or_default();
        benchmark.work =
            work(record.and_then(|record| record.work.as_ref()).or(measured.throughput.as_ref()))?;
        if let Some(counted) = record.and_then(|record| allocation(&record.allocation)) {
            benchmark.allocation =
                Some(benchmark.allocation.map_or(counted, |earlier| earlier.union(counted)));
        }
        benchmark.rounds.push(Round {
            session,
            samples,
            // The chain's work is fixed, so that an interruption can only lengthen it.
            probes: readings.iter().map(|[before, after]| before.clock.min(after.clock)).collect(),
            // Either end tells of company during the sample.
            issue: readings.iter().map(|[before, after]| before.issue.max(after.issue)).collect(),
            steps: vec![],
        });
        Ok(())
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
            step_allocation: vec![],
        })
    }
}

/// The work, checked: the constructors saturate where a count leaves its type.
fn work(declared: Option<&Work>) -> Result<Option<Work>, String> {
    let Some(work) = declared else { return Ok(None) };
    let counts = [
        work.flops.map(|n| n.0),
        work.bytes.map(|n| n.0),
        work.elements.map(|n| n.0),
        work.tokens.map(|n| n.0),
    ];
    if counts.into_iter().flatten().any(|count| i64::try_from(count).is_err()) {
        return Err("its declared work is too large a count; see the arguments of its `Work`".to_owned());
    }
    Ok(Some(work.clone()))
}

/// Nanoseconds per iteration.
fn samples(measured: &Measured) -> Result<Vec<f64>, String> {
    let samples: Vec<f64> =
        measured.times.iter().zip(&measured.iterations).map(|(time, iterations)| time / iterations).collect();
    if samples.is_empty() || !samples.iter().all(|time| Round::TIMES.contains(time)) {
        return Err(
            "a sample took no time at all, or none that can be stored: the work is too small to be measured, or it was removed by the \
                    compiler (see std::hint::black_box)"
                .to_owned(),
        );
    }
    Ok(samples)
}

/// The probes around each of the last `count` samples; none where the warm-up cannot be told apart.
fn readings(record: &Record, count: usize) -> &[[Reading; 2]] {
    record.probes.len().checked_sub(count).map_or(&[], |warm_up| &record.probes[warm_up..])
}

fn allocation(counts: &[AllocationCount]) -> Option<Allocation> {
    let exact = |count: &AllocationCount| Allocation {
        count: Range::exact(count.count),
        bytes: Range::exact(count.bytes),
        peak: Range::exact(count.peak),
        net: Range::exact(count.net),
    };
    counts.iter().map(exact).reduce(Allocation::union)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::process::Ending;

    fn id() -> CriterionId {
        CriterionId { group: "g".into(), function: None, parameter: Some("1".into()) }
    }

    fn executable() -> BenchExecutable {
        BenchExecutable {
            package: "p".into(),
            version: "1.0.0".into(),
            target: "t".into(),
            path: "t".into(),
            directory: ".".into(),
            libraries: vec![],
            uses_criterion: true,
        }
    }

    fn measured(times: Vec<f64>) -> Measured {
        Measured { id: id(), throughput: None, iterations: vec![2.0; times.len()], times }
    }

    fn report(measured: Vec<Measured>, records: Vec<Record>) -> ProcessReport {
        ProcessReport { criterion: None, records, measured, unfinished: None, ending: Ending::Finished }
    }

    fn record(probes: &[[f64; 2]], bytes: &[u64]) -> Record {
        Record {
            id: id(),
            work: None,
            probes: probes
                .iter()
                .map(|pair| pair.map(|clock| Reading { clock, issue: clock / 2.0 }))
                .collect(),
            allocation: bytes
                .iter()
                .map(|&bytes| AllocationCount { count: 1, bytes, peak: bytes, net: 0 })
                .collect(),
            nested_in: None,
            inference: None,
            generation: None,
            failure: None,
        }
    }

    #[test]
    fn probes_of_the_warm_up_are_dropped_and_an_interrupted_probe_does_not_count() {
        let mut collector = Collector::new(3);
        let record = record(&[[9.0, 9.0], [1.0, 5.0], [7.0, 2.0]], &[64, 64]);
        assert_eq!(collector.add(&executable(), &report(vec![measured(vec![4.0, 6.0])], vec![record])), []);
        let benchmark = collector.finish().remove(0);
        let (samples, probes, issue) = (vec![2.0, 3.0], vec![1.0, 2.0], vec![2.5, 3.5]);
        assert_eq!(benchmark.rounds, [Round { session: 3, samples, probes, issue, steps: vec![] }]);
        assert_eq!(benchmark.allocation.map(|a| a.bytes), Some(Range::exact(64)));
    }

    #[test]
    fn allocation_that_varies_between_processes_becomes_a_range() {
        let mut collector = Collector::new(0);
        for bytes in [64, 96] {
            collector.add(
                &executable(),
                &report(vec![measured(vec![4.0])], vec![record(&[[1.0, 1.0]], &[bytes])]),
            );
        }
        let benchmark = collector.finish().remove(0);
        assert_eq!(benchmark.allocation.map(|a| a.bytes), Some(Range { low: 64, high: 96 }));
        assert_eq!(benchmark.rounds.len(), 2);
    }

    #[test]
    fn a_time_of_zero_and_a_doubled_id_are_failures_of_that_row() {
        let mut collector = Collector::new(0);
        let zero = || report(vec![measured(vec![0.0])], vec![]);
        let found = collector.add(&executable(), &zero());
        assert!(found[0].reason.contains("no time at all"), "{found:?}");
        assert_eq!(collector.add(&executable(), &zero()), [], "said once");

        let mut collector = Collector::new(0);
        let twice = vec![measured(vec![4.0]), measured(vec![4.0])];
        let doubled = collector.add(&executable(), &report(twice, vec![]));
        assert!(doubled[0].reason.contains("two benchmarks"), "{doubled:?}");
        assert!(collector.finish()[0].failure.is_some());
    }
}
