//! What charts show, by the places of what they draw.

use super::geometry::{Shape, Written, assert_legible, shapes, written};
use super::{improved, matmul, regressed, reproduction, unchanged};
use crate::compare::{Change, Comparison, Metric, Row, Sides, Verdict};
use crate::dtype::Dtype;
use crate::report::fixture::comparison;
use crate::report::fixture::inference::{Size, models, sizes};
use crate::report::order::report_order;
use crate::report::{Chart, charts, render};

/// Colours of what is of the candidate, slower and faster.
const CANDIDATE: &str = "#B0419B";
const SLOWER: &str = "#DB6D28";
const FASTER: &str = "#2F81F7";

fn find(comparison: &Comparison, name: &str) -> Option<Chart> {
    charts(comparison).into_iter().find(|chart| chart.name() == name)
}

/// The document of a chart, which is legible.
#[track_caller]
fn chart(comparison: &Comparison, name: &str) -> String {
    let chart = find(comparison, name).unwrap_or_else(|| panic!("no chart {name}"));
    assert_legible(&chart.svg);
    chart.svg
}

/// The text of a chart that says just this.
#[track_caller]
fn text(svg: &str, words: &str) -> Written {
    let all = written(svg);
    let found = all.iter().find(|text| text.words == words);
    found.unwrap_or_else(|| panic!("no {words:?} in {all:?}")).clone()
}

/// The marks of that kind and colour on the strip below a name.
fn marks(svg: &str, name: &str, kind: &str, colour: &str) -> Vec<Shape> {
    let y = text(svg, name).y;
    let mut marks = shapes(svg);
    marks.retain(|shape| {
        let below = shape.middle()[1] - y;
        shape.kind == kind && shape.has_colour(colour) && below > 8.0 && below < 24.0
    });
    marks
}

/// So many rows with names of every length and changes from next to nothing to a factor of 36.
fn changed(rows: usize) -> Comparison {
    let row = |index: usize| {
        let name = match index % 4 {
            0 => format!("MatMul/{index}"),
            1 => format!("group/{}/{index}", "a-function-with-a-long-name/".repeat(1 + index % 20)),
            2 => format!("Größe/行列積/{index}"),
            _ => format!("Softmax/f32/{index}x{index}"),
        };
        let time = 1e3 * (1 + index) as f64;
        let half_width = 0.002 * (1 + index % 9) as f64;
        match index % 5 {
            _ if index == 3 => improved(&name, [36.0 * time, time], half_width).build(),
            0 => regressed(&name, [time, 1.2 * time], half_width).build(),
            1 => improved(&name, [time, 0.8 * time], half_width).build(),
            2 => unchanged(&name, [time, 1.01 * time], 0.04).verdict(Verdict::Inconclusive).build(),
            _ => unchanged(&name, [time, time], half_width).build(),
        }
    };
    comparison((0..rows).map(row).collect())
}

#[test]
fn rows_of_the_forest_plot_are_in_the_order_of_the_table() {
    for rows in [1, 23, 100] {
        let comparison = changed(rows);
        let svg = chart(&comparison, "time-ratios");
        let labels = report_order(&comparison.rows).into_iter().map(|row| row.label.as_str());
        // Names that are not cut: the others have lost their middle.
        let drawn: Vec<(f64, &str)> = labels
            .filter_map(|label| {
                let all = written(&svg);
                all.iter().find(|text| text.words == label).map(|text| (text.y, label))
            })
            .collect();
        assert!(drawn.len() * 4 >= rows.min(40), "{drawn:?}");
        assert!(drawn.is_sorted_by(|first, second| first.0 < second.0), "{drawn:?}");
    }
}

