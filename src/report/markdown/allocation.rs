//! Benchmarks whose allocation changed.

use std::cmp::Reverse;

use super::fold::long;
use super::methods::status;
use super::table::{Column, Table};
use crate::compare::{AllocationChange, AllocationVerdict, Comparison, Count, Row, Warning};
use crate::report::change::{Unit, percent_words};
use crate::report::escape::code;
use crate::report::footnotes;
use crate::report::order::bytes_apart;
use crate::report::quantity::{NONE, bytes, bytes_delta, count, range, things};

/// Allocation Changes.
pub(super) fn section(comparison: &Comparison) -> String {
    let counted: Vec<(&Row, &AllocationChange)> =
        comparison.rows.iter().filter_map(|row| Some((row, row.allocation.as_ref()?))).collect();
    if counted.is_empty() {
        return String::new();
    }
    let (same, mut others): (Vec<_>, Vec<_>) =
        counted.into_iter().partition(|(_, allocation)| allocation.verdict == AllocationVerdict::Same);
    others.sort_by_key(|(_, allocation)| Reverse(bytes_apart(allocation)));
    let tables = long(&others, "benchmark", |rows| table(comparison, rows));
    let table = if others.is_empty() { String::new() } else { format!("{tables}\n") };
    format!("## Allocation Changes\n\n{table}{}\n", rest(same.len(), others.len()))
}

fn rest(same: usize, others: usize) -> String {
    let rows = things(same, if others == 0 { "benchmark" } else { "other benchmark" });
    match same {
        0 => "No benchmark allocates the same on both sides.".to_owned(),
        1 => format!("{rows} allocates the same on both sides."),
        _ => format!("{rows} allocate the same on both sides."),
    }
}

fn table(comparison: &Comparison, rows: &[(&Row, &AllocationChange)]) -> String {
    let mut table = Table::new([
        Column::Left("Method"),
        Column::Right("Baseline"),
        Column::Right("Candidate"),
        Column::Right("Delta"),
        Column::Right("Change"),
        Column::Right("Allocations"),
        Column::Right("Peak"),
        Column::Left("Memory"),
        Column::Left("Time"),
    ]);
    for (row, allocation) in rows {
        let notes = row.notes.iter().filter(|note| **note == Warning::AllocationVaries);
        let name = table.name(row, notes.map(|note| footnotes::text(note, comparison, code)));
        table.row(cells(name, row, allocation));
    }
    table.render()
}

fn cells(name: String, row: &Row, allocation: &AllocationChange) -> [String; 9] {
    let size = &allocation.bytes;
    let change = size.change().filter(|_| allocation.verdict != AllocationVerdict::Varies);
    [
        name,
        range(size.baseline, bytes),
        range(size.candidate, bytes),
        bytes_delta(size.baseline.high, size.candidate.high),
        change.map_or_else(|| NONE.to_owned(), |change| percent_words(change, Unit::Amount)),
        both(allocation.count.as_ref(), count),
        both(allocation.peak.as_ref(), bytes),
        memory(allocation.verdict),
        status(row),
    ]
}

/// `12 → 14`, or one value where the sides agree.
fn both(counts: Option<&Count>, show: fn(u64) -> String) -> String {
    let Some(counts) = counts else { return NONE.to_owned() };
    if counts.baseline == counts.candidate {
        return range(counts.baseline, show);
    }
    format!("{} → {}", range(counts.baseline, show), range(counts.candidate, show))
}

fn memory(verdict: AllocationVerdict) -> String {
    match verdict {
        AllocationVerdict::More => "**more**",
        AllocationVerdict::Less => "**less**",
        AllocationVerdict::Same => "same",
        AllocationVerdict::Varies => "varies",
    }
    .to_owned()
}
