//! SVG charts. Each is drawn only where it has something to show.

mod allocation;
mod axis;
mod bars;
mod context;
mod curves;
mod family;
mod history;
mod marker;
mod panel;
mod rates;
mod ratios;
mod samples;
mod scale;
mod scaling;
mod theme;
mod token_allocation;
mod token_latency;
mod tokens;

pub(super) use history::chart as history;
pub(super) use theme::Theme;

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

/// Time of models against their size.
pub(super) const SCALING_FILE: &str = "scaling.svg";
/// Tokens per second of models.
pub(super) const TOKENS_FILE: &str = "tokens-per-second.svg";
/// Time of a token against its context.
pub(super) const TOKEN_LATENCY_FILE: &str = "token-latency.svg";
/// Allocation of a token against its context.
pub(super) const TOKEN_ALLOCATION_FILE: &str = "token-allocation.svg";

/// Benchmarks over time.
pub(super) const HISTORY_FILE: &str = "history.svg";

/// Every chart of a comparison that has something to show.
pub(super) fn all(comparison: &Comparison) -> Vec<Chart> {
    [
        ratios::chart(comparison),
        samples::chart(comparison),
        scaling::chart(comparison),
        tokens::chart(comparison),
        token_latency::chart(comparison),
        token_allocation::chart(comparison),
        rates::chart(comparison),
        allocation::chart(comparison),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The strongest of the items, in the order in which they were.
fn strongest<T>(items: Vec<T>, most: usize, strength: impl Fn(&T) -> f64) -> Vec<T> {
    let mut ranked: Vec<(usize, T)> = items.into_iter().enumerate().collect();
    ranked.sort_by(|(_, first), (_, second)| strength(second).total_cmp(&strength(first)));
    ranked.truncate(most);
    ranked.sort_by_key(|(index, _)| *index);
    ranked.into_iter().map(|(_, item)| item).collect()
}
