//! What a job on GitHub shows beside its log.

use std::fs;

use crate::replay::{Replay, Said, bench, said};

/// The comparison of a row that became slower, as a step of a job with this summary.
fn step(replay: &Replay, arguments: &[&str]) -> Said {
    replay.save("a", &bench(&[("g|-|1", 1000.0), ("g|-|2", 1000.0)]));
    replay.save("b", &bench(&[("g|-|1", 1300.0), ("g|-|2", 1000.0)]));
    let mut command = replay.command(&[&["diff", "a", "b"], arguments].concat());
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", replay.path("summary.md"));
    said(command.output().expect("starts"))
}

#[test]
fn a_step_has_a_summary_and_an_annotation_for_each_row_that_became_worse() {
    let replay = Replay::new();
    fs::write(replay.path("summary.md"), "# Of another command\n").expect("writes");
    let said = step(&replay, &["--gate", "--quiet"]);
    assert_eq!(said.code, Some(1), "{}", said.stderr);
    let annotations: Vec<&str> = said.stderr.lines().filter(|line| line.starts_with("::")).collect();
    assert_eq!(annotations.len(), 2, "{}", said.stderr);
    assert_eq!(annotations[1], "::error title=Gate::failed: 1 row slower");
    assert!(
        annotations[0].starts_with("::warning title=g/1%3A slower::1000 ns -> 1300 ns, +30.0 %25"),
        "{}",
        annotations[0]
    );
    let summary = fs::read_to_string(replay.path("summary.md")).expect("reads");
    assert!(summary.starts_with("# Of another command\n<!-- tensorprof -->\n"), "{summary}");
    assert!(summary.contains("| `g/1` | +30.0"), "{summary}");
}

#[test]
fn standard_output_stays_data() {
    let replay = Replay::new();
    let json = step(&replay, &["--format", "json"]).json();
    assert_eq!(json["rows"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_summary_that_cannot_be_written_is_a_warning() {
    let replay = Replay::new();
    fs::create_dir(replay.path("summary.md")).expect("makes a folder");
    let said = step(&replay, &["--gate"]);
    said.fails(1, "warning: cannot write the summary of the step to $GITHUB_STEP_SUMMARY: ");
}
