//! The exported baseline of critcmp (`critcmp --export NAME`), which it compares like one of criterion's.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{measured, sd, text};
use crate::compare::{Estimate, Options};
use crate::model::Benchmark;
use crate::report::saved::Saved;
use crate::stats::median;

#[derive(Serialize)]
struct Exported<'a> {
    name: &'a str,
    benchmarks: BTreeMap<String, Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    baseline: &'a str,
    fullname: String,
    #[serde(rename = "criterion_benchmark_v1")]
    benchmark: CriterionBenchmark<'a>,
    #[serde(rename = "criterion_estimates_v1")]
    estimates: CriterionEstimates,
}

/// Criterion's `benchmark.json`.
#[derive(Serialize)]
struct CriterionBenchmark<'a> {
    group_id: &'a str,
    function_id: Option<&'a str>,
    value_str: Option<&'a str>,
    throughput: Option<Throughput>,
    full_id: &'a str,
    directory_name: &'a str,
}

#[derive(Serialize)]
enum Throughput {
    Bytes(u64),
    Elements(u64),
}

/// Criterion's `estimates.json`, nanoseconds.
#[derive(Serialize)]
struct CriterionEstimates {
    mean: Statistic,
    median: Statistic,
    median_abs_dev: Statistic,
    slope: Statistic,
    std_dev: Statistic,
}

#[derive(Clone, Copy, Serialize)]
struct Statistic {
    confidence_interval: Interval,
    point_estimate: f64,
    standard_error: f64,
}

#[derive(Clone, Copy, Serialize)]
struct Interval {
    confidence_level: f64,
    lower_bound: f64,
    upper_bound: f64,
}

impl Statistic {
    /// With the standard error that a normal distribution has in such an interval.
    fn of(Estimate { value, low, high }: Estimate) -> Statistic {
        const QUANTILE: f64 = 1.959_964;
        Statistic {
            confidence_interval: Interval {
                confidence_level: Options::default().confidence,
                lower_bound: low,
                upper_bound: high,
            },
            point_estimate: value,
            standard_error: (high - low) / 2.0 / QUANTILE,
        }
    }

    fn exact(value: f64) -> Statistic {
        Statistic::of(Estimate { value, low: value, high: value })
    }
}

/// The time of each benchmark stands for criterion's mean, median and slope; spreads are those of all samples.
pub fn critcmp(saved: &Saved) -> String {
    let name = saved.name();
    let labelled: Vec<(&Benchmark, String, Estimate)> = measured(saved).collect();
    let rows = labelled.iter().map(|(benchmark, label, time)| {
        let criterion = &benchmark.id.criterion;
        let row = Row {
            baseline: name,
            fullname: format!("{name}/{label}"),
            benchmark: CriterionBenchmark {
                group_id: &criterion.group,
                function_id: criterion.function.as_deref(),
                value_str: criterion.parameter.as_deref(),
                throughput: throughput(benchmark),
                full_id: label,
                directory_name: label,
            },
            estimates: estimates(benchmark, *time),
        };
        (label.clone(), row)
    });
    text(&Exported { name, benchmarks: rows.collect() })
}

/// Of the kinds that critcmp knows.
fn throughput(benchmark: &Benchmark) -> Option<Throughput> {
    let work = benchmark.work.as_ref()?;
    let bytes = work.bytes.map(|bytes| Throughput::Bytes(bytes.0));
    bytes.or_else(|| work.elements.map(|elements| Throughput::Elements(elements.0)))
}

fn estimates(benchmark: &Benchmark, time: Estimate) -> CriterionEstimates {
    let samples: Vec<f64> = benchmark.rounds.iter().flat_map(|round| round.samples.clone()).collect();
    let centre = median(&mut samples.clone()).unwrap_or(time.value);
    let mut apart: Vec<f64> = samples.iter().map(|sample| (sample - centre).abs()).collect();
    let time = Statistic::of(time);
    CriterionEstimates {
        mean: time,
        median: time,
        median_abs_dev: Statistic::exact(median(&mut apart).unwrap_or(0.0)),
        slope: time,
        std_dev: Statistic::exact(sd(&samples)),
    }
}
