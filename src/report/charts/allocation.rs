//! Allocation of both sides, of the rows where it changed.

use super::chart::{Chart, changed_most};
use super::dots::{Dots, Pair};
use super::kinds::ALLOCATION;
use super::rows::{PLOT, RowText};
use super::scale::Scale;
use crate::compare::{Comparison, Metric, Row, Verdict};
use crate::report::cells::most;
use crate::report::quantity::{bytes, things};
use crate::report::tables::allocating;

/// Most rows.
const MOST: usize = 30;
/// Ratio of the largest to the smallest allocation above which the axis is logarithmic.
const WIDE: f64 = 100.0;

/// The chart, where at least one row allocates another number of bytes: pairs of equal dots say nothing.
pub(super) fn chart(comparison: &Comparison) -> Option<Chart> {
    let mut rows = allocating(comparison, Verdict::is_change);
    rows.retain(|row| changed(row));
    let all = rows.len();
    rows.truncate(MOST);
    let (pairs, texts): (Vec<Pair>, Vec<RowText<'_>>) = rows.into_iter().filter_map(pair).unzip();
    let sizes = pairs.iter().flat_map(|pair| pair.sides.into_array()).flatten();
    let scale = Scale::bytes(sizes, PLOT, WIDE);
    let whole = format!("{} whose bytes changed", things(all, "benchmark"));
    let shown = changed_most(pairs.len(), all, whole, "benchmarks");
    let form = scale.form();
    let description =
        format!("Bytes allocated per iteration of {shown}; {form}; baseline hollow, candidate filled.");
    let groups = vec![pairs.len()];
    Dots { kind: ALLOCATION, pairs, texts, groups, scale, limit: None }.chart(comparison, description)
}

/// The bytes changed, not the number of allocations alone.
fn changed(row: &Row) -> bool {
    let verdict = row.measure(Metric::AllocatedBytes).and_then(|bytes| bytes.verdict);
    verdict.is_some_and(Verdict::is_change)
}

/// The most that was seen on each side.
fn pair(row: &Row) -> Option<(Pair, RowText<'_>)> {
    let sizes = most(row, Metric::AllocatedBytes)?;
    let numbers = format!("{} → {}", bytes(sizes.baseline), bytes(sizes.candidate));
    let pair = Pair { sides: sizes.map(|size| Some(size as f64)), interval: None };
    Some((pair, RowText { name: &row.label, numbers }))
}
