//! The figures of the reference report, from data through the ordinary path.

use crate::compare::fixtures::reference_comparison;
use crate::compare::{Comparison, Metric, Row, Side, SizeComparison, Verdict};
use crate::inference::Phase;

/// To the digits of the report.
fn shown(value: f64) -> String {
    format!("{value:.2}")
}

fn row<'a>(comparison: &'a Comparison, path: &str) -> &'a Row {
    comparison.rows.iter().find(|row| row.id.path() == path).expect("a row of that path")
}

#[test]
fn totals_with_nested_rows_are_the_reports() {
    let summary = reference_comparison().summary;
    assert_eq!(summary.total_with_nested_ns.map(|ns| shown(ns / 1e6)).into_array(), ["5927.60", "9277.78"]);
    let mib = |bytes: u64| shown(bytes as f64 / f64::from(1 << 20));
    assert_eq!(summary.total_with_nested_bytes.unwrap().map(mib).into_array(), ["2550.03", "338.71"]);
}

#[test]
fn every_method_has_its_row_and_verdict() {
    let comparison = reference_comparison();
    assert_eq!(comparison.rows.len(), 29);
    let verdicts = [Verdict::Improved, Verdict::Regressed, Verdict::Unchanged];
    assert_eq!(verdicts.map(|verdict| comparison.summary.verdicts[&verdict]), [13, 15, 1]);
}

#[test]
fn totals_count_what_contains_another_once() {
    let comparison = reference_comparison();
    // Forward and generate-token of two models, and the iteration of six operations.
    assert_eq!(comparison.summary.nested_rows, 10);
    let nested = comparison.rows.iter().filter(|row| row.nested_in.is_some());
    let nested: f64 = nested.filter_map(|row| row.time_ns(Side::Candidate)).sum();
    let summary = &comparison.summary;
    let [total, with_nested] = [summary.total_ns, summary.total_with_nested_ns].map(|sum| sum.candidate);
    assert_eq!(shown(total / 1e6), shown((with_nested - nested) / 1e6));
}

fn inference_of_sizes(comparison: &Comparison) -> &SizeComparison {
    let inference = Phase::Inference { prompt: 10, generated: 25 };
    comparison.sizes.iter().find(|size| size.phase == inference).expect("an inference of both sizes")
}

#[test]
fn the_models_scale_as_reported() {
    let comparison = reference_comparison();
    let names: Vec<&str> = comparison.models.iter().map(|model| model.model.name.as_str()).collect();
    assert_eq!(names, ["Small", "Medium"]);
    let sizes = inference_of_sizes(&comparison);
    assert_eq!((sizes.smaller, sizes.larger), (0, 1));
    let ratio = sizes.time_ratio.candidate.unwrap();
    assert_eq!(
        (shown(ratio.value), shown(ratio.low), shown(ratio.high)),
        ("5.11".into(), "5.11".into(), "5.11".into())
    );
    assert_eq!(shown(sizes.parameter_ratio), "7.32");
    assert_eq!(shown(sizes.efficiency_by_parameters(Side::Candidate).unwrap()), "1.43");
    assert_eq!(sizes.flop_ratio, None, "what was done without a cache is not known");
    assert_eq!(comparison.sizes.len(), 2, "creation and inference");
}

#[test]
fn throughput_latency_and_memory_a_token_are_the_reports() {
    let comparison = reference_comparison();
    for (path, figures) in [
        ("Model_Small/inference", ["58.45", "17.11", "0.76"]),
        ("Model_Medium/inference", ["11.43", "87.47", "3.32"]),
    ] {
        let row = row(&comparison, path);
        let tokens = row.work.as_ref().unwrap().tokens.unwrap().0 as f64;
        let of = |metric| row.measure(metric).unwrap().values().candidate.unwrap();
        let bytes = of(Metric::AllocatedBytes) / tokens / f64::from(1 << 20);
        let found = [of(Metric::TokensPerSecond), of(Metric::LatencyPerToken) / 1e6, bytes];
        assert_eq!(found.map(shown), figures);
    }
}

#[test]
fn rates_by_the_old_count_are_a_quarter_of_the_right_ones() {
    let comparison = reference_comparison();
    for (size, figure) in [("128x128", "0.21"), ("256x256", "0.59"), ("512x512", "0.60")] {
        let row = row(&comparison, &format!("MatMul/{size}"));
        let before = row.work.as_ref().unwrap().counted_before.unwrap().0 as f64
            / row.time_ns(Side::Candidate).unwrap();
        assert_eq!(shown(before), figure);
        assert!(
            (row.measure(Metric::Gflops).unwrap().values().candidate.unwrap() / before - 4.0).abs() < 1e-9
        );
    }
}

#[test]
fn operations_are_families_that_count_their_iteration_once() {
    let comparison = reference_comparison();
    let labels: Vec<&str> = comparison.families.iter().map(|family| family.label.as_str()).collect();
    let operations = ["BroadcastAdd", "GELU", "MatMul", "Softmax", "TensorAdd", "TensorMul"];
    assert!(operations.iter().all(|operation| labels.contains(operation)), "{labels:?}");
    let matmul = &comparison.families[labels.iter().position(|&label| label == "MatMul").unwrap()];
    let rows: Vec<&str> = matmul.rows.iter().map(|&row| comparison.rows[row].label.as_str()).collect();
    assert_eq!(
        rows,
        ["MatMul/64x64", "MatMul/128x128", "MatMul/256x256", "MatMul/512x512", "MatMul/Iteration"]
    );
    let mean = (4.97f64 * 20.0 * 56.52 * 449.13).powf(0.25);
    assert_eq!(shown(matmul.time.unwrap().values().candidate.unwrap() / 1e6), shown(mean));
    assert!((matmul.expected_exponent.unwrap() - 3.0).abs() < 1e-9);
    assert!(
        matmul.exponent.iter().all(|exponent| exponent.is_some_and(|exponent| exponent.low < exponent.high))
    );
}
