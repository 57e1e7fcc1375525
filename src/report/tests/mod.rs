//! Golden files: what reports look like. `SNAPSHOTS=overwrite cargo test` refreshes them; then look at them.

mod agreement;
mod charts;
mod comment;
mod drawn;
mod efficiency;
mod geometry;
mod head_to_head;
mod inference;
mod peak_charts;

use std::path::PathBuf;

use snapbox::{Data, assert_data_eq};

use super::fixture::inference::sizes;
use super::fixture::{RowBuilder, baseline, comparison};
use super::saved::Saved;
use super::terminal::View;
use super::{Chart, JSON_FILE, Report, Reproduction, comment, render, saved, show_command, terminal};
use crate::compare::fixtures::{self, allocation};
use crate::compare::{Change, Comparison, Difference, Fact, Row, Rule, Side, Verdict, Warning};
use crate::dtype::Dtype;
use crate::model::{Baseline, Benchmark, Range};
use crate::work::{Bytes, CONVENTION, Elements, Flops, Work};

/// Work of `n` x `n` x `n` matrix multiplication.
pub(super) fn matmul(n: u64) -> Work {
    Work {
        flops: Some(Flops(2 * n * n * n)),
        bytes: Some(Bytes(12 * n * n)),
        elements: Some(Elements(n * n)),
        dtype: Some(Dtype::F32),
        convention: Some(CONVENTION.to_owned()),
        ..Work::default()
    }
}

fn matmul_f16(n: u64) -> Work {
    Work { bytes: Some(Bytes(6 * n * n)), dtype: Some(Dtype::F16), ..matmul(n) }
}

/// Work of an elementwise operation on `n` elements with so many FLOPs each and so many operands.
pub(super) fn elementwise(n: u64, flops: u64, operands: u64) -> Work {
    Work {
        flops: Some(Flops(flops * n)),
        nominal: flops > 1,
        bytes: Some(Bytes(4 * operands * n)),
        elements: Some(Elements(n)),
        dtype: Some(Dtype::F32),
        convention: Some(CONVENTION.to_owned()),
        ..Work::default()
    }
}

fn regressed(path: &str, times: [f64; 2], half_width: f64) -> RowBuilder {
    unchanged(path, times, half_width).verdict(Verdict::Regressed).rounds(5, 20)
}

fn improved(path: &str, times: [f64; 2], half_width: f64) -> RowBuilder {
    unchanged(path, times, half_width).verdict(Verdict::Improved).rounds(5, 20)
}

fn unchanged(path: &str, times: [f64; 2], half_width: f64) -> RowBuilder {
    RowBuilder::new(path).time(times[0], times[1], half_width)
}

/// Every verdict, rates of every kind, changes of allocation, a nested row, a long name, markup in names.
fn mixed() -> Comparison {
    let mut rows = operations();
    rows.extend(others());
    let mut comparison = comparison(rows);
    comparison.sides.candidate.benchmarks -= 1;
    comparison.differences = vec![
        Difference {
            name: "rustc".to_owned(),
            baseline: "rustc 1.90.0 (1159e78c4 2025-09-14)".to_owned(),
            candidate: "rustc 1.91.0 (f8297e351 2025-10-28)".to_owned(),
            fact: None,
        },
        Difference {
            name: "threads".to_owned(),
            baseline: "RAYON_NUM_THREADS=2".to_owned(),
            candidate: "RAYON_NUM_THREADS=4 | `<b>`".to_owned(),
            fact: Some(Fact::Threads),
        },
    ];
    comparison.warnings = vec![Warning::ClockMoved(0.031)];
    comparison
}

