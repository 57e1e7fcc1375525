//! Benches and builds that fail on one side or on both: the exit code, the words, and that nothing is lost or left.

use std::fs;

use super::contest::{Contest, bench, halves, row, rows, verdict};
#[cfg(target_os = "linux")]
use crate::replay::small_disk;
use crate::replay::{Said, benchmark};

/// A good row, and one that does this when it is to be measured.
fn breaks(end: &str) -> String {
    breaks_where(&[end])
}

fn breaks_where(lines: &[&str]) -> String {
    let [begin, _] = halves(&benchmark("g|-|bad", 1000.0));
    bench([row("g|-|good", 1000.0), format!("benchmark g|-|bad\n{begin}turn\n{}\nend\n", lines.join("\n"))])
}

fn fine(ns: f64) -> String {
    rows(&[("g|-|good", ns), ("g|-|bad", 1000.0)])
}

/// Runs `ab` with saving, and checks that the good row is judged, the bad one is marked, and nothing is left.
#[track_caller]
fn the_good_row_is_judged(old: &str, new: &str, word: &str) -> Said {
    let contest = Contest::new(old);
    contest.plays(new);
    let before = contest.state();
    let said = contest.ab(&["HEAD", "--timeout", "1", "--format", "json"]);
    said.fails(101, word);
    let diff = said.json();
    assert_eq!(verdict(&diff, "g/good"), "regressed", "{diff}");
    assert_eq!(verdict(&diff, "g/bad"), "failed", "{diff}");
    assert_eq!(contest.state(), before);
    said
}

#[track_caller]
fn either_side(end: &str, word: &str) {
    // The candidate's good row is slower, so that it has a verdict of its own.
    let slow = |script: String| script.replace(&benchmark_of_good(1000.0), &benchmark_of_good(1200.0));
    let said = the_good_row_is_judged(&fine(1000.0), &slow(breaks(end)), word);
    assert!(said.stderr.contains("warning: candidate: "), "{}", said.stderr);
    let said = the_good_row_is_judged(&breaks(end), &fine(1200.0), word);
    assert!(said.stderr.contains("warning: baseline: "), "{}", said.stderr);
}

fn benchmark_of_good(ns: f64) -> String {
    halves(&benchmark("g|-|good", ns))[1].clone()
}

#[test]
fn a_side_that_panics() {
    either_side("panic", "the bench panics");
}

#[test]
fn a_side_that_hangs() {
    either_side("hang", "nothing for 1 s");
}

#[test]
fn a_side_that_ends_early() {
    either_side("exit 0", "ended in the middle of a benchmark");
}

#[test]
fn a_side_that_ends_with_an_error() {
    either_side("print something of note\nexit 3", "something of note");
}

#[test]
fn a_side_that_is_killed() {
    either_side("kill", "signal: 9");
}

#[test]
fn both_sides() {
    the_good_row_is_judged(
        &breaks("panic"),
        &breaks("exit 3").replace(&benchmark_of_good(1000.0), &benchmark_of_good(1200.0)),
        "failed",
    );
}

#[test]
fn a_side_that_fails_after_some_blocks_keeps_what_was_measured() {
    let measured = halves(&benchmark("g|-|bad", 1000.0))[1].clone();
    let lines = ["from 12 panic", measured.trim_end()];
    let contest = Contest::new(&fine(1000.0));
    contest.plays(&breaks_where(&lines).replace(&benchmark_of_good(1000.0), &benchmark_of_good(1200.0)));
    let said = contest.ab(&["HEAD", "--save", "old", "new", "--format", "json"]);
    said.fails(101, "the bench panics");
    assert_eq!(verdict(&said.json(), "g/good"), "regressed");
    assert!(contest.baseline("old").exists() && contest.baseline("new").exists());
    let told = said.stderr.matches("warning: candidate: bench `replay` failed").count();
    assert_eq!(told, 1, "it is not tried again: {}", said.stderr);
}

