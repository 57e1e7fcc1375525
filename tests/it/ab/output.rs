//! What becomes of a comparison: forms, baselines, exit codes.

use std::fs;

use super::contest::{Contest, row_of, rows, verdict};

/// One row slower and one as before.
fn slower() -> Contest {
    let contest = Contest::new(&rows(&[("g|-|1", 1000.0), ("g|-|2", 1000.0)]));
    contest.plays(&rows(&[("g|-|1", 1300.0), ("g|-|2", 1000.0)]));
    contest
}

#[test]
fn saved_sides_give_the_same_verdicts_offline() {
    let contest = slower();
    let measured = contest.json(&["HEAD", "--null", "--save", "old", "new"]);
    let calls = contest.calls().len();
    let again = contest.run(&["diff", "old", "new", "--format", "json"]).succeeds().json();
    assert_eq!(contest.calls().len(), calls);
    for key in ["measured", "null_arm", "rows", "summary", "options"] {
        assert_eq!(again[key], measured[key], "{key}");
    }
    assert_eq!((verdict(&again, "g/1"), verdict(&again, "g/2")), ("regressed", "unchanged"));
    assert_eq!(again["measured"], "head-to-head");
    assert_eq!(again["null_arm"], serde_json::json!({ "rows": 2, "changed": 0 }));
    assert!(row_of(&again, "g/1")["time"]["blocks"].is_u64());
    let names = contest.run(&["list", "--format", "json"]).succeeds().json();
    assert_eq!(names["baselines"].as_array().map(Vec::len), Some(2), "{names}");
}

#[test]
fn sides_that_were_renamed_or_copied_find_each_other() {
    let contest = slower();
    let measured = contest.json(&["HEAD", "--save", "old", "new"]);
    contest.run(&["mv", "old", "older"]).succeeds();
    contest.run(&["cp", "new", "newer"]).succeeds();
    let again = contest.run(&["diff", "older", "newer", "--format", "json"]).succeeds().json();
    for key in ["measured", "null_arm", "rows", "summary"] {
        assert_eq!(again[key], measured[key], "{key}");
    }
    let copies = contest.run(&["diff", "new", "newer", "--format", "json"]).succeeds().json();
    assert_ne!(copies["measured"], "head-to-head", "a baseline has no pairs with its copy");
}

#[test]
fn names_that_are_taken_are_refused_before_anything_is_built() {
    let contest = slower();
    contest.json(&["HEAD", "--save", "old", "new"]);
    let before = contest.state();
    let said = contest.ab(&["HEAD", "--save", "other", "new"]);
    said.fails(2, "`new`");
    assert!(!said.stderr.contains("Building"), "{}", said.stderr);
    assert_eq!(contest.state(), before);
}

#[test]
fn every_form_says_that_it_was_measured_in_turn() {
    let contest = slower();
    contest.json(&["HEAD", "--save", "old", "new"]);
    for (format, words) in [
        ("table", "Identical code judged changed: 0 of 1"),
        ("markdown", "head to head"),
        ("comment", "<!-- tensorprof -->"),
        ("csv", "g/1,g/1,replay,replay,g,,1,time,ns,"),
        ("json", "\"measured\": \"head-to-head\""),
    ] {
        let live = contest.ab(&["HEAD", "--format", format]).succeeds();
        assert!(live.stdout.contains(words), "{}", live.stdout);
        let stored = contest.run(&["diff", "old", "new", "--format", format]).succeeds();
        assert!(stored.stdout.contains(words), "{}", stored.stdout);
    }
    let report = contest.path("report");
    contest.ab(&["HEAD", "--output", report.to_str().expect("is UTF-8")]).succeeds();
    let page = fs::read_to_string(report.join("report.md")).expect("is written");
    assert!(page.contains(" ab HEAD --output "), "the command that repeats it: {page}");
    assert!(report.join("report.json").exists());
}

#[test]
fn the_gate_of_ab_is_that_of_diff() {
    let contest = slower();
    contest.ab(&["HEAD"]).succeeds();
    contest.ab(&["HEAD", "--gate"]).fails(1, "Gate");
    contest.ab(&["HEAD", "--gate", "--filter", "g/2"]).succeeds();
    contest.ab(&["HEAD", "--gate", "--threshold", "40"]).succeeds();
    contest.plays(&rows(&[("g|-|1", 1000.0)]));
    contest.ab(&["HEAD", "--gate", "--benches", "own"]).fails(3, "Gate");
}
