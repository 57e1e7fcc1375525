//! The sections on benchmarks: the largest changes, all of them, their allocation, and those that one side lacks.

use super::heading_with_old_anchor;
use crate::compare::{Comparison, Row, Verdict};
use crate::report::order::{ranked, report_order};
use crate::report::quantity::{count, things};
use crate::report::table::{LONGEST, details, long, some};
use crate::report::tables::{self, allocating, allocation, times};

/// Rows of the tables of the largest changes.
const TOP: usize = 10;

pub(super) fn top(comparison: &Comparison, verdict: Verdict, heading: &str) -> String {
    if comparison.rows.is_empty() {
        return String::new();
    }
    let ranked = ranked(&comparison.rows, verdict);
    let (leading, rest) = ranked.split_at(ranked.len().min(TOP));
    let body = match (leading.len(), rest.len(), comparison.summary.rows(Verdict::Suspect)) {
        (0, _, 0) => format!("No benchmark {}.\n", verdict.words()),
        (0, _, suspect) => format!("No benchmark {}; {} suspect.\n", verdict.words(), count(suspect as u64)),
        (_, 0, _) => times(comparison, leading).page(),
        (_, more, _) => {
            let more = count(more as u64);
            format!("{}\n{more} more in [Benchmarks](#benchmarks).\n", times(comparison, leading).page())
        }
    };
    format!("## {heading}\n\n{body}")
}

/// Benchmarks. With many rows, the unchanged ones are folded.
pub(super) fn all(comparison: &Comparison) -> String {
    let mut rows = report_order(&comparison.rows);
    rows.retain(|row| !row.verdict.is_one_sided());
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
    format!("{}{body}", heading_with_old_anchor("Benchmarks", "detailed-method-comparison"))
}

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

pub(super) fn one_sided(comparison: &Comparison) -> String {
    let mut rows = report_order(&comparison.rows);
    rows.retain(|row| row.verdict.is_one_sided());
    some("## Added, Removed, Not Measured and Failed\n\n", &rows, |rows| {
        tables::one_sided(comparison, rows).page()
    })
}
