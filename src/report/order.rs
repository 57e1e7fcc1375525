//! The order of rows in tables.

use std::cmp::Ordering;

use super::change::certain;
use crate::compare::{Metric, Row, Side, Verdict};

/// How much a row has changed at least, by its interval, then by its point estimate: as |ln ratio|, so that halving ranks
/// with doubling.
pub(crate) fn strength(row: &Row) -> [f64; 2] {
    let change = row.time_change();
    change.map_or([0.0; 2], |change| [certain(&change), change.point].map(|change| change.ln_1p().abs()))
}

/// Steps that differences of times are rounded to, nanoseconds: displayed times went through logarithms, whose rounding
/// is not to decide between equal differences.
const RESOLUTION_NS: f64 = 1e-3;

/// What rows are ranked by. Without an interval it is the difference of the times, because nothing then keeps the
/// relative changes of the shortest rows, which noise moves most, from leading.
fn rank(row: &Row) -> [f64; 2] {
    let change = row.time_change();
    let is_point = change.is_some_and(|change| change.low == change.high);
    if is_point { [difference_ns(row), 0.0] } else { strength(row) }
}

fn difference_ns(row: &Row) -> f64 {
    let apart = row
        .time_ns(Side::Baseline)
        .zip(row.time_ns(Side::Candidate))
        .map_or(0.0, |(old, new)| (new - old).abs());
    (apart / RESOLUTION_NS).round() * RESOLUTION_NS
}

fn descending([first, tie]: [f64; 2], [second, other_tie]: [f64; 2]) -> Ordering {
    second.total_cmp(&first).then(other_tie.total_cmp(&tie))
}

/// The `most` strongest items, in their original order.
pub(crate) fn strongest<T>(items: Vec<T>, most: usize, strength: impl Fn(&T) -> f64) -> Vec<T> {
    let mut ranked: Vec<(usize, T)> = items.into_iter().enumerate().collect();
    ranked.sort_by(|(_, first), (_, second)| strength(second).total_cmp(&strength(first)));
    ranked.truncate(most);
    ranked.sort_by_key(|(index, _)| *index);
    ranked.into_iter().map(|(_, item)| item).collect()
}

/// The rows of one verdict, highest ranks first; equal ones stay in the order of their ids.
pub(crate) fn ranked(rows: &[Row], verdict: Verdict) -> Vec<&Row> {
    let mut ranked: Vec<&Row> = rows.iter().filter(|row| row.verdict == verdict).collect();
    if verdict != Verdict::Unchanged {
        ranked.sort_by(|first, second| descending(rank(first), rank(second)));
    }
    ranked
}

/// Every row: by verdict in the order of [`Verdict::ALL`], then as [`ranked`].
pub(crate) fn report_order(rows: &[Row]) -> Vec<&Row> {
    Verdict::ALL.into_iter().flat_map(|verdict| ranked(rows, verdict)).collect()
}

/// Group by group and type by type, each from small to large.
pub(crate) fn by_size<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<&'a Row> {
    fn group(row: &Row) -> [&str; 3] {
        [&row.id.package, &row.id.target, &row.id.criterion.group]
    }
    let size = |row: &Row| {
        row.work.as_ref().map(|work| (work.dtype, work.flops, work.bytes, work.bits, work.elements))
    };
    let mut rows: Vec<&Row> = rows.collect();
    rows.sort_by(|first, second| {
        group(first).cmp(&group(second)).then_with(|| size(first).cmp(&size(second)))
    });
    rows
}

/// Bytes by which the allocation of the sides differs: what changes of allocation are ranked by.
pub(crate) fn bytes_apart(row: &Row) -> u64 {
    let sides = row.measure(Metric::AllocatedBytes).and_then(|bytes| bytes.values().both());
    sides.map_or(0, |sides| (sides.candidate - sides.baseline).abs() as u64)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::RowBuilder;
    use super::*;
    use crate::compare::fixtures::reference_comparison;

    #[test]
    fn noise_cannot_lead() {
        let rows = [
            RowBuilder::new("wide").change(0.40, 0.03, 0.90).verdict(Verdict::Regressed).build(),
            RowBuilder::new("sure").change(0.10, 0.09, 0.11).verdict(Verdict::Regressed).build(),
        ];
        let names: Vec<&str> =
            ranked(&rows, Verdict::Regressed).iter().map(|row| row.label.as_str()).collect();
        assert_eq!(names, ["sure", "wide"]);
    }

    /// The tables of the reference report, whose rows were ranked by absolute difference.
    #[test]
    fn without_intervals_the_greatest_difference_leads() {
        let rows = reference_comparison().rows;
        let top =
            |verdict| ranked(&rows, verdict).iter().map(|row| row.label.clone()).take(10).collect::<Vec<_>>();
        let improvements = [
            "Model_Small/generate-token",
            "Model_Small/inference",
            "Model_Small/forward",
            "Model_Small/creation",
            "TensorAdd/10000",
            "TensorAdd/Iteration",
            "Softmax/Iteration",
            "Softmax/2048",
            "Softmax/256",
            "BroadcastAdd/Iteration",
        ];
        let regressions = [
            "Model_Medium/forward",
            "Model_Medium/generate-token",
            "Model_Medium/inference",
            "MatMul/512x512",
            "MatMul/Iteration",
            "GELU/Iteration",
            "GELU/1000000",
            "Model_Medium/creation",
            "MatMul/256x256",
            "MatMul/128x128",
        ];
        assert_eq!(top(Verdict::Improved), improvements);
        assert_eq!(top(Verdict::Regressed), regressions);
    }

    #[test]
    fn every_row_is_in_the_report_once() {
        let rows: Vec<_> = Verdict::ALL
            .iter()
            .map(|verdict| RowBuilder::new(verdict.name()).verdict(*verdict).build())
            .collect();
        assert_eq!(report_order(&rows).len(), rows.len());
    }
}
