//! What leaderboards look like. `SNAPSHOTS=overwrite cargo test` refreshes the golden files; then
//! look at them.

use std::rc::Rc;

use snapbox::assert_data_eq;

use super::{csv, page, table};
use crate::compare::fixtures::{baseline, benchmark, probed, row};
use crate::compare::{By, Leaderboard, Options, Rule, Sides, compare};
use crate::inference::Phase;
use crate::model::{Baseline, Benchmark, Inference};
use crate::report::fixture::RowBuilder;
use crate::report::terminal::View;
use crate::report::tests::{golden, plain};

/// A benchmark of that path in twelve rounds near `ns`, whose spread is that share of it.
fn timed(path: &str, ns: f64, spread: f64) -> Benchmark {
    let id = RowBuilder::new(path).build().id;
    let near = |round: u32| ns * (1.0 + spread * (f64::from(round * 7 % 12) / 6.0 - 1.0));
    benchmark(id, probed(row("", &(0..12).map(near).collect::<Vec<_>>())).rounds)
}

fn board(sides: &[Baseline], options: &Options) -> Leaderboard {
    Leaderboard::of(sides.len() - 1, |Sides { baseline, candidate }| {
        Rc::new(compare(&sides[baseline], &sides[candidate], options))
    })
}

/// A reference and three others: one faster and slower by turns, one that failed and lacks rows,
/// one of another profile.
fn four() -> Vec<Baseline> {
    let rows = |scale: [f64; 4]| {
        vec![
            timed("GELU/10000", 31_000.0 * scale[0], 0.01),
            timed("GELU/1000000", 3_205_000.0 * scale[1], 0.01),
            timed("MatMul/f32/512x512", 6_114_000.0 * scale[2], 0.002),
            timed("a_group_with_a_rather_long_name/sequence=2048,dim=64", 4.2e9 * scale[3], 0.05),
        ]
    };
    let main = baseline("main", rows([1.0; 4]));
    let simd = baseline("simd-of-the-second-kind", rows([0.4, 0.41, 1.2, 1.0]));
    let mut partial = baseline("partial", rows([1.0, 1.0, 0.997, 0.9]));
    partial.benchmarks.remove(0);
    partial.benchmarks[0].rounds.clear();
    partial.benchmarks[0].failure = Some("panicked at benches/ops.rs:12:\nindex out of bounds".to_owned());
    partial.benchmarks.insert(0, timed("Conv/3x3", 12_000.0, 0.01));
    let mut debug = baseline("debug", rows([40.0; 4]));
    debug.environment.build.profile = "dev".to_owned();
    vec![main, simd, partial, debug]
}

fn shown(board: &Leaderboard, by: By, width: usize) -> String {
    plain(&table(board, by, View { width: Some(width), all: false, has_report: false }))
}

#[test]
fn baselines_side_by_side() {
    let board = board(&four(), &Options::default());
    for width in [80, 120] {
        assert_data_eq!(shown(&board, By::Row, width), golden(&format!("leaderboard/rows-{width}.txt")));
    }
    assert_data_eq!(shown(&board, By::Family, 120), golden("leaderboard/families-120.txt"));
    assert_data_eq!(page(&board, By::Row), golden("leaderboard/rows.md"));
    assert_data_eq!(page(&board, By::Family), golden("leaderboard/families.md"));
}

#[test]
fn tables_are_as_narrow_as_their_terminal_and_say_everything() {
    let mut sides = four();
    let second = sides[1].clone();
    sides.extend((0..8).map(|number| Baseline {
        name: format!("release-2026-{number:02}").parse().expect("a name"),
        ..second.clone()
    }));
    let board = board(&sides, &Options::default());
    for width in [80, 100, 160, 240] {
        let shown = shown(&board, By::Row, width);
        let tables = shown.split("\n\n(").next().unwrap_or_default();
        let widest = tables.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(width), "{widest:?} of {width}: {tables}");
        for side in &sides {
            let name = crate::model::elide(side.name.as_str(), 20);
            assert!(tables.contains(&name), "{name} is not in {tables}");
        }
        let intervals =
            tables.lines().filter(|line| line.starts_with("GELU/10000 ")).flat_map(|line| line.split('['));
        assert_eq!(intervals.count(), 9 + tables.matches("\nGELU/10000 ").count(), "at {width}: {tables}");
    }
}

#[test]
fn under_the_point_rule_there_are_no_intervals() {
    let options = Options { rule: Rule::Point, ..Options::default() };
    let board = board(&four()[..2], &options);
    let shown = shown(&board, By::Row, 120);
    assert!(!shown.contains('[') && shown.contains("Point estimates without a noise model"), "{shown}");
    assert!(csv(&board, By::Row).contains(",improved,true,"), "{}", csv(&board, By::Row));
}

#[test]
fn of_a_family_in_which_verdicts_differ_two_are_counted() {
    let side = |name: &str, times: [f64; 4]| {
        let sized = |(size, ns): (&str, f64)| timed(&format!("MatMul/{size}"), ns, 0.001);
        baseline(name, ["1", "2", "3", "4"].into_iter().zip(times).map(sized).collect())
    };
    let other = side("b", [5e2, 2e3, 1e3, 1.0]);
    let other = Baseline { benchmarks: other.benchmarks[..3].to_vec(), ..other };
    let board = board(&[side("a", [1e3; 4]), other], &Options::default());
    let table = shown(&board, By::Family, 120);
    assert!(table.contains("1 regressed, 1 improved, 2 others"), "{table}");
    let csv = csv(&board, By::Family);
    assert!(csv.contains("\"1 regressed, 1 improved, 1 unchanged, 1 removed\""), "{csv}");
}

#[test]
fn what_no_family_holds_is_said() {
    let of_model = |name: &str, ns: f64| {
        let inference = Inference { model: "m".to_owned(), phase: Phase::Creation };
        let model = Benchmark { inference: Some(inference), ..timed("Model/creation", ns, 0.01) };
        baseline(name, vec![timed("Add/1", 1e3, 0.01), model])
    };
    let board = board(&[of_model("a", 1e3), of_model("b", 2e3)], &Options::default());
    let families = shown(&board, By::Family, 120);
    assert!(families.contains("A benchmark of a model is in no family."), "{families}");
    assert!(!shown(&board, By::Row, 120).contains("no family"));
}

#[test]
fn nothing_is_shown_of_nothing() {
    let alone = board(&four()[..1], &Options::default());
    assert_eq!(page(&alone, By::Row), "");
    let empty = board(&[baseline("a", vec![]), baseline("b", vec![])], &Options::default());
    assert!(empty.is_empty());
    assert!(page(&empty, By::Row).contains("Neither side holds a benchmark"), "{}", page(&empty, By::Row));
}
