//! Saved baselines as JSON. The rules are those of [`crate::report::json`].

use serde::Serialize;

use super::rounds;
use crate::estimate;
use crate::model::{Allocation, Baseline, Benchmark};
use crate::report::json::{
    FORMAT_VERSION, InferenceJson, ModelJson, ProvenanceJson, RangeJson, WorkJson, text,
};
use crate::report::rate::Rate;
use crate::work::Work;

/// The list of baselines as indented JSON, in the order given.
pub fn list(baselines: &[Baseline]) -> String {
    text(&ListJson {
        format: "tensorprof-list",
        format_version: FORMAT_VERSION,
        baselines: baselines.iter().map(EntryJson::new).collect(),
    })
}

/// A baseline as indented JSON.
pub fn show(baseline: &Baseline) -> String {
    text(&BaselineJson {
        format: "tensorprof-baseline",
        format_version: FORMAT_VERSION,
        baseline: ProvenanceJson::new(baseline),
        settings: SettingsJson::new(baseline),
        models: baseline.models.iter().map(ModelJson::new).collect(),
        rows: baseline.benchmarks.iter().map(BenchmarkJson::new).collect(),
    })
}

#[derive(Serialize)]
struct ListJson<'a> {
    format: &'static str,
    format_version: u32,
    baselines: Vec<EntryJson<'a>>,
}

#[derive(Serialize)]
struct EntryJson<'a> {
    #[serde(flatten)]
    provenance: ProvenanceJson<'a>,
    benchmarks: usize,
    rounds: usize,
}

impl<'a> EntryJson<'a> {
    fn new(baseline: &'a Baseline) -> Self {
        EntryJson {
            provenance: ProvenanceJson::new(baseline),
            benchmarks: baseline.benchmarks.len(),
            rounds: rounds(baseline),
        }
    }
}

#[derive(Serialize)]
struct BaselineJson<'a> {
    format: &'static str,
    format_version: u32,
    baseline: ProvenanceJson<'a>,
    settings: SettingsJson<'a>,
    models: Vec<ModelJson<'a>>,
    rows: Vec<BenchmarkJson<'a>>,
}

#[derive(Serialize)]
struct SettingsJson<'a> {
    rounds: u32,
    warm_up_s: f64,
    measurement_s: f64,
    samples: u32,
    filter: Option<&'a str>,
    bench_arguments: &'a [String],
    cargo_arguments: &'a [String],
}

impl<'a> SettingsJson<'a> {
    fn new(baseline: &'a Baseline) -> Self {
        let settings = &baseline.settings;
        SettingsJson {
            rounds: settings.rounds,
            warm_up_s: settings.warm_up,
            measurement_s: settings.measurement,
            samples: settings.samples,
            filter: settings.filter.as_deref(),
            bench_arguments: &settings.bench_arguments,
            cargo_arguments: &settings.cargo_arguments,
        }
    }
}

#[derive(Serialize)]
struct BenchmarkJson<'a> {
    id: String,
    package: &'a str,
    target: &'a str,
    dtype: Option<&'static str>,
    nested_in: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inference: Option<InferenceJson<'a>>,
    failure: Option<&'a str>,
    rounds: usize,
    time_ns: Option<f64>,
    /// Standard deviation of ln time between the lower half of the rounds.
    round_spread: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    work: Option<WorkJson<'a>>,
    #[serde(flatten)]
    rates: RatesJson,
    #[serde(flatten)]
    allocation: Option<AllocationJson>,
}

impl<'a> BenchmarkJson<'a> {
    fn new(benchmark: &'a Benchmark) -> Self {
        BenchmarkJson {
            id: benchmark.id.path(),
            package: &benchmark.id.package,
            target: &benchmark.id.target,
            dtype: benchmark.work.as_ref().and_then(|work| work.dtype).map(|dtype| dtype.name()),
            nested_in: benchmark.nested_in.as_deref(),
            inference: benchmark.inference.as_ref().map(InferenceJson::new),
            failure: benchmark.failure.as_deref(),
            rounds: benchmark.rounds.len(),
            time_ns: estimate::time(&benchmark.rounds),
            round_spread: estimate::spread(&benchmark.rounds),
            work: benchmark.work.as_ref().map(WorkJson::new),
            rates: RatesJson::new(benchmark.work.as_ref(), estimate::time(&benchmark.rounds)),
            allocation: benchmark.allocation.as_ref().map(AllocationJson::new),
        }
    }
}

/// The rates of a time; unknown ones are left out.
#[derive(Serialize)]
pub(in crate::report) struct RatesJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    gflops: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gb_per_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gelem_per_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens_per_s: Option<f64>,
}

impl RatesJson {
    pub(in crate::report) fn new(work: Option<&Work>, nanoseconds: Option<f64>) -> Self {
        let value = |rate: Rate| {
            let count = rate.work(work?)?;
            Some(rate.per_time(count, nanoseconds?))
        };
        RatesJson {
            gflops: value(Rate::Gflops),
            gb_per_s: value(Rate::Gigabytes),
            gelem_per_s: value(Rate::Gigaelements),
            tokens_per_s: value(Rate::Tokens),
        }
    }
}

/// Allocation of one iteration.
#[derive(Serialize)]
pub(in crate::report) struct AllocationJson {
    allocated_bytes: RangeJson<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allocations: Option<RangeJson<u64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_bytes: Option<RangeJson<u64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    live_bytes: Option<RangeJson<i64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    net_bytes: Option<RangeJson<i64>>,
}

impl AllocationJson {
    pub(in crate::report) fn new(allocation: &Allocation) -> Self {
        AllocationJson {
            allocated_bytes: RangeJson::new(allocation.bytes),
            allocations: allocation.count.map(RangeJson::new),
            peak_bytes: allocation.peak.map(RangeJson::new),
            live_bytes: allocation.live.map(RangeJson::new),
            net_bytes: allocation.net.map(RangeJson::new),
        }
    }
}
