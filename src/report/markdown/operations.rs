//! Rates of the benchmarks with declared work.

use super::heading_with_old_anchor;
use crate::compare::{Comparison, Measure, Metric, Row, Warning};
use crate::report::cells::{both, name};
use crate::report::footnotes;
use crate::report::order::by_size;
use crate::report::quantity::{Precision, count, fixed, sides, significant};
use crate::report::rate::unit;
use crate::report::table::{Table, Text, some};
use crate::work::{Flops, Work};

/// Operations. Rows of models are in Inference Throughput.
pub(super) fn section(comparison: &Comparison) -> String {
    let rows = by_size(comparison.rows.iter().filter(|row| has_rate(row)));
    let heading = heading_with_old_anchor("Operations", "simd-operation-performance");
    some(&heading, &rows, |rows| table(comparison, rows))
}

fn has_rate(row: &Row) -> bool {
    row.inference.is_none() && Metric::RATES.into_iter().any(|rate| row.measure(rate).is_some())
}

fn table(comparison: &Comparison, rows: &[&Row]) -> String {
    let mut table = Table::comparing(comparison, rows)
        .left("Operation", |row| name(row))
        .left("Type", |row| row.work.as_ref().and_then(|work| work.dtype).map(|dtype| dtype.name()))
        .times(comparison, |row| row.time())
        .notes(|row| notes(row, comparison));
    for rate in Metric::RATES {
        table = table.right(unit(rate), |row| rate_cell(row, rate));
    }
    let intensity = |row: &Row| row.work.as_ref().and_then(Work::arithmetic_intensity);
    let table = table
        .right("FLOP/B", |row| intensity(row).map(|intensity| Text::Number(intensity, Precision::ROUGH, "")));
    let sides = if comparison.is_alone() { "" } else { ", baseline → candidate" };
    format!(
        "Rates are declared work over the times shown{sides}. FLOP/B is the arithmetic intensity.\n\n{}",
        table.page()
    )
}

fn rate_cell(row: &Row, rate: Metric) -> Text {
    let shown = rate != Metric::GigaelementsPerSecond || row.work.as_ref().is_none_or(leads_with_elements);
    if shown { both(row, rate) } else { Text::None }
}

/// Elements say more than FLOPs only where these are unknown or nominal.
fn leads_with_elements(work: &Work) -> bool {
    work.nominal || work.flops.is_none()
}

/// What must be known of a row's rates.
fn notes(row: &Row, comparison: &Comparison) -> Vec<Text> {
    let mut notes: Vec<Text> = vec![];
    if row.work.as_ref().is_some_and(|work| work.nominal && work.flops.is_some()) {
        notes.push("FLOPs are nominal: no agreed count exists for this operation.".into());
    }
    if let Some(before) = row.work.as_ref().and_then(|work| work.counted_before) {
        notes.push(counted_before(row, before).into());
    }
    if row.notes.contains(&Warning::Convention) {
        notes.push(footnotes::text(&Warning::Convention, comparison));
    }
    notes
}

/// What was published of a row whose FLOPs were counted wrongly.
fn counted_before(row: &Row, flops: Flops) -> String {
    let times = row.time().map(Measure::values).unwrap_or_default();
    let work = Work::none().flops(flops.0);
    let rates = times.map(|time| Metric::Gflops.of_work(&work, time?));
    format!(
        "FLOPs were counted as {} before: {} {} by that count.",
        count(flops.0),
        sides(rates, "→", published),
        unit(Metric::Gflops)
    )
}

/// A rate with two decimals, as it was published; one that two decimals cannot show, with three digits.
fn published(rate: f64) -> String {
    if rate < 0.1 { significant(rate, Precision::ROUGH) } else { fixed(rate, 2) }
}
