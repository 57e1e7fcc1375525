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

use super::saved::Saved;
use crate::compare::{Estimate, Metric, Row, Side};
use crate::model::{Benchmark, BenchmarkId, whole_labels};

/// The benchmarks that were measured and have not failed, with their whole labels and their times.
fn measured(saved: &Saved) -> impl Iterator<Item = (&Benchmark, String, Estimate)> {
    let lines = saved.lines();
    let ids: Vec<&BenchmarkId> = lines.iter().map(|line| &line.benchmark.id).collect();
    let labels = whole_labels(&ids);
    let sound = lines.into_iter().zip(labels).filter(|(line, _)| line.benchmark.gap().is_none());
    sound.filter_map(|(line, label)| Some((line.benchmark, label, time(line.row)?)))
}

/// The time of an iteration with its interval between rounds, nanoseconds; one round has none.
fn time(row: &Row) -> Option<Estimate> {
    let value = row.time_ns(Side::Candidate)?;
    let [low, high] = row.measure(Metric::Time)?.interval(Side::Candidate).unwrap_or([value; 2]);
    Some(Estimate { value, low, high })
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
