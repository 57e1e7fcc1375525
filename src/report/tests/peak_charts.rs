//! Charts of what machines can do at most, and of what benchmarks reach of it, by the places of what they draw.

use super::geometry::{Shape, Written, assert_legible, shapes, written};
use super::{assert_golden_file, reproduction};
use crate::compare::{Comparison, Fact, Options, Sides, compare};
use crate::model::{AFFINITY, Baseline, Environment, Peaks};
use crate::report::charts::of_machine;
use crate::report::fixture::roofline::{Operation, compared, compared_on, environment, operations, side};
use crate::report::order::by_size;
use crate::report::saved::{Saved, report as report_of, show_page};
use crate::report::{Chart, Place, charts, render};
use crate::work::Work;

/// Edges of a plot of a roofline, pixels.
const PLOT: [f64; 2] = [64.0, 436.0];
/// Colours of the candidate, and of the families in their order.
const CANDIDATE: &str = "#B0419B";
const FAMILIES: [&str; 4] = ["#0F8F83", "#9A7D0A", "#7A5FD6", "#8B533F"];

fn find(comparison: &Comparison, name: &str) -> Option<Chart> {
    charts(comparison).into_iter().find(|chart| chart.name() == name)
}

/// A chart, which is legible.
#[track_caller]
fn chart(comparison: &Comparison, name: &str) -> Chart {
    let chart = find(comparison, name).unwrap_or_else(|| panic!("no chart {name}"));
    assert_legible(&chart.svg);
    chart
}

/// One product of matrices that takes so many nanoseconds on each side, and uses one core.
fn product(times: [f64; 2]) -> Operation {
    Operation {
        group: "MatMul".to_owned(),
        function: None,
        parameter: "512".to_owned(),
        work: Work::matmul::<f32>(512, 512, 512),
        times: Sides::new(times[0], times[1]),
        cores: 1.0,
    }
}

fn is_mark(shape: &Shape) -> bool {
    FAMILIES.iter().any(|colour| shape.has_colour(colour))
}

/// The height of the title of each plot.
fn plots(svg: &str) -> Vec<f64> {
    let titles = written(svg)
        .into_iter()
        .filter(|text| text.words.ends_with(" thread") || text.words.ends_with(" threads"));
    titles.map(|title| title.y).collect()
}

/// The marks below the legend.
fn marks(svg: &str) -> Vec<Shape> {
    let first = plots(svg)[0];
    shapes(svg).into_iter().filter(|shape| is_mark(shape) && shape.middle()[1] > first).collect()
}

/// What the lines of a roofline are: the ceilings.
fn ceilings(svg: &str) -> Vec<Shape> {
    let first = plots(svg)[0];
    let mut lines = shapes(svg);
    lines.retain(|shape| {
        shape.kind == "polyline"
            && shape.has("stroke-width", "1")
            && shape.has("opacity", "0.8")
            && shape.has_colour("currentColor")
            && shape.middle()[1] > first
    });
    lines
}

#[test]
fn rooflines_of_any_number_of_rows_are_legible_and_name_all_ceilings() {
    for (rows, long) in [(1, false), (2, true), (23, false), (23, true), (100, false), (100, true)] {
        let Chart { svg, .. } = chart(&compared(&operations(rows, long)), "roofline");
        let all = written(&svg);
        for words in ["GFLOP/s: f32 avx512f 270", "GB/s: L1d 270", "L2 245", "L3 117", "memory 33.3"] {
            assert!(all.iter().any(|text| text.words == words), "{rows} {long}: {words}: {all:?}");
        }
        // On the lines of the first plot, the fastest arithmetic and the slowest level.
        let named = |name: &str| all.iter().any(|text| text.words == name && text.left >= PLOT[0]);
        assert!(named("memory") && (named("f32 avx512f") || rows == 2), "{rows} {long}: {all:?}");
    }
}

