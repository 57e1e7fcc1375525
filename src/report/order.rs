//! The order of rows in tables.

use std::cmp::Ordering;

use super::change::certain;
use crate::compare::{AllocationChange, Row, Verdict};

/// How much a row has changed for certain, then by its point estimate: as |ln ratio|, so that halving ranks
/// with doubling.
pub(crate) fn strength(row: &Row) -> [f64; 2] {
    let change = row.time.as_ref().and_then(|time| time.change.as_ref());
    change.map_or([0.0; 2], |change| [certain(change), change.point].map(|change| change.ln_1p().abs()))
}

/// Strongest first.
pub(crate) fn by_strength(first: &Row, second: &Row) -> Ordering {
    let ([bound, point], [other_bound, other_point]) = (strength(first), strength(second));
    other_bound.total_cmp(&bound).then(other_point.total_cmp(&point))
}

/// The rows of one verdict, strongest first; equal ones stay in the order of their ids.
pub(crate) fn ranked(rows: &[Row], verdict: Verdict) -> Vec<&Row> {
    let mut ranked: Vec<&Row> = rows.iter().filter(|row| row.verdict == verdict).collect();
    if verdict != Verdict::Unchanged {
        ranked.sort_by(|first, second| by_strength(first, second));
    }
    ranked
}

/// Every row: by verdict in the order of [`Verdict::ALL`], then as [`ranked`].
pub(crate) fn report_order(rows: &[Row]) -> Vec<&Row> {
    Verdict::ALL.into_iter().flat_map(|verdict| ranked(rows, verdict)).collect()
}

/// Bytes by which the allocation of the sides differs: what changes of allocation are ranked by.
pub(crate) fn bytes_apart(allocation: &AllocationChange) -> u64 {
    allocation.bytes.candidate.high.abs_diff(allocation.bytes.baseline.high)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::RowBuilder;
    use super::*;

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

    #[test]
    fn every_row_is_in_the_report_once() {
        let rows: Vec<_> = Verdict::ALL
            .iter()
            .map(|verdict| RowBuilder::new(verdict.name()).verdict(*verdict).build())
            .collect();
        assert_eq!(report_order(&rows).len(), rows.len());
    }
}