fn operations() -> Vec<Row> {
    vec![
        unchanged("MatMul/64x64", [21_400.0, 21_350.0], 0.004).work(matmul(64)).build(),
        regressed("MatMul/128x128", [104_000.0, 131_000.0], 0.01).work(matmul(128)).build(),
        regressed("MatMul/256x256", [792_000.0, 955_000.0], 0.008).work(matmul(256)).build(),
        regressed("MatMul/512x512", [6_114_000.0, 6_905_000.0], 0.012)
            .work(matmul(512))
            .allocation([1_048_576, 1_069_056], [1, 12])
            .build(),
        unchanged("MatMul/f16/128x128", [88_000.0, 88_100.0], 0.006).work(matmul_f16(128)).build(),
        unchanged("MatMul/f16/512x512", [5_010_000.0, 5_020_000.0], 0.006).work(matmul_f16(512)).build(),
        improved("GELU/10000", [31_000.0, 12_100.0], 0.02).work(elementwise(10_000, 8, 2)).build(),
        improved("GELU/1000000", [3_205_000.0, 1_240_000.0], 0.015)
            .work(elementwise(1_000_000, 8, 2))
            .allocation([4_000_000, 0], [1, 0])
            .build(),
        unchanged("TensorAdd/10000", [2_480.0, 2_491.0], 0.006)
            .work(elementwise(10_000, 1, 3))
            .allocation([40_000, 40_000], [1, 1])
            .build(),
        unchanged("TensorAdd/1000000", [410_000.0, 412_000.0], 0.01)
            .work(elementwise(1_000_000, 1, 3))
            .allocation([4_000_000, 4_000_000], [1, 1])
            .varying(4096)
            .note(Warning::AllocationVaries)
            .build(),
    ]
}

fn others() -> Vec<Row> {
    let failed = Warning::Failed {
        side: Side::Candidate,
        reason: "panicked at benches/ops.rs:12:\nindex out of bounds | `len` is 3".to_owned(),
    };
    let left_out = Warning::LeftOut {
        side: Side::Candidate,
        reason: "the filter `Softmax|[a-z]` leaves it out".to_owned(),
    };
    vec![
        RowBuilder::new("Softmax/1024")
            .time(151_000.0, 156_000.0, 0.03)
            .verdict(Verdict::Inconclusive)
            .more_rounds(6)
            .allocation([512, 768], [2, 3])
            .build(),
        RowBuilder::new("Softmax/2048")
            .time(301_000.0, 310_500.0, 0.004)
            .verdict(Verdict::Suspect)
            .note(Warning::Suspect)
            .build(),
        RowBuilder::new("Softmax/256")
            .time(38_000.0, 39_600.0, 0.004)
            .verdict(Verdict::Suspect)
            .note(Warning::Suspect)
            .build(),
        unchanged("Model/forward", [5.0e6, 5.02e6], 0.005).nested_in("Model/inference").build(),
        unchanged("Model/inference", [1.25e8, 1.252e8], 0.005).build(),
        RowBuilder::new("Conv/f16")
            .sides(Some(8.4e5), Some(4.1e5))
            .verdict(Verdict::NotComparable)
            .note(Warning::Differs(vec![Difference {
                name: "dtype".to_owned(),
                baseline: "f32".to_owned(),
                candidate: "f16".to_owned(),
                fact: Some(Fact::Dtype),
            }]))
            .build(),
        RowBuilder::new("New/rope").sides(None, Some(4_200.0)).verdict(Verdict::Added).build(),
        RowBuilder::new("Old/rope").sides(Some(5_100.0), None).verdict(Verdict::Removed).build(),
        RowBuilder::new("Old/mask")
            .sides(Some(2_700.0), None)
            .verdict(Verdict::NotMeasured)
            .note(left_out)
            .build(),
        RowBuilder::new("Attention/flash").sides(Some(9.1e5), None).verdict(Verdict::Failed).note(failed).build(),
        unchanged("evil/<img src=x>|`a`*b*_c_[d](e)&{{#include /x}}\n# no\u{1b}[31m", [120.0, 120.4], 0.01).build(),
        unchanged(
            "a_group_with_a_rather_long_name/and_a_function_of_many_words/batch=32,heads=16,sequence=2048,dim=64",
            [4.2e9, 4.19e9],
            0.006,
        )
        .build(),
    ]
}

fn nothing_changed() -> Comparison {
    let row = |index: u64| {
        let time = 1e4 * (index + 1) as f64;
        let name = format!("group{}/{index}", index % 5);
        unchanged(&name, [time, time * (1.0 + 0.002 * (index % 3) as f64)], 0.007)
            .allocation([1024 * index, 1024 * index], [index, index])
            .build()
    };
    comparison((0..45).map(row).collect())
}

