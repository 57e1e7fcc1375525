//! Input of github-action-benchmark, tool `customSmallerIsBetter`.
//! <https://github.com/benchmark-action/github-action-benchmark#examples>

use serde::Serialize;

use super::{measured, text};
use crate::model::things;
use crate::report::saved::Saved;

#[derive(Serialize)]
struct Point {
    name: String,
    unit: &'static str,
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<String>,
    extra: String,
}

/// Time and allocated bytes of each benchmark. Rates are left out, as of them more is better.
pub fn github_action_benchmark(saved: &Saved) -> String {
    let points = measured(saved).flat_map(|(benchmark, label, time)| {
        let extra = things(benchmark.rounds.len(), "round");
        let half = time.high.max(time.value) - time.value;
        let bytes = benchmark.allocation.map(|allocation| Point {
            name: format!("{label}, allocated"),
            unit: "bytes/iter",
            value: allocation.bytes.high as f64,
            range: None,
            extra: extra.clone(),
        });
        let range = (half > 0.0).then(|| format!("± {half:.4}"));
        let time = Point { name: label, unit: "ns/iter", value: time.value, range, extra };
        [Some(time), bytes].into_iter().flatten()
    });
    text(&points.collect::<Vec<_>>())
}