#[test]
fn no_change_lies_within_the_forest_plot_and_no_half_of_it_is_empty() {
    let rows = |changes: [f64; 3]| {
        let row = |(index, change): (usize, f64)| {
            regressed(&format!("a/{index}"), [1e6, 1e6 * (1.0 + change)], 0.01).build()
        };
        comparison(changes.into_iter().enumerate().map(row).collect())
    };
    let zero = |changes| text(&chart(&rows(changes), "time-ratios"), "0 %").middle();
    let plot = 20.0..=460.0;
    let [slower, faster, both] = [[0.3, 0.5, 0.9], [-0.3, -0.4, -0.6], [-0.3, 0.0, 0.4]].map(zero);
    assert!([slower, faster, both].iter().all(|zero| plot.contains(zero)));
    assert!(slower < 80.0, "what is faster has no room of its own: {slower}");
    assert!(faster > 400.0, "{faster}");
    assert!((200.0..280.0).contains(&both), "{both}");
}

#[test]
fn a_change_beyond_the_axis_is_an_arrow_at_its_edge() {
    let mut rows: Vec<Row> =
        (0..12).map(|index| unchanged(&format!("a/{index}"), [1e6, 1.003e6], 0.005).build()).collect();
    rows.push(improved("b/huge", [3.6e7, 1e6], 0.01).build());
    let svg = chart(&comparison(rows), "time-ratios");
    let marks = marks(&svg, "b/huge", "polygon", FASTER);
    assert_eq!(marks.len(), 1, "{marks:?}");
    assert_eq!(marks[0].extent(0)[0], 20.0, "its tip is at the left edge of the plot");
    assert!(written(&svg).iter().any(|text| text.words.starts_with("36.0x faster")), "{svg}");
}

#[test]
fn a_colour_and_its_mark_mean_one_thing_in_every_chart() {
    let svg = chart(&changed(23), "time-ratios");
    for (word, colour) in [("regressed", SLOWER), ("improved", FASTER)] {
        let entry = text(&svg, word);
        let beside = |shape: &Shape| {
            let [x, y] = shape.middle();
            (y - entry.y).abs() < 4.0 && x < entry.left && x > entry.left - 24.0
        };
        let marks: Vec<Shape> = shapes(&svg).into_iter().filter(beside).collect();
        assert!(marks.len() == 1 && marks[0].has_colour(colour), "{word}: {marks:?}");
    }
    let cache = models(&sizes(Dtype::F32), vec![]);
    for name in ["tokens-per-second", "allocation", "token-latency", "token-allocation", "samples"] {
        let svg = match name {
            "samples" => chart(&changed(23), name),
            _ => chart(&cache, name),
        };
        assert!(shapes(&svg).iter().any(|shape| shape.has_colour(CANDIDATE)), "{name}");
        assert!(!shapes(&svg).iter().any(|shape| shape.has_colour(SLOWER)), "{name}");
        for side in ["baseline: before", "candidate: after"] {
            text(&svg, side);
        }
    }
}

#[test]
fn amounts_are_dots_at_their_places() {
    let cache = models(&sizes(Dtype::F32), vec![]);
    let allocating = |index: u64, sizes| {
        unchanged(&format!("a/{index}"), [1e6, 1e6], 0.01).allocation(sizes, [1, 1]).build()
    };
    let sizes = [[1_000, 2_000], [4_000, 1_000], [3_000_000, 1_000_000]];
    let rows = (0..).zip(sizes).map(|(index, sizes)| allocating(index, sizes));
    let allocated = comparison(rows.collect());
    for (comparison, name) in [(&cache, "tokens-per-second"), (&allocated, "allocation")] {
        let svg = chart(comparison, name);
        let areas: Vec<Shape> = shapes(&svg).into_iter().filter(|shape| shape.kind == "rect").collect();
        assert!(areas.iter().all(|area| area.extent(0) == [20.0, 460.0]), "{name}: a bar: {areas:?}");
    }
    let svg = chart(&allocated, "allocation");
    let place = |row: u64| {
        let name = format!("a/{row}");
        let [baseline, candidate] = [("circle", "currentColor"), ("polygon", CANDIDATE)]
            .map(|(kind, colour)| marks(&svg, &name, kind, colour)[0].middle()[0]);
        Sides::new(baseline, candidate)
    };
    assert!((place(0).baseline - place(1).candidate).abs() <= 1.0, "equal amounts, equal places");
    // Twice as much is as far on a log axis wherever it is.
    let double = place(0).candidate - place(0).baseline;
    assert!((place(1).baseline - place(1).candidate - 2.0 * double).abs() <= 2.0, "{double}");
}