fn point_rule() -> Comparison {
    let mut comparison = mixed();
    comparison.options.rule = Rule::Point;
    comparison.warnings = vec![Warning::PointEstimates];
    let judged =
        |verdict: &Verdict| matches!(verdict, Verdict::Regressed | Verdict::Improved | Verdict::Unchanged);
    comparison.rows.retain(|row| judged(&row.verdict));
    comparison.summary.verdicts.retain(|verdict, _| judged(verdict));
    let without_interval = |change: Option<Change>| {
        change.map(|change| Change { established: change.established, ..Change::exact(change.point) })
    };
    for measure in comparison.rows.iter_mut().flat_map(|row| row.measures.values_mut()) {
        measure.change = without_interval(measure.change);
        measure.estimation = None;
    }
    comparison.summary.time_geomean = without_interval(comparison.summary.time_geomean);
    comparison
}

/// Rows by the hundred, one of them a hundred times slower.
fn many(rows: usize) -> Comparison {
    let row = |index: usize| {
        let name = format!("group{:02}/function/{index:05}", index % 40);
        let time = 1e3 * (1 + index % 977) as f64;
        let work = matmul(8 * (1 + index as u64 / 40));
        match index % 10 {
            _ if index == 7 => regressed(&name, [time, time * 100.0], 0.01).work(work).build(),
            0 => regressed(&name, [time, time * 1.06], 0.01).work(work).build(),
            1 => improved(&name, [time, time * 0.93], 0.01).work(work).allocation([64, 128], [1, 2]).build(),
            _ => unchanged(&name, [time, time * 1.002], 0.01).work(work).rounds(5, 20).build(),
        }
    };
    comparison((0..rows).map(row).collect())
}

fn saved_baseline() -> Baseline {
    let mut saved = baseline("main", "2026-02-03T02:36:36Z", "a84483f0c1d2e3f405162738495a6b7c8d9e0f10");
    let benchmark = |row: Row| Benchmark {
        work: row.work,
        nested_in: row.nested_in,
        allocation: Some(allocation(Range { low: 4096, high: 5000 })),
        ..fixtures::benchmark(row.id, row.rounds.baseline)
    };
    saved.models = sizes(Dtype::F32).map(|size| size.model).to_vec();
    saved.benchmarks = operations().into_iter().map(benchmark).filter(|b| !b.rounds.is_empty()).collect();
    let failure = Benchmark {
        failure: Some("the process ended early\nwith signal 11".to_owned()),
        ..fixtures::benchmark(RowBuilder::new("Broken/1").build().id, vec![])
    };
    saved.benchmarks.push(failure);
    saved
}

fn reproduction() -> Reproduction {
    Reproduction { commands: vec!["cargo tensorprof diff before after".to_owned()] }
}

pub(super) fn golden(name: &str) -> Data {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/report").join(name);
    Data::read_from(&path, None).raw()
}

/// Compares a file of a report with its golden file: what a chart draws, all of another.
#[track_caller]
pub(super) fn assert_golden_file(name: &str, file: &str, content: &str) {
    match file.strip_suffix(".svg") {
        Some(chart) => {
            geometry::assert_legible(content);
            assert_data_eq!(drawn::drawn(content), golden(&format!("{name}/{chart}.txt")));
        }
        None => assert_data_eq!(rounded(content), golden(&format!("{name}/{file}"))),
    }
}

/// Text with its long fractions rounded: their last digits differ between the mathematical libraries of
/// systems.
pub(super) fn rounded(text: &str) -> String {
    let fraction = regex::Regex::new(r"\d+\.\d{9,}").expect("a pattern");
    let round = |number: &regex::Captures<'_>| {
        number[0].parse::<f64>().map_or_else(|_| number[0].to_owned(), |value| format!("{value:.8}"))
    };
    fraction.replace_all(text, round).into_owned()
}

pub(super) fn plain(styled: &str) -> String {
    anstream::adapter::strip_str(styled).to_string()
}

/// Compares every output with its golden file, and with itself rendered again.
fn assert_golden(name: &str, comparison: &Comparison) -> Report {
    let report = render(comparison, &reproduction());
    report.files().for_each(|(file, content)| assert_golden_file(name, &file, &content));
    let short = comment(comparison, &reproduction(), Some(comment::REPORT));
    assert_data_eq!(short, golden(&format!("{name}/comment.md")));
    for width in [80, 120] {
        let table = plain(&terminal::table(comparison, View { width: Some(width), all: false }));
        assert_data_eq!(table, golden(&format!("{name}/terminal-{width}.txt")));
    }
    assert_eq!(report, render(comparison, &reproduction()), "not deterministic");
    report
}

