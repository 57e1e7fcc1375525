//! Synthetic baselines for tests.

use jiff::Timestamp;

use super::{Comparison, Options, Rule, SmallestChange, compare};
use crate::channel::CriterionId;
use crate::dtype::Dtype;
use crate::model::{
    Access, Allocation, ArithmeticPeak, BandwidthPeak, Baseline, Benchmark, BenchmarkId, Build, Environment,
    MEMORY, Machine, PeakRate, Peaks, Range, Revision, Round, Session, Settings,
};
use crate::store::Store;

/// A baseline of one session on a fully recorded machine.
pub(crate) fn baseline(name: &str, benchmarks: Vec<Benchmark>) -> Baseline {
    Baseline {
        name: name.parse().expect("a plain name"),
        tool_version: "0.1.0".to_owned(),
        environment: environment(),
        settings: settings(),
        sessions: vec![Session::new(Timestamp::UNIX_EPOCH)],
        benchmarks,
        unfinished: vec![],
        models: vec![],
    }
}

/// The two baselines of the reference figures, `tests/fixtures/reference`, compared as their report was.
pub(crate) fn reference_comparison() -> Comparison {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/reference");
    let [old, new] = ["reference-2026-02-03", "reference-2026-02-04"].map(|name| {
        let name = name.parse().expect("a plain name");
        let loaded = Store::new(folder, folder).load(&name).expect("a readable baseline");
        loaded.baseline
    });
    let said = SmallestChange { threshold: Some(0.05), floor_ns: None };
    compare(&old, &new, &Options { rule: Rule::Point, ..Options::default().with(said) })
}

/// A benchmark `ops/FUNCTION` whose rounds hold one sample each.
pub(crate) fn row(function: &str, times: &[f64]) -> Benchmark {
    let criterion =
        CriterionId { group: "ops".to_owned(), function: Some(function.to_owned()), parameter: None };
    let id = BenchmarkId { package: "suite".to_owned(), target: "ops".to_owned(), criterion };
    benchmark(id, times.iter().map(|&time| Round { samples: vec![time], ..Round::default() }).collect())
}

/// The benchmark with a steady clock probe beside every sample.
pub(crate) fn probed(mut benchmark: Benchmark) -> Benchmark {
    for round in &mut benchmark.rounds {
        round.probes = vec![50_000.0; round.samples.len()];
    }
    benchmark
}

/// A benchmark of which nothing else is known.
pub(crate) fn benchmark(id: BenchmarkId, rounds: Vec<Round>) -> Benchmark {
    Benchmark {
        id,
        work: None,
        nested_in: None,
        inference: None,
        rounds,
        allocation: None,
        step_allocation: vec![],
        failure: None,
        not_measured: None,
    }
}

/// So many bytes in three allocations, of which nothing is left.
pub(crate) fn allocation(bytes: Range<u64>) -> Allocation {
    let (count, peak, net) = (Some(Range::exact(3)), Some(Range::exact(4096)), Some(Range::exact(0)));
    Allocation { count, bytes, peak, live: None, net }
}

/// The fastest arithmetic, and reading from memory.
pub(crate) fn peaks(threads: u32, gflops: f64, gb_per_s: f64) -> Peaks {
    let arithmetic = [(Dtype::F32, "avx2", gflops)];
    peaks_of(threads, 0.01, &arithmetic, &[(Access::Read, MEMORY, 128 << 20, gb_per_s)])
}

/// Peaks that all have this half-width: arithmetic by element type and instruction set, bandwidth by access, level and
/// working set.
pub(crate) fn peaks_of(
    threads: u32,
    half_width: f64,
    arithmetic: &[(Dtype, &str, f64)],
    bandwidth: &[(Access, &str, u64, f64)],
) -> Peaks {
    let rate = |value| PeakRate { value, half_width };
    let arithmetic = arithmetic.iter().map(|&(dtype, set, value)| ArithmeticPeak {
        dtype,
        instruction_set: set.to_owned(),
        rate: rate(value),
    });
    let bandwidth = bandwidth.iter().map(|&(access, level, working_set, value)| BandwidthPeak {
        access,
        level: level.to_owned(),
        working_set,
        rate: rate(value),
    });
    Peaks { threads, arithmetic: arithmetic.collect(), bandwidth: bandwidth.collect() }
}

fn environment() -> Environment {
    Environment {
        revision: Some(Revision { commit: "c0ffee".to_owned(), branch: None, dirty: false }),
        build: Build {
            rustc: "rustc 1.90.0".to_owned(),
            target: "x86_64-unknown-linux-gnu".to_owned(),
            profile: "bench".to_owned(),
            target_features: vec!["fxsr".to_owned(), "sse2".to_owned()],
            ..Build::default()
        },
        machine: Machine {
            cpu: "Example CPU".to_owned(),
            cores: Some(2),
            hardware_threads: Some(4),
            memory: Some(16 << 30),
            kernel: "Linux 6.1.0".to_owned(),
            ..Machine::default()
        },
        threads: [("RAYON_NUM_THREADS".to_owned(), "1".to_owned())].into(),
        ..Environment::default()
    }
}

fn settings() -> Settings {
    Settings {
        rounds: 5,
        max_rounds: None,
        warm_up: 0.15,
        measurement: 0.5,
        samples: 20,
        filter: None,
        partition: None,
        bench_arguments: vec![],
        cargo_arguments: vec![],
    }
}
