//! Reports of models.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{
    assert_golden, assert_whole_tables, matmul, plain, regressed, reproduction, saved_baseline, unchanged,
};
use crate::compare::{
    Comparison, DepthFit, Estimate, Family, InterTokenLatency, Metric, Row, Sides, SizeFit, Step, Tail,
};
use crate::dtype::Dtype;
use crate::inference::Phase;
use crate::model::{Baseline, Inference, Range};
use crate::report::fixture::inference::{Size, estimate, family, models, sizes};
use crate::report::fixture::{RowBuilder, timed};
use crate::report::saved::{self, Saved};
use crate::report::terminal::{self, View};
use crate::report::{JSON_FILE, render};
use crate::work::{Flops, Tokens, Work};

/// Products of which one was counted where four were timed.
fn products() -> Vec<Row> {
    let product = |n: u64| Work { counted_before: Some(Flops(n * n * n / 2)), ..matmul(n) };
    vec![
        unchanged("MatMul/64x64", [21_400.0, 21_350.0], 0.004).work(matmul(64)).build(),
        regressed("MatMul/128x128", [104_000.0, 131_000.0], 0.01).work(product(128)).build(),
        regressed("MatMul/256x256", [792_000.0, 955_000.0], 0.008).work(product(256)).build(),
    ]
}

/// Two sizes without a cache and with one, beside a family of operations.
fn cache() -> Comparison {
    let mut comparison = models(&sizes(Dtype::F32), products());
    comparison.families = vec![family(&comparison, "MatMul")];
    comparison
}

#[test]
fn report_of_models() {
    assert_golden("models", &cache());
}

/// Many models with names that are long or not plain.
fn many(count: u64) -> Comparison {
    let size = |index: u64| {
        let name =
            format!("a-model-with-a-long-name|`<b>`{{{{#include /x}}}}\n{index:03}-and-a-size-at-its-end");
        let dtype = if index.is_multiple_of(2) { Dtype::F32 } else { Dtype::F16 };
        Size::new(&name, 100_000 * (index / 2 + 1).pow(3), [2 + index / 8, 64 + 32 * (index / 2)], dtype)
    };
    let sizes: Vec<Size> = (0..count).map(size).collect();
    models(&sizes, vec![])
}

/// The page without what is folded.
fn in_the_open(markdown: &str) -> String {
    let parts = markdown.split("<details>");
    parts.map(|part| part.split_once("</details>").map_or(part, |(_, open)| open)).collect()
}

#[test]
fn many_models_are_folded() {
    let report = render(&many(100), &reproduction());
    let open = in_the_open(&report.markdown);
    let (_, models) = open.split_once("## Model Size Comparison").expect("the section of models");
    let (models, _) = models.split_once("## Allocation Changes").expect("the section after those of models");
    for table in models.split("\n\n") {
        assert!(table.lines().count() <= 42, "{table}");
    }
    assert!(report.markdown.contains("<summary>60 more models</summary>"));
    assert!(report.charts.iter().all(|chart| chart.svg.len() < 400_000));
}

#[test]
fn three_sizes_have_an_exponent_over_all_of_them() {
    let mut comparison = many(3);
    let fit = SizeFit {
        dtype: Some(Dtype::F32),
        phase: Phase::Token { cached: 64 },
        models: vec![0, 1, 2],
        exponent: Sides::new(Some(Estimate { value: 0.81, low: 0.75, high: 0.87 }), None),
    };
    comparison.size_fits = vec![fit];
    let report = render(&comparison, &reproduction());
    let page = report.markdown.replace('\u{a0}', " ");
    assert!(page.contains("| token @64 | 0.81 [0.75, 0.87] |"), "{page}");
    let twin: serde_json::Value = serde_json::from_str(&report.json).expect("JSON");
    assert_eq!(twin["size_fits"][0]["exponent"]["baseline"]["value"], 0.81);
    assert_eq!(twin["size_fits"][0]["models"].as_array().map(Vec::len), Some(3));
}

#[test]
fn names_of_models_are_nowhere_markup() {
    let mut comparison = many(3);
    comparison.families = vec![Family { label: "a|<b>`{{x}}".to_owned(), ..family(&comparison, "none") }];
    let report = render(&comparison, &reproduction());
    assert_whole_tables(&report.markdown);
    for (file, content) in report.files().filter(|(file, _)| *file != JSON_FILE) {
        assert!(!content.contains("<b>"), "{file}");
    }
    assert!(!report.markdown.contains("{{#include"));
    let table = plain(&terminal::table(&comparison, View { width: Some(80), all: true }));
    assert!(!table.contains("\n003"), "{table}");
}

