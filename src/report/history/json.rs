//! A history as JSON. The rules are those of [`crate::report::json`].

use serde::Serialize;

use crate::compare::{Fact, History, HistoryOptions, HistoryPoint, LevelChange, RowHistory, Unjudged};
use crate::model::Baseline;
use crate::report::json::{FORMAT_VERSION, ProvenanceJson, text};
use crate::report::saved::json::{AllocationJson, RatesJson};

/// A history as indented JSON with a line end.
pub fn render(history: &History) -> String {
    text(&HistoryJson {
        format: "tensorprof-history",
        format_version: FORMAT_VERSION,
        options: OptionsJson::new(&history.options),
        baselines: history.baselines.iter().map(ProvenanceJson::new).collect(),
        rows: history.rows.iter().map(|row| RowJson::new(row, &history.baselines)).collect(),
    })
}

#[derive(Serialize)]
struct HistoryJson<'a> {
    format: &'static str,
    format_version: u32,
    options: OptionsJson,
    baselines: Vec<ProvenanceJson<'a>>,
    rows: Vec<RowJson<'a>>,
}

#[derive(Serialize)]
struct OptionsJson {
    threshold: f64,
    confidence: f64,
}

impl OptionsJson {
    fn new(options: &HistoryOptions) -> Self {
        let HistoryOptions { threshold, confidence } = *options;
        OptionsJson { threshold, confidence }
    }
}

#[derive(Serialize)]
struct RowJson<'a> {
    id: String,
    label: &'a str,
    package: &'a str,
    target: &'a str,
    points: Vec<PointJson<'a>>,
    breaks: Vec<BreakJson<'a>>,
    changes: Vec<ChangeJson<'a>>,
}

impl<'a> RowJson<'a> {
    fn new(row: &'a RowHistory, baselines: &'a [Baseline]) -> Self {
        let name = |point: usize| baselines[row.points[point].baseline].name.as_str();
        let breaks = row.breaks.iter().map(|found| BreakJson {
            before: name(found.at),
            facts: found.facts.iter().copied().map(Fact::name).collect(),
        });
        RowJson {
            id: row.id.path(),
            label: &row.label,
            package: &row.id.package,
            target: &row.id.target,
            points: row.points.iter().map(|point| PointJson::new(point, baselines)).collect(),
            breaks: breaks.collect(),
            changes: row.changes.iter().map(|change| ChangeJson::new(change, name)).collect(),
        }
    }
}

/// Changes are fractions: 0.02 is 2 %.
#[derive(Serialize)]
struct PointJson<'a> {
    baseline: &'a str,
    time_ns: Option<f64>,
    /// At the median clock of the segment, with its interval.
    adjusted_ns: Option<f64>,
    low_ns: Option<f64>,
    high_ns: Option<f64>,
    change: Option<f64>,
    unjudged: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'a str>,
    #[serde(flatten)]
    rates: RatesJson,
    #[serde(flatten)]
    allocation: Option<AllocationJson>,
}

impl<'a> PointJson<'a> {
    fn new(point: &'a HistoryPoint, baselines: &'a [Baseline]) -> Self {
        let interval = point.adjusted_ns.filter(|_| point.unjudged.is_none());
        PointJson {
            baseline: baselines[point.baseline].name.as_str(),
            time_ns: point.time_ns,
            adjusted_ns: point.adjusted_ns.map(|ns| ns.value),
            low_ns: interval.map(|ns| ns.low),
            high_ns: interval.map(|ns| ns.high),
            change: point.change,
            unjudged: point.unjudged.as_ref().map(|why| match why {
                Unjudged::Failed(_) => "failed",
                Unjudged::Contended => "contended",
                Unjudged::SingleRound => "single-round",
            }),
            failure: match &point.unjudged {
                Some(Unjudged::Failed(reason)) => Some(reason),
                _ => None,
            },
            rates: RatesJson::new(point.work.as_ref(), point.time_ns),
            allocation: point.allocation.as_ref().map(AllocationJson::new),
        }
    }
}

#[derive(Serialize)]
struct BreakJson<'a> {
    before: &'a str,
    facts: Vec<&'static str>,
}

#[derive(Serialize)]
struct ChangeJson<'a> {
    from: &'a str,
    to: &'a str,
    direction: &'static str,
    change: f64,
    low: f64,
    high: f64,
}

impl<'a> ChangeJson<'a> {
    fn new(change: &LevelChange, name: impl Fn(usize) -> &'a str) -> Self {
        let [from, to] = change.between.map(name);
        let direction = if change.is_slower() { "slower" } else { "faster" };
        ChangeJson {
            from,
            to,
            direction,
            change: change.size.value,
            low: change.size.low,
            high: change.size.high,
        }
    }
}
