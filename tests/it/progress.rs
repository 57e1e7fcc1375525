//! How far a measurement is, where there is no terminal: totals that hold from the start to the end.

use crate::labels::{run_in, workspace};
use crate::replay::{Replay, bench, benchmark};

/// The lines of a save in which a number of measurements is known: how many there were, and of how many.
fn totals(stderr: &str) -> Vec<(usize, usize)> {
    let counts = stderr.lines().filter_map(|line| {
        let (_, counts) = line.trim_start().strip_prefix("Measuring ")?.split_once(": ")?;
        let (measured, rest) = counts.split_once(" of about ")?;
        Some((measured.parse().expect("a number"), rest.split(' ').next()?.parse().expect("a number")))
    });
    counts.collect()
}

#[test]
fn extra_rounds_are_in_the_total_before_they_begin() {
    let replay = Replay::new();
    let row = |id, ns| format!("benchmark {id}\n{}end\n", benchmark(id, ns));
    let script =
        |ns| format!("greet 0.8.2\n{}{}group g\n", row("g|-|restless", ns), row("g|-|steady", 1000.0));
    // Two more rounds of the restless row (`save.rs` has the arithmetic).
    for (turn, ns) in [(1, 1100.0), (2, 1150.0), (3, 1006.0)] {
        replay.script(turn, &script(ns));
    }
    replay.script("default", &script(1000.0));
    let saved = replay.run(&["save", "a", "--rounds", "5"]).succeeds();
    let stderr = &saved.stderr;
    assert!(stderr.contains("Measuring 5 rounds, at most 10 of a benchmark"), "{stderr}");
    let totals = totals(stderr);
    let measured: Vec<usize> = totals.iter().map(|(measured, _)| *measured).collect();
    assert_eq!(measured, [2, 4, 6, 8, 10, 11], "{stderr}");
    assert!(
        totals.iter().all(|(_, all)| (10..=20).contains(all)),
        "never more than the user was told: {stderr}"
    );
    assert_eq!(totals[4..], [(10, 12), (11, 12)], "{stderr}");
    assert!(
        stderr.contains("round 6, 1 benchmark needs more rounds: 10 of about 12 measured, about "),
        "{stderr}"
    );
}

#[test]
fn without_extra_rounds_the_total_is_the_plan() {
    let replay = Replay::new();
    replay.script("default", &bench(&[("g|-|1", 1000.0), ("g|-|2", 1000.0)]));
    let saved = replay.run(&["save", "a", "--rounds", "3"]).succeeds();
    assert_eq!(totals(&saved.stderr), [(2, 6), (4, 6)], "{}", saved.stderr);
    let one = replay.run(&["save", "b", "--rounds", "1", "--max-rounds", "1"]).succeeds();
    assert!(one.stderr.contains("Measuring 1 round\n"), "{}", one.stderr);
}

/// A workspace may have hundreds of benches.
#[test]
fn every_bench_has_a_line_in_the_first_round_alone() {
    let replay = Replay::new();
    replay.script("default", &bench(&[("g|-|1", 1000.0)]));
    let saved =
        run_in(&workspace(), &replay, &["save", "a", "--rounds", "3", "--max-rounds", "3"]).succeeds();
    let begins = |line: &str| line.trim_start().starts_with("Measuring round ");
    let lines: Vec<&str> = saved.stderr.lines().filter(|line| begins(line)).collect();
    let places = [
        "1 of 3, bench p::player",
        "1 of 3, bench q::player",
        "2 of 3, bench p::player",
        "3 of 3, bench p::player",
    ];
    assert_eq!(lines.len(), places.len(), "{}", saved.stderr);
    assert!(lines.iter().zip(places).all(|(line, place)| line.contains(place)), "{}", saved.stderr);
}
