//! Every benchmark that both sides hold.

use super::cells::{none, time_cells, time_columns};
use super::fold::{LONGEST, details};
use super::table::{Column, Table, change_heading};
use crate::compare::{Comparison, Row, Verdict};
use crate::report::footnotes;
use crate::report::order::report_order;
use crate::report::quantity::{bytes, things};

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

/// With many rows, the unchanged ones are folded.
fn body(comparison: &Comparison, rows: &[&Row]) -> String {
    let (unchanged, others): (Vec<&Row>, Vec<&Row>) =
        rows.iter().partition(|row| row.verdict == Verdict::Unchanged);
    if rows.len() <= LONGEST || unchanged.is_empty() {
        return table(comparison, rows);
    }
    let open = if others.is_empty() { String::new() } else { format!("{}\n", table(comparison, &others)) };
    let summary = things(unchanged.len(), "unchanged benchmark");
    format!("{open}{}", details(&summary, &table(comparison, &unchanged)))
}

fn table(comparison: &Comparison, rows: &[&Row]) -> String {
    let change = change_heading(comparison);
    let mut columns = vec![Column::Left("Method")];
    columns.extend(time_columns(&change));
    columns.extend([Column::Right("Baseline Alloc"), Column::Right("Candidate Alloc")]);
    columns.push(Column::Left("Status"));
    let mut table = Table::new(columns);
    for row in rows {
        let name = table.method(row, comparison);
        table.row(cells(name, row));
    }
    table.render()
}

fn cells(name: String, row: &Row) -> [String; 8] {
    let [baseline, candidate, delta, change] = time_cells(row.time.as_ref());
    // Where it varied, the most that was seen: a footnote says so, and the table of allocation has the range.
    let size = row.allocation.map(|allocation| allocation.bytes);
    let allocated = |most: Option<u64>| most.map_or_else(none, bytes);
    [
        name,
        baseline,
        candidate,
        delta,
        change,
        allocated(size.map(|size| size.baseline.high)),
        allocated(size.map(|size| size.candidate.high)),
        status(row),
    ]
}

/// The verdict; bold where the row changed.
pub(super) fn status(row: &Row) -> String {
    let words = footnotes::status(row);
    match row.verdict {
        Verdict::Regressed | Verdict::Improved => format!("**{words}**"),
        _ => words,
    }
}
