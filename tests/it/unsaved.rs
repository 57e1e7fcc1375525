//! A measurement that does not take the place that was meant for it: the older baseline stays, and what was measured does too.

use std::fs;
use std::path::Path;

#[cfg(target_os = "linux")]
use crate::replay::small_disk;
use crate::replay::{Replay, Said, bench, benchmark};

const BOTH: &[(&str, f64)] = &[("g|-|one", 1000.0), ("g|-|two", 2000.0)];

/// A bench that panics after its first benchmark, in no benchmark.
fn half() -> String {
    format!("greet 0.8.2\n{}group g\npanic\n", benchmark("g|-|one", 1000.0))
}

fn whole() -> Replay {
    let replay = Replay::new();
    replay.save("a", &bench(BOTH));
    replay.save("b", &bench(BOTH));
    replay
}

fn text(replay: &Replay, name: &str) -> String {
    fs::read_to_string(replay.baseline(name)).expect("is saved")
}

/// Runs the command that an error says to run.
fn bring_home(replay: &Replay, said: &Said) -> Said {
    let commands = said.commands();
    let [words] = commands.as_slice() else { panic!("no command: {}", said.stderr) };
    replay.run(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn a_baseline_is_not_replaced_by_a_part_of_it() {
    let replay = whole();
    let before = text(&replay, "a");
    replay.script("default", &half());
    let said = replay.run(&["save", "a", "--force", "--rounds", "1"]);
    said.fails(
        101,
        "1 of its benchmarks was not measured again: `g/two` (bench `replay` did not come to its end",
    );
    assert_eq!(text(&replay, "a"), before);
    bring_home(&replay, &said).succeeds();
    assert!(text(&replay, "a").contains("[[unfinished]]"));
}

#[test]
fn a_part_that_replaces_a_baseline_says_what_is_missing() {
    let replay = whole();
    replay.script("default", &half());
    replay.run(&["save", "a", "--force", "--keep-partial"]).fails(101, "1 benchmark was not measured: g/two");
    let missing = |shown: &serde_json::Value| shown["incomplete"]["missing"].clone();
    let shown = replay.run(&["show", "a", "--format", "json"]).succeeds().json();
    assert_eq!(missing(&shown), serde_json::json!(["g/two"]));
    assert_eq!(shown["incomplete"]["unfinished_benches"][0]["target"], "replay");
    assert!(
        replay
            .run(&["show", "a"])
            .succeeds()
            .stdout
            .contains("incomplete  1 benchmark was not measured: g/two")
    );
    assert!(replay.run(&["list"]).succeeds().stdout.contains("incomplete"));
    for (sides, side) in [(["a", "b"], "baseline"), (["b", "a"], "candidate")] {
        let diff = |more: &[&str]| replay.run(&[&["diff", sides[0], sides[1]], more].concat());
        diff(&["--gate"]).fails(3, "cannot judge: 1 row not comparable, failed or missing");
        let json = diff(&["--format", "json"]).succeeds().json();
        assert_eq!(missing(&json[side]), serde_json::json!(["g/two"]));
        assert_eq!(json["warnings"][0]["code"], "incomplete", "{}", json["warnings"]);
        for format in ["table", "markdown", "comment"] {
            let said = diff(&["--format", format]).succeeds().stdout;
            assert!(
                said.contains(&format!("The {side} is incomplete: 1 benchmark was not measured")),
                "{said}"
            );
        }
    }
    replay.script("default", &bench(BOTH));
    replay.run(&["save", "a", "--force"]).succeeds();
    replay.run(&["diff", "a", "b", "--gate"]).succeeds();
}

/// Nobody knows what a bench had that never came to its end: not even both sides alike pass.
#[test]
fn a_gate_does_not_pass_what_nobody_knows() {
    let replay = Replay::new();
    replay.save("all", &bench(BOTH));
    replay.script("default", &half());
    for name in ["a", "b"] {
        replay.run(&["save", name]).fails(101, "is incomplete");
    }
    replay.run(&["diff", "a", "b", "--gate"]).fails(3, "did not come to their end");
    let json = replay.run(&["diff", "a", "all", "--format", "json"]).succeeds().json();
    let two = json["rows"].as_array().expect("rows").iter().find(|row| row["id"] == "g/two");
    assert_eq!(two.expect("is there")["verdict"], "not-measured", "it is not known to be added");
}

#[test]
fn a_bench_that_breaks_in_a_later_round_has_not_measured_all() {
    let replay = whole();
    let before = text(&replay, "a");
    let already = replay.calls().len();
    replay.script(already + 2, &half());
    let rounds = ["save", "a", "--force", "--rounds", "3", "--max-rounds", "3"];
    replay.run(&rounds).fails(101, "2 of its benchmarks were not measured again");
    assert_eq!(text(&replay, "a"), before);
}

#[test]
fn a_filter_that_leaves_a_benchmark_out_is_refused_before_anything_runs() {
    let replay = whole();
    let before = (text(&replay, "a"), replay.calls().len());
    replay.run(&["save", "a", "one", "--force"]).fails(2, "`g/two` (the filter `one` leaves it out)");
    assert_eq!((text(&replay, "a"), replay.calls().len()), before);
    replay.script("default", &bench(&BOTH[..1]));
    replay.run(&["save", "a", "one", "--force", "--keep-partial"]).succeeds();
    replay.run(&["diff", "a", "b", "--gate"]).fails(3, "cannot judge");
}

#[test]
fn a_benchmark_that_is_gone_is_no_loss() {
    let replay = whole();
    replay.script("default", &bench(&BOTH[..1]));
    replay.run(&["save", "a", "--force"]).succeeds();
    assert!(!text(&replay, "a").contains("two"));
}

#[test]
fn a_session_that_breaks_loses_nothing_of_the_others() {
    let replay = whole();
    replay.script("default", &half());
    replay.run(&["save", "a", "--append"]).fails(101, "the bench panics");
    replay.run(&["diff", "a", "b", "--gate"]).succeeds();
}

#[test]
fn a_measurement_whose_name_was_taken_meanwhile_is_kept_for_another() {
    let replay = Replay::new();
    let taken = replay.baseline("a");
    replay.script("default", &format!("write {}\n{}", taken.display(), bench(BOTH)));
    let said = replay.run(&["save", "a"]);
    said.fails(2, "cannot save baseline `a`");
    bring_home(&replay, &said).succeeds();
    assert_eq!(fs::read_to_string(taken).expect("is kept"), "taken");
    assert!(text(&replay, "a-2").contains("name = \"a-2\""));
}

#[test]
fn what_is_saved_from_a_file_follows_the_rules_of_any_save() {
    let replay = whole();
    replay.script("default", &half());
    let said = replay.run(&["save", "a", "--force"]);
    let words = said.commands().concat();
    let kept = words.iter().skip_while(|word| *word != "--from").nth(1).cloned().expect("a file");
    let copy = replay.path("copy.toml");
    fs::copy(&kept, &copy).expect("copies");
    let file = copy.to_str().expect("is UTF-8");
    replay.run(&["save", "a", "--from", file]).fails(2, "exists");
    replay.run(&["save", "a", "--from", file, "--force"]).fails(2, "measured again");
    replay.run(&["save", "c", "--from", file]).succeeds();
    replay.run(&["save", "a", "--from", file, "--append"]).succeeds();
    assert_eq!(text(&replay, "a").matches("[[session]]").count(), 2);
    replay.run(&["save", "d", "--from", file, "--rounds", "3"]).fails(2, "cannot be used with");
    replay.run(&["save", "d", "--from", "nowhere.toml"]).fails(2, "not found");
    replay.run(&["save", "d", "one", "--from", file]).fails(2, "cannot be used with");
    replay.run(&["save", "d", "--keep-partial"]).fails(2, "--force");
    assert!(copy.exists(), "is the user's");
    replay.run(&["save", "e", "--from", &kept]).succeeds();
    assert!(!Path::new(&kept).exists(), "has come home");
}

#[cfg(target_os = "linux")]
#[test]
fn a_measurement_that_finds_the_disk_full_is_brought_home_later() {
    let replay = Replay::new();
    replay.script("default", &bench(BOTH));
    let Some(disk) = small_disk(&replay.path("baselines"), 4) else {
        #[expect(clippy::print_stderr, reason = "a word for whoever reads the log; only root may mount")]
        return eprintln!("skipped: a small disk cannot be mounted here");
    };
    let saved = replay.run(&["save", "a"]);
    saved.fails(2, "free some space");
    drop(disk);
    bring_home(&replay, &saved).succeeds();
    replay.save("b", &bench(BOTH));
    replay.run(&["diff", "a", "b", "--gate"]).succeeds();
}

#[cfg(target_os = "linux")]
#[test]
fn a_measurement_whose_report_finds_the_disk_full_is_not_lost() {
    let replay = whole();
    let folder = replay.path("report");
    let Some(disk) = small_disk(&folder, 4) else {
        #[expect(clippy::print_stderr, reason = "a word for whoever reads the log; only root may mount")]
        return eprintln!("skipped: a small disk cannot be mounted here");
    };
    let output = ["--output", folder.to_str().expect("is UTF-8")];
    let said = replay.run(&[&["diff", "a"], &output[..]].concat());
    said.fails(2, "cannot write the report");
    drop(disk);
    bring_home(&replay, &said).succeeds();
    replay.run(&["diff", "a", "working-tree", "--gate"]).succeeds();
}