#[test]
fn nothing_allocated_has_a_place_of_its_own_on_a_log_axis() {
    let allocating = |name: &str, sizes| unchanged(name, [1e6, 1e6], 0.01).allocation(sizes, [1, 1]).build();
    let rows = vec![allocating("a/none", [1_000_000, 0]), allocating("a/some", [64, 128])];
    let svg = chart(&comparison(rows), "allocation");
    let none = marks(&svg, "a/none", "polygon", CANDIDATE)[0].middle()[0];
    let least = marks(&svg, "a/some", "circle", "currentColor")[0].middle()[0];
    assert!((text(&svg, "0 B").middle() - none).abs() <= 2.0);
    assert!(least - none >= 36.0, "{none} {least}");
}

#[test]
fn allocation_that_is_equal_is_a_sentence_and_no_dots() {
    let row = |index: u64, more: u64| {
        let sizes = [1024 * (index + 1), 1024 * (index + 1) + more];
        unchanged(&format!("a/{index}"), [1e6, 1e6], 0.01).allocation(sizes, [1, 1]).build()
    };
    let equal = comparison((0..13).map(|index| row(index, 0)).collect());
    let report = render(&equal, &reproduction());
    assert_eq!(find(&equal, "allocation"), None);
    assert!(!report.markdown.contains("allocation.svg"));
    assert!(report.markdown.contains("\n13 benchmarks allocate the same on both sides.\n"));
    let one = comparison((0..13).map(|index| row(index, if index == 5 { 4096 } else { 0 })).collect());
    let names: Vec<Written> =
        written(&chart(&one, "allocation")).into_iter().filter(|text| text.words.starts_with("a/")).collect();
    assert_eq!(names.len(), 1);
    assert_eq!(names[0].words, "a/5");
}

#[test]
fn an_allocation_of_equal_bytes_is_not_drawn_for_its_number() {
    let counted = unchanged("a/1", [1e6, 1e6], 0.01).allocation([4096, 4096], [1, 50]).build();
    assert_eq!(counted.allocation_verdict(), Some(Verdict::Regressed));
    assert_eq!(find(&comparison(vec![counted]), "allocation"), None);
}

/// Models of so many sizes in both types.
fn of_sizes(count: u64) -> Comparison {
    let size = |index: u64, dtype| {
        let names = ["Small", "Medium", "Large", "Huge"];
        Size::new(names[index as usize], 460_000 * 7u64.pow(index as u32), [2, 128 << index], dtype)
    };
    let sizes: Vec<Size> = [Dtype::F32, Dtype::F16]
        .into_iter()
        .flat_map(|dtype| (0..count).map(move |index| size(index, dtype)))
        .collect();
    models(&sizes, vec![])
}

#[test]
fn two_sizes_are_a_table_and_three_a_chart_with_numbers() {
    let two = of_sizes(2);
    assert_eq!(find(&two, "scaling"), None);
    let page = render(&two, &reproduction()).markdown;
    assert!(
        page.contains("## Scaling Analysis\n") && page.contains("| `Medium-f32` / `Small-f32` |"),
        "{page}"
    );
    let svg = chart(&of_sizes(3), "scaling");
    // Parameters of the three, where a phase has no FLOPs: its creation.
    for number in ["460 k", "3.22 M", "22.5 M"] {
        text(&svg, number);
    }
    for name in ["Small", "Medium", "Large", "f16", "f32"] {
        text(&svg, name);
    }
}

#[test]
fn operations_of_two_sizes_have_no_curve() {
    let rows = |sizes: &[u64]| {
        let row = |n: &u64| regressed(&format!("MatMul/{n}"), [1e6, 1.2e6], 0.1).work(matmul(*n)).build();
        comparison(sizes.iter().map(row).collect())
    };
    assert_eq!(find(&rows(&[64, 128]), "rates"), None);
    let svg = chart(&rows(&[64, 128, 256]), "rates");
    text(&svg, "GFLOP/s against FLOPs");
    text(&svg, "524 k");
}

