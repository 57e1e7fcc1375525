//! A row of a comparison as JSON.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::{InferenceJson, NoteJson, WorkJson};
use crate::compare::{Comparison, Measure, Metric, Row, Threshold, Unit, Value, Verdict};

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
    #[serde(flatten)]
    measures: MeasuresJson<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allocation_verdict: Option<&'static str>,
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
            measures: MeasuresJson(&row.measures),
            allocation_verdict: row.allocation_verdict().map(amount),
            notes: NoteJson::all(&row.notes, comparison),
        }
    }
}

/// Every metric of a row under its key.
struct MeasuresJson<'a>(&'a BTreeMap<Metric, Measure>);

impl Serialize for MeasuresJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let measures =
            self.0.iter().map(|(metric, measure)| (metric.key(), MeasureJson::new(*metric, measure)));
        serializer.collect_map(measures)
    }
}

/// A metric in the form that its unit has.
#[derive(Serialize)]
#[serde(untagged)]
enum MeasureJson {
    Time(TimeJson),
    Count(CountJson),
    Rate(RateJson),
}

impl MeasureJson {
    fn new(metric: Metric, measure: &Measure) -> Self {
        match metric.unit() {
            _ if metric.is_exact() => MeasureJson::Count(CountJson::new(measure)),
            Unit::Nanoseconds => MeasureJson::Time(TimeJson::new(measure)),
            _ => MeasureJson::Rate(RateJson::new(measure)),
        }
    }
}

/// Changes and thresholds are fractions: 0.02 is 2 %. Times are as measured; those at the clock of the baseline, which
/// tables show, stand beside them where the sides were compared.
#[derive(Serialize)]
pub(super) struct TimeJson {
    baseline_ns: Option<f64>,
    candidate_ns: Option<f64>,
    baseline_at_clock_ns: Option<f64>,
    candidate_at_clock_ns: Option<f64>,
    change: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    p: Option<f64>,
    unadjusted_change: Option<f64>,
    clock_slope: Option<f64>,
    session_sd: Option<f64>,
    session_sd_learned: Option<bool>,
    threshold: Option<f64>,
}

impl TimeJson {
    pub(super) fn new(time: &Measure) -> Self {
        let (change, estimation) = (time.change, time.estimation);
        let (raw, at_clock) = (time.raw(), time.values());
        let adjusted = |ns: Option<f64>| ns.filter(|_| estimation.is_some());
        TimeJson {
            baseline_ns: raw.baseline,
            candidate_ns: raw.candidate,
            baseline_at_clock_ns: adjusted(at_clock.baseline),
            candidate_at_clock_ns: adjusted(at_clock.candidate),
            change: change.map(|change| change.point),
            low: change.map(|change| change.low),
            high: change.map(|change| change.high),
            p: estimation.map(|found| found.p),
            unadjusted_change: estimation.map(|found| found.raw_change()),
            clock_slope: estimation.map(|found| found.clock_slope),
            session_sd: estimation.map(|found| found.session_sd),
            session_sd_learned: estimation.map(|found| found.session_sd_learned),
            threshold: threshold(time),
        }
    }
}

/// A threshold in the unit of the metric, or as a fraction of a time.
fn threshold(measure: &Measure) -> Option<f64> {
    measure.threshold.map(Threshold::value)
}

/// The greatest count seen on each side; the least beside it where a side varied.
#[derive(Serialize)]
struct CountJson {
    baseline: Option<i64>,
    candidate: Option<i64>,
    change: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_low: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    candidate_low: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    threshold: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
}

impl CountJson {
    fn new(count: &Measure) -> Self {
        let most = count.values().map(|most| most.map(|most| most as i64));
        let varying =
            |side: Option<Value>| side.filter(|side| !side.is_exact()).map(|side| side.least as i64);
        let low = count.sides.map(varying);
        CountJson {
            baseline: most.baseline,
            candidate: most.candidate,
            change: count.change.map(|change| change.point),
            baseline_low: low.baseline,
            candidate_low: low.candidate,
            threshold: threshold(count),
            verdict: count.verdict.map(amount),
        }
    }
}

/// A verdict on an amount.
fn amount(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Regressed => "more",
        Verdict::Improved => "less",
        Verdict::Inconclusive => "varies",
        _ => "same",
    }
}

#[derive(Serialize)]
struct RateJson {
    baseline: Option<f64>,
    candidate: Option<f64>,
    change: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
}

impl RateJson {
    fn new(rate: &Measure) -> Self {
        let values = rate.values();
        RateJson {
            baseline: values.baseline,
            candidate: values.candidate,
            change: rate.change.map(|change| change.point),
            low: rate.change.map(|change| change.low),
            high: rate.change.map(|change| change.high),
        }
    }
}
