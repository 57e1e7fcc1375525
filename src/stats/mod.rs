//! Pure arithmetic of measurements, on slices of numbers: quantiles, locations, intervals, false discovery. No I/O,
//! and no panic on finite data. METHODOLOGY.md says why these estimators and not others.

mod change_points;
mod excess_variance;
mod fdr;
mod least_squares;
mod location;
mod quantile;
#[cfg(test)]
pub(crate) mod random;
mod sequential;
mod slope;
mod theil_sen;
mod trimmed;
mod variance;

pub use change_points::{ChangePoint, Criterion, SeriesPoint, change_points};
pub use excess_variance::{Scatter, excess_variance};
pub use fdr::discoveries;
pub use least_squares::{LeastSquares, least_squares};
pub use location::{LogRound, location, location_variance, round_spread, time_estimate};
pub use quantile::{median, quantile};
pub use sequential::{Boundary, LOOKS, SequentialPlan};
pub use slope::{ClockSlope, clock_slope};
pub use theil_sen::{Line, theil_sen};
pub use trimmed::{TrimmedMean, dropped, kept, lower_trimmed_mean, mean, trimmed_mean};
pub use variance::Variance;
