//! The Bencher Metric Format: by benchmark and measure, a value and its bounds.
//! <https://bencher.dev/docs/reference/bencher-metric-format/>

use std::collections::BTreeMap;

use serde::Serialize;

use super::{measured, text};
use crate::compare::Estimate;
use crate::model::{Benchmark, Range};
use crate::report::saved::Saved;
use crate::work::Work;

/// A value with the ends of its interval or range, where it has any.
#[derive(Serialize)]
struct Metric {
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    lower_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upper_value: Option<f64>,
}

impl Metric {
    fn of(Estimate { value, low, high }: Estimate) -> Metric {
        let has_interval = low < high;
        let end = |end| has_interval.then_some(end);
        Metric { value, lower_value: end(low), upper_value: end(high) }
    }

    /// Of counts that may differ between iterations: the greatest, and both ends.
    fn of_counts(Range { low, high }: Range<u64>) -> Metric {
        Metric::of(Estimate { value: high as f64, low: low as f64, high: high as f64 })
    }
}

/// Time as `latency` (nanoseconds, as Bencher has it), rates as units per second, and allocation as counts and bytes.
pub fn bencher(saved: &Saved) -> String {
    let rows = measured(saved).map(|(benchmark, label, time)| (label, measures(benchmark, time)));
    text(&rows.collect::<BTreeMap<_, _>>())
}

fn measures(benchmark: &Benchmark, time: Estimate) -> BTreeMap<&'static str, Metric> {
    let rate = |count: u64| {
        let per_second = |nanoseconds: f64| count as f64 * 1e9 / nanoseconds;
        let Estimate { value, low, high } = time;
        Metric::of(Estimate { value: per_second(value), low: per_second(high), high: per_second(low) })
    };
    let work = benchmark.work.as_ref();
    let rates = [
        ("flops-per-second", work.and_then(|work| Some(work.flops?.0))),
        ("bytes-per-second", work.and_then(Work::traffic).map(|bytes| bytes as u64)),
        ("elements-per-second", work.and_then(|work| Some(work.elements?.0))),
        ("tokens-per-second", work.and_then(|work| Some(work.tokens?.0))),
    ];
    let rates = rates.into_iter().filter_map(|(name, count)| Some((name, rate(count?))));
    let allocation = benchmark.allocation;
    let counts = [
        ("allocations", allocation.and_then(|allocation| allocation.count)),
        ("allocated-bytes", allocation.map(|allocation| allocation.bytes)),
        ("peak-bytes", allocation.and_then(|allocation| allocation.peak)),
    ];
    let counts = counts.into_iter().filter_map(|(name, range)| Some((name, Metric::of_counts(range?))));
    [("latency", Metric::of(time))].into_iter().chain(rates).chain(counts).collect()
}