#[test]
fn every_mark_lies_in_its_plot() {
    for rows in [1, 23, 100] {
        let Chart { svg, .. } = chart(&compared(&operations(rows, false)), "roofline");
        let marks = marks(&svg);
        assert!(marks.len() >= rows, "{}", marks.len());
        for mark in marks {
            let [left, right] = mark.extent(0);
            assert!(left >= PLOT[0] && right <= PLOT[1], "{mark:?}");
        }
    }
}

#[test]
fn no_ceiling_crosses_a_word() {
    for rows in [1, 23, 100] {
        let Chart { svg, .. } = chart(&compared(&operations(rows, false)), "roofline");
        let (texts, ceilings) = (written(&svg), ceilings(&svg));
        assert!(ceilings.len() >= 5, "{ceilings:?}");
        for ceiling in ceilings {
            let [[x, y], [to_x, to_y]] = [ceiling.points[0], ceiling.points[1]];
            for step in 0..=100 {
                let share = f64::from(step) / 100.0;
                let (x, y) = (x + share * (to_x - x), y + share * (to_y - y));
                let hit =
                    |text: &&Written| x > text.left + 2.0 && x < text.right - 2.0 && (y - text.y).abs() < 5.0;
                assert!(
                    !texts.iter().any(|text| hit(&text)),
                    "{ceiling:?} crosses {:?}",
                    texts.iter().find(hit)
                );
            }
        }
    }
}

#[test]
fn an_arrow_leads_from_the_baseline_to_the_candidate() {
    for (times, faster) in [([8e6, 2e6], true), ([2e6, 8e6], false)] {
        let Chart { svg, .. } = chart(&compared(&[product(times)]), "roofline");
        let marks = marks(&svg);
        let circles: Vec<&Shape> = marks.iter().filter(|mark| mark.kind == "circle").collect();
        let hollow = |mark: &&&Shape| mark.has("fill", "none");
        let [before, after] = [circles.iter().find(hollow), circles.iter().find(|mark| !hollow(mark))]
            .map(|mark| mark.expect("a mark").middle());
        let heads: Vec<&Shape> = marks.iter().filter(|mark| mark.kind == "polygon").collect();
        assert_eq!((circles.len(), heads.len()), (2, 1));
        let [top, bottom] = heads[0].extent(1);
        let widest = heads[0].points.iter().filter(|point| point[1] == if faster { bottom } else { top });
        assert_eq!(widest.count(), 2, "it points to the candidate: {:?}", heads[0]);
        assert!((after[1] < before[1]) == faster, "{before:?} {after:?}");
        assert!(
            before[1].min(after[1]) <= top && bottom <= before[1].max(after[1]),
            "{before:?} {after:?} {top}"
        );
        assert_eq!(before[0], after[0], "the same work");
    }
    let same = chart(&compared(&[product([2e6, 2.1e6])]), "roofline");
    assert_eq!(marks(&same.svg).len(), 1, "too near to each other to be seen apart");
}

#[test]
fn a_point_lies_below_its_ceiling_by_its_share() {
    // 270.1 GFLOP/s at most.
    let flops = 2.0 * 512f64.powi(3);
    let at = |share: f64| {
        let time = flops / 270.1 / share;
        let Chart { svg, .. } = chart(&compared(&[product([time, time])]), "roofline");
        let ceiling =
            ceilings(&svg).into_iter().map(|line| line.extent(1)).find(|[top, bottom]| top == bottom);
        marks(&svg)[0].middle()[1] - ceiling.expect("a horizontal ceiling")[0]
    };
    assert!(at(1.0).abs() <= 1.0, "{}", at(1.0));
    let [half, quarter] = [0.5, 0.25].map(at);
    assert!(half > 20.0 && (quarter - 2.0 * half).abs() <= 2.0, "{half} {quarter}");
}

