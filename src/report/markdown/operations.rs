//! Rates of the benchmarks with declared work.

use std::cmp::Ordering;

use super::methods::change_cell;
use super::table::{Column, Table, change_heading};
use crate::compare::{Comparison, Row, Warning};
use crate::report::escape::code;
use crate::report::footnotes;
use crate::report::quantity::{NONE, Precision, significant, times};
use crate::report::rate::{Rate, arithmetic_intensity};
use crate::work::Work;

/// SIMD Operation Performance.
pub(super) fn section(comparison: &Comparison) -> String {
    let mut rows: Vec<&Row> = comparison.rows.iter().filter(|row| has_rate(row)).collect();
    rows.sort_by(|first, second| by_size(first, second));
    if rows.is_empty() {
        return String::new();
    }
    format!("## SIMD Operation Performance\n\n{}", table(comparison, &rows))
}

/// Group by group and type by type, each from small to large.
fn by_size(first: &Row, second: &Row) -> Ordering {
    fn group(row: &Row) -> [&str; 3] {
        [&row.id.package, &row.id.target, &row.id.criterion.group]
    }
    let size = |row: &Row| row.work.as_ref().map(|work| (work.dtype, work.flops, work.bytes, work.elements));
    group(first).cmp(&group(second)).then_with(|| size(first).cmp(&size(second)))
}

fn has_rate(row: &Row) -> bool {
    Rate::ALL.into_iter().any(|rate| rate.of(row).is_some())
}

fn table(comparison: &Comparison, rows: &[&Row]) -> String {
    let change = change_heading(comparison);
    let mut columns = vec![
        Column::Left("Operation"),
        Column::Left("Type"),
        Column::Right("Baseline"),
        Column::Right("Candidate"),
        Column::Right("Delta"),
        Column::Right(&change),
    ];
    columns.extend(Rate::ALL.map(|rate| Column::Right(rate.unit())));
    columns.push(Column::Right("FLOP/B"));
    let mut table = Table::new(columns);
    for row in rows {
        let name = table.name(row, notes(row, comparison));
        table.row(cells(name, row));
    }
    format!(
        "Rates are baseline → candidate, of the times shown. FLOP/B is the arithmetic intensity.\n\n{}",
        table.render()
    )
}

fn cells(name: String, row: &Row) -> Vec<String> {
    let times = times(row.time.as_ref());
    let dtype = row.work.as_ref().and_then(|work| work.dtype);
    let dtype = dtype.map_or_else(|| NONE.to_owned(), |dtype| dtype.name().to_owned());
    let mut cells = vec![name, dtype, times.baseline, times.candidate, times.delta, change_cell(row)];
    cells.extend(Rate::ALL.map(|rate| rate_cell(row, rate)));
    let intensity = row.work.as_ref().and_then(arithmetic_intensity);
    cells
        .push(intensity.map_or_else(|| NONE.to_owned(), |value| significant(value, Precision::spread(0.01))));
    cells
}

/// `12.3 → 4.71`, with the digits that the row's interval supports.
fn rate_cell(row: &Row, rate: Rate) -> String {
    let shown = rate != Rate::Gigaelements || row.work.as_ref().is_none_or(leads_with_elements);
    let Some(change) = rate.of(row).filter(|_| shown) else { return NONE.to_owned() };
    let precision = Precision::of(row.time.and_then(|time| time.change).as_ref());
    let show =
        |value: Option<f64>| value.map_or_else(|| NONE.to_owned(), |value| significant(value, precision));
    format!("{} → {}", show(change.baseline), show(change.candidate))
}

/// Elements say more than FLOPs only where these are unknown or nominal.
fn leads_with_elements(work: &Work) -> bool {
    work.nominal || work.flops.is_none()
}

/// What must be known of a row's rates.
fn notes(row: &Row, comparison: &Comparison) -> Vec<String> {
    let mut notes = vec![];
    if row.work.as_ref().is_some_and(|work| work.nominal && work.flops.is_some()) {
        notes.push("FLOPs are nominal: no agreed count exists for this operation.".to_owned());
    }
    if row.notes.contains(&Warning::Convention) {
        notes.push(footnotes::text(&Warning::Convention, comparison, code));
    }
    notes
}
