//! Allocation of both sides as paired bars.

use std::cmp::Reverse;

use super::bars::{Bars, PLOT, Pair};
use super::chart::Chart;
use super::kinds::ALLOCATION;
use super::scale::Scale;
use crate::compare::{Comparison, Measure, Metric, Row, Sides, Verdict};
use crate::report::quantity::{bytes, count, things};
use crate::report::tables::allocating;

/// Most rows whose allocation changed.
const MOST_CHANGED: usize = 30;
/// Most rows where none changed.
const MOST_SAME: usize = 15;
/// Ratio of the largest to the smallest allocation above which the axis is logarithmic.
const WIDE: f64 = 100.0;

/// The chart, where at least one row allocates.
pub(super) fn chart(comparison: &Comparison) -> Option<Chart> {
    let (pairs, selection) = select(comparison);
    let sizes = pairs.iter().flat_map(|pair| pair.sides.into_array()).flatten();
    let scale = Scale::bytes(sizes, PLOT, WIDE);
    let description = format!("{selection}; {}; baseline hollow, candidate filled.", scale.form());
    Bars { kind: ALLOCATION, groups: vec![pairs], scale }.chart(description)
}

/// The rows whose allocation differs most; where none does, those that allocate most.
fn select(comparison: &Comparison) -> (Vec<Pair<'_>>, String) {
    let changed = allocating(comparison, |verdict| verdict != Verdict::Unchanged);
    if !changed.is_empty() {
        return largest(&changed, MOST_CHANGED, "whose allocation differs");
    }
    let allocated = |row: &Row| allocated_bytes(row).candidate.unwrap_or(0);
    let mut same = allocating(comparison, |verdict| verdict == Verdict::Unchanged);
    same.retain(|row| allocated(row) > 0);
    same.sort_by_key(|row| Reverse(allocated(row)));
    largest(&same, MOST_SAME, "that allocate, unchanged")
}

/// The first rows, and which they are.
fn largest<'a>(rows: &[&'a Row], most: usize, which: &str) -> (Vec<Pair<'a>>, String) {
    let shown = match rows.len() {
        all if all <= most => things(all, "row"),
        all => format!("the largest {} of {} rows", count(most as u64), count(all as u64)),
    };
    (rows.iter().take(most).filter_map(|row| pair(row)).collect(), format!("{shown} {which}"))
}

fn pair(row: &Row) -> Option<Pair<'_>> {
    let sizes = allocated_bytes(row).both()?;
    let text = format!("{} → {}", bytes(sizes.baseline), bytes(sizes.candidate));
    Some(Pair { name: &row.label, sides: sizes.map(|size| Some(size as f64)), text })
}

/// The most that was seen on each side.
fn allocated_bytes(row: &Row) -> Sides<Option<u64>> {
    let measure = row.measure(Metric::AllocatedBytes);
    measure.map(Measure::values).unwrap_or_default().map(|size| size.map(|size| size as u64))
}
