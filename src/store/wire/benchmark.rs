//! The tables `[[benchmark]]`, `[benchmark.work]`, `[benchmark.allocation]` and `[[benchmark.round]]`. The
//! tables of models are in `inference`.

use serde::{Deserialize, Serialize};

use super::cpu::CpuTable;
use super::inference::{InferenceTable, StepAllocationTable};
use super::number::{Nanoseconds, Span};
use crate::channel::CriterionId;
use crate::dtype::Dtype;
use crate::model;
use crate::work::{Bits, Bytes, Elements, Flops, Tokens, Work, WorkSource};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::store) struct BenchmarkTable {
    package: String,
    target: String,
    group: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    function: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nested_in: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_measured: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    inference: Option<InferenceTable>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    work: Option<WorkTable>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    allocation: Option<AllocationTable>,
    #[serde(default, skip_serializing_if = "StepAllocationTable::is_empty")]
    step_allocation: StepAllocationTable,
    #[serde(default, rename = "round", skip_serializing_if = "Option::is_none")]
    rounds: Option<Vec<RoundTable>>,
}

/// A part of a file with the first tables of one benchmark: all but its rounds.
#[derive(Deserialize)]
pub(in crate::store) struct BenchmarkPiece {
    benchmark: [BenchmarkTable; 1],
}

/// A part of a file with one round.
#[derive(Deserialize)]
pub(in crate::store) struct RoundPiece {
    benchmark: RoundsTable,
}

#[derive(Deserialize)]
struct RoundsTable {
    round: [RoundTable; 1],
}

impl BenchmarkTable {
    /// The samples of all rounds.
    pub(super) fn samples(&self) -> usize {
        self.rounds.iter().flatten().map(|round| round.samples.len()).sum()
    }
}

