//! A prompt and the tokens generated from it, as one request sees them.

use crate::compare::{Comparison, Row};
use crate::inference::Phase;
use crate::report::escape::code;
use crate::report::markdown::cells::{change, none, rate, sides, times_per};
use crate::report::markdown::fold::long;
use crate::report::markdown::table::{Column, Table, change_heading};
use crate::report::models::rows_of;
use crate::report::quantity::{bytes, count, mebibytes};
use crate::report::rate::Rate;

/// Mean sizes from here on are shown in MiB with two decimals.
const TENTH_MEBIBYTE: f64 = 0.1 * (1 << 20) as f64;

/// End to End.
pub(super) fn tables(comparison: &Comparison) -> String {
    let rows = rows_of(comparison, |phase| matches!(phase, Phase::Inference { generated: 1.., .. }));
    if rows.is_empty() {
        return String::new();
    }
    let tables = long(&rows, "benchmark", |rows| table(comparison, rows));
    format!("Prefill included: another number than the speed of decoding.\n\n{tables}")
}

fn table(comparison: &Comparison, rows: &[(&Row, Phase)]) -> String {
    let change = change_heading(comparison);
    let mut table = Table::new([
        Column::Left("Benchmark"),
        Column::Right("Tokens"),
        Column::Right("Tokens/s, end to end"),
        Column::Right("Latency per token, end to end"),
        Column::Right(&change),
        Column::Right("Memory per token"),
    ]);
    for (row, phase) in rows {
        table.row(cells(row, phase.tokens().unwrap_or(1)));
    }
    table.render()
}

fn cells(row: &Row, generated: u64) -> [String; 6] {
    let time = row.time.as_ref();
    let size = row.allocation.map(|allocation| allocation.bytes);
    let allocated = [size.map(|size| size.baseline.high), size.map(|size| size.candidate.high)];
    [
        code(&row.label),
        count(generated),
        rate(row, Rate::Tokens),
        time.map_or_else(none, |time| times_per(time, generated)),
        change(time),
        sides(allocated, |total| mean_bytes(total as f64 / generated as f64)),
    ]
}

fn mean_bytes(mean: f64) -> String {
    if mean < TENTH_MEBIBYTE { bytes(mean.round() as u64) } else { mebibytes(mean) }
}
