//! Reports of some rows: they never take the place of the report of all.

use std::fs;
use std::path::{Path, PathBuf};

use crate::replay::{Replay, Said, bench, benchmark, said};

/// Two baselines of two rows, and a target directory of their own.
fn two_baselines() -> (Replay, PathBuf) {
    let replay = Replay::new();
    for name in ["a", "b"] {
        replay.save(name, &bench(&[("g|-|one", 1000.0), ("g|-|two", 1000.0)]));
    }
    let target = replay.path("target");
    (replay, target)
}

fn diff(replay: &Replay, target: &Path, arguments: &[&str]) -> Said {
    let mut command = replay.command(&[&["diff", "a", "b"], arguments].concat());
    said(command.env("CARGO_TARGET_DIR", target).output().expect("starts"))
}

fn page(folder: &Path) -> String {
    fs::read_to_string(folder.join("report.md")).expect("is written")
}

#[test]
fn a_report_of_some_rows_has_a_folder_of_its_own() {
    let (replay, target) = two_baselines();
    let folder = target.join("tensorprof/a-b");
    diff(&replay, &target, &[]).succeeds();
    let whole = page(&folder);
    let some = diff(&replay, &target, &["--filter", "one"]).succeeds();
    assert!(some.stderr.contains("filtered"), "{}", some.stderr);
    assert_eq!(page(&folder), whole);
    assert!(page(&folder.join("filtered")).contains("diff a b --filter"));
    diff(&replay, &target, &["--filter", "two"]).succeeds();
    assert_eq!(page(&folder), whole);
}

#[test]
fn a_filter_that_matches_nothing_writes_nothing() {
    let (replay, target) = two_baselines();
    let nothing = "no benchmark of `a` or `b` matches `nothing`; `cargo tensorprof show NAME`";
    diff(&replay, &target, &["--filter", "nothing"]).fails(2, nothing);
    assert!(!target.join("tensorprof/a-b").exists());
    let nowhere = replay.path("out/of/nowhere");
    let output = ["--output", nowhere.to_str().expect("is UTF-8")];
    diff(&replay, &target, &[&output[..], &["--filter", "nothing"]].concat()).fails(2, nothing);
    assert!(!replay.path("out").exists(), "what was created for the report goes again");
    diff(&replay, &target, &output).succeeds();
    let before = page(&nowhere);
    diff(&replay, &target, &[&output[..], &["--filter", "nothing"]].concat()).fails(2, nothing);
    assert_eq!(page(&nowhere), before);
}

#[test]
fn a_filter_that_was_copied_with_the_name_of_its_bench_is_told_what_filters_match() {
    let (replay, target) = two_baselines();
    let told = "a filter matches ids, without the bench and the package that may stand before one with `::`";
    diff(&replay, &target, &["--filter", "replay::g/one"]).fails(2, told);
    for command in [&["show", "a", "replay::g/one"][..], &["history", "replay::g/one"]] {
        replay.run(command).fails(2, told);
    }
    replay.script("default", "greet 0.8.2\n");
    replay.run(&["save", "c", "replay::g/one"]).fails(2, told);
}

#[test]
fn a_measurement_of_nothing_leaves_no_folder() {
    let (replay, _) = two_baselines();
    replay.script("default", "greet 0.8.2\ngroup g\n");
    let folder = replay.path("report");
    let diff = ["diff", "a", "--filter", "nothing", "--output", folder.to_str().expect("is UTF-8")];
    replay.run(&diff).fails(2, "matches `nothing`");
    assert!(!folder.exists());
    fs::create_dir(&folder).expect("creates");
    replay.run(&diff).fails(2, "matches `nothing`");
    assert_eq!(fs::read_dir(&folder).expect("is the user's").count(), 0, "a mark is left");
}

/// What a baseline was measured of by a filter is measured again by another, and compared where both match.
#[test]
fn a_filter_that_matches_nothing_of_what_the_baseline_was_measured_of_measures_nothing() {
    let (replay, _) = two_baselines();
    replay.run(&["save", "some", "one"]).succeeds();
    let row = |id: &str| format!("benchmark {id}\n{}end\n", benchmark(id, 1000.0));
    replay.script("default", &format!("greet 0.8.2\n{}group g\n", ["g|-|one", "g|-|two"].map(row).concat()));
    let (calls, folder) = (replay.calls().len(), replay.path("report"));
    let output = ["--output", folder.to_str().expect("is UTF-8")];
    replay
        .run(&[&["diff", "some", "--filter", "two", "--save", "new"], &output[..]].concat())
        .fails(2, "no benchmark of replay matches `two` and `one`, the filter of the baseline");
    let calls = replay.calls().split_off(calls);
    assert!(calls.len() == 1 && calls[0].ends_with(" x^"), "more than listed: {calls:?}");
    assert!(!replay.baseline("new").exists() && !folder.exists());
}