#[test]
fn rates_have_the_intervals_of_their_changes() {
    let row = |n: u64| regressed(&format!("MatMul/{n}"), [1e6, 1.25e6], 0.2).work(matmul(n)).build();
    let one = row(256);
    let comparison = comparison(vec![row(64), row(128), one.clone()]);
    let svg = chart(&comparison, "rates");
    text(&svg, "95 % interval of the change");
    let rate = one.measure(Metric::Gflops).expect("a rate");
    let Change { point, low, high, .. } = rate.change.expect("a change");
    let baseline = rate.values().baseline.expect("a rate");
    let lines = shapes(&svg).into_iter().filter(|shape| {
        let [left, right] = shape.extent(0);
        shape.kind == "polyline" && shape.has_colour(CANDIDATE) && left == right
    });
    let longest = lines
        .map(|line| line.extent(1))
        .max_by(|first, second| (first[1] - first[0]).total_cmp(&(second[1] - second[0])));
    let [top, bottom] = longest.expect("an interval");
    // The axis is linear, from zero: a pixel is so much.
    let scale = |change: f64| baseline * (1.0 + change);
    let pixel = (scale(high) - scale(low)) / (bottom - top);
    let mark = marks_of_candidate(&svg).into_iter().map(|[_, y]| y).fold(f64::INFINITY, f64::min);
    assert!(
        ((bottom - mark) * pixel / (scale(point) - scale(low)) - 1.0).abs() < 0.05,
        "{top} {mark} {bottom}"
    );
}

/// The places of the candidate's marks, the legend's left out.
fn marks_of_candidate(svg: &str) -> Vec<[f64; 2]> {
    let legend = text(svg, "candidate: after").y;
    let marks =
        shapes(svg).into_iter().filter(|shape| shape.kind == "polygon" && shape.has_colour(CANDIDATE));
    marks.map(|mark| mark.middle()).filter(|[_, y]| *y > legend + 4.0).collect()
}

#[test]
fn tokens_have_the_intervals_of_their_changes() {
    let svg = chart(&models(&sizes(Dtype::F32), vec![]), "tokens-per-second");
    text(&svg, "95 % interval of the change");
}

#[test]
fn samples_have_a_section_of_their_own() {
    let report = render(&changed(23), &reproduction());
    let (before, after) = report.markdown.split_once("## Samples\n\n![").expect("a section");
    assert!(before.contains("## Top 10 Regressions") && after.contains("## Benchmarks"));
    assert!(!render(&comparison(vec![]), &reproduction()).markdown.contains("## Samples"));
}

#[test]
fn samples_beyond_the_axis_are_arrows_at_its_edge() {
    let mut row = regressed("a/1", [1e6, 1.2e6], 0.01).build();
    let calm = chart(&comparison(vec![row.clone()]), "samples");
    row.rounds.candidate[2].samples[3] = 9e6;
    let stray = chart(&comparison(vec![row]), "samples");
    let arrows = |svg: &str| {
        let marks = shapes(svg).into_iter();
        marks.filter(|shape| shape.kind == "polygon" && shape.has_colour(CANDIDATE)).count()
    };
    assert_eq!(arrows(&stray), 1 + arrows(&calm).min(1), "{stray}");
    let said = |svg: &str| {
        let mut words = written(svg).into_iter().map(|text| text.words);
        words.find(|words| words.ends_with("of 200 samples beyond the axis"))
    };
    assert_ne!(said(&calm), said(&stray));
}

#[test]
fn charts_of_any_number_of_rows_are_legible() {
    for rows in [1, 2, 23, 100] {
        let comparison = changed(rows);
        for chart in charts(&comparison) {
            assert_legible(&chart.svg);
        }
    }
    for chart in charts(&of_sizes(4)) {
        assert_legible(&chart.svg);
    }
    let names = ["a-baseline-with-a-long-name-of-its-own-2026", "another-one-with-a-long-name-2026"];
    let mut long = changed(23);
    for (side, name) in [&mut long.sides.baseline, &mut long.sides.candidate].into_iter().zip(names) {
        side.baseline.name = name.parse().expect("a name");
    }
    for chart in charts(&long) {
        assert_legible(&chart.svg);
    }
}