#[test]
fn the_rate_of_a_saved_inference_is_said_to_be_end_to_end() {
    let mut saved = saved_baseline();
    saved.benchmarks[0].work = Some(Work { tokens: Some(Tokens(25)), ..Work::default() });
    let shown = |saved: &Baseline| plain(&saved::show_table(&Saved::of(saved, &|_| true), None));
    assert!(shown(&saved).contains(" tokens/s ") && !shown(&saved).contains("E2E"));
    let phase = Phase::Inference { prompt: 10, generated: 25 };
    saved.benchmarks[0].inference = Some(Inference { model: "Small-f32".to_owned(), phase });
    assert!(shown(&saved).contains(" tokens/s E2E "), "{}", shown(&saved));
}

/// What the report that this one follows said of its two models, from the same times and sizes.
#[test]
fn figures_of_the_reference_report() {
    let mebibytes = |size: f64| (size * f64::from(1 << 20)) as u64;
    let inference = |model: &str, times: [f64; 2], sizes: [f64; 2]| {
        let phase = Phase::Inference { prompt: 10, generated: 25 };
        RowBuilder::new(&format!("{model}/inference/10+25"))
            .time(times[0] * 1e6, times[1] * 1e6, 0.0)
            .work(Work { tokens: Some(Tokens(25)), ..Work::default() })
            .inference(model, phase)
            .allocation(sizes.map(mebibytes), [1, 1])
            .per_token(25)
            .build()
    };
    let product = Work { counted_before: Some(Flops(33_554_432)), ..matmul(256) };
    let mut comparison = models(
        &sizes(Dtype::F32),
        vec![regressed("MatMul/256x256", [19.59e6, 56.52e6], 0.0).work(product).build()],
    );
    for known in [
        inference("Small-f32", [531.64, 427.71], [109.26, 18.97]),
        inference("Medium-f32", [1201.28, 2186.63], [729.97, 83.12]),
    ] {
        let row = comparison.rows.iter_mut().find(|row| row.label == known.label);
        *row.expect("a row of that name") = known;
    }
    let exact = |ratio: f64| Some(estimate(ratio, 0.0));
    comparison.sizes.retain(|sizes| matches!(sizes.phase, Phase::Inference { .. }));
    comparison.sizes[0].time_ratio = Sides::new(exact(1201.28 / 531.64), exact(2186.63 / 427.71));
    let page = render(&comparison, &reproduction()).markdown.replace('\u{a0}', " ");
    for figure in [
        "time ratio 5.11x (baseline 2.26x), parameters 7.32x",
        "efficiency 1.43 (above 1: the larger model makes better use of the machine)",
        "| 25 | 47.02 → 58.45 | 21.27 ms → 17.11 ms |",
        "| 25 | 20.81 → 11.43 | 48.05 ms → 87.47 ms |",
        "4.37 MiB → 0.76 MiB",
        "29.20 MiB → 3.32 MiB",
        "FLOPs were counted as 33,554,432 before: 1.71 → 0.59 GFLOP/s by that count.",
    ] {
        assert!(page.contains(figure), "{figure}\n{page}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_number_panics(values in vec(any::<f64>(), 8), context in any::<u64>(), counted in any::<u64>()) {
        let mut comparison = cache();
        let odd = Estimate { value: values[0], low: values[1], high: values[2] };
        for sizes in &mut comparison.sizes {
            sizes.time_ratio = Sides::new(Some(odd), None);
            sizes.flop_ratio = Some(values[3]);
            sizes.parameter_ratio = values[4];
            sizes.larger = 7;
        }
        let model = &mut comparison.models[0];
        model.rows.push(usize::MAX);
        model.depth_fit = Sides::new(Some(DepthFit { intercept_ns: values[5], slope_ns: odd }), None);
        model.steps.baseline = vec![Step { context, ns: Some(values[6]), bytes: Some(Range::exact(counted)), allocations: None }];
        model.model.parameters = counted;
        let first = timed(Sides::new(values[7], values[6]), values[5]);
        comparison.rows[model.generations[0].row].measures.insert(Metric::FirstToken, first);
        model.generations[0].latency.baseline = Some(InterTokenLatency { steps: 0, median_ns: values[0], tail: Tail::Maximum(values[1]) });
        comparison.families[0].exponent = Sides::new(Some(odd), None);
        comparison.families[0].rows.push(usize::MAX);
        let report = render(&comparison, &reproduction());
        terminal::table(&comparison, View { width: Some(80), all: true });
        assert_whole_tables(&report.markdown);
    }
}