#[test]
fn mixed_report() {
    let report = assert_golden("mixed", &mixed());
    let shown = |chart: &Chart| report.markdown.contains(&format!("]({})", chart.file_name));
    assert!(report.charts.iter().all(shown));
    assert_eq!(report.charts.len(), 4);
}

#[test]
fn report_of_one_row() {
    let row = regressed("MatMul/512x512", [6_114_000.0, 6_905_000.0], 0.012).work(matmul(512)).build();
    assert_golden("one-row", &comparison(vec![row]));
}

#[test]
fn report_without_change() {
    let report = assert_golden("unchanged", &nothing_changed());
    assert!(!report.markdown.contains("samples.svg"), "a chart without data is not mentioned");
}

#[test]
fn report_of_point_estimates() {
    let report = assert_golden("point", &point_rule());
    assert!(report.markdown.contains("Point estimates without a noise model"));
    assert!(!report.markdown.contains("CI]"), "point estimates have no interval");
}

#[test]
fn report_of_nothing() {
    let report = assert_golden("empty", &comparison(vec![]));
    assert_eq!(report.charts, []);
}

#[test]
fn a_row_a_hundred_times_slower_does_not_squeeze_the_others() {
    let report = render(&many(120), &reproduction());
    assert_golden_file("many", "time-ratios.svg", &report.charts[0].svg);
}

#[test]
fn saved_baselines() {
    let saved = saved_baseline();
    let found = Saved::of(&saved, &|_| true);
    assert_data_eq!(plain(&saved::show_table(&found, Some(80))), golden("saved/show.txt"));
    assert_data_eq!(rounded(&saved::show_json(&found)), golden("saved/show.json"));
    assert_data_eq!(rounded(&saved::show_csv(&found)), golden("saved/show.csv"));
    let reproduction = Reproduction { commands: vec![show_command("main", None)] };
    let report = saved::report(&found, &reproduction);
    assert_whole_tables(&report.markdown);
    let drawn = report.files().filter(|(file, _)| *file != JSON_FILE);
    drawn.for_each(|(file, content)| assert_golden_file("saved", &file, &content));
    let other =
        baseline("a-name-that-is-quite-long", "2026-02-04T12:00:00Z", "b1d2e3f405162738495a6b7c8d9e0f10");
    assert_data_eq!(
        plain(&saved::list_table(&[saved.clone(), other.clone()], Some(80))),
        golden("saved/list.txt")
    );
    assert_data_eq!(saved::list_json(&[saved, other]), golden("saved/list.json"));
}

#[test]
fn markup_in_names_is_nowhere_markup() {
    let report = render(&mixed(), &reproduction());
    assert!(["<img src", "{{#include", "\n# no"].iter().all(|markup| !report.markdown.contains(markup)));
    for (file, content) in report.files() {
        assert!(!content.contains('\u{1b}'), "{file}");
    }
    for chart in &report.charts {
        assert!(!chart.svg.contains("<img"), "{}", chart.file_name);
    }
}

/// Every cell of every markdown table is in a column: an unescaped `|` would add one.
#[track_caller]
pub(super) fn assert_whole_tables(markdown: &str) {
    let mut columns = None;
    for line in markdown.lines() {
        let cells = line.starts_with('|').then(|| line.matches('|').count());
        if let (Some(expected), Some(cells)) = (columns, cells) {
            assert_eq!(cells, expected, "{line}");
        }
        columns = cells;
    }
}

#[test]
fn tables_have_as_many_cells_as_headings() {
    assert_whole_tables(&render(&mixed(), &reproduction()).markdown);
}

#[test]
fn numbers_beyond_measure_do_not_panic() {
    let extremes = [f64::MAX, f64::MIN_POSITIVE, 1.0];
    let rows = (0..9).map(|index| {
        let times = [extremes[index / 3], extremes[index % 3]];
        regressed(&format!("x/{index}"), times, 0.01).work(matmul(1 + index as u64 / 3)).build()
    });
    let comparison = comparison(rows.collect());
    let report = render(&comparison, &reproduction());
    terminal::table(&comparison, View { width: Some(1), all: true });
    assert!(!report.markdown.is_empty());
}