#[test]
fn every_point_has_a_name_or_a_number_that_stands_for_one() {
    for rows in [1, 23, 100] {
        let comparison = compared(&operations(rows, false));
        let Chart { svg, description, .. } = chart(&comparison, "roofline");
        let texts = written(&svg);
        let listed: Vec<&Written> = texts.iter().filter(|text| [36.0, 261.0].contains(&text.left)).collect();
        for name in &listed {
            let before =
                |text: &&Written| text.y == name.y && (1.0..20.0).contains(&(name.left - text.right));
            let number = texts.iter().find(before).expect("a number");
            let in_a_plot = texts.iter().filter(|text| text.words == number.words && text.left >= PLOT[0]);
            assert!(in_a_plot.count() >= 1, "{number:?}");
        }
        assert_eq!(!listed.is_empty(), description.contains("a number stands for the name"), "{description}");
        assert!(rows < 100 || !listed.is_empty());
        assert!(rows > 1 || texts.iter().any(|text| text.words == "32x32"));
    }
}

#[test]
fn a_number_of_threads_has_a_plot_of_its_own() {
    let mut both = vec![product([2e6, 2e6]), product([1e6, 1e6])];
    both[1].parameter = "two".to_owned();
    both[1].cores = 2.0;
    let svg = chart(&compared(&both), "roofline").svg;
    let words: Vec<String> = written(&svg).into_iter().map(|text| text.words).collect();
    let plot = |title: &str, ceiling: &str, name: &str| {
        [title, ceiling, name].map(|text| words.iter().position(|word| word == text))
    };
    let of_one = plot("1 thread", "GFLOP/s: f32 avx512f 270", "512");
    let of_two = plot("2 threads", "GFLOP/s: f32 avx512f 540", "two");
    assert!(of_one.iter().chain(&of_two).all(Option::is_some), "{words:?}");
    assert!(of_one.is_sorted() && of_two.is_sorted() && of_one[2] < of_two[0], "{words:?}");
}

/// The same environment with all of its peaks so many times as high.
fn faster(factor: f64) -> Environment {
    let mut environment = environment();
    for peaks in &mut environment.peaks {
        peaks.arithmetic.iter_mut().for_each(|peak| peak.rate.value *= factor);
        peaks.bandwidth.iter_mut().for_each(|peak| peak.rate.value *= factor);
    }
    environment
}

/// The dashes of the ceilings of the baseline alone.
fn dashes(svg: &str) -> Vec<Shape> {
    let mut dashes = shapes(svg);
    dashes.retain(|shape| shape.kind == "polyline" && shape.has("opacity", "0.7"));
    dashes
}

#[test]
fn each_side_lies_below_the_ceilings_of_its_own_machine() {
    let flops = 2.0 * 512f64.powi(3);
    // Both reach all that their machines can do.
    let operations = [product([flops / 67.5, flops / 270.1])];
    let environments = Sides::new(faster(0.25), environment());
    let Chart { svg, description, .. } = chart(&compared_on(&operations, environments), "roofline");
    let words: Vec<String> = written(&svg).into_iter().map(|text| text.words).collect();
    for label in ["GFLOP/s: f32 avx512f 270", "GFLOP/s: f32 avx512f 67.5", "f32 avx512f (baseline)"] {
        assert!(words.iter().any(|word| word == label), "{label}: {words:?}");
    }
    assert!(description.contains("bandwidth of the machine of each side"), "{description}");
    assert!(description.contains("dashed: those of the baseline, where they differ"), "{description}");
    let marks = marks(&svg);
    let circles = || marks.iter().filter(|mark| mark.kind == "circle");
    let height =
        |hollow: bool| circles().find(|mark| mark.has("fill", "none") == hollow).expect("a mark").middle()[1];
    let level = |shapes: Vec<Shape>| -> Vec<f64> {
        let level = |shape: &Shape| Some(shape.extent(1)).filter(|[top, bottom]| top == bottom);
        shapes.iter().filter_map(level).map(|[top, _]| top).collect()
    };
    let lies_on = |y: f64, lines: Vec<f64>| lines.iter().any(|line| (line - y).abs() <= 1.0);
    assert!(lies_on(height(false), level(ceilings(&svg))), "the candidate");
    assert!(lies_on(height(true), level(dashes(&svg))), "the baseline");
}

