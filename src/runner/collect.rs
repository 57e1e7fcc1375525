//! Joins what criterion and the bench half said of each benchmark over all processes.

use std::collections::BTreeMap;

use super::build::BenchExecutable;
use super::criterion::Measured;
use super::process::ProcessReport;
use super::rounds::Failure;
use crate::channel::{AllocationCount, CriterionId, Record};
use crate::model::{Allocation, Benchmark, BenchmarkId, Range, Round};

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

    pub(super) fn finish(self) -> Vec<Benchmark> {
        self.benchmarks.into_values().collect()
    }

    /// Marks a benchmark as failed.
    pub(super) fn fail(&mut self, id: &BenchmarkId, reason: &str) {
        self.entry(id).failure.get_or_insert_with(|| reason.to_owned());
    }

    /// Adds one process. Returns what was measured and cannot be used.
    pub(super) fn add(&mut self, executable: &BenchExecutable, report: &ProcessReport) -> Vec<Failure> {
        let records: BTreeMap<&CriterionId, &Record> =
            report.records.iter().map(|record| (&record.id, record)).collect();
        let mut seen = Vec::new();
        let mut failures = Vec::new();
        for measured in &report.measured {
            let id = BenchmarkId {
                package: executable.package.clone(),
                target: executable.target.clone(),
                criterion: measured.id.clone(),
            };
            let outcome = if seen.contains(&&measured.id) {
                Err("two benchmarks have this id; give one of them another".to_owned())
            } else {
                self.add_round(&id, measured, records.get(&measured.id).copied())
            };
            seen.push(&measured.id);
            if let Err(reason) = outcome {
                self.fail(&id, &reason);
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
        let probes = record.map(|record| probes(record, samples.len())).unwrap_or_default();
        benchmark.work =
            record.and_then(|record| record.work.clone()).or_else(|| measured.throughput.clone());
        if let Some(counted) = record.and_then(|record| allocation(&record.allocation)) {
            benchmark.allocation =
                Some(benchmark.allocation.map_or(counted, |earlier| earlier.union(counted)));
        }
        benchmark.rounds.push(Round { session, samples, probes });
        Ok(())
    }

    fn entry(&mut self, id: &BenchmarkId) -> &mut Benchmark {
        self.benchmarks.entry(id.clone()).or_insert_with(|| Benchmark {
            id: id.clone(),
            work: None,
            nested_in: None,
            rounds: Vec::new(),
            allocation: None,
            failure: None,
        })
    }
}

/// Nanoseconds per iteration.
fn samples(measured: &Measured) -> Result<Vec<f64>, String> {
    let samples: Vec<f64> =
        measured.times.iter().zip(&measured.iterations).map(|(time, iterations)| time / iterations).collect();
    let usable = |time: &f64| time.is_finite() && *time > 0.0;
    if samples.is_empty() || !samples.iter().all(usable) {
        return Err(
            "a sample took no time at all: the work is too small to be measured, or it was removed by the \
                    compiler (see std::hint::black_box)"
                .to_owned(),
        );
    }
    Ok(samples)
}

/// One probe for each of the last `count` samples, the lesser of the two around it: the chain's work is fixed,
/// so that an interruption can only lengthen it.
fn probes(record: &Record, count: usize) -> Vec<f64> {
    match record.probes.len().checked_sub(count) {
        Some(warm_up) => record.probes[warm_up..].iter().map(|[before, after]| before.min(*after)).collect(),
        None => Vec::new(),
    }
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
            probes: probes.to_vec(),
            allocation: bytes
                .iter()
                .map(|&bytes| AllocationCount { count: 1, bytes, peak: bytes, net: 0 })
                .collect(),
        }
    }

    #[test]
    fn probes_of_the_warm_up_are_dropped_and_an_interrupted_probe_does_not_count() {
        let mut collector = Collector::new(3);
        let record = record(&[[9.0, 9.0], [1.0, 5.0], [7.0, 2.0]], &[64, 64]);
        assert_eq!(collector.add(&executable(), &report(vec![measured(vec![4.0, 6.0])], vec![record])), []);
        let benchmark = collector.finish().remove(0);
        assert_eq!(benchmark.rounds, [Round { session: 3, samples: vec![2.0, 3.0], probes: vec![1.0, 2.0] }]);
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
        let zero = collector.add(&executable(), &report(vec![measured(vec![0.0])], vec![]));
        assert!(zero[0].reason.contains("no time at all"), "{zero:?}");
        let twice = vec![measured(vec![4.0]), measured(vec![4.0])];
        let doubled = collector.add(&executable(), &report(twice, vec![]));
        assert!(doubled[0].reason.contains("two benchmarks"), "{doubled:?}");
        assert!(collector.finish()[0].failure.is_some());
    }
}