#[test]
fn a_side_whose_benches_fail_before_the_first() {
    let contest = Contest::new(&fine(1000.0));
    contest.plays("greet 0.8.2\npanic\n");
    let before = contest.state();
    contest.ab(&["HEAD", "--save", "old", "new"]).fails(101, "the bench panics");
    assert_eq!(contest.state(), before);
    contest.plays("greet 0.8.2\nhang\n");
    contest.ab(&["HEAD", "--timeout", "1"]).fails(101, "nothing for 1 s");
    // What was listed before the failure is measured.
    contest.plays(&format!("{}panic\n", fine(1200.0)));
    let said = contest.ab(&["HEAD", "--format", "json"]);
    said.fails(101, "the bench panics");
    assert_eq!(
        (verdict(&said.json(), "g/good"), verdict(&said.json(), "g/bad")),
        ("inconclusive", "inconclusive")
    );
    contest.plays("print running 0 tests\n");
    contest.ab(&["HEAD"]).fails(2, "does not speak criterion's runner protocol");
}

#[test]
fn a_side_that_does_not_build() {
    let contest = Contest::new(&fine(1000.0));
    contest.write("src/lib.rs", "pub const SCRIPT: &str = 1;\n");
    let before = contest.state();
    contest.ab(&["HEAD", "--save", "old", "new"]).fails(101, "could not be built");
    assert_eq!(contest.state(), before);
    contest.tag("broken");
    contest.git(&["checkout", "--quiet", "HEAD~1"]);
    let before = contest.state();
    contest.ab(&["broken"]).fails(101, "could not be built");
    contest.ab(&["HEAD", "--candidate-features", "broken"]).fails(101, "could not be built");
    contest.ab(&["HEAD", "--candidate-features", "nope"]).fails(2, "see what cargo says above");
    contest
        .ab(&["HEAD", "--bench", "nope"])
        .fails(2, "package `replay` has no bench `nope`; there are: replay");
    assert_eq!(contest.state(), before);
}

#[test]
fn a_baseline_that_cannot_be_written_leaves_none_of_both() {
    let contest = Contest::changed_to(1200.0);
    // Taken while it is measured: the first is written then, the second is not.
    let file = contest.baseline("new");
    let script = format!("from 6 write {}\n{}", file.display(), rows(&[("g|-|1", 1300.0)]));
    contest.plays(&script);
    let said = contest.ab(&["HEAD", "--save", "old", "new"]);
    said.fails(2, "`new`");
    assert!(!contest.baseline("old").exists());
    assert_eq!(fs::read_to_string(file).expect("is kept"), "taken");
    let again = contest.ab(&["HEAD", "--save", "older", "newer"]);
    again.succeeds();
    // Both sides are kept, and the commands that the error names save them: the second under a name that is free.
    for words in said.commands() {
        contest.run(&words.iter().map(String::as_str).collect::<Vec<_>>()).succeeds();
    }
    assert!(contest.baseline("old").exists() && contest.baseline("new-2").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    let contest = Contest::changed_to(1200.0);
    let before = contest.state();
    // Where the checkouts are to be: the file of 100 KiB does not fit.
    contest.write("large", &"x".repeat(100_000));
    let Some(disk) = small_disk(&contest.path("cache"), 64) else {
        #[expect(clippy::print_stderr, reason = "a word for whoever reads the log; only root may mount")]
        return eprintln!("skipped: a small disk cannot be mounted here");
    };
    contest.ab(&["HEAD"]).fails(2, "no space left");
    fs::remove_file(contest.path("repository/large")).expect("removes");
    drop(disk);
    assert_eq!(contest.state(), before);
    // Where the baselines are to be: neither is written.
    let disk = small_disk(&contest.path("baselines"), 4).expect("mounts again");
    let said = contest.ab(&["HEAD", "--save", "old", "new"]);
    said.fails(2, "free some space");
    assert_eq!(said.commands().len(), 2, "both sides are kept");
    assert!(!contest.baseline("old").exists() && !contest.baseline("new").exists());
    assert_eq!(fs::read_dir(contest.path("baselines")).expect("is there").count(), 0);
    drop(disk);
}
