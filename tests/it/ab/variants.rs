//! Sides that differ by something else than their revision.

use super::contest::{Contest, bench, halves, ids, row, rows, verdict};
use crate::replay::benchmark;

/// A row that is slower where a variable has this value.
pub(super) fn slower_where(condition: &str) -> String {
    let fast = benchmark("g|-|1", 1000.0);
    let [begin, fast] = halves(&fast);
    let [_, slow] = halves(&benchmark("g|-|1", 1500.0));
    let (fast, record) = fast.split_once('\n').expect("a record");
    let (slow, _) = slow.split_once('\n').expect("a record");
    let otherwise = condition.split_once('=').map_or("", |(name, _)| name);
    let lines = format!("if {condition} {slow}\nif {otherwise}=other {fast}\n{record}");
    bench([format!("benchmark g|-|1\n{begin}{lines}end\n")])
}

#[test]
fn without_a_revision_both_sides_are_the_working_tree() {
    let contest = Contest::new("this is no script");
    contest.plays(&rows(&[("g|-|1", 1000.0)]));
    contest.plays_with_feature(&rows(&[("g|-|1", 1200.0)]));
    let said = contest.ab(&["--candidate-features", "fast", "--format", "json"]).succeeds();
    assert!(said.stderr.contains("Comparing the working tree with itself"), "{}", said.stderr);
    assert_eq!(verdict(&said.json(), "g/1"), "regressed");
    let reversed = contest.json(&["--baseline-features", "fast"]);
    assert_eq!(verdict(&reversed, "g/1"), "improved");
    let filtered = contest.json(&["g/1", "--candidate-features", "fast"]);
    assert_eq!(ids(&filtered), ["g/1"]);
    assert_eq!(filtered["candidate"]["build"]["features"], serde_json::json!(["fast"]));
}

#[test]
fn a_revision_can_be_compared_with_itself() {
    let contest = Contest::new(&rows(&[("g|-|1", 1000.0)]));
    contest.plays_with_feature(&rows(&[("g|-|1", 1200.0)]));
    contest.tag("both");
    contest.plays("this is no script");
    let diff = contest.json(&["both", "both", "--candidate-features", "fast"]);
    assert_eq!(verdict(&diff, "g/1"), "regressed");
}

#[test]
fn variables_reach_the_processes_of_their_side() {
    let contest = Contest::new(&slower_where("SPEED=slow"));
    let diff = contest.json(&["--baseline-env", "SPEED=other", "--candidate-env", "SPEED=slow"]);
    assert_eq!(verdict(&diff, "g/1"), "regressed");
    contest.ab(&["--candidate-env", "=slow"]).fails(2, "not a name, `=` and a value");
}

#[test]
fn numbers_of_threads_are_set_recorded_and_no_reason_not_to_compare() {
    let contest = Contest::new(&slower_where("RAYON_NUM_THREADS=2").replace("=other", "=3"));
    let diff = contest.json(&["--threads", "3", "--candidate-threads", "2"]);
    assert_eq!(verdict(&diff, "g/1"), "regressed");
    assert_eq!(diff["baseline"]["threads"]["RAYON_NUM_THREADS"], "3");
    assert_eq!(diff["candidate"]["threads"]["RAYON_NUM_THREADS"], "2");
    assert_eq!(diff["options"]["across"], serde_json::json!(["threads"]));
}

#[test]
fn functions_are_aligned_on_both_sides_and_baselines_say_so() {
    let contest = Contest::new(&slower_where("SPEED=slow"));
    let sides = ["--baseline-env", "SPEED=other", "--candidate-env", "SPEED=slow"];
    contest.json(&[&["--align", "--save", "one", "two"][..], &sides].concat());
    for side in ["one", "two"] {
        let text = std::fs::read_to_string(contest.baseline(side)).expect("is saved");
        assert!(text.contains("rustflags = \"-C llvm-args=-align-all-functions=6\""), "{text}");
    }
}

#[test]
fn flags_and_toolchains_of_a_side() {
    let contest = Contest::new(&bench([row("g|-|1", 1000.0)]));
    let library = std::fs::read_to_string(contest.path("repository/src/lib.rs")).expect("is there");
    contest.write("src/lib.rs", &library.replace("feature = \"fast\"", "flagged"));
    contest
        .write("Cargo.toml", &format!("{}\n[lints.rust]\nunexpected_cfgs = \"allow\"\n", contest.manifest()));
    contest.plays_with_feature(&rows(&[("g|-|1", 1200.0)]));
    let diff = contest.json(&["--candidate-rustflags", "--cfg flagged"]);
    assert_eq!(verdict(&diff, "g/1"), "regressed");
    let missing = contest.ab(&["--candidate-toolchain", "no-such-toolchain"]);
    missing.fails(2, "rustup toolchain install no-such-toolchain");
    contest.ab(&["--candidate-version", "no-such=1"]).fails(2, "no-such");
}
