//! What a comparison says of a family.

use crate::compare::{Estimate, Measure, Sides};

/// Benchmarks of one group with the same function and element type.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// Name to show: `MatMul`, `MatMul/f16`.
    pub label: String,
    /// Its benchmarks: indices into [`Comparison::rows`](crate::compare::Comparison::rows), by size.
    pub rows: Vec<usize>,
    /// Geometric means of the times of the benchmarks that both sides measured, comparably and not as part of another
    /// of them, and of their ratios. Absent without such benchmarks.
    pub time: Option<Measure>,
    /// Slope of ln time on ln size on each side; `None` with fewer than two sizes. The size of a benchmark is the
    /// first integer in its parameter.
    pub exponent: Sides<Option<Estimate>>,
    /// The same slope of the declared FLOPs, or bytes where no FLOPs are declared.
    pub expected_exponent: Option<f64>,
}
