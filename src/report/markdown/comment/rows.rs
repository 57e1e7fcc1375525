//! The rows that changed.

use std::cmp::Reverse;

use crate::compare::{AllocationVerdict, Comparison, Count, Row, Verdict};
use crate::report::escape::{code, elide, printable};
use crate::report::footnotes;
use crate::report::markdown::cells::{change, none};
use crate::report::markdown::methods::status;
use crate::report::markdown::table::{Column, Table, change_heading};
use crate::report::order::{bytes_apart, report_order};
use crate::report::quantity::{bytes, bytes_delta, times};

/// Longest name, characters.
const LONGEST_NAME: usize = 100;

/// The rows that changed in time or allocation, or are new, gone or broken: by [`place`], then as in reports.
pub(super) fn changed(comparison: &Comparison) -> Vec<&Row> {
    let rows = report_order(&comparison.rows).into_iter();
    let mut placed: Vec<(Place, &Row)> = rows.filter_map(|row| Some((place(row)?, row))).collect();
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, row)| row).collect()
}

/// A group of rows and, where allocation alone changed, the bytes by which it did.
type Place = (usize, Reverse<u64>);

/// Time goes first, what rose before what fell; none for a row that did not change.
fn place(row: &Row) -> Option<Place> {
    let allocation = row.allocation.as_ref();
    let apart = Reverse(allocation.map_or(0, bytes_apart));
    match (row.verdict, allocation.map(|allocation| allocation.verdict)) {
        (Verdict::Regressed, _) => Some((0, Reverse(0))),
        (Verdict::Improved, _) => Some((1, Reverse(0))),
        (Verdict::Suspect, _) => Some((2, Reverse(0))),
        (_, Some(AllocationVerdict::More)) => Some((3, apart)),
        (_, Some(AllocationVerdict::Less)) => Some((4, apart)),
        (Verdict::Failed, _) => Some((5, Reverse(0))),
        (Verdict::Removed, _) => Some((6, Reverse(0))),
        (Verdict::Added, _) => Some((7, Reverse(0))),
        (Verdict::Unchanged | Verdict::Inconclusive | Verdict::NotComparable, _) => None,
    }
}

/// Some of them with their footnotes.
pub(super) fn table(comparison: &Comparison, rows: &[&Row]) -> String {
    let change = change_heading(comparison);
    let mut table = Table::new([
        Column::Left("Benchmark"),
        Column::Right("Baseline"),
        Column::Right("Candidate"),
        Column::Right(&change),
        Column::Right("Allocated"),
        Column::Left("Status"),
    ]);
    for row in rows {
        let name = table.noted(short(&row.label), footnotes::of_row(row, comparison, short));
        table.row(cells(name, row));
    }
    table.render()
}

fn cells(name: String, row: &Row) -> [String; 6] {
    let time = row.time.as_ref();
    let times = times(time);
    [name, times.baseline, times.candidate, change(time), allocated(row), status(row)]
}

/// `225.8 KiB (+1.492 KiB)`, where it changed: the candidate's, and by how much it differs.
fn allocated(row: &Row) -> String {
    let changed = |verdict| matches!(verdict, AllocationVerdict::More | AllocationVerdict::Less);
    row.allocation.filter(|allocation| changed(allocation.verdict)).map_or_else(none, |allocation| {
        let Count { baseline, candidate } = allocation.bytes;
        format!("{} (**{}**)", bytes(candidate.high), bytes_delta(baseline.high, candidate.high))
    })
}

/// Foreign text as code that keeps a row short: what cannot be seen is written out before the length is counted.
fn short(text: &str) -> String {
    code(&elide(&printable(text), LONGEST_NAME))
}
