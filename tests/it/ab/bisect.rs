//! `bisect`: the commit that changed a row.

use serde_json::Value;

use super::contest::{Contest, bench, halves, row, rows};
use crate::replay::{Said, json_id, plain_benchmark};

/// A history of commits tagged `0`, `1`, ...: the time of the row in each, or a build that fails.
fn history(times: &[Option<f64>]) -> Contest {
    let contest = Contest::new(&rows(&[("g|-|other", 1000.0)]));
    contest.write("src/lib.rs", &contest.code());
    for (index, time) in times.iter().enumerate() {
        match time {
            // The comment makes every executable another one.
            Some(time) => {
                contest.write("src/lib.rs", &contest.code());
                contest.plays(&format!("# {index}\n{}", rows(&[("g|-|1", *time), ("g|-|other", 1000.0)])));
            }
            None => contest.write("src/lib.rs", "pub const SCRIPT: &str = 1;\n"),
        }
        contest.tag(&format!("commit-{index}"));
    }
    contest
}

fn bisect(contest: &Contest, arguments: &[&str]) -> Said {
    contest.run(&[&["bisect"], arguments].concat())
}

/// The subject of a commit in JSON.
fn subject(commit: &Value) -> &str {
    commit["subject"].as_str().expect("a subject")
}

/// The commits that were looked at, and where each stands.
fn standings(found: &Value) -> Vec<(&str, &str)> {
    let tested = found["tested"].as_array().expect("commits");
    tested.iter().map(|commit| (subject(commit), commit["standing"].as_str().expect("a word"))).collect()
}

#[test]
fn the_commit_that_made_a_row_slower() {
    let times = [1000.0, 1000.0, 1000.0, 1000.0, 1200.0, 1200.0].map(Some);
    let contest = history(&times);
    contest.plays("a change that is not committed\n");
    let before = contest.state();
    let said = bisect(&contest, &["commit-0", "commit-5", "g/1", "--format", "json"]).succeeds();
    assert_eq!(contest.state(), before);
    let found = said.json();
    assert_eq!(
        (found["outcome"].as_str(), subject(&found["commit"])),
        (Some("found"), "commit-4"),
        "{found}"
    );
    assert_eq!((found["benchmark"].as_str(), found["metric"].as_str()), (Some("g/1"), Some("time")));
    let place = ["id", "package", "target"].map(|key| found[key].as_str().expect("is text"));
    assert_eq!(place, ["g/1", "replay", "replay"]);
    let number = |key: &str| found["shift"][key].as_f64().expect("a number");
    assert!((number("change") - 0.2).abs() < 0.001 && number("low") <= 0.2, "{found}");
    assert_eq!(found["commit"]["author"], "T");
    assert!(standings(&found).contains(&("commit-3", "before")), "{found}");
    let words = ["Comparing", "Changed g/1", "Bisecting 5 commits", "Confirming"];
    assert!(words.iter().all(|word| said.stderr.contains(word)), "{}", said.stderr);
}

#[test]
fn the_same_in_words_and_by_whatever_names_of_commits() {
    let contest = history(&[Some(1000.0), Some(800.0)]);
    let said = bisect(&contest, &["HEAD~1", "main", "g"]).succeeds();
    let hash = contest.git(&["rev-parse", "HEAD"]);
    for words in [&hash[..8], " changed g/1: ", "-20.0", " % [-", "T, 20", "    commit-1\n"] {
        assert!(said.stdout.contains(words), "`{words}` is not in:\n{}", said.stdout);
    }
    assert!(!said.stdout.contains("faster"), "the sign says so: {}", said.stdout);
}

#[test]
fn commits_that_cannot_tell_are_skipped() {
    let times = [Some(1000.0), None, Some(1000.0), Some(1200.0), None, Some(1200.0)];
    let contest = history(&times);
    let found = bisect(&contest, &["commit-0", "commit-5", "g/1", "--format", "json"]).succeeds().json();
    assert_eq!(subject(&found["commit"]), "commit-3", "{found}");
    // Where they are all that is left, so is a range.
    let times = [Some(1000.0), Some(1000.0), None, None, Some(1200.0)];
    let contest = history(&times);
    let said = bisect(&contest, &["commit-0", "commit-4", "g/1", "--format", "json"]);
    said.fails(3, "skipped: does not build");
    let found = said.json();
    assert_eq!(found["outcome"], "undecided");
    let mut left: Vec<&str> = found["left"].as_array().expect("commits").iter().map(subject).collect();
    assert_eq!(left.pop(), Some("commit-4"));
    left.sort_unstable();
    assert_eq!(left, ["commit-2", "commit-3"]);
    let text = bisect(&contest, &["commit-0", "commit-4", "g/1"]);
    text.fails(3, "");
    assert!(text.stdout.contains("Not decided. One of 3 commits changed g/1"), "{}", text.stdout);
    assert!(text.stdout.contains("commit-2 (does not build)"), "{}", text.stdout);
}

