//! What a bench that breaks does not come to, and what nobody asked for: measured all the same, or named as not measured.

use std::fs;

use crate::replay::{Replay, Said, benchmark};

/// A benchmark of a bench that takes filters.
fn row(id: &str, plays: &str) -> String {
    format!("benchmark {id}\n{plays}\nend\n")
}

fn sound(id: &str) -> String {
    row(id, benchmark(id, 1000.0).trim_end())
}

/// A bench of three benchmarks, of which the second does this.
fn with_second(plays: &str) -> String {
    let rows = [sound("g|-|before"), row("g|-|second", plays), sound("g|-|after")];
    format!("greet 0.8.2\n{}group g\n", rows.concat())
}

fn text(replay: &Replay, name: &str) -> String {
    fs::read_to_string(replay.baseline(name)).expect("is saved")
}

fn row_of(said: &Said, id: &str) -> serde_json::Value {
    let json = said.json();
    let rows = json["rows"].as_array().expect("rows").clone();
    rows.into_iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("no row {id}: {json}"))
}

/// Saves `all` from a bench that is sound, and `a` from one whose second benchmark breaks like this.
fn saved(breaks: &str) -> (Replay, Said) {
    let replay = Replay::new();
    replay.save("all", &with_second(benchmark("g|-|second", 1000.0).trim_end()));
    let calls = replay.calls().len();
    replay.script("default", &with_second(breaks));
    let said = replay.run(&["save", "a", "--rounds", "3", "--max-rounds", "3", "--timeout", "1"]);
    let calls = replay.calls().split_off(calls);
    assert!(calls.len() >= 3 && calls[1].ends_with(" x^"), "it lists what it has: {calls:?}");
    (replay, said)
}

#[track_caller]
fn the_others_are_measured(breaks: &str, reason: &str) {
    let (replay, said) = saved(breaks);
    said.fails(101, reason);
    assert_eq!(said.stderr.matches("failed in benchmark `g/second`").count(), 1, "{}", said.stderr);
    let file: toml::Value = toml::from_str(&text(&replay, "a")).expect("is TOML");
    let rounds =
        |benchmark: &toml::Value| benchmark.get("round").map_or(0, |all| all.as_array().unwrap().len());
    let benchmarks = file["benchmark"].as_array().expect("benchmarks");
    assert_eq!(benchmarks.iter().map(rounds).collect::<Vec<_>>(), [3, 3, 0], "{benchmarks:?}");
    let failure = benchmarks[2]["failure"].as_str().expect("is said");
    assert!(failure.contains(reason), "{failure}");
    assert!(file.get("unfinished").is_none(), "all that it has is known");
    let diff = replay.run(&["diff", "all", "a", "--format", "json"]).succeeds();
    let verdicts = ["g/before", "g/second", "g/after"].map(|id| row_of(&diff, id)["verdict"].clone());
    assert_eq!(verdicts, ["unchanged", "failed", "unchanged"]);
}

#[test]
fn what_follows_a_panic_is_measured_in_every_round() {
    the_others_are_measured("begin g|-|second\npanic", "panicked at ");
}

#[test]
fn what_follows_an_early_exit_is_measured() {
    the_others_are_measured("begin g|-|second\nexit 0", "ended in the middle of a benchmark");
    the_others_are_measured("begin g|-|second\nexit 3", "ended with exit status: 3");
}

#[test]
fn what_follows_a_benchmark_that_hangs_is_measured() {
    the_others_are_measured("begin g|-|second\nhang", "reported nothing for 1 s");
}

#[test]
fn what_follows_a_measurement_that_cannot_be_read_is_measured() {
    the_others_are_measured("begin g|-|second\nframe 00000003ffffff\nhang", "cannot be read");
}

#[test]
fn a_panic_is_stored_by_its_place_and_its_message() {
    let (replay, _) = saved("begin g|-|second\npanic");
    let text = text(&replay, "a");
    assert!(text.contains("failure = \"panicked at ") && text.contains("replay.rs:"), "{text}");
    assert!(text.contains(": the bench panics\"\n"), "{text}");
}

#[test]
fn a_panic_stands_in_the_failure_and_not_again_among_the_last_lines() {
    let (_, said) = saved("begin g|-|second\nprint something of note\npanic");
    let (failure, output) = said.stderr.split_once("--- the last lines of its output\n").expect("an output");
    assert!(
        failure.contains("failed in benchmark `g/second`: panicked at ")
            && failure.contains("the bench panics")
    );
    let output: Vec<&str> = output.lines().take_while(|line| line.starts_with("    ")).collect();
    assert!(output.iter().any(|line| line.contains("something of note")), "{output:?}");
    assert!(output.iter().all(|line| !line.contains("panic")), "{output:?}");
}

#[test]
fn another_measurement_than_of_time_is_named_and_ends_nothing() {
    let replay = Replay::new();
    replay.script("default", &with_second("begin g|-|second\nmeasured g|-|second 1,1 1,1 cycles"));
    let saved = replay.run(&["save", "a", "--rounds", "1", "--max-rounds", "1"]);
    saved.fails(101, "it measures `cycles`, by a `Measurement` of its own");
    assert_eq!(replay.calls().len(), 1);
    let shown = replay.run(&["show", "a", "--format", "json"]).succeeds().json();
    let rounds = shown["rows"].as_array().expect("rows").iter().map(|row| row["rounds"].clone());
    assert_eq!(rounds.collect::<Vec<_>>(), [1, 1, 0], "{shown}");
}