#[test]
fn machines_that_differ_by_no_more_than_peaks_repeat_have_one_set_of_ceilings() {
    let drawn = |factor: f64| {
        let environments = Sides::new(faster(factor), environment());
        chart(&compared_on(&[product([8e6, 2e6])], environments), "roofline")
    };
    let same = drawn(1.05);
    assert_eq!(dashes(&same.svg).len(), 0);
    assert!(!same.description.contains("dashed"), "{}", same.description);
    assert!(!written(&same.svg).iter().any(|text| text.words == "baseline"), "no line needs a name");
    assert!(dashes(&drawn(1.1).svg).len() > 5);
}

/// One thread before, and two after.
fn more_threads(operations: &[Operation]) -> Comparison {
    let mut one = environment();
    one.threads.insert(AFFINITY.to_owned(), "1".to_owned());
    one.peaks.retain(|peaks| peaks.threads == 1);
    let mut two = environment();
    two.peaks.retain(|peaks| peaks.threads == 2);
    let [before, after] = [one, two].map(|environment| side(operations, environment));
    let after = Baseline { name: "two".parse().expect("a name"), ..after };
    let options = Options { across: [Fact::Threads].into(), ..Options::default() };
    compare(&before, &after, &options)
}

#[test]
fn threads_that_differ_are_in_the_title_and_each_side_has_its_ceilings() {
    let mut operations = operations(8, false);
    operations.iter_mut().for_each(|operation| operation.cores = 2.0);
    let Chart { svg, description, .. } = chart(&more_threads(&operations), "roofline");
    assert!(description.contains(" of 8 benchmarks,"), "{description}");
    let words: Vec<String> = written(&svg).into_iter().map(|text| text.words).collect();
    assert_eq!(
        words.iter().filter(|words| words.ends_with("threads")).collect::<Vec<_>>(),
        ["1 → 2 threads"]
    );
    for label in ["GB/s: L1d 540", "GB/s: L1d 270", "memory 33.3", "candidate", "baseline"] {
        assert_eq!(words.iter().filter(|word| *word == label).count(), 1, "{label}: {words:?}");
    }
}

#[test]
fn what_one_side_lacks_is_drawn_and_what_has_no_place_is_counted() {
    let all = operations(8, false);
    let mut found = more_threads(&all);
    // One is gone in the candidate, which has no peaks on one thread.
    found.rows[0].roofs.candidate = None;
    // One declares no bytes.
    let Sides { baseline, candidate } = &mut found.rows[1].roofs;
    [baseline, candidate].into_iter().flatten().for_each(|roof| roof.intensity = None);
    let Chart { svg, description, .. } = chart(&found, "roofline");
    assert_eq!(plots(&svg).len(), 1, "beside the others");
    assert!(description.contains(" of 7 benchmarks,"), "{description}");
    assert!(description.contains("; not drawn: 1 other without FLOPs or without bytes;"), "{description}");
    let latest = marks(&svg).into_iter().filter(|mark| mark.extent(0)[1] - mark.extent(0)[0] >= 6.0);
    assert!(latest.count() >= 7);
}

#[test]
fn a_name_may_stand_on_either_side_of_its_mark() {
    // To the right there is no room for it.
    let operation = Operation { parameter: "512x512".to_owned(), ..product([8e6, 8e6]) };
    let svg = chart(&compared(&[operation]), "roofline").svg;
    let name = written(&svg).into_iter().find(|text| text.words == "512x512").expect("a name");
    let mark = marks(&svg)[0].middle();
    assert!(name.right < mark[0] && (name.y - mark[1]).abs() < 8.0, "{name:?} {mark:?}");
}

#[test]
fn families_are_told_apart_in_the_legend() {
    let svg = chart(&compared(&operations(23, false)), "roofline").svg;
    let first = plots(&svg)[0];
    for family in ["MatMul f32", "MatMul f64", "GELU f32", "Softmax f32", "TensorAdd f32", "before", "after"]
    {
        let entry = written(&svg).into_iter().find(|text| text.words.ends_with(family));
        assert!(entry.is_some_and(|entry| entry.y < first), "{family}");
    }
}