#[test]
fn a_change_by_many_small_ones_is_told_from_one() {
    let contest = history(&[1000.0, 1012.0, 1024.0, 1036.0].map(Some));
    let said = bisect(&contest, &["commit-0", "commit-3", "g/1", "--format", "json"]);
    said.fails(3, "");
    let found = said.json();
    assert_eq!(
        (found["outcome"].as_str(), subject(&found["commit"])),
        (Some("spread"), "commit-2"),
        "{found}"
    );
}

#[test]
fn nothing_is_searched_where_nothing_changed() {
    let contest = history(&[1000.0, 1001.0].map(Some));
    bisect(&contest, &["commit-0", "commit-1", "g"]).fails(3, "no benchmark is shown to have changed");
    contest.write("README.md", "words");
    contest.tag("words");
    let calls = contest.calls().len();
    bisect(&contest, &["commit-1", "words", "g"]).fails(3, "the executables of both revisions are the same");
    assert_eq!(contest.calls().len(), calls);
    bisect(&contest, &["commit-0", "commit-0", "g"]).fails(2, "the same commit");
    bisect(&contest, &["commit-1", "commit-0", "g"]).fails(2, "is not in the history of");
    bisect(&contest, &["no-such", "commit-0", "g"]).fails(2, "revision `no-such` does not exist");
    bisect(&contest, &["commit-0", "commit-1", "("]).fails(2, "is not a regular expression");
}

#[test]
fn merges_are_searched_or_found() {
    let contest = history(&[1000.0, 1000.0].map(Some));
    contest.git(&["checkout", "--quiet", "-b", "side"]);
    contest.plays(&format!("# a\n{}", rows(&[("g|-|1", 1000.0)])));
    contest.tag("side-a");
    contest.plays(&format!("# b\n{}", rows(&[("g|-|1", 1300.0)])));
    contest.tag("side-b");
    contest.git(&["checkout", "--quiet", "main"]);
    contest.write("README.md", "words");
    contest.tag("words");
    contest.git(&["merge", "--quiet", "--no-ff", "--message", "the merge", "side"]);
    let of = |arguments: &[&str]| {
        let arguments = [&["commit-0", "main", "g/1", "--format", "json"], arguments].concat();
        let found = bisect(&contest, &arguments).succeeds().json();
        subject(&found["commit"]).to_owned()
    };
    assert_eq!(of(&[]), "side-b");
    assert_eq!(of(&["--first-parent"]), "the merge");
}

/// A row that allocates so many bytes in so many pieces.
fn allocating(bytes: u64, count: u64) -> String {
    let id = "g|-|1";
    let [begin, rest] = halves(&plain_benchmark(id, 1000.0));
    let counts = format!("{{\"count\":{count},\"bytes\":{bytes},\"peak\":{bytes},\"net\":0,\"live\":0}}");
    let record = format!("record {{\"message\":\"record\",{},\"allocation\":[{counts}]}}", json_id(id));
    bench([format!("benchmark {id}\n{begin}turn\nturns 2\n{rest}{record}\nend\n"), row("g|-|other", 1000.0)])
}

#[test]
fn the_commit_that_allocates_more() {
    let contest = Contest::new(&allocating(0, 0));
    for (index, (bytes, count)) in [(0, 0), (5000, 2), (5000, 9)].into_iter().enumerate() {
        contest.plays(&format!("# {index}\n{}", allocating(bytes, count)));
        contest.tag(&format!("commit-{index}"));
    }
    let of = |metric: &str| {
        let arguments = ["main~3", "main", "g/1", "--metric", metric];
        let found = bisect(&contest, &[&arguments[..], &["--format", "json"]].concat()).succeeds().json();
        let values = [&found["shift"]["before"], &found["shift"]["after"]].map(|value| value.as_f64());
        (subject(&found["commit"]).to_owned(), values, bisect(&contest, &arguments).succeeds().stdout)
    };
    let (commit, values, text) = of("allocated-bytes");
    assert_eq!((commit.as_str(), values), ("commit-1", [Some(0.0), Some(5000.0)]));
    assert!(
        text.contains("changed the bytes that g/1 allocates: 0 B -> 4.883 KiB, compared with its parent"),
        "{text}"
    );
    let (commit, values, text) = of("allocations");
    assert_eq!((commit.as_str(), values), ("commit-2", [Some(2.0), Some(9.0)]));
    assert!(text.contains("changed the allocations of g/1: 2 -> 9, 4.50x more"), "{text}");
}

#[cfg(unix)]
#[test]
fn an_interrupted_search_leaves_nothing() {
    let contest = history(&[Some(1000.0), Some(1000.0), Some(1000.0), Some(1200.0)]);
    let before = contest.state();
    let mut run = contest.start(&["bisect", "commit-0", "commit-3", "g/1"]);
    while contest.calls().len() < 4 {
        assert!(run.try_wait().expect("asks").is_none(), "it ended early");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let kill = std::process::Command::new("kill").args(["-INT", &run.id().to_string()]).status();
    assert!(kill.expect("starts kill").success());
    assert_eq!(run.wait().expect("waits").code(), Some(130));
    assert_eq!(contest.state(), before);
}

#[test]
fn an_end_that_does_not_build_has_the_exit_code_of_cargo() {
    let contest = history(&[Some(1000.0), None]);
    bisect(&contest, &["commit-0", "commit-1", "g"]).fails(101, "could not be built");
}
