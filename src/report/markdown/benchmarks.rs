//! The sections on benchmarks: the largest changes, all of them, their allocation, and those that one side lacks.

use super::heading_once_called;
use crate::compare::{Comparison, Row, Verdict};
use crate::report::order::{ranked, report_order};
use crate::report::quantity::{count, things};
use crate::report::table::{LONGEST, details, long};
use crate::report::tables::{self, allocating, allocation, times};
use crate::report::verdict::rows;

/// Rows of the tables of the largest changes.
const TOP: usize = 10;

/// Top 10 Improvements.
pub(super) fn improvements(comparison: &Comparison) -> String {
    top(comparison, Verdict::Improved, "Top 10 Improvements")
}

/// Top 10 Regressions.
pub(super) fn regressions(comparison: &Comparison) -> String {
    top(comparison, Verdict::Regressed, "Top 10 Regressions")
}

fn top(comparison: &Comparison, verdict: Verdict, heading: &str) -> String {
    if comparison.rows.is_empty() {
        return String::new();
    }
    let ranked = ranked(&comparison.rows, verdict);
    let body = if ranked.is_empty() { none(comparison, verdict) } else { leading(comparison, &ranked) };
    format!("## {heading}\n\n{body}")
}

fn none(comparison: &Comparison, verdict: Verdict) -> String {
    match rows(comparison, Verdict::Suspect) {
        0 => format!("No benchmark {}.\n", verdict.words()),
        suspect => {
            format!("No benchmark {}; {} suspect.\n", verdict.words(), count(suspect as u64))
        }
    }
}

fn leading(comparison: &Comparison, ranked: &[&Row]) -> String {
    let (leading, rest) = ranked.split_at(ranked.len().min(TOP));
    let more = match rest.len() {
        0 => String::new(),
        more => format!("\n{} more in [Benchmarks](#benchmarks).\n", count(more as u64)),
    };
    format!("{}{more}", times(comparison, leading).page())
}

/// Benchmarks. With many rows, the unchanged ones are folded.
pub(super) fn all(comparison: &Comparison) -> String {
    let both_sides = |row: &&Row| !matches!(row.verdict, Verdict::Added | Verdict::Removed | Verdict::Failed);
    let rows: Vec<&Row> = report_order(&comparison.rows).into_iter().filter(both_sides).collect();
    if rows.is_empty() {
        return String::new();
    }
    let table = |rows: &[&Row]| tables::benchmarks(comparison, rows).page();
    let (unchanged, others): (Vec<&Row>, Vec<&Row>) =
        rows.iter().partition(|row| row.verdict == Verdict::Unchanged);
    let body = if rows.len() <= LONGEST || unchanged.is_empty() {
        table(&rows)
    } else {
        let open = if others.is_empty() { String::new() } else { format!("{}\n", table(&others)) };
        let summary = things(unchanged.len(), "unchanged benchmark");
        format!("{open}{}", details(&summary, &table(&unchanged)))
    };
    format!("{}{body}", heading_once_called("Benchmarks", "detailed-method-comparison"))
}

/// Allocation Changes.
pub(super) fn allocations(comparison: &Comparison) -> String {
    let others = allocating(comparison, |verdict| verdict != Verdict::Unchanged);
    let same = allocating(comparison, |verdict| verdict == Verdict::Unchanged).len();
    if others.len() + same == 0 {
        return String::new();
    }
    let table = long("", &others, "benchmark", |rows| allocation(comparison, rows).page());
    let gap = if others.is_empty() { "" } else { "\n" };
    format!("## Allocation Changes\n\n{table}{gap}{}\n", rest(same, others.len()))
}

fn rest(same: usize, others: usize) -> String {
    let rows = things(same, if others == 0 { "benchmark" } else { "other benchmark" });
    match same {
        0 => "No benchmark allocates the same on both sides.".to_owned(),
        1 => format!("{rows} allocates the same on both sides."),
        _ => format!("{rows} allocate the same on both sides."),
    }
}

/// Added, Removed and Failed.
pub(super) fn one_sided(comparison: &Comparison) -> String {
    let rows: Vec<&Row> = [Verdict::Added, Verdict::Removed, Verdict::Failed]
        .into_iter()
        .flat_map(|verdict| ranked(&comparison.rows, verdict))
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    format!("## Added, Removed and Failed\n\n{}", tables::one_sided(comparison, &rows).page())
}
