//! The ten largest changes in either direction.

use super::cells::{time_cells, time_columns};
use super::table::{Column, Table, change_heading};
use crate::compare::{Comparison, Row, Verdict};
use crate::report::order::ranked;
use crate::report::quantity::count;
use crate::report::verdict::rows;

/// Rows of a table.
const LONGEST: usize = 10;

/// Top 10 Improvements.
pub(super) fn improvements(comparison: &Comparison) -> String {
    section(comparison, Verdict::Improved, "Top 10 Improvements")
}

/// Top 10 Regressions.
pub(super) fn regressions(comparison: &Comparison) -> String {
    section(comparison, Verdict::Regressed, "Top 10 Regressions")
}

fn section(comparison: &Comparison, verdict: Verdict, heading: &str) -> String {
    if comparison.rows.is_empty() {
        return String::new();
    }
    let ranked = ranked(&comparison.rows, verdict);
    let body = if ranked.is_empty() { none(comparison, verdict) } else { table(comparison, &ranked) };
    format!("## {heading}\n\n{body}")
}

fn none(comparison: &Comparison, verdict: Verdict) -> String {
    match rows(comparison, Verdict::Suspect) {
        0 => format!("No benchmark {}.\n", verdict.words()),
        suspect => {
            format!("No benchmark {} for certain; {} suspect.\n", verdict.words(), count(suspect as u64))
        }
    }
}

fn table(comparison: &Comparison, ranked: &[&Row]) -> String {
    let change = change_heading(comparison);
    let mut columns = vec![Column::Left("Method")];
    columns.extend(time_columns(&change));
    let mut table = Table::new(columns);
    for row in ranked.iter().take(LONGEST) {
        let mut cells = vec![table.method(row, comparison)];
        cells.extend(time_cells(row.time.as_ref()));
        table.row(cells);
    }
    let more = match ranked.len().saturating_sub(LONGEST) {
        0 => String::new(),
        more => format!(
            "\n{} more in [Detailed Method Comparison](#detailed-method-comparison).\n",
            count(more as u64)
        ),
    };
    format!("{}{more}", table.render())
}
