//! The share of what its machine can do at most that each benchmark reaches.

use super::chart::{Chart, drawn};
use super::dots::{Dots, Pair};
use super::kinds::EFFICIENCY;
use super::legend;
use super::rows::{PLOT, RowText};
use super::scale::Scale;
use super::whisker::{amounts, of_candidate};
use crate::compare::{Comparison, Metric, Row, Sides};
use crate::report::escape::printable;
use crate::report::order::{by_size, strength, strongest};
use crate::report::quantity::{self, share, things};

/// Most rows that are drawn.
const MOST: usize = 40;
/// The axis reaches no share beyond this one: what is wrong is not to squeeze the others.
const FURTHEST: f64 = 2.0;

/// The chart, where a row has a share: in the order of the table.
pub(super) fn chart(comparison: &Comparison) -> Option<Chart> {
    let rows = by_size(comparison.rows.iter().filter(|row| row.efficiencies().any()));
    let all = rows.len();
    let rows = strongest(rows, MOST, |row| strength(row)[0]);
    let (pairs, texts): (Vec<Pair>, Vec<RowText<'_>>) =
        rows.iter().map(|row| pair(row, comparison.is_alone())).unzip();
    let shown = drawn(comparison, rows.len(), all, things(all, "benchmark"), "benchmarks");
    let description = format!(
        "Share of the machine's peak that the declared work of {shown} reaches, and what bounds it; the line is at 100 %{}",
        legend::apart(comparison, "hollow")
    );
    let reached = pairs.iter().flat_map(|pair| amounts(pair.sides, pair.interval));
    let scale = Scale::shares(reached, PLOT, FURTHEST);
    let groups = vec![pairs.len()];
    Dots { kind: EFFICIENCY, pairs, texts, groups, scale, limit: Some(1.0) }.chart(comparison, description)
}

fn pair(row: &Row, alone: bool) -> (Pair, RowText<'_>) {
    let found = row.efficiencies();
    let sides = found.map(|side| side.map(|side| side.share()));
    let shares = match sides.candidate.filter(|_| alone) {
        Some(of_peak) => share(of_peak),
        None => quantity::sides(sides, "→", share),
    };
    let bounds = found.map(|side| side.map(|side| side.bound().name()));
    let bound = match bounds.both() {
        Some(Sides { baseline, candidate }) if baseline != candidate => format!("{baseline} → {candidate}"),
        _ => bounds.latest().unwrap_or_default().to_owned(),
    };
    let interval = match found.candidate.filter(|_| alone) {
        Some(candidate) => candidate.interval,
        None => row.measure(Metric::Efficiency).and_then(of_candidate),
    };
    let text = RowText { name: &row.label, numbers: format!("{shares}, {}", printable(&bound)) };
    (Pair { sides, interval }, text)
}
