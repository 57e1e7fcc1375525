//! A row of a comparison as JSON.

use serde::Serialize;

use super::{InferenceJson, NoteJson, WorkJson};
use crate::compare::{AllocationVerdict, Comparison, Count, RateChange, Row, TimeChange};
use crate::model::Range;

#[derive(Serialize)]
pub(super) struct RowJson<'a> {
    id: String,
    label: &'a str,
    package: &'a str,
    target: &'a str,
    group: &'a str,
    function: Option<&'a str>,
    parameter: Option<&'a str>,
    dtype: Option<&'static str>,
    verdict: &'static str,
    nested_in: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inference: Option<InferenceJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    work: Option<WorkJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<TimeJson>,
    #[serde(flatten)]
    allocation: AllocationJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    gflops: Option<RateJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gb_per_s: Option<RateJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gelem_per_s: Option<RateJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens_per_s: Option<RateJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<NoteJson>,
}

impl<'a> RowJson<'a> {
    pub(super) fn new(row: &'a Row, comparison: &Comparison) -> Self {
        let id = &row.id;
        RowJson {
            id: id.path(),
            label: &row.label,
            package: &id.package,
            target: &id.target,
            group: &id.criterion.group,
            function: id.criterion.function.as_deref(),
            parameter: id.criterion.parameter.as_deref(),
            dtype: row.work.as_ref().and_then(|work| work.dtype).map(|dtype| dtype.name()),
            verdict: row.verdict.name(),
            nested_in: row.nested_in.as_deref(),
            inference: row.inference.as_ref().map(InferenceJson::new),
            work: row.work.as_ref().map(WorkJson::new),
            time: row.time.as_ref().map(TimeJson::new),
            allocation: AllocationJson::new(row),
            gflops: row.gflops.map(RateJson::new),
            gb_per_s: row.gb_per_s.map(RateJson::new),
            gelem_per_s: row.gelem_per_s.map(RateJson::new),
            tokens_per_s: row.tokens_per_s.map(RateJson::new),
            notes: NoteJson::all(&row.notes, comparison),
        }
    }
}

/// Changes and thresholds are fractions: 0.02 is 2 %.
#[derive(Serialize)]
pub(super) struct TimeJson {
    baseline_ns: Option<f64>,
    candidate_ns: Option<f64>,
    change: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    p: Option<f64>,
    unadjusted_change: Option<f64>,
    clock_slope: Option<f64>,
    session_sd: Option<f64>,
    session_sd_learned: Option<bool>,
    threshold: f64,
}

impl TimeJson {
    pub(super) fn new(time: &TimeChange) -> Self {
        let change = time.change;
        TimeJson {
            baseline_ns: time.baseline_ns,
            candidate_ns: time.candidate_ns,
            change: change.map(|change| change.point),
            low: change.map(|change| change.low),
            high: change.map(|change| change.high),
            p: change.map(|change| change.p),
            unadjusted_change: change.map(|change| change.quality.raw),
            clock_slope: change.map(|change| change.quality.clock_slope),
            session_sd: change.map(|change| change.quality.session_sd),
            session_sd_learned: change.map(|change| change.quality.session_sd_learned),
            threshold: time.threshold,
        }
    }
}

/// The keys of a row's allocation; all absent where it was not counted on both sides.
#[derive(Serialize)]
struct AllocationJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    allocation_verdict: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allocated_bytes: Option<CountJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allocations: Option<CountJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_bytes: Option<CountJson>,
}

impl AllocationJson {
    fn new(row: &Row) -> Self {
        let allocation = row.allocation.as_ref();
        AllocationJson {
            allocation_verdict: allocation.map(|allocation| match allocation.verdict {
                AllocationVerdict::More => "more",
                AllocationVerdict::Less => "less",
                AllocationVerdict::Same => "same",
                AllocationVerdict::Varies => "varies",
            }),
            allocated_bytes: allocation.map(|allocation| CountJson::new(&allocation.bytes)),
            allocations: allocation.and_then(|allocation| allocation.count.as_ref()).map(CountJson::new),
            peak_bytes: allocation.and_then(|allocation| allocation.peak.as_ref()).map(CountJson::new),
        }
    }
}

/// The greatest count seen on each side; the least beside it where a side varied.
#[derive(Serialize)]
struct CountJson {
    baseline: u64,
    candidate: u64,
    change: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_low: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    candidate_low: Option<u64>,
}

impl CountJson {
    fn new(count: &Count) -> Self {
        let low = |range: Range<u64>| (!range.is_exact()).then_some(range.low);
        CountJson {
            baseline: count.baseline.high,
            candidate: count.candidate.high,
            change: count.change(),
            baseline_low: low(count.baseline),
            candidate_low: low(count.candidate),
        }
    }
}

#[derive(Serialize)]
pub(super) struct RateJson {
    baseline: Option<f64>,
    candidate: Option<f64>,
    change: Option<f64>,
}

impl RateJson {
    pub(super) fn new(rate: RateChange) -> Self {
        RateJson { baseline: rate.baseline, candidate: rate.candidate, change: rate.change }
    }
}
