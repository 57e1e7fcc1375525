//! Rates of a row: views of its displayed times, never a test of their own.

use super::work::same_convention;
use super::{RateChange, Row, TimeChange};
use crate::work::Work;

/// Fills in the rates of a row from its time and the work of both sides.
pub(super) fn fill(row: &mut Row, works: [Option<&Work>; 2]) {
    let Some(time) = row.time else { return };
    let rate = |count: fn(&Work) -> Option<u64>, scale: f64| rate(&time, works, count, scale);
    if same_convention(works[0], works[1]) {
        row.gflops = rate(|work| work.flops.map(|flops| flops.0), 1.0);
    }
    row.gb_per_s = rate(|work| work.bytes.map(|bytes| bytes.0), 1.0);
    row.gelem_per_s = rate(|work| work.elements.map(|elements| elements.0), 1.0);
    row.tokens_per_s = rate(|work| work.tokens.map(|tokens| tokens.0), 1e9);
}

/// Counts per nanosecond, times `scale`. `None` where neither side has one.
fn rate(
    time: &TimeChange,
    works: [Option<&Work>; 2],
    count: fn(&Work) -> Option<u64>,
    scale: f64,
) -> Option<RateChange> {
    let counts = works.map(|work| work.and_then(count).map(|count| count as f64));
    let side = |count: Option<f64>, ns: Option<f64>| Some(scale * count? / ns?);
    let [baseline, candidate] = [side(counts[0], time.baseline_ns), side(counts[1], time.candidate_ns)];
    (baseline.is_some() || candidate.is_some()).then(|| RateChange {
        baseline,
        candidate,
        change: change(time, counts),
    })
}

/// From the change of time, so that both tell the same; counts differ only under `--across work`.
fn change(time: &TimeChange, counts: [Option<f64>; 2]) -> Option<f64> {
    let [old, new] = [counts[0]?, counts[1]?];
    (old > 0.0).then_some(())?;
    Some(new / old / (1.0 + time.change?.point) - 1.0)
}