#[test]
fn without_peaks_there_is_no_chart_of_what_is_reached() {
    let mut none = environment();
    none.peaks.clear();
    let comparison = compared_on(&operations(8, false), Sides::new(none.clone(), none.clone()));
    let report = render(&comparison, &reproduction());
    for name in ["roofline", "efficiency"] {
        assert_eq!(find(&comparison, name), None);
        assert!(!report.markdown.contains(&format!("{name}.svg")), "{name}");
    }
    let one = compared_on(&[product([8e6, 2e6])], Sides::new(environment(), none));
    let svg = chart(&one, "roofline").svg;
    let marks = marks(&svg);
    assert!(marks.len() == 1 && marks[0].has("fill", "none"), "that of the baseline alone: {marks:?}");
}

/// What stands at the end of the line of a row, and its marks.
fn row(svg: &str, name: &str) -> (String, Vec<Shape>) {
    let texts = written(svg);
    let y = texts.iter().find(|text| text.words == name).expect("a row").y;
    let numbers = texts.iter().find(|text| text.y == y && text.words != name).expect("numbers");
    let below = |shape: &Shape| (9.0..=22.0).contains(&(shape.middle()[1] - y)) && shape.kind != "rect";
    (numbers.words.clone(), shapes(svg).into_iter().filter(below).collect())
}

/// The place of a share on an axis that ends at 108 %.
fn place(share: f64) -> f64 {
    20.0 + 440.0 * share / 1.08
}

#[test]
fn a_share_is_a_dot_on_an_axis_from_nothing_to_the_whole() {
    let least = 2.0 * 512f64.powi(3) / 270.1;
    let svg = chart(&compared(&[product([4.0 * least, 2.0 * least])]), "efficiency").svg;
    let (numbers, marks) = row(&svg, "MatMul/512");
    assert_eq!(numbers, "25 % → 50 %, arithmetic");
    let before = marks.iter().find(|mark| mark.kind == "circle").expect("a dot").middle()[0];
    let after = marks.iter().find(|mark| mark.kind == "polygon").expect("a dot").middle()[0];
    assert!((before - place(0.25)).abs() <= 1.0 && (after - place(0.5)).abs() <= 1.0, "{before} {after}");
    let labels: Vec<String> = written(&svg).into_iter().map(|text| text.words).collect();
    for label in ["0 %", "100 %", "95 % interval of the change"] {
        assert!(labels.iter().any(|words| words == label), "{labels:?}");
    }
    let whole = marks.iter().filter(|mark| (mark.middle()[0] - place(1.0)).abs() <= 1.0);
    assert_eq!(whole.count(), 2, "a tick, and a line over it");
}

#[test]
fn a_share_beyond_the_whole_is_not_clamped() {
    let least = 2.0 * 512f64.powi(3) / 270.1;
    let svg = |share: f64| chart(&compared(&[product([2.0 * least, least / share])]), "efficiency").svg;
    let beyond = svg(1.5);
    let (numbers, marks) = row(&beyond, "MatMul/512");
    assert!(numbers.starts_with("50 % → 150 %"), "{numbers}");
    let after = marks.iter().find(|mark| mark.kind == "polygon").expect("a dot").middle()[0];
    let whole = written(&beyond).iter().find(|text| text.words == "100 %").expect("a tick").middle();
    assert!((after - 20.0 - 1.5 * (whole - 20.0)).abs() <= 2.0, "{after} {whole}");
    let (numbers, marks) = row(&svg(9.02), "MatMul/512");
    assert!(numbers.starts_with("50 % → 901 %"), "{numbers}");
    let arrow =
        marks.iter().find(|mark| mark.kind == "polygon" && mark.has_colour(CANDIDATE)).expect("an arrow");
    assert_eq!(arrow.extent(0)[1], 460.0, "its tip is at the edge");
    assert!(written(&svg(9.02)).iter().any(|text| text.words == "beyond the axis"));
}

#[test]
fn shares_are_in_the_order_of_the_table() {
    for rows in [1, 23, 100] {
        let comparison = compared(&operations(rows, rows == 100));
        let svg = chart(&comparison, "efficiency").svg;
        let texts = written(&svg);
        let place = |label: &str| Some(texts.iter().find(|text| text.words == label)?.y);
        let table = by_size(comparison.rows.iter());
        let drawn: Vec<f64> = table.iter().filter_map(|row| place(&row.label)).collect();
        assert!(drawn.is_sorted(), "{drawn:?}");
        let numbers = texts.iter().filter(|text| text.words.contains(" % → "));
        assert_eq!(numbers.count(), rows.min(40));
    }
}

