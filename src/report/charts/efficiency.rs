//! The share of what its machine can do at most that each benchmark reaches.

use super::chart::{Chart, changed_most};
use super::dots::{Dots, Pair};
use super::kinds::EFFICIENCY;
use super::rows::{PLOT, RowText};
use super::scale::Scale;
use super::whisker::{amounts, of_candidate};
use crate::compare::{Comparison, Measure, Metric, Row, Sides};
use crate::report::escape::printable;
use crate::report::order::{report_order, strength, strongest};
use crate::report::quantity::{self, share, things};

/// Most rows that are drawn.
const MOST: usize = 40;
/// The axis reaches no share beyond this one: what is wrong is not to squeeze the others.
const FURTHEST: f64 = 2.0;

/// The chart, where a row has a share: in the order of the table of benchmarks.
pub(super) fn chart(comparison: &Comparison) -> Option<Chart> {
    let mut rows = report_order(&comparison.rows);
    rows.retain(|row| row.measure(Metric::Efficiency).is_some());
    let all = rows.len();
    let rows = strongest(rows, MOST, |row| strength(row)[0]);
    let (pairs, texts): (Vec<Pair>, Vec<RowText<'_>>) = rows.iter().map(|row| pair(row)).unzip();
    let shown = changed_most(rows.len(), all, things(all, "benchmark"), "benchmarks");
    let description = format!(
        "Share of what the machine can do at most that {shown} with declared work reach, and what bounds each; the line is \
         at 100 %; baseline hollow, candidate filled."
    );
    let reached = pairs.iter().flat_map(|pair| amounts(pair.sides, pair.interval));
    let scale = Scale::shares(reached, PLOT, FURTHEST);
    let groups = vec![pairs.len()];
    Dots { kind: EFFICIENCY, pairs, texts, groups, scale, limit: Some(1.0) }.chart(comparison, description)
}

fn pair(row: &Row) -> (Pair, RowText<'_>) {
    let measure = row.measure(Metric::Efficiency);
    let sides = measure.map(Measure::values).unwrap_or_default();
    let numbers = format!("{}, {}", quantity::sides(sides, "→", share), printable(&bound(row)));
    (Pair { sides, interval: measure.and_then(of_candidate) }, RowText { name: &row.label, numbers })
}

/// What bounds a row, on both sides where that differs.
fn bound(row: &Row) -> String {
    let bound = |side| Some(row.roofs[side].as_ref()?.bound(row.time_ns(side)?).name());
    let bounds = Sides::of(bound);
    match bounds.both() {
        Some(Sides { baseline, candidate }) if baseline != candidate => format!("{baseline} → {candidate}"),
        _ => bounds.latest().unwrap_or_default().to_owned(),
    }
}
