//! What a comparison says of a family.

use crate::compare::{Estimate, Measure, Row, Sides};
use crate::dtype::Dtype;
use crate::model::BenchmarkId;

/// What the benchmarks of a family have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FamilyKey {
    /// Their ids without the parameter.
    pub id: BenchmarkId,
    /// Their declared element type.
    pub dtype: Option<Dtype>,
}

impl FamilyKey {
    /// That of a row.
    pub(super) fn of(row: &Row) -> Self {
        let mut id = row.id.clone();
        id.criterion.parameter = None;
        FamilyKey { id, dtype: row.work.as_ref().and_then(|work| work.dtype) }
    }
}

/// Benchmarks of one group with the same function and element type.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// What they have in common.
    pub key: FamilyKey,
    /// Name to show: `MatMul`, `MatMul/f16`.
    pub label: String,
    /// Its benchmarks: indices into [`Comparison::rows`](crate::compare::Comparison::rows), by size.
    pub rows: Vec<usize>,
    /// Geometric means of the times of the benchmarks that both sides measured, comparably and not as part of another
    /// of them, and of their ratios. Absent without such benchmarks.
    pub time: Option<Measure>,
    /// Geometric mean of the times of all benchmarks that a side measured uncontended and not as
    /// part of another of them, nanoseconds, whatever the other side measured.
    pub own_ns: Sides<Option<f64>>,
    /// Slope of ln time on ln size on each side; `None` with fewer than two sizes. The size of a benchmark is the
    /// first integer in its parameter.
    pub exponent: Sides<Option<Estimate>>,
    /// The same slope of the declared FLOPs, or bytes where no FLOPs are declared.
    pub expected_exponent: Option<f64>,
}
