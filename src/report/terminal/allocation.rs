//! The table of changed allocation.

use std::cmp::Reverse;

use anstyle::AnsiColor;

use super::aligned::Columns;
use super::{View, colour, more};
use crate::compare::{AllocationChange, AllocationVerdict, Comparison, Count, Row};
use crate::report::change::percent;
use crate::report::escape::printable;
use crate::report::order::bytes_apart;
use crate::report::quantity::{NONE, bytes, bytes_delta, count, range};

/// Rows that are shown unless all are asked for.
const MOST_ROWS: usize = 20;

pub(super) fn section(comparison: &Comparison, view: View) -> String {
    let mut rows: Vec<(&Row, &AllocationChange)> = comparison
        .rows
        .iter()
        .filter_map(|row| Some((row, row.allocation.as_ref()?)))
        .filter(|(_, allocation)| {
            matches!(allocation.verdict, AllocationVerdict::More | AllocationVerdict::Less)
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    rows.sort_by_key(|(_, allocation)| Reverse(bytes_apart(allocation)));
    let most = if view.all { rows.len() } else { MOST_ROWS };
    let rest = rows.len().saturating_sub(most);
    rows.truncate(most);
    format!("{}{}", table(&rows).render(view.width), more(rest))
}

fn table(rows: &[(&Row, &AllocationChange)]) -> Columns {
    let mut columns = Columns::new("allocation")
        .number("before", 0)
        .number("after", 0)
        .number("delta", 2)
        .number("change", 0)
        .number("allocations", 1)
        .word("verdict", 0);
    for (row, allocation) in rows {
        let style = match allocation.verdict {
            AllocationVerdict::More => colour(AnsiColor::Red),
            _ => colour(AnsiColor::Green),
        };
        columns.line(cells(row, allocation), style, 3);
    }
    columns
}

fn cells(row: &Row, allocation: &AllocationChange) -> [String; 7] {
    let size = &allocation.bytes;
    let word = if allocation.verdict == AllocationVerdict::More { "more" } else { "less" };
    [
        printable(&row.label),
        range(size.baseline, bytes),
        range(size.candidate, bytes),
        bytes_delta(size.baseline.high, size.candidate.high),
        size.change().map_or_else(|| NONE.to_owned(), percent),
        allocation.count.as_ref().map_or_else(|| NONE.to_owned(), number),
        word.to_owned(),
    ]
}

/// `12 -> 14`, or one value where the sides agree.
fn number(allocations: &Count) -> String {
    let [baseline, candidate] = [allocations.baseline, allocations.candidate].map(|side| range(side, count));
    if baseline == candidate { candidate } else { format!("{baseline} -> {candidate}") }
}
