//! The verdict and the totals.

use super::table::{Column, Table};
use crate::compare::Comparison;
use crate::report::change::{Unit, effect, percent, percent_words, ratio};
use crate::report::quantity::{self, NONE, Precision, mebibytes, things};
use crate::report::verdict::{Headline, sentence};

/// The verdict: one word, one sentence of counts.
pub(super) fn verdict(comparison: &Comparison) -> String {
    format!("## Verdict\n\n{}\n", words(comparison))
}

/// The verdict without its heading.
pub(super) fn words(comparison: &Comparison) -> String {
    format!("**{}.** {}", Headline::of(comparison).words(), sentence(comparison))
}

/// Overall Performance Summary.
pub(super) fn section(comparison: &Comparison) -> String {
    if comparison.rows.is_empty() {
        return String::new();
    }
    let columns = [
        Column::Left("Metric"),
        Column::Right("Baseline"),
        Column::Right("Candidate"),
        Column::Right("Delta"),
        Column::Right("Change"),
    ];
    let mut table = Table::new(columns);
    for row in [geomean(comparison), runtime(comparison), bytes(comparison), allocations(comparison)] {
        row.into_iter().for_each(|row| table.row(row));
    }
    table.row(methods(comparison));
    format!("## Overall Performance Summary\n\n{}\n{}\n", table.render(), basis(comparison))
}

type Cells = [String; 5];

fn geomean(comparison: &Comparison) -> Option<Cells> {
    let geomean = comparison.summary.time_geomean?;
    let none = || NONE.to_owned();
    let rows = things(comparison.summary.geomean_rows, "benchmark");
    let metric = format!("**Geometric Mean of Time Ratios** ({rows})");
    Some([metric, none(), ratio(&geomean), none(), effect(&geomean)])
}

fn runtime(comparison: &Comparison) -> Option<Cells> {
    let [baseline, candidate] = comparison.summary.total_ns;
    if baseline <= 0.0 {
        return None;
    }
    let times = quantity::time_pair(Some(baseline), Some(candidate), Precision::UNKNOWN);
    let change = percent_words(candidate / baseline - 1.0, Unit::Time);
    Some(["**Total Runtime**".to_owned(), times.baseline, times.candidate, times.delta, change])
}

fn bytes(comparison: &Comparison) -> Option<Cells> {
    let [baseline, candidate] = comparison.summary.total_bytes?;
    Some([
        "**Total Allocations**".to_owned(),
        quantity::bytes(baseline),
        quantity::bytes(candidate),
        quantity::bytes_delta(baseline, candidate),
        amount(baseline, candidate),
    ])
}

fn allocations(comparison: &Comparison) -> Option<Cells> {
    let [baseline, candidate] = comparison.summary.total_allocations?;
    Some([
        "**Number of Allocations**".to_owned(),
        quantity::count(baseline),
        quantity::count(candidate),
        quantity::count_delta(baseline, candidate),
        amount(baseline, candidate),
    ])
}

fn amount(baseline: u64, candidate: u64) -> String {
    if baseline == 0 {
        return NONE.to_owned();
    }
    percent_words(candidate as f64 / baseline as f64 - 1.0, Unit::Amount)
}

fn methods(comparison: &Comparison) -> Cells {
    let [baseline, candidate] =
        [&comparison.baseline, &comparison.candidate].map(|side| side.benchmarks as u64);
    [
        "**Methods Profiled**".to_owned(),
        quantity::count(baseline),
        quantity::count(candidate),
        quantity::count_delta(baseline, candidate),
        NONE.to_owned(),
    ]
}

/// What the totals are sums of, and what they are not good for.
fn basis(comparison: &Comparison) -> String {
    let nested = match comparison.summary.nested_rows {
        0 => String::new(),
        rows => {
            format!("; {} left out, since the rows that contain them count them", things(rows, "nested row"))
        }
    };
    format!(
        "Totals are sums of one iteration of each benchmark that both sides hold{nested}. The slowest benchmarks \
         dominate a sum, so the verdict does not use it.{}",
        counted_again(comparison)
    )
}

/// What the totals would be if rows counted again what the rows that contain them have counted.
fn counted_again(comparison: &Comparison) -> String {
    let summary = &comparison.summary;
    if summary.nested_rows == 0 {
        return String::new();
    }
    let time = sum(summary.total_with_nested_ns, |nanoseconds| format!("{:.2} ms", nanoseconds / 1e6));
    let bytes = summary.total_with_nested_bytes.and_then(|both| sum(both.map(|sum| sum as f64), mebibytes));
    let sums: Vec<String> = [time, bytes].into_iter().flatten().collect();
    if sums.is_empty() {
        String::new()
    } else {
        format!(" Counted again with the nested rows: {}.", sums.join(", "))
    }
}

/// `5927.60 ms → 9277.78 ms (+56.5 %)`.
fn sum([baseline, candidate]: [f64; 2], show: fn(f64) -> String) -> Option<String> {
    let change = percent(candidate / baseline - 1.0);
    (baseline > 0.0).then(|| format!("{} → {} ({change})", show(baseline), show(candidate)))
}
