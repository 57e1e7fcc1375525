//! A suite that several jobs share: `save --partition`, and `merge`.

use std::fs;

use crate::replay::{Replay, benchmark};

const ALL: [&str; 5] = ["g|-|1", "g|-|2", "g|-|3", "h|-|1", "h|-|2"];

/// A bench of all benchmarks, which measures those that it is asked for.
fn suite() -> Replay {
    let replay = Replay::new();
    replay.script("default", &script());
    replay
}

fn script() -> String {
    let timed = ALL.into_iter().zip((1..).map(|index| f64::from(index) * 1000.0));
    let rows = timed.map(|(id, ns)| format!("benchmark {id}\n{}end\n", benchmark(id, ns)));
    format!("greet 0.8.2\n{}group g\n", rows.collect::<String>())
}

fn rows(replay: &Replay, name: &str) -> Vec<String> {
    let json = replay.run(&["show", name, "--format", "json"]).succeeds().json();
    let rows = json["rows"].as_array().expect("rows");
    rows.iter().map(|row| row["label"].as_str().expect("a label").to_owned()).collect()
}

#[test]
fn parts_share_the_benchmarks_and_are_merged_to_the_whole() {
    let replay = suite();
    replay.run(&["save", "whole"]).succeeds();
    for part in ["1", "2"] {
        replay.run(&["save", &format!("part-{part}"), "--partition", &format!("{part}/2")]).succeeds();
    }
    assert_eq!(rows(&replay, "part-1"), ["g/1", "g/3", "h/2"]);
    assert_eq!(rows(&replay, "part-2"), ["g/2", "h/1"]);
    let said = replay.run(&["merge", "merged", "part-2", "part-1"]).succeeds();
    assert!(said.stderr.contains("Saved 5 benchmarks"), "{}", said.stderr);
    assert_eq!(rows(&replay, "merged"), rows(&replay, "whole"));
    let diff = replay.run(&["diff", "whole", "merged", "--gate"]).succeeds();
    assert!(diff.stdout.contains("0 of 5 benchmarks regressed"), "{}", diff.stdout);
}

#[test]
fn a_part_has_only_its_own_benchmarks_measured() {
    let replay = suite();
    replay.run(&["save", "part", "--partition", "2/2", "--rounds", "2"]).succeeds();
    let calls = replay.calls();
    let measuring: Vec<&String> = calls.iter().filter(|call| call.contains("^(?:")).collect();
    assert!(measuring.len() >= 2, "{calls:?}");
    for call in measuring {
        assert!(call.contains("^(?:g/2|h/1)$"), "{call}");
    }
}

#[test]
fn rows_of_other_parts_are_not_removed() {
    let replay = suite();
    replay.run(&["save", "whole"]).succeeds();
    replay.run(&["save", "part", "--partition", "1/2"]).succeeds();
    replay
        .run(&["save", "part", "g/1", "--append"])
        .fails(2, "cannot append some benchmarks to baseline `part`, which is part 1/2 of all");
    let diff = replay.run(&["diff", "whole", "part", "--format", "json"]);
    let json = diff.json();
    let of = |label: &str| {
        let rows = json["rows"].as_array().expect("rows");
        let row = rows.iter().find(|row| row["label"] == label).expect("a row");
        row["verdict"].as_str().expect("a verdict").to_owned()
    };
    assert_eq!([of("g/1"), of("g/2")], ["unchanged", "not-measured"]);
}

#[test]
fn what_is_no_whole_is_refused_and_nothing_is_written() {
    let replay = suite();
    for part in ["1", "3"] {
        replay.run(&["save", &format!("part-{part}"), "--partition", &format!("{part}/3")]).succeeds();
    }
    replay.run(&["save", "whole"]).succeeds();
    let merged = |parts: &[&str]| replay.run(&[&["merge", "all"], parts].concat());
    merged(&["part-1", "part-3"]).fails(2, "cannot merge into baseline `all`: a part is missing: 2/3");
    merged(&["part-1", "whole"]).fails(2, "`whole` is no part: it was saved without `--partition`");
    merged(&["part-1", "part-1", "part-3"]).fails(2, "are both part 1/3");
    merged(&["part-1", "part-9"]).fails(2, "part-9");
    assert!(!replay.baseline("all").exists());
    let file = replay.baseline("part-2");
    replay.run(&["save", "part-2", "--partition", "2/3"]).succeeds();
    let other = fs::read_to_string(&file).expect("reads").replace("\ncpu = \"", "\ncpu = \"Another ");
    fs::write(&file, other).expect("writes");
    merged(&["part-1", "part-2", "part-3"])
        .fails(2, "was measured differently from the parts before it: CPU");
}

#[test]
fn more_parts_than_benchmarks_and_words_that_are_no_part_are_refused() {
    let replay = suite();
    replay.run(&["save", "a", "--partition", "6/9"]).fails(2, "there are only 5 benchmarks; use fewer parts");
    replay.run(&["save", "a", "--partition", "3/2"]).fails(2, "there is no part 3/2");
    replay.run(&["save", "a", "--partition", "half"]).fails(2, "not a part such as `2/3`");
    assert!(!replay.baseline("a").exists());
}

#[test]
fn a_part_replaces_no_whole() {
    let replay = suite();
    replay.run(&["save", "main"]).succeeds();
    let before = fs::read(replay.baseline("main")).expect("reads");
    let said = replay.run(&["save", "main", "--force", "--partition", "1/2"]);
    said.fails(2, "part 1/2 cannot replace baseline `main`, which has benchmarks of other parts");
    assert_eq!(fs::read(replay.baseline("main")).expect("reads"), before);
}

#[test]
fn a_part_is_measured_again_as_that_part() {
    let replay = suite();
    replay.run(&["save", "part", "--partition", "2/2"]).succeeds();
    replay.run(&["save", "part", "--append"]).succeeds();
    assert_eq!(rows(&replay, "part"), ["g/2", "h/1"]);
    let diff = replay.run(&["diff", "part", "--gate"]).succeeds();
    assert!(diff.stdout.contains("0 of 2 benchmarks regressed"), "{}", diff.stdout);
    replay.run(&["save", "part", "--append", "--partition", "1/2"]).fails(2, "part (2/2 before, 1/2 now)");
}

#[test]
fn a_part_is_not_appended_to_by_a_filter_and_a_filter_shows_rows_of_it() {
    let replay = suite();
    replay.run(&["save", "part", "--partition", "1/2"]).succeeds();
    replay.run(&["save", "part", "--append", "h/"]).fails(2, "which is part 1/2 of all");
    let diff = replay.run(&["diff", "part", "--filter", "h/", "--format", "json"]).succeeds().json();
    let labels: Vec<&str> =
        diff["rows"].as_array().expect("rows").iter().filter_map(|row| row["label"].as_str()).collect();
    assert_eq!(labels, ["h/2"]);
    assert_eq!(diff["rows"][0]["verdict"], "unchanged");
}

#[test]
fn what_was_not_measured_again_is_not_replaced() {
    let replay = suite();
    replay.run(&["save", "part", "--partition", "1/2"]).succeeds();
    replay.run(&["save", "part", "--force", "g/"]).fails(2, "leaves it out");
}