#[test]
fn one_baseline_alone_has_its_charts_on_its_page() {
    let saved = Saved::of(&side(&operations(23, false), environment()), &|_| true);
    let report = report_of(&saved, &reproduction());
    for name in ["efficiency", "roofline", "peak-arithmetic", "peak-bandwidth"] {
        let chart =
            report.charts.iter().find(|chart| chart.name() == name).unwrap_or_else(|| panic!("no {name}"));
        assert_legible(&chart.svg);
        assert!(report.markdown.contains(&format!("]({name}.svg)")), "{}", report.markdown);
        assert!(!chart.description.contains("baseline"), "{}", chart.description);
        assert!(!written(&chart.svg).iter().any(|text| text.words.contains('→')), "{name}");
    }
    let without = show_page(&saved, &reproduction(), Place::Inline(&|_| String::new()));
    assert!(!without.contains(".svg") && without.contains("## Peaks of the Machine"), "{without}");
    let roofline = report.charts.iter().find(|chart| chart.name() == "roofline").expect("a chart");
    assert!(marks(&roofline.svg).iter().all(|mark| !mark.has("fill", "none")), "nothing is hollow, no arrow");
    let mut none = environment();
    none.peaks.clear();
    let old = Saved::of(&side(&operations(23, false), none), &|_| true);
    let page = report_of(&old, &reproduction());
    for word in ["roofline", "Peaks", "## Efficiency", "peak-"] {
        assert!(!page.markdown.contains(word), "{word}: {}", page.markdown);
    }
}

#[test]
fn peaks_are_drawn_by_access_and_instruction_set() {
    let peaks = environment().peaks;
    for peaks in [&peaks[..1], &peaks] {
        let [arithmetic, bandwidth] = [0, 1].map(|kind| of_machine(peaks)[kind].svg.clone());
        [&arithmetic, &bandwidth].into_iter().for_each(|svg| assert_legible(svg));
        let name = if peaks.len() == 1 { "f32 avx512f" } else { "f32 avx512f, 2 threads" };
        let (numbers, marks) = row(&arithmetic, name);
        let expected = if peaks.len() == 1 { "270 ± 0.6 % GFLOP/s" } else { "540 ± 0.6 % GFLOP/s" };
        assert_eq!(numbers, expected);
        assert!(marks.iter().any(|mark| mark.kind == "polygon" && mark.has_colour(CANDIDATE)));
        let words: Vec<String> = written(&bandwidth).into_iter().map(|text| text.words).collect();
        for label in ["read", "streaming-copy", "L1d", "memory", "24 KiB", "256 MiB", "1 thread"] {
            assert!(words.iter().any(|word| word == label), "{label}: {words:?}");
        }
        // Four levels of three accesses, and memory past the caches.
        let first = written(&bandwidth).iter().find(|text| text.words == "1 thread").expect("a title").y;
        let marks = shapes(&bandwidth).into_iter().filter(|shape| {
            is_mark(shape) && shape.middle()[1] > first && shape.extent(0) != [shape.middle()[0]; 2]
        });
        let whole = marks.filter(|mark| mark.extent(0)[1] - mark.extent(0)[0] < 15.0);
        assert_eq!(whole.count(), 14 * peaks.len());
    }
    let none = Peaks { threads: 1, ..Peaks::default() };
    assert_eq!(of_machine(&[none]), []);
}

#[test]
fn charts_of_peaks_are_as_they_were() {
    let comparison = compared(&operations(23, false));
    for name in ["roofline", "efficiency"] {
        assert_golden_file("peaks", &format!("{name}.svg"), &chart(&comparison, name).svg);
    }
    let peaks = environment().peaks;
    for chart in of_machine(&peaks) {
        assert_golden_file("peaks", chart.file_name, &chart.svg);
    }
}
