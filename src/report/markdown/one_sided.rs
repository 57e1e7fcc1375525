//! Benchmarks that one side lacks.

use super::table::{Column, Table};
use crate::compare::{Comparison, Row, Verdict};
use crate::report::escape::code;
use crate::report::footnotes;
use crate::report::order::ranked;
use crate::report::quantity::times;

/// Added, Removed and Failed.
pub(super) fn section(comparison: &Comparison) -> String {
    let rows: Vec<&Row> = [Verdict::Added, Verdict::Removed, Verdict::Failed]
        .into_iter()
        .flat_map(|verdict| ranked(&comparison.rows, verdict))
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let mut table = Table::new([
        Column::Left("Method"),
        Column::Left("Status"),
        Column::Right("Baseline"),
        Column::Right("Candidate"),
        Column::Left("Reason"),
    ]);
    for row in rows {
        let times = times(row.time.as_ref());
        let reasons: Vec<String> =
            row.notes.iter().map(|note| footnotes::text(note, comparison, code)).collect();
        let status = row.verdict.words().to_owned();
        table.row([code(&row.label), status, times.baseline, times.candidate, reasons.join(" ")]);
    }
    format!("## Added, Removed and Failed\n\n{}", table.render())
}