/// It ends before it says what it is about to measure.
#[test]
fn what_no_process_comes_to_is_named_as_not_measured() {
    let (replay, said) = saved("exit 3");
    said.fails(101, "1 benchmark was not measured: g/second");
    let text = text(&replay, "a");
    let reason = "not-measured = \"its bench ended before it: ended with exit status: 3\"";
    assert!(text.contains(reason) && text.contains("[[unfinished]]"), "{text}");
    assert!(!text.contains("failure = "), "it did not fail: {text}");
    let shown = replay.run(&["show", "a"]).succeeds().stdout;
    assert!(shown.contains("not measured: g/second: its bench ended before it"), "{shown}");
    for sides in [["all", "a"], ["a", "all"]] {
        let diff = replay.run(&["diff", sides[0], sides[1], "--format", "json"]).succeeds();
        assert_eq!(row_of(&diff, "g/second")["verdict"], "not-measured");
        assert_eq!(row_of(&diff, "g/after")["verdict"], "inconclusive", "it was measured, in one round");
        replay.run(&["diff", sides[0], sides[1], "--gate"]).fails(3, "cannot judge");
    }
    let table = replay.run(&["diff", "all", "a"]).succeeds().stdout;
    assert!(table.contains("Not measured in the candidate: its bench ended before it"), "{table}");
}

/// Nobody knows what a bench has that cannot list it.
#[test]
fn what_nobody_can_list_is_not_removed() {
    let replay = Replay::new();
    replay.save("all", &with_second(benchmark("g|-|second", 1000.0).trim_end()));
    let ends = format!("greet 0.8.2\n{}group g\npanic\n", sound("g|-|before"));
    replay.script("default", &ends);
    replay.run(&["save", "a", "--rounds", "1"]).fails(101, "did not come to its end");
    let diff = replay.run(&["diff", "all", "a", "--format", "json"]).succeeds();
    let row = row_of(&diff, "g/after");
    assert_eq!(row["verdict"], "not-measured", "{row}");
}

#[test]
fn a_bench_that_ends_in_the_middle_of_a_group_has_not_come_to_its_end() {
    let replay = Replay::new();
    replay.script("default", &format!("greet 0.8.2\n{}exit 0\n", sound("g|-|before")));
    let saved = replay.run(&["save", "a", "--rounds", "1"]);
    saved.fails(101, "ended in the middle of a group of benchmarks");
}

#[test]
fn what_a_filter_leaves_out_is_not_removed() {
    let replay = Replay::new();
    replay.save("all", &with_second(benchmark("g|-|second", 1000.0).trim_end()));
    replay.script("default", &format!("greet 0.8.2\n{}group g\n", sound("g|-|before")));
    replay.run(&["save", "some", "before"]).succeeds();
    let reason = "the filter `before` leaves it out";
    for (sides, side) in [(["all", "some"], "candidate"), (["some", "all"], "baseline")] {
        let diff = replay.run(&["diff", sides[0], sides[1], "--format", "json"]).succeeds();
        let row = row_of(&diff, "g/after");
        assert_eq!((&row["verdict"], &row["notes"][0]["code"]), (&"not-measured".into(), &"left-out".into()));
        assert_eq!(row["notes"][0]["text"], format!("Not measured in the {side}: {reason}"));
    }
    replay
        .run(&["diff", "all", "some", "--gate"])
        .fails(3, "cannot judge: 2 rows not comparable, failed or missing");
    replay.run(&["diff", "some", "all", "--gate"]).succeeds();
    // With all that it asked for, it would be removed.
    replay.run(&["save", "fewer"]).succeeds();
    let diff = replay.run(&["diff", "all", "fewer", "--format", "json"]).succeeds();
    assert_eq!(row_of(&diff, "g/after")["verdict"], "removed");
}

#[test]
fn a_filter_of_diff_is_that_of_what_it_measures() {
    let replay = Replay::new();
    replay.save("all", &with_second(benchmark("g|-|second", 1000.0).trim_end()));
    replay.run(&["save", "some", "before|after", "--rounds", "1", "--max-rounds", "1"]).succeeds();
    for (baseline, measures) in [("all", "second"), ("some", "before")] {
        let calls = replay.calls().len();
        replay
            .run(&["diff", baseline, "--filter", measures, "--save", &format!("new-{baseline}")])
            .succeeds();
        let calls = replay.calls().split_off(calls);
        assert!(calls.iter().all(|call| call.ends_with(&format!(" {measures}"))), "{calls:?}");
    }
}

#[test]
fn a_filter_that_matches_nothing_is_told_by_the_first_process() {
    let replay = Replay::new();
    replay.save("all", &with_second(benchmark("g|-|second", 1000.0).trim_end()));
    fs::rename(replay.path("baselines"), replay.path("kept")).expect("renames");
    let calls = replay.calls().len();
    replay.script("default", "greet 0.8.2\ngroup g\n");
    replay.run(&["save", "b", "nothing"]).fails(2, "no benchmark of replay matches `nothing`");
    assert_eq!(replay.calls().len(), calls + 1);
    assert!(!replay.path("baselines").exists(), "an empty folder is left");
    fs::rename(replay.path("kept"), replay.path("baselines")).expect("renames");
    let diff = ["diff", "all", "--filter", "nothing", "--save", "b"];
    replay.run(&diff).fails(2, "no benchmark of replay matches `nothing`");
    assert_eq!(replay.calls().len(), calls + 2);
    assert!(!replay.baseline("b").exists());
}
