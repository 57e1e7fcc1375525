//! A baseline in the formats of other tools. Each takes fewer facts than a baseline has.

mod bencher;
mod critcmp;
mod github_action_benchmark;
mod llama_bench;

pub use self::bencher::bencher;
pub use self::critcmp::critcmp;
pub use self::github_action_benchmark::github_action_benchmark;
pub use self::llama_bench::llama_bench;

use serde::Serialize;
use statrs::statistics::Statistics as _;

use crate::compare::Estimate;
use crate::estimate;
use crate::model::{Baseline, Benchmark, BenchmarkId, Round, whole_labels};
use crate::stats;

/// Confidence of the intervals that are exported.
const CONFIDENCE: f64 = 0.95;

/// The benchmarks that were measured and have not failed, with their whole labels and their times.
fn measured(baseline: &Baseline) -> impl Iterator<Item = (&Benchmark, String, Estimate)> {
    let ids: Vec<&BenchmarkId> = baseline.benchmarks.iter().map(|benchmark| &benchmark.id).collect();
    let sound =
        baseline.benchmarks.iter().zip(whole_labels(&ids)).filter(|(benchmark, _)| benchmark.gap().is_none());
    sound.filter_map(|(benchmark, label)| {
        let time = time(&benchmark.rounds)?;
        Some((benchmark, label, time))
    })
}

/// The time of an iteration with its interval between rounds, nanoseconds; one round has none.
fn time(rounds: &[Round]) -> Option<Estimate> {
    let log_rounds = estimate::log_rounds(rounds);
    let value = stats::time_estimate(&log_rounds)?;
    let variance = stats::location_variance(&log_rounds, CONFIDENCE);
    let half_width = variance.map_or(0.0, |variance| variance.half_width(CONFIDENCE)).exp();
    Some(Estimate { value, low: value / half_width, high: value * half_width })
}

/// Standard deviation of a sample; 0 of a single value.
fn sd(values: &[f64]) -> f64 {
    if values.len() < 2 { 0.0 } else { values.iter().std_dev() }
}

/// Indented JSON with a line end. What cannot be seen or reorders text is escaped, so that it can be printed.
fn text(document: &impl Serialize) -> String {
    // Only maps with keys that are no strings and failing `Serialize` impls can fail; there are none here.
    super::escape::printable_json(&serde_json::to_string_pretty(document).unwrap_or_default()) + "\n"
}
