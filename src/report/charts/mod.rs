//! SVG charts. Each is drawn only where it has something to show.

mod allocation;
mod axis;
mod family;
mod history;
mod marker;
mod rates;
mod ratios;
mod samples;
mod theme;

pub(super) use history::chart as history;

use super::Chart;
use crate::compare::Comparison;

/// Forest plot of time ratios.
pub(super) const RATIOS_FILE: &str = "time-ratios.svg";
/// Distributions of the samples of changed rows.
pub(super) const SAMPLES_FILE: &str = "samples.svg";
/// Rates against size.
pub(super) const RATES_FILE: &str = "rates.svg";
/// Allocation on both sides.
pub(super) const ALLOCATION_FILE: &str = "allocation.svg";

/// Benchmarks over time.
pub(super) const HISTORY_FILE: &str = "history.svg";

/// Every chart of a comparison that has something to show.
pub(super) fn all(comparison: &Comparison) -> Vec<Chart> {
    [
        ratios::chart(comparison),
        samples::chart(comparison),
        rates::chart(comparison),
        allocation::chart(comparison),
    ]
    .into_iter()
    .flatten()
    .collect()
}
