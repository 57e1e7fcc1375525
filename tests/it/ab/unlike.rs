//! Sides that do not have the same benchmarks, or not in the same way.

use super::contest::{Contest, bench, halves, row, rows, verdict};
use crate::replay::plain_benchmark;

/// A row of a bench that never heard of this tool.
fn plain_row(id: &str, ns: f64) -> String {
    let [begin, rest] = halves(&plain_benchmark(id, ns));
    format!("benchmark {id}\n{begin}{rest}end\n")
}

#[test]
fn rows_of_one_side_are_measured_alone_and_reported() {
    let contest = Contest::new(&rows(&[("g|-|both", 1000.0), ("g|-|old", 1000.0)]));
    contest.plays(&rows(&[("g|-|both", 1200.0), ("g|-|new", 1000.0)]));
    let diff = contest.json(&["HEAD"]);
    assert_eq!(verdict(&diff, "g/both"), "regressed");
    assert_eq!((verdict(&diff, "g/old"), verdict(&diff, "g/new")), ("removed", "added"));
}

#[test]
fn sides_without_a_common_row_cannot_be_judged() {
    let contest = Contest::new(&rows(&[("g|-|old", 1000.0)]));
    contest.plays(&rows(&[("g|-|new", 1000.0)]));
    let said = contest.ab(&["HEAD", "--format", "json"]);
    said.fails(3, "");
    assert_eq!((verdict(&said.json(), "g/old"), verdict(&said.json(), "g/new")), ("removed", "added"));
}

#[test]
fn another_order_of_the_benchmarks_does_not_matter() {
    let contest = Contest::new(&rows(&[("g|-|1", 1000.0), ("g|-|2", 1000.0), ("g|-|3", 1000.0)]));
    contest.plays(&rows(&[("g|-|3", 1000.0), ("g|-|1", 1200.0), ("g|-|2", 800.0)]));
    let diff = contest.json(&["HEAD"]);
    let verdicts = ["g/1", "g/2", "g/3"].map(|id| verdict(&diff, id));
    assert_eq!(verdicts, ["regressed", "improved", "unchanged"]);
}

#[test]
fn other_numbers_of_samples_and_durations_do_not_matter() {
    let contest = Contest::new(&rows(&[("g|-|1", 1000.0), ("g|-|2", 1000.0)]));
    let many = row("g|-|1", 1200.0).replace("turns 2", "compute 5\nturns 40");
    contest.plays(&bench([many, row("g|-|2", 1000.0)]));
    let diff = contest.json(&["HEAD"]);
    assert_eq!((verdict(&diff, "g/1"), verdict(&diff, "g/2")), ("regressed", "unchanged"));
}

#[test]
fn benches_that_never_heard_of_this_tool_are_compared_too() {
    let contest = Contest::new(&bench([plain_row("g|-|1", 1000.0), plain_row("g|-|2", 1000.0)]));
    contest.plays(&bench([plain_row("g|-|1", 4000.0), plain_row("g|-|2", 1000.0)]));
    let diff = contest.json(&["HEAD"]);
    // Probes are the runner's, of the machine that the test runs on: a change by as much is one under contention too.
    assert_eq!(verdict(&diff, "g/1"), "regressed");
    assert_eq!(diff["measured"], "head-to-head");
}

#[test]
fn each_side_can_run_its_own_benches() {
    let contest = Contest::new(&rows(&[("g|-|1", 1000.0)]));
    let bench = std::fs::read_to_string(contest.path("repository/benches/replay.rs")).expect("is there");
    contest.write("benches/replay.rs", &bench.replace("replay::SCRIPT", "replay::SCRIPT.trim_start()"));
    contest.plays(&rows(&[("g|-|1", 1200.0)]));
    let said = contest.ab(&["HEAD", "--format", "json"]).succeeds();
    assert!(said.stderr.contains("both sides run the candidate's benches"), "{}", said.stderr);
    let said = contest.ab(&["HEAD", "--benches", "own", "--format", "json"]).succeeds();
    assert!(!said.stderr.contains("candidate's benches"), "{}", said.stderr);
    assert_eq!(verdict(&said.json(), "g/1"), "regressed");
}
