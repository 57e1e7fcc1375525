//! The file that a person reads in a review, and FORMAT.md that explains it.

use snapbox::{assert_data_eq, file};

use super::{TempStore, example, named};
use crate::inference::Model;
use crate::model::{Baseline, Benchmark, Round};
use crate::store::format::{parse, render};

#[test]
fn a_baseline_looks_like_this() {
    assert_data_eq!(render(&example()).expect("a file"), file!["../../../tests/golden/baseline.toml"].raw());
}

#[test]
fn the_specification_shows_a_file_that_this_tool_writes() {
    let specification = include_str!("../../../FORMAT.md");
    let shown = specification.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next());
    assert_data_eq!(shown.expect("an example").to_owned(), render(&example()).expect("a file"));
}

#[test]
fn the_specification_names_every_key_of_the_example() {
    let specification = include_str!("../../../FORMAT.md");
    let text = render(&example()).expect("a file");
    let keys = text.lines().filter_map(|line| line.split_once(" = ").map(|(key, _)| key));
    for key in keys.filter(|key| !key.starts_with("RAYON")) {
        assert!(specification.contains(&format!("`{key}`")), "FORMAT.md does not explain `{key}`");
    }
}

#[test]
fn a_round_is_one_line_of_each_kind_of_time() {
    let text = render(&example()).expect("a file");
    let lines = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!(["samples = [", "probes = [", "contention = [", "steps = [["].map(lines), [4, 2, 2, 1]);
}

#[test]
fn one_more_round_is_one_block_of_added_lines() {
    let before = example();
    let mut after = before.clone();
    after.benchmarks[1].rounds.push(Round {
        session: 1,
        samples: vec![1.0],
        probes: vec![2.0],
        contention: vec![],
        steps: vec![],
        ..Round::default()
    });
    let (before, after) = (render(&before).expect("a file"), render(&after).expect("a file"));
    let block = "\n[[benchmark.round]]\nsession = 1\nsamples = [1]\nprobes = [2]\n";
    assert_eq!(after.replacen(block, "", 1), before);
}

#[test]
fn models_and_benchmarks_are_sorted_whatever_their_order() {
    let mut baseline = example();
    baseline.models.push(Model { name: "Large-f32".to_owned(), ..baseline.models[0].clone() });
    let text = render(&baseline).expect("a file");
    assert!(text.find("name = \"Large-f32\"") < text.find("name = \"Tiny-f32\""), "{text}");
    baseline.models.reverse();
    baseline.benchmarks.reverse();
    assert_eq!(render(&baseline), Ok(text));
}

#[test]
fn the_file_of_a_suite_is_small() {
    let round = |seed: usize| Round {
        samples: (0..20).map(|step| 123_456.7 + (seed * 31 + step * 17) as f64).collect(),
        probes: (0..20).map(|step| 101_234.5 + (seed * 7 + step) as f64).collect(),
        contention: (0..20).map(|step| 41_234.5 + (seed * 7 + step) as f64).collect(),
        ..Round::default()
    };
    let matmul = example().benchmarks[1].clone();
    let row = |row: usize| {
        let mut benchmark = Benchmark { rounds: (0..5).map(round).collect(), ..matmul.clone() };
        benchmark.id.criterion.parameter = Some(format!("{row}x{row}"));
        benchmark
    };
    let suite = Baseline { benchmarks: (0..23).map(row).collect(), ..example() };
    let bytes = render(&suite).expect("a file").len();
    assert!((30_000..70_000).contains(&bytes), "{bytes} bytes for 23 rows of 5 rounds of 20 samples");
}

#[test]
fn the_name_of_the_file_wins() {
    let temp = TempStore::new();
    temp.put("copy", render(&example()).expect("a file"));
    let loaded = temp.store.load(&named("copy")).expect("a baseline");
    assert_eq!(loaded.baseline.name, named("copy"));
}

#[test]
fn unknown_keys_are_ignored() {
    let text = render(&example()).expect("a file");
    let plain = parse(&text, &named("main")).expect("a baseline");
    let extended = text
        .replace("[settings]", "comment = 'by hand'\n\n[settings]\npriority = 3")
        .replace("[benchmark.work]", "[benchmark.power]\njoules = 0.5\n\n[benchmark.work]\nwatts = 1")
        .replace("[end]", "[[extra]]\nx = [1, 2]\n\n[end]");
    assert_ne!(extended, text);
    assert_eq!(parse(&extended, &named("main")), Ok(plain));
}

#[test]
fn lines_may_end_as_on_windows_and_begin_with_comments() {
    let text = render(&example()).expect("a file");
    let plain = parse(&text, &named("main"));
    let edited = format!("# checked by hand\n\n{text}").replace('\n', "\r\n");
    assert_eq!(parse(&edited, &named("main")), plain);
}
