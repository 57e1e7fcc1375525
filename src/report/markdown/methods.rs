//! Every benchmark that both sides hold.

use super::table::{Column, Table, change_heading};
use crate::compare::{Comparison, Row, Verdict};
use crate::report::change::effect;
use crate::report::footnotes;
use crate::report::order::report_order;
use crate::report::quantity::{NONE, bytes, things, times};

/// With more rows than this, the unchanged ones are folded.
const FOLD_ABOVE: usize = 40;

/// Detailed Method Comparison.
pub(super) fn section(comparison: &Comparison) -> String {
    let rows: Vec<&Row> =
        report_order(&comparison.rows).into_iter().filter(|row| has_both_sides(row.verdict)).collect();
    if rows.is_empty() {
        return String::new();
    }
    format!("## Detailed Method Comparison\n\n{}", body(comparison, &rows))
}

fn has_both_sides(verdict: Verdict) -> bool {
    !matches!(verdict, Verdict::Added | Verdict::Removed | Verdict::Failed)
}

fn body(comparison: &Comparison, rows: &[&Row]) -> String {
    let (unchanged, others): (Vec<&Row>, Vec<&Row>) =
        rows.iter().partition(|row| row.verdict == Verdict::Unchanged);
    if rows.len() <= FOLD_ABOVE || unchanged.is_empty() {
        return table(comparison, rows);
    }
    let open = if others.is_empty() { String::new() } else { format!("{}\n", table(comparison, &others)) };
    format!(
        "{open}<details>\n<summary>{}</summary>\n\n{}\n</details>\n",
        things(unchanged.len(), "unchanged benchmark"),
        table(comparison, &unchanged),
    )
}

fn table(comparison: &Comparison, rows: &[&Row]) -> String {
    let change = change_heading(comparison);
    let mut table = Table::new([
        Column::Left("Method"),
        Column::Right("Baseline"),
        Column::Right("Candidate"),
        Column::Right("Delta"),
        Column::Right(&change),
        Column::Right("Baseline Alloc"),
        Column::Right("Candidate Alloc"),
        Column::Left("Status"),
    ]);
    for row in rows {
        let name = table.method(row, comparison);
        table.row(cells(name, row));
    }
    table.render()
}

fn cells(name: String, row: &Row) -> [String; 8] {
    let times = times(row.time.as_ref());
    // Where it varied, the most that was seen: a footnote says so, and the table of allocation has the range.
    let size = row.allocation.map(|allocation| allocation.bytes);
    let allocated = |most: Option<u64>| most.map_or_else(|| NONE.to_owned(), bytes);
    [
        name,
        times.baseline,
        times.candidate,
        times.delta,
        change_cell(row),
        allocated(size.map(|size| size.baseline.high)),
        allocated(size.map(|size| size.candidate.high)),
        status(row),
    ]
}

/// The change of time in full.
pub(super) fn change_cell(row: &Row) -> String {
    row.time.and_then(|time| time.change).map_or_else(|| NONE.to_owned(), |change| effect(&change))
}

/// The verdict; bold where the row changed.
pub(super) fn status(row: &Row) -> String {
    let words = footnotes::status(row);
    match row.verdict {
        Verdict::Regressed | Verdict::Improved => format!("**{words}**"),
        _ => words,
    }
}
