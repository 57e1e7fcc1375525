//! Saved baselines as text: one in full (`show`), and the list of them (`list`). What `show` says is a comparison of a single
//! side ([`alone`](compare::alone)), by the sections and charts of other comparisons. The caller strips colours where the
//! output is no terminal.

mod json;
mod list;
mod page;
mod tables;
mod terminal;
mod work;

use std::collections::BTreeMap;

pub use self::json::{list as list_json, show as show_json};
pub use self::list::table as list_table;
pub use self::page::{report, show_markdown, show_page};
pub use self::terminal::{rows as rows_table, show as show_table};
pub use self::work::work_table;
use crate::compare::{self, Comparison, Metric, Row};
use crate::estimate;
use crate::model::{Baseline, Benchmark, BenchmarkId};

/// A baseline with what is found of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Saved {
    /// Its wanted benchmarks with the samples that a comparison would use.
    baseline: Baseline,
    found: Comparison,
}

/// A benchmark, and what is found of it.
pub(in crate::report) struct Line<'a> {
    pub(in crate::report) benchmark: &'a Benchmark,
    pub(in crate::report) row: &'a Row,
}

impl Saved {
    /// A baseline and its wanted benchmarks.
    pub fn of(baseline: &Baseline, wanted: &dyn Fn(&BenchmarkId) -> bool) -> Saved {
        let mut uncontended = estimate::uncontended(baseline).side;
        uncontended.benchmarks.retain(|benchmark| wanted(&benchmark.id));
        Saved { baseline: uncontended, found: compare::alone(baseline, wanted) }
    }

    /// Its wanted benchmarks with the samples that a comparison would use, and all else.
    pub(in crate::report) fn baseline(&self) -> &Baseline {
        &self.baseline
    }

    /// The name of the baseline.
    pub fn name(&self) -> &str {
        self.baseline.name.as_str()
    }

    /// The wanted benchmarks.
    pub fn benchmarks(&self) -> &[Benchmark] {
        &self.baseline.benchmarks
    }

    /// No benchmark is wanted.
    pub fn is_empty(&self) -> bool {
        self.baseline.benchmarks.is_empty()
    }

    /// The benchmarks, by id.
    pub(in crate::report) fn lines(&self) -> Vec<Line<'_>> {
        let benchmarks = self.baseline.benchmarks.iter().map(|benchmark| (&benchmark.id, benchmark));
        let benchmarks: BTreeMap<&BenchmarkId, &Benchmark> = benchmarks.collect();
        let rows = self.found.rows.iter();
        rows.filter_map(|row| Some(Line { benchmark: benchmarks.get(&row.id).copied()?, row })).collect()
    }
}

/// Every metric of every benchmark as comma-separated values, numbers in base units and unrounded. Every benchmark has a
/// line for its time, even where nothing was measured.
pub fn show_csv(saved: &Saved) -> String {
    let measured = saved.found.rows.iter().flat_map(|row| {
        let known = |metric: &Metric| *metric == Metric::Time || row.measure(*metric).is_some();
        Metric::ALL.into_iter().filter(known).map(move |metric| (row, metric))
    });
    tables::measures(saved, &measured.collect::<Vec<_>>()).csv()
}
