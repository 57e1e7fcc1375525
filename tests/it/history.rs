//! `history`: change points over saved baselines.

use std::fs;

use crate::replay::{Replay, bench};

/// Times of a row over six baselines `b1` to `b6`: it slows down by 10 % in `b4`. Another row stays.
const TIMES: [f64; 6] = [10_000.0, 10_010.0, 9_990.0, 11_000.0, 11_010.0, 10_990.0];

fn six() -> Replay {
    let replay = Replay::new();
    for (index, ns) in TIMES.into_iter().enumerate() {
        replay.script("default", &bench(&[("MatMul|-|64", ns), ("GELU|-|1000", 5_000.0)]));
        replay.run(&["save", &format!("b{}", index + 1), "--rounds", "3"]).succeeds();
    }
    replay
}

/// The change points of a row in a JSON history: from, to, direction.
fn changes(history: &serde_json::Value, id: &str) -> Vec<[String; 3]> {
    let rows = history["rows"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("no row {id} in {history}"));
    let text = |change: &serde_json::Value| {
        ["from", "to", "direction"].map(|key| change[key].as_str().expect("is text").to_owned())
    };
    row["changes"].as_array().expect("changes").iter().map(text).collect()
}

#[test]
fn a_planted_slowdown_is_found_where_it_is() {
    let replay = six();
    let history = replay.run(&["history", "--format", "json"]).succeeds().json();
    assert_eq!(history["format"], "tensorprof-history");
    assert_eq!(changes(&history, "MatMul/64"), [["b3", "b4", "slower"]]);
    assert_eq!(changes(&history, "GELU/1000"), [[""; 3]; 0]);
    let table = replay.run(&["history"]).succeeds().stdout;
    let line = table.lines().find(|line| line.starts_with("b4")).expect("a line of b4");
    assert!(
        table.contains("MatMul/64") && table.contains("1 change point in 2 benchmarks over 6 baselines."),
        "{table}"
    );
    assert!(!line.contains('['), "GELU comes first and stays: {line}");
    let found: Vec<&str> = table.lines().filter(|line| line.contains(" % [")).collect();
    assert_eq!(found.iter().map(|line| &line[..2]).collect::<Vec<_>>(), ["b4", "Ma"], "{table}");
    assert!(found.iter().all(|line| line.contains("  +10.") && !line.contains("slower")), "{table}");
    let uncontended = replay.run(&["history", "--threshold", "20", "--format", "json"]).succeeds().json();
    assert_eq!(changes(&uncontended, "MatMul/64"), [[""; 3]; 0]);
}

#[test]
fn a_filter_chooses_rows_and_last_chooses_baselines() {
    let replay = six();
    let filtered = replay.run(&["history", "^MatMul", "--last", "3"]).succeeds().stdout;
    let shows = |baseline: &str| filtered.lines().any(|line| line.starts_with(baseline));
    assert!(!filtered.contains("GELU") && !shows("b3") && shows("b4"), "{filtered}");
    assert!(filtered.contains("No change point in 1 benchmark over 3 baselines."), "{filtered}");
    replay.run(&["history", "Softmax"]).fails(2, "`Softmax`");
    replay.run(&["history", "["]).fails(2, "regular expression");
    replay.run(&["history", "--last", "0"]).fails(2, "--last");
}

#[test]
fn baselines_are_chosen_by_name_and_pattern() {
    let replay = six();
    fs::write(replay.baseline("broken"), "format = 1\n").expect("writes");
    let chosen = replay.run(&["history", "--only", "b1,b[4]"]);
    chosen.fails(2, "`b[4]` is not a baseline name");
    let chosen = replay.run(&["history", "--only", "b1,b4", "--only", "*6", "--last", "2"]).succeeds().stdout;
    // A hash may hold `b1`, too.
    let has_row = |name: &str| chosen.lines().any(|line| line.starts_with(name));
    assert!(chosen.contains("over 2 baselines.") && !has_row("b1") && has_row("b6"), "{chosen}");
    let all = replay.run(&["history", "--only", "b?"]);
    all.fails(2, "`b?` is not a baseline name");
    replay.run(&["history", "--only", "b*,c*"]).fails(2, "`c*` matches no baseline; saved: b1, b2,");
}

#[test]
fn the_report_lies_in_its_folder_and_is_the_same_each_time() {
    let replay = six();
    let folder = replay.path("report");
    let output = folder.to_str().expect("is UTF-8");
    let page = replay.run(&["history", "--format", "markdown", "--output", output]).succeeds().stdout;
    let read =
        |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(read("history.md"), page);
    assert!(page.contains("](history.svg)"), "{page}");
    let chart = read("history.svg");
    replay.run(&["history", "--output", output]).succeeds();
    assert_eq!([read("history.md"), read("history.svg")], [page, chart]);
}

#[test]
fn other_threads_break_the_line() {
    let replay = Replay::new();
    for (name, ns, threads) in [("a", 10_000.0, "1"), ("b", 10_000.0, "1"), ("c", 5_000.0, "2")] {
        replay.script("default", &bench(&[("g|-|1", ns)]));
        replay.run(&["save", name, "--threads", threads, "--rounds", "3"]).succeeds();
    }
    let history = replay.run(&["history", "--format", "json"]).succeeds().json();
    assert_eq!(changes(&history, "g/1"), [[""; 3]; 0]);
    let breaks = &history["rows"][0]["breaks"];
    assert_eq!((&breaks[0]["before"], &breaks[0]["facts"][0]), (&"c".into(), &"threads".into()), "{breaks}");
    let table = replay.run(&["history"]).succeeds().stdout;
    assert!(
        table.lines().any(|line| line.starts_with("--") && line.ends_with("The thread variables differ")),
        "{table}"
    );
}

#[test]
fn without_baselines_it_says_how_to_save_one() {
    Replay::new().run(&["history"]).fails(2, "cargo tensorprof save NAME");
}

#[test]
fn a_damaged_baseline_is_named_and_hides_no_other() {
    let replay = six();
    fs::write(replay.baseline("b2"), "format = 1\n").expect("writes");
    let said = replay.run(&["history"]);
    said.fails(2, "b2.toml");
    assert!(said.stdout.contains("over 5 baselines."), "{}", said.stdout);
}
