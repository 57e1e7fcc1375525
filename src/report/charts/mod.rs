//! SVG charts. Each is drawn only where it has something to show.

mod allocation;
mod area;
mod axis;
mod chart;
mod context_scatter;
mod dots;
mod efficiency;
mod families;
mod forest;
mod history;
mod kinds;
mod legend;
mod marker;
mod palette;
mod panel;
mod peaks;
mod rates;
mod ratio_axis;
mod roofline;
mod rows;
mod samples;
mod scale;
mod scaling;
mod size_curves;
mod theme;
mod token_cost;
mod tokens_per_second;
mod whisker;

pub(super) use chart::Kind;
pub use chart::{Chart, absent, chart_files, chart_names};
pub(super) use history::chart as history;
pub(super) use kinds::*;
#[cfg(test)]
pub(super) use theme::plain_width;

use crate::compare::Comparison;
use crate::model::Peaks;

/// Every chart of what a machine can do at most.
pub(super) fn of_machine(peaks: &[Peaks]) -> Vec<Chart> {
    [peaks::arithmetic(peaks), peaks::bandwidth(peaks)].into_iter().flatten().collect()
}

/// Every chart of a comparison that has something to show.
pub(super) fn all(comparison: &Comparison) -> Vec<Chart> {
    [
        forest::chart(comparison),
        samples::chart(comparison),
        scaling::chart(comparison),
        tokens_per_second::chart(comparison),
        token_cost::latency(comparison),
        token_cost::allocation(comparison),
        rates::chart(comparison),
        efficiency::chart(comparison),
        roofline::chart(comparison),
        allocation::chart(comparison),
    ]
    .into_iter()
    .flatten()
    .collect()
}
