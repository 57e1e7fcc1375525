//! How near benchmarks with declared work come to the peaks of their machines.

use crate::compare::{Comparison, Metric, Row};
use crate::estimate::{Limit, Roof};
use crate::report::cells::{both, bound_name, limit, name, of_avx2, once};
use crate::report::footnotes;
use crate::report::order::by_size;
use crate::report::quantity::{Precision, Time, things};
use crate::report::table::{Table, Text, long};

pub(super) fn section(comparison: &Comparison) -> String {
    let rows = by_size(comparison.rows.iter().filter(|row| row.efficiencies().any()));
    let lead = format!("## Efficiency\n\n{}\n\n", explanation(comparison, &rows));
    long(&lead, &rows, "benchmark", |rows| table(comparison, rows))
}

/// What the shares are of, and what is not known of them.
fn explanation(comparison: &Comparison, rows: &[&Row]) -> String {
    let sides = if comparison.is_alone() { "" } else { ", on each side" };
    let all = format!("The share of the machine's peak that the declared work reaches{sides}.");
    let roofs = || rows.iter().flat_map(|row| row.roofs.iter().flatten());
    let sets = if roofs().any(|roof| matches!(roof.limit, Limit::Arithmetic(_))) {
        " Which instruction set a benchmark uses is not known: arithmetic is compared with the peak of the fastest that the \
         machine has for its element type"
    } else {
        return all;
    };
    let beside = if roofs().any(|roof| roof.avx2_nanoseconds.is_some()) {
        ", and beside it with that of AVX2."
    } else {
        "."
    };
    all + sets + beside
}

fn table(comparison: &Comparison, rows: &[&Row]) -> String {
    Table::comparing(comparison, rows)
        .left("Benchmark", |row| name(row))
        .right("Of peak", |row| both(row, Metric::Efficiency))
        .left("Bound by", |row| once(row.efficiencies().map(|found| Some(bound_name(found?.bound())))))
        .left("Compared with", |row| of_roofs(row, held_against))
        .right("Least time", |row| of_roofs(row, least))
        .right("Of AVX2", |row| of_avx2(row))
        .notes(|row| footnotes::of_peaks(row, comparison))
        .page()
}

fn of_roofs(row: &Row, of: fn(&Roof) -> Text) -> Text {
    once(row.roofs.as_ref().map(|roof| roof.as_ref().map(of)))
}

/// `arithmetic (avx2), 1 thread`.
fn held_against(roof: &Roof) -> Text {
    Text::line([limit(&roof.limit), format!(", {}", things(roof.threads as usize, "thread")).into()])
}

fn least(roof: &Roof) -> Text {
    Time::new(roof.nanoseconds, Precision::ROUGH).into()
}