impl BenchmarkPiece {
    /// The benchmark, with rounds that were read apart from it. `None` if it has rounds itself.
    pub(in crate::store) fn with_rounds(self, rounds: Vec<RoundPiece>) -> Option<BenchmarkTable> {
        let [benchmark] = self.benchmark;
        let rounds = rounds.into_iter().map(|RoundPiece { benchmark: RoundsTable { round: [round] } }| round);
        benchmark.rounds.is_none().then(|| BenchmarkTable { rounds: Some(rounds.collect()), ..benchmark })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct WorkTable {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    flops: Option<u64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    nominal: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bits: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    elements: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tokens: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dtype: Option<Dtype>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    convention: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    counted_before: Option<u64>,
    /// Omitted for the bench, which declares most work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<SourceName>,
}

/// Where counts come from, other than from the bench.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SourceName {
    Metadata,
    Throughput,
}

#[derive(Serialize, Deserialize)]
struct AllocationTable {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    count: Option<Span<u64>>,
    bytes: Span<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    peak: Option<Span<u64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    live: Option<Span<i64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    net: Option<Span<i64>>,
}

#[derive(Serialize, Deserialize)]
struct RoundTable {
    /// Omitted for the first session: most baselines have only one.
    #[serde(default, skip_serializing_if = "is_first")]
    session: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    block: Option<u32>,
    samples: Vec<Nanoseconds>,
    #[serde(flatten)]
    cpu: CpuTable,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    probes: Vec<Nanoseconds>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    contention: Vec<Nanoseconds>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    steps: Vec<Vec<Nanoseconds>>,
}

fn is_first(session: &usize) -> bool {
    *session == 0
}

impl From<&model::Benchmark> for BenchmarkTable {
    fn from(benchmark: &model::Benchmark) -> Self {
        let model::BenchmarkId { package, target, criterion } = benchmark.id.clone();
        BenchmarkTable {
            package,
            target,
            group: criterion.group,
            function: criterion.function,
            parameter: criterion.parameter,
            nested_in: benchmark.nested_in.clone(),
            failure: benchmark.failure.clone(),
            not_measured: benchmark.not_measured.clone(),
            inference: benchmark.inference.as_ref().map(InferenceTable::from),
            work: benchmark.work.as_ref().map(WorkTable::from),
            allocation: benchmark.allocation.map(AllocationTable::from),
            step_allocation: benchmark.step_allocation.as_slice().into(),
            rounds: (!benchmark.rounds.is_empty())
                .then(|| benchmark.rounds.iter().map(RoundTable::from).collect()),
        }
    }
}

impl From<BenchmarkTable> for model::Benchmark {
    fn from(table: BenchmarkTable) -> Self {
        let BenchmarkTable { package, target, group, function, parameter, .. } = table;
        model::Benchmark {
            id: model::BenchmarkId { package, target, criterion: CriterionId { group, function, parameter } },
            work: table.work.map(Into::into),
            nested_in: table.nested_in,
            inference: table.inference.map(Into::into),
            rounds: table.rounds.into_iter().flatten().map(Into::into).collect(),
            allocation: table.allocation.map(Into::into),
            step_allocation: table.step_allocation.into(),
            failure: table.failure,
            not_measured: table.not_measured,
        }
    }
}

impl From<&Work> for WorkTable {
    fn from(work: &Work) -> Self {
        WorkTable {
            flops: work.flops.map(|Flops(count)| count),
            nominal: work.nominal,
            bytes: work.bytes.map(|Bytes(count)| count),
            bits: work.bits.map(|Bits(count)| count),
            elements: work.elements.map(|Elements(count)| count),
            tokens: work.tokens.map(|Tokens(count)| count),
            dtype: work.dtype,
            convention: work.convention.clone(),
            counted_before: work.counted_before.map(|Flops(count)| count),
            from: match work.from {
                WorkSource::Bench => None,
                WorkSource::Metadata => Some(SourceName::Metadata),
                WorkSource::Throughput => Some(SourceName::Throughput),
            },
        }
    }
}

impl From<WorkTable> for Work {
    fn from(table: WorkTable) -> Self {
        Work {
            flops: table.flops.map(Flops),
            nominal: table.nominal,
            bytes: table.bytes.map(Bytes),
            bits: table.bits.map(Bits),
            elements: table.elements.map(Elements),
            tokens: table.tokens.map(Tokens),
            dtype: table.dtype,
            convention: table.convention,
            counted_before: table.counted_before.map(Flops),
            from: match table.from {
                None => WorkSource::Bench,
                Some(SourceName::Metadata) => WorkSource::Metadata,
                Some(SourceName::Throughput) => WorkSource::Throughput,
            },
        }
    }
}

impl From<model::Allocation> for AllocationTable {
    fn from(allocation: model::Allocation) -> Self {
        let model::Allocation { count, bytes, peak, live, net } = allocation;
        AllocationTable {
            count: count.map(Span),
            bytes: Span(bytes),
            peak: peak.map(Span),
            live: live.map(Span),
            net: net.map(Span),
        }
    }
}

impl From<AllocationTable> for model::Allocation {
    fn from(table: AllocationTable) -> Self {
        let AllocationTable { count, bytes: Span(bytes), peak, live, net } = table;
        model::Allocation {
            count: count.map(|Span(count)| count),
            bytes,
            peak: peak.map(|Span(peak)| peak),
            live: live.map(|Span(live)| live),
            net: net.map(|Span(net)| net),
        }
    }
}

impl From<&model::Round> for RoundTable {
    fn from(round: &model::Round) -> Self {
        let times = |values: &Vec<f64>| values.iter().copied().map(Nanoseconds).collect();
        RoundTable {
            session: round.session,
            block: round.block,
            samples: times(&round.samples),
            cpu: CpuTable::new(&round.cpu, &round.samples),
            probes: times(&round.probes),
            contention: times(&round.contention),
            steps: round.steps.iter().map(times).collect(),
        }
    }
}

impl From<RoundTable> for model::Round {
    fn from(table: RoundTable) -> Self {
        let times = |values: Vec<Nanoseconds>| -> Vec<f64> {
            values.into_iter().map(|Nanoseconds(value)| value).collect()
        };
        let samples = times(table.samples);
        model::Round {
            session: table.session,
            block: table.block,
            cpu: table.cpu.into_cpu(&samples),
            samples,
            probes: times(table.probes),
            contention: times(table.contention),
            steps: table.steps.into_iter().map(times).collect(),
            corrected: vec![],
            places: vec![],
        }
    }
}
