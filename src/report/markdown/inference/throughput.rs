//! Tokens per second of one pass and of decoding.

use crate::compare::{Comparison, Row};
use crate::inference::Phase;
use crate::report::escape::code;
use crate::report::markdown::cells::{rate, time_cells, time_columns};
use crate::report::markdown::fold::long;
use crate::report::markdown::table::{Column, Table, change_heading};
use crate::report::models::rows_of;
use crate::report::rate::Rate;

/// Prefill and Decode.
pub(super) fn tables(comparison: &Comparison) -> String {
    let rows = rows_of(comparison, is_pass);
    if rows.is_empty() { String::new() } else { long(&rows, "benchmark", |rows| table(comparison, rows)) }
}

fn is_pass(phase: &Phase) -> bool {
    match phase {
        Phase::Forward { .. } | Phase::Prefill { .. } | Phase::Decode { .. } | Phase::Token { .. } => true,
        Phase::Creation | Phase::Inference { .. } => false,
    }
}

fn table(comparison: &Comparison, rows: &[(&Row, Phase)]) -> String {
    let change = change_heading(comparison);
    let mut columns = vec![Column::Left("Benchmark")];
    columns.extend(time_columns(&change));
    columns.push(Column::Right(Rate::Tokens.unit()));
    let mut table = Table::new(columns);
    for (row, _) in rows {
        let mut cells = vec![code(&row.label)];
        cells.extend(time_cells(row.time.as_ref()));
        cells.push(rate(row, Rate::Tokens));
        table.row(cells);
    }
    table.render()
}
